"""Residents' premiums (代缴): who ordered which year for whom with whose money, and from when they are covered."""
