"""医保钱包: carries money to a near relative who is insured elsewhere."""
