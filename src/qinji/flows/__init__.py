"""One file per business act: gather, decide, record."""
