"""A home into one folder, and from it into a new home: take, verify, restore (docs/decisions/0019)."""
