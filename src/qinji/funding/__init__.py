"""Which money pays first, and how much each payer pays. Pure."""
