"""The pages on a family's phone."""
