"""The JSON door for mini-programs and other systems."""
