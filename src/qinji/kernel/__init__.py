"""Words and values every layer shares; standard library only."""
