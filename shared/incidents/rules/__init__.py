"""The eight ways in which signals belong together, a rule each."""
