"""What the pipelines do beside make: digests of a build, the smoke test, the watch over a release, the way back."""
