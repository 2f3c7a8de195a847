"""Designated institutions 定点医药机构 and how they sign."""
