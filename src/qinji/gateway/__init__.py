"""The institution door: the national JSON interface. Translates and decides nothing."""
