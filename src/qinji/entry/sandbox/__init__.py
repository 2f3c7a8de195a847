"""The sandbox: an invented world of families, institutions and staff, the same for the same seed."""
