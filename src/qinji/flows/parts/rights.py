"""Pure: by what right each payer of a settled bill paid, from the stored input, in the order that was followed.

A relative's balance is not told, only the bounds of the grant.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from qinji.flows.parts.document import Document
from qinji.kernel.bill import WALLET_POCKET, PayerKind
from qinji.kernel.dates import CHINA
from qinji.kernel.ids import to_wire
from qinji.kernel.kinship import CHINESE, Relation
from qinji.kernel.money import yuan
from qinji.kernel.purpose import USE_CHINESE, UseClass
from qinji.policy.trace import confirm_text

_LIMITS = ("单次限额", "本日限额余", "本月限额余", "本年限额余")
_INSURANCES = {"employee": "职工医保", "resident": "居民医保"}


def rights(document: Document) -> list[str]:
    """For every account that came into question: its place in the order, its right, its bounds, what it paid."""
    lines: list[str] = []
    for place, payer in enumerate(document["payers"], 1):
        share = next((one for one in document["plan"]["shares"] if _same(one, payer)), None)
        amount_fen = 0 if share is None else share["amount_fen"]
        lines.append(f"第 {place} 位 {_who(payer)}:支付 {yuan(amount_fen)} 元")
        lines += [f"   {line}" for line in _right(payer, document["patient"])]
        if share is not None:
            parts = [f"{USE_CHINESE[UseClass(use)]} {yuan(fen)}" for use, fen in share["by_class"].items()]
            lines.append(f"   付的是:{'、'.join(parts)} 元")
    return ["付款次序与凭据:", *lines] if lines else ["没有个人账户可以支付"]


def _same(share: Document, payer: Document) -> bool:
    return (share["person"], share["pocket"], share["grant"]) == (
        payer["person"],
        payer["pocket"],
        payer["grant"],
    )


def _who(payer: Document) -> str:
    if payer["kind"] != PayerKind.OWN:
        return f"家庭共济 {payer['name']}"
    return own_purse(payer["pocket"])


def own_purse(pocket: int) -> str:
    """What of the patient's own pays: the personal account, or the wallet."""
    return "本人医保钱包" if pocket == WALLET_POCKET else "本人个人账户"


def _right(payer: Document, patient: Document) -> list[str]:
    if payer["pocket"] == WALLET_POCKET:
        told = ["凭据:本人的医保钱包,家人转入后归本人"]
    elif payer["kind"] == PayerKind.OWN:
        told = [f"凭据:本人参加{_INSURANCES.get(patient['insurance'], patient['insurance'])},个人账户归本人"]
    else:
        told = [f"凭据:{_grant(payer)}", f"限制:{bounds(payer)}"]
    uses = "、".join(USE_CHINESE[use] for use in UseClass if use in payer["pays"])
    return [*told, f"可以付:{uses}"] if uses else told


def _grant(payer: Document) -> str:
    since = f",{_day(payer['since'])}授权" if payer["since"] else ""
    relation = f",使用人是授权人的{_relation(payer['relation'])}" if payer["relation"] else ""
    basis = f",依据 {payer['document']} {payer['clause']}".rstrip() if payer["document"] else ""
    return f"共济授权 {_wire(payer['grant'])}(排第 {payer['rank']}{since}){relation}{basis}"


def bounds(payer: Document) -> str:
    """The limits of a grant as they were: of a day, month and year what was left of them; and what had to stay."""
    found = [
        f"{name} {yuan(fen)} 元"
        for name, fen in zip(_LIMITS, payer["limits"], strict=True)
        if fen is not None
    ]
    if payer["floor_fen"]:
        found.append(f"保底余额 {yuan(payer['floor_fen'])} 元")
    above = payer.get("confirm_above_fen")
    if above is not None:
        found.append(f"{confirm_text(above, payer['confirmed_fen'])} 元")
    return "、".join(found) or "没有限额和保底余额"


def _day(moment: str) -> str:
    return datetime.fromisoformat(moment).astimezone(CHINA).strftime("%Y-%m-%d ")


def _relation(relation: str) -> str:
    return CHINESE[Relation(relation)] if relation in {each.value for each in Relation} else relation


def _wire(grant: str) -> str:
    """The grant's id as the doors show it."""
    try:
        return to_wire(UUID(grant))
    except ValueError:
        return grant
