"""Technical services without business words."""
