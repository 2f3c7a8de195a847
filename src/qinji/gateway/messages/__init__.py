"""One message, one file, one field table."""
