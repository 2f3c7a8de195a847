"""Pure pieces that flows share: facts, decisions, postings, terms."""
