"""What was wrong in a message, and what to look at though it was accepted. Pure; for the sandbox only."""
