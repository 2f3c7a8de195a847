"""What is kept of a person, read in pages: for the pages that show it, and for them to take away."""
