"""Anomalies: what deviates from what is usual, scored, explained and followed until it is over."""
