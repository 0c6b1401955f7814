"""The hub with one safeguard removed, each a mistake that somebody could make; the simulation must notice every one.

A stage that reads closed windows joins as rollup did: its use case in stages.py, its stores in stores.py, a mapping on the
change stream of closed windows in hub.py (told by `SimulatedClosedWindowStore.on_head`), what holds at each moment in
watch.py and at the end in oracle.py; its mutants get a module here.
"""
