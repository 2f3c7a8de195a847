"""Speed, measured beside a peer in one run: medians of interleaved pairs, never a timed test. See `make bench`."""
