"""Derives by what right an actor may act on a subject."""
