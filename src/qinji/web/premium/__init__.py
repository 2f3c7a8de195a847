"""居民医保缴费 on the phone: for whom, which year, whose money; then what became of it, and the receipt."""
