"""Outcomes of flows as the bytes that the simulation compares, and what they say."""

from __future__ import annotations

import json
from typing import Any

from qinji.flows.parts.commands import Bill
from qinji.kernel.refusal import Refused
from tests.simulation.booked import DONE, Result


def render_bill(outcome: Bill | Refused) -> bytes:
    """A bill as the bytes that the simulation compares."""
    if isinstance(outcome, Refused):
        return json.dumps({"refused": outcome.code.name}).encode()
    paid = outcome.plan
    return json.dumps(
        {
            "settlement": outcome.settlement,
            "visit": outcome.visit,
            "amounts": [
                outcome.split.total_fen,
                outcome.split.fund_fen,
                paid.own_fen,
                paid.mutual_aid_fen,
                paid.cash_fen,
            ],
        }
    ).encode()


def render_act(outcome: object) -> bytes:
    """The outcome of any other act."""
    return json.dumps({"refused": outcome.code.name} if isinstance(outcome, Refused) else {}).encode()


def result_of(reply: bytes) -> Result:
    """What a reply says."""
    told: dict[str, Any] = json.loads(reply)
    if "refused" in told:
        return str(told["refused"])
    if "amounts" not in told:
        return DONE
    total, fund, own, aid, cash = told["amounts"]
    return total, fund, own, aid, cash
