"""qinji 亲济: the bureau side of a family's medical insurance."""

__version__ = "0.1.0.dev0"
