"""The hub with one safeguard removed, each a mistake that somebody could make; the simulation must notice every one."""
