"""The templates of the pages, and what they may use beside their own values."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from qinji.kernel.money import yuan

templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.filters["yuan"] = yuan
