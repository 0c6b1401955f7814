"""Forecasts of one series from its own past, with intervals that hold what they say. numpy only."""
