"""Mirrors closed windows into the time series engine that the deployment names."""
