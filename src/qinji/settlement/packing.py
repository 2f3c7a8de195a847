"""How stored decisions are packed: an eleventh of their length, by a dictionary trained on decisions."""

from __future__ import annotations

from pathlib import Path

from qinji.platform.packing import Packing

DECISIONS = Packing([Path(__file__).with_name("decision.1.zdict")])
"""The input of a decision with what it came to, as JSON."""
