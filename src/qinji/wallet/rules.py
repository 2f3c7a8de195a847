"""Pure rules of the wallet: may it be sent, accepted, returned; when does it go back?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID

from qinji.kernel.dates import CHINA, local_day
from qinji.kernel.ensure import ensure
from qinji.kernel.kinship import CHINESE, Relation
from qinji.kernel.money import yuan
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.kernel.region import same_province
from qinji.wallet.model import (
    ANSWER_CHINESE,
    STATE_CHINESE,
    Answer,
    Lot,
    Part,
    Party,
    Purse,
    Terms,
    TransferState,
    WalletTransfer,
    Wish,
)

NEXT_DAY = timedelta(days=1)
NO_KIN = "登记中没有"


def may_send(wish: Wish, terms: Terms, now: datetime) -> Refused | None:
    """Whether this amount may be sent now, by the rules of the sender's region.

    Refused in the order of the list of refusals: how somebody is insured is told to their kin only.
    """
    return (
        _whom(wish, terms)
        or _wallets(wish.sender, wish.receiver)
        or _insured(wish, terms)
        or _reach(wish, terms)
        or _hours(now, terms)
        or _how_much(wish, terms)
    )


def _whom(wish: Wish, terms: Terms) -> Refused | None:
    if wish.sender.person_id == wish.receiver.person_id:
        return refuse(RefusalCode.WALLET_SELF)
    return None if wish.relation in terms.relations else not_near(terms, wish.relation)


def not_near(terms: Terms, relation: Relation | None) -> Refused:
    """What is told of whoever is no near relative; nobody of a number, and no kin, are told alike."""
    return refuse(
        RefusalCode.WALLET_RELATION,
        region=terms.region_name,
        allowed="、".join(CHINESE[one] for one in Relation if one in terms.relations),
        relation=NO_KIN if relation is None else CHINESE[relation],
        document=terms.document,
        clause=terms.clause,
    )


def _wallets(sender: Party, receiver: Party) -> Refused | None:
    """Both regions offer wallets, and both sides have one; the refusal names whose is missing."""
    if not receiver.offered:
        return refuse(RefusalCode.WALLET_NOT_OFFERED, region=receiver.region_name)
    missing = [
        whose
        for party, whose in ((sender, "您"), (receiver, f"对方({receiver.name})"))
        if not party.has_wallet
    ]
    return refuse(RefusalCode.WALLET_MISSING, whose="和".join(missing)) if missing else None


_RECEIVER_TOLD: dict[RefusalCode, str] = {
    RefusalCode.WALLET_NOT_OFFERED: "您的参保地还没有开通医保钱包",
    RefusalCode.WALLET_MISSING: "您还没有开通医保钱包;您开通以后,对方可以再转",
    RefusalCode.WALLET_RECEIVER_STATUS: "按登记,您现在的参保状态不能接收;请先到参保地恢复参保",
    RefusalCode.WALLET_SAME_PROVINCE: "你们在同一个省参保,不需要钱包;请对方用家庭共济",
}


def receiver_told(wish: Wish, refusal: Refused | None) -> str | None:
    """What the receiver is told where it is they who have to act, None for every other refusal; only kin come here."""
    if refusal is None or (refusal.code is RefusalCode.WALLET_MISSING and wish.receiver.has_wallet):
        return None
    return _RECEIVER_TOLD.get(refusal.code)


def _insured(wish: Wish, terms: Terms) -> Refused | None:
    sender, receiver = wish.sender, wish.receiver
    if wish.purse is Purse.WALLET and not terms.onward:
        return refuse(RefusalCode.WALLET_NOT_ONWARD, region=terms.region_name)
    if wish.purse is Purse.ACCOUNT and not sender.has_account:
        return refuse(RefusalCode.WALLET_NO_ACCOUNT)
    if not sender.insured or (wish.purse is Purse.ACCOUNT and not sender.account_usable):
        return refuse(RefusalCode.WALLET_SENDER_STATUS, status=sender.status_chinese)
    if terms.receiver_insured and not receiver.insured:
        return refuse(RefusalCode.WALLET_RECEIVER_STATUS, status=receiver.status_chinese)
    return None


def _reach(wish: Wish, terms: Terms) -> Refused | None:
    if terms.everywhere or not same_province(wish.sender.region, wish.receiver.region):
        return None
    return refuse(RefusalCode.WALLET_SAME_PROVINCE, region=terms.region_name)


def closed(now: datetime, terms: Terms) -> bool:
    """Whether nothing is sent at this moment: from ``closes`` on, and from ``opens`` on again."""
    moment = now.astimezone(CHINA).time()
    if terms.closes <= terms.opens:
        return terms.closes <= moment < terms.opens
    return moment >= terms.closes or moment < terms.opens


def _hours(now: datetime, terms: Terms) -> Refused | None:
    if not closed(now, terms):
        return None
    return refuse(RefusalCode.WALLET_CLOSED, opens=_clock(terms.opens), closes=_clock(terms.closes))


def _clock(moment: time) -> str:
    return f"{moment:%H:%M}"


def _how_much(wish: Wish, terms: Terms) -> Refused | None:
    if wish.amount_fen > terms.max_fen:
        return refuse(RefusalCode.WALLET_AMOUNT, amount=yuan(wish.amount_fen), limit=yuan(terms.max_fen))
    if wish.sent_today >= terms.per_day:
        return refuse(RefusalCode.WALLET_DAY_COUNT, limit=terms.per_day, sent=wish.sent_today)
    if wish.amount_fen > wish.balance_fen:
        return refuse(
            RefusalCode.WALLET_BALANCE, amount=yuan(wish.amount_fen), balance=yuan(wish.balance_fen)
        )
    return None


def returns_at(now: datetime, terms: Terms) -> datetime:
    """When money that is sent now goes back if nobody accepts it: on the next day in China."""
    return datetime.combine(local_day(now) + NEXT_DAY, terms.returned, CHINA)


def spend(lots: Sequence[Lot], person: UUID, act: UUID, amount_fen: int) -> list[Part]:
    """Which received money an act takes: what came first goes first (先进先出). ``lots`` stand in that order."""
    taken: list[Part] = []
    left = amount_fen
    for lot in lots:
        fen = min(left, lot.left_fen)
        if fen > 0:
            taken.append(Part(person, act, lot.origin, lot.giver_id, -fen))
            left -= fen
    ensure(left == 0, "what a wallet pays had come into it", left_fen=left)
    return taken


def after(lots: Sequence[Lot], parts: Sequence[Part]) -> list[Lot]:
    """What is left of each after these; what is empty is no lot any more."""
    changes = {part.origin: part.change_fen for part in parts}
    found = [replace(lot, left_fen=lot.left_fen + changes.get(lot.origin, 0)) for lot in lots]
    return [lot for lot in found if lot.left_fen]


def put_back(parts: Sequence[Part], act: UUID) -> list[Part]:
    """What these acts took goes back by another; it stands where it stood among what came first."""
    return [replace(part, act_id=act, change_fen=-part.change_fen) for part in parts]


def may_answer(transfer: WalletTransfer, actor: UUID, answer: Answer, now: datetime) -> Refused | None:
    """Whether this person may accept or return it now: only its receiver, while it waits and its time is not over."""
    if actor != transfer.receiver_id:
        return refuse(RefusalCode.NOT_FOUND)
    over = transfer.state is TransferState.PENDING and now >= transfer.returns_at
    if transfer.state is TransferState.PENDING and not over:
        return None
    state = STATE_CHINESE[TransferState.EXPIRED if over else transfer.state]
    return refuse(RefusalCode.WALLET_TRANSFER_STATE, state=state, action=ANSWER_CHINESE[answer])
