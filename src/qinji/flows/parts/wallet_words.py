"""Pure: a movement of one's wallet in words; relatives by their masked names, institutions by name."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from qinji.flows.parts.kin import KinName
from qinji.ledger.chart import Account
from qinji.ledger.model import Movement


def movement_words(row: Movement, names: Mapping[UUID, KinName], places: Mapping[str, str]) -> str:
    """What happened, from the owner's side."""
    other = names.get(row.other_person) if row.other_person is not None else None
    who = "家人" if other is None else other.text
    place = places.get(row.institution or "", row.institution or "医药机构")
    came = row.change_fen > 0
    match row.other_account:
        case Account.CLEARING_WALLET:
            return f"{who} 转来,您已接收" if came else f"退费按规定退回转出人 {who}"
        case Account.HELD:
            return f"转给 {who} 的钱退回钱包" if came else f"转给 {who}"
        case _:
            return f"{place}退费" if came else f"在{place}支付"
