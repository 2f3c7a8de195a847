"""How stored decisions are packed: a third of the bytes of a settlement, and a tenth of them without a dictionary."""

from __future__ import annotations

from pathlib import Path

from qinji.platform.packing import Packing

DECISIONS = Packing([Path(__file__).with_name("decision.1.zdict")])
"""The input of a decision with what it came to, as JSON."""
