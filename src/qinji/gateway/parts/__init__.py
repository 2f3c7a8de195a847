"""Pieces that several messages share: money nodes, persons, fee lines."""
