"""A small reference client of the institution door, sync and async: read it, use it, copy it.

It needs httpx and Python, not the server. Money is an integer of fen; the same message is only ever sent again as the
same bytes; and where nobody knows what happened, it says so (``Unknown``). Guide: docs/guides/client.md.
"""

from qinji.client import messages
from qinji.client.clients import AsyncClient, Client
from qinji.client.message import Message, Prepared, Reply
from qinji.client.model import (
    Bill,
    Credential,
    Diagnosis,
    FeeLine,
    Institution,
    Operator,
    Patient,
    Purchase,
    SchemeA,
    SchemeB,
    SettlementKey,
    Signing,
    Unsigned,
    signing_of,
    total_fen,
)
from qinji.client.problems import Busy, NotSigned, Problem, Refused, Reversed, Unknown, Unreachable
from qinji.client.results import InsuredPerson, PricedLine, RegisteredVisit, Settlement
from qinji.client.terminal import Terminal

__all__ = [
    "AsyncClient",
    "Bill",
    "Busy",
    "Client",
    "Credential",
    "Diagnosis",
    "FeeLine",
    "Institution",
    "InsuredPerson",
    "Message",
    "NotSigned",
    "Operator",
    "Patient",
    "Prepared",
    "PricedLine",
    "Problem",
    "Purchase",
    "Refused",
    "RegisteredVisit",
    "Reply",
    "Reversed",
    "SchemeA",
    "SchemeB",
    "Settlement",
    "SettlementKey",
    "Signing",
    "Terminal",
    "Unknown",
    "Unreachable",
    "Unsigned",
    "messages",
    "signing_of",
    "total_fen",
]
