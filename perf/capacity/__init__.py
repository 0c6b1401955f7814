"""What a hub needs and bears at a load: derived from measured costs and published limits, and played out by the second."""
