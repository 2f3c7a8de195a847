"""The routes of the JSON door, one file a noun."""
