"""Regional policy as dated, sourced data, and the split of a bill. Pure."""
