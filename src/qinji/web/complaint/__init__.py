"""异议 on the phone: doubt a bill, a code or a look, follow one's case, and read how it ended."""
