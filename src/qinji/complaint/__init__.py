"""异议: somebody doubts a bill, a code or a look, or says that it was not them; what came of it."""
