"""The pages of 家庭共济 on a family's phone: whose account pays for whom. None of them shows a code."""
