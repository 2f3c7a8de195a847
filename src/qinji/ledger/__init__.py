"""Transfers between accounts; the ledger only grows."""
