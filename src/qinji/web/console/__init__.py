"""The bureau's console: what waits for a decision, one case at a time, and service at the window."""
