"""The local run: the same app on an emulator of AWS, one command up and one down."""
