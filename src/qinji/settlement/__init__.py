"""Visits, fee lines, settlements and accumulators."""
