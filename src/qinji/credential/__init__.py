"""Codes 医保码, code sessions and cards: who was shown, and by whom."""
