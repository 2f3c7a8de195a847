"""亲情账户: shows a relative's code and moves no money."""
