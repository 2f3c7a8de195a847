"""Insured persons: who is insured where, with which status and personal account kind."""
