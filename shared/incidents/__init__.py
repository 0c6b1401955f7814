"""What belongs together, and what caused it."""
