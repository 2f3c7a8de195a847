"""The sandbox's own pages, for the developer at the vendor of hospital software."""
