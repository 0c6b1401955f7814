"""What a hub costs a month: every resource of its templates at list prices, with what was measured on its own code."""
