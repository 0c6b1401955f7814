"""How often the hub is right, on public data: each command runs what is shipped and prints a line of JSON."""
