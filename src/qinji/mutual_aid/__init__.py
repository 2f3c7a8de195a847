"""家庭共济: lets a relative's account pay and shows no code."""
