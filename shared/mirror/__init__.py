"""Closed windows for other engines: what a row is there, and what a mirror must keep to."""
