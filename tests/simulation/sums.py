"""How rows and bills are added up by whoever looks over the paper bureau's shoulder."""

from __future__ import annotations

import hashlib
from collections import Counter
from uuid import UUID

from qinji.ledger.chart import Account
from qinji.ledger.model import Transfer
from tests.simulation.booked import Booked

YEAR_PARTS = ("deductible_used_fen", "fund_paid_fen", "in_scope_fen")


def year_parts(booked: Booked) -> dict[str, int]:
    """What a bill adds to the accumulators of its year."""
    settled = booked.decided.settlement
    return dict(
        zip(YEAR_PARTS, (settled.deductible_fen, settled.fund_fen, settled.in_scope_fen), strict=True)
    )


def effect(rows: tuple[Transfer, ...], sign: int = 1) -> Counter[tuple[UUID, Account, int]]:
    """What rows do to each account, in a form that two sets of rows can be compared by."""
    effect: Counter[tuple[UUID, Account, int]] = Counter()
    for row in rows:
        effect[row.person, row.debit, row.seq] -= sign * row.amount_fen
        effect[row.person, row.credit, row.seq] += sign * row.amount_fen
    return effect


def link(chain: bytes, row: Transfer) -> bytes:
    """The next value of a chain over all rows."""
    text = (
        f"{row.person.int}|{row.act.int}|{row.seq}|{row.debit}|{row.credit}|{row.amount_fen}|{row.reverses}"
    )
    return hashlib.blake2b(text.encode(), key=chain, digest_size=32).digest()
