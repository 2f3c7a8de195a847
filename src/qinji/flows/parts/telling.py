"""Pure: who is told what of each act. An act that leaves a row in somebody's trail is either told, or says why not.

A new act gets a line in ``TOLD``; a new kind of notice one in ``notice.model.NoticeKind`` and its words in
``notice.wording``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time
from uuid import UUID

from qinji.flows.parts.decide import Decided
from qinji.flows.parts.deeds import DeedKind
from qinji.insured.model import AuditEntry
from qinji.kernel.bill import PayerKind, Share
from qinji.kernel.dates import CHINA, local_day, milliseconds
from qinji.kernel.ids import RANDOM_BYTES, uuid7
from qinji.ledger.chart import Account
from qinji.ledger.model import RunLine, Transfer
from qinji.mutual_aid.model import Confirmation, Grant
from qinji.notice.model import Facts, Notice, NoticeKind
from qinji.settlement.model import Settlement


@dataclass(frozen=True, slots=True)
class Untold:
    """An act that makes no notice, and why."""

    why: str


_OWN_HAND = Untold("only what somebody did in their own session about themselves")
_ELSEWHERE = Untold(
    "the institution's visit itself is told once it is settled; each look stands in the trail"
)
TOLD: Mapping[str, NoticeKind | Untold] = {
    DeedKind.SIGN_IN: _OWN_HAND,
    DeedKind.STEP_UP: _OWN_HAND,
    DeedKind.IDENTIFY: _ELSEWHERE,
    DeedKind.EXPORT: Untold("one's own act about one's own data; it stands in 谁看过我的信息"),
    DeedKind.ENROL: Untold("a register's file, before anybody can read notices"),
    DeedKind.ENROL_RETURN: NoticeKind.ENROLLED,
    DeedKind.ENROL_SPARED: NoticeKind.SPARED_NOTED,
    DeedKind.EMPLOYEE_ARREARS: NoticeKind.EMPLOYEE_STOPPED,
    DeedKind.EMPLOYEE_RESUMED: NoticeKind.EMPLOYEE_RESUMED,
    DeedKind.BIND_ASK: NoticeKind.BIND_ASKED,
    DeedKind.BIND_ENTER: NoticeKind.BIND_ENTERED,
    DeedKind.BIND_EVIDENCE: Untold("papers of a request that both sides were told of"),
    DeedKind.EVIDENCE_EXPIRE: Untold("photos deleted as was said when they were taken"),
    DeedKind.BIND_CONFIRM: NoticeKind.BIND_CONFIRMED,
    DeedKind.BIND_REFUSE: NoticeKind.BIND_REFUSED,
    DeedKind.BIND_POWERS: NoticeKind.POWERS_CHANGED,
    DeedKind.UNBIND: NoticeKind.UNBOUND,
    DeedKind.GRANT: NoticeKind.GRANT_MADE,
    DeedKind.GRANT_FILE: NoticeKind.GRANT_ASKED,
    DeedKind.GRANT_FILED: NoticeKind.GRANT_FILED,
    DeedKind.GRANT_TURNED_DOWN: NoticeKind.GRANT_TURNED_DOWN,
    DeedKind.GRANT_CHANGE: NoticeKind.GRANT_CHANGED,
    DeedKind.GRANT_PAUSE: NoticeKind.GRANT_PAUSED,
    DeedKind.GRANT_RESUME: NoticeKind.GRANT_RESUMED,
    DeedKind.GRANT_KEEP: NoticeKind.GRANT_CHANGED,
    DeedKind.GRANT_CONFIRM: NoticeKind.CONFIRM_GIVEN,
    DeedKind.GRANT_CONFIRM_REFUSE: NoticeKind.CONFIRM_REFUSED,
    DeedKind.GRANT_END: NoticeKind.GRANT_ENDED,
    DeedKind.GRANT_ORDER: NoticeKind.ORDER_CHANGED,
    DeedKind.WALLET_OPEN: NoticeKind.WALLET_OPENED,
    DeedKind.WALLET_SEND: NoticeKind.WALLET_SENT,
    DeedKind.WALLET_ACCEPT: NoticeKind.WALLET_ACCEPTED,
    DeedKind.WALLET_RETURN: NoticeKind.WALLET_RETURNED,
    DeedKind.WALLET_EXPIRE: NoticeKind.WALLET_EXPIRED,
    DeedKind.WALLET_WANTED: NoticeKind.WALLET_WANTED,
    DeedKind.WALLET_REFUND: NoticeKind.WALLET_REFUNDED,
    DeedKind.PREMIUM_ORDER: NoticeKind.PREMIUM_ORDERED,
    DeedKind.PREMIUM_PAID: NoticeKind.PREMIUM_PAID,
    DeedKind.PREMIUM_FAILED: NoticeKind.PREMIUM_FAILED,
    DeedKind.PREMIUM_REFUND: NoticeKind.PREMIUM_REFUND_ASKED,
    DeedKind.PREMIUM_REFUNDED: NoticeKind.PREMIUM_REFUNDED,
    DeedKind.PREMIUM_REFUND_REFUSED: NoticeKind.PREMIUM_REFUND_REFUSED,
    DeedKind.CODE_ACTIVATE: NoticeKind.CODE_ACTIVATED,
    DeedKind.CODE_ACTIVE: NoticeKind.CODE_THAWED,
    DeedKind.CODE_FROZEN: NoticeKind.CODE_FROZEN,
    DeedKind.CODE_LOST: NoticeKind.CODE_LOST,
    DeedKind.WINDOW_ENTER: NoticeKind.WINDOW_ENTERED,
    DeedKind.WINDOW_CONFIRM: NoticeKind.WINDOW_CONFIRMED,
    DeedKind.WINDOW_REFUSE: NoticeKind.WINDOW_REFUSED,
    DeedKind.WINDOW_WITHDRAW: NoticeKind.WINDOW_WITHDRAWN,
    DeedKind.NOTICE_DISOWN: NoticeKind.DISOWNED,
    DeedKind.COMPLAINT_OPEN: Untold("what it stops is told by its own act; the case stands in 我的异议"),
    DeedKind.COMPLAINT_WITHDRAW: _OWN_HAND,
    DeedKind.COMPLAINT_CORRECT: NoticeKind.CORRECTED,
    DeedKind.COMPLAINT_CLOSE: NoticeKind.COMPLAINT_CLOSED,
    DeedKind.ACCOUNT_CLAW_BACK: NoticeKind.CLAWED_BACK,
    DeedKind.NOTICE_PRINT: NoticeKind.LOOKED_UP,
    "show_code": Untold("told when it is used; each code stands in 谁出示过我的码"),
    "see_status": NoticeKind.SEEN,
    "see_costs": NoticeKind.SEEN,
    "see_shared_amounts": Untold("a grantor reads what their own account paid"),
    "see_evidence": NoticeKind.PAPERS_SEEN,
    "look_up_person": NoticeKind.LOOKED_UP,
}
"""Every action of an audit row; a house test holds it against those that the trail knows."""

LOOKS_CHINESE: Mapping[str, str] = {
    "see_status": "参保状态",
    "see_costs": "花费记录",
    "look_up_person": "参保信息",
    DeedKind.NOTICE_PRINT: "通知",
}
"""What was looked at."""

_OF_OTHERS = frozenset({NoticeKind.SEEN, NoticeKind.PAPERS_SEEN, NoticeKind.DISOWNED})
"""What one is told of only where another did it."""

ONCE_A_DAY = frozenset({NoticeKind.SEEN, NoticeKind.PAPERS_SEEN})
"""Looks that are told once a day for each who looks; every one of them stands in the trail."""

_BY_STAFF = {NoticeKind.SEEN: NoticeKind.LOOKED_UP}
"""A look of staff is told each time, with its reason; a relative's, who has the power to, once a day."""


@dataclass(frozen=True, slots=True)
class About:
    """What an act's rows do not say: whose thing it is about, for how much, and what exactly was said."""

    owner: UUID
    amount_fen: int | None = None
    said: str = ""


def kind_of(row: AuditEntry) -> NoticeKind | None:
    """The kind of notice that a row of the trail makes, None for none. Nobody is told of their own looks."""
    told = TOLD[row.action]
    if isinstance(told, Untold):
        return None
    if told in _OF_OTHERS and row.actor == f"person:{row.person_id}":
        return None
    return _BY_STAFF.get(told, told) if row.actor.startswith("staff:") else told


def told_of(rows: Sequence[AuditEntry], about: About) -> list[Notice]:
    """The notices of one act: one for each person who has a row of it, under that row's own id."""
    sides = {row.person_id for row in rows}
    notices: dict[UUID, Notice] = {}
    for row in rows:
        kind = kind_of(row)
        if kind is None:
            continue
        notices[row.person_id] = Notice(
            person_id=row.person_id,
            event_id=row.audit_id,
            kind=kind,
            owner=row.person_id == about.owner,
            at=row.at,
            actor=row.actor,
            behalf_of=row.behalf_of,
            other_id=_other(row, sides),
            subject_id=row.subject_id,
            amount_fen=about.amount_fen,
            facts=Facts(said=about.said, reason=row.reason or "", use=_use(row)),
        )
    return list(notices.values())


def of_refund(rows: Sequence[AuditEntry], transfers: Sequence[Transfer]) -> list[Notice]:
    """What each giver is told of money that a wallet had spent and that came back to their account."""
    told = []
    for row in rows:
        amount = sum(one.amount_fen for one in transfers if one.person == row.person_id)
        told += told_of([row], About(row.person_id, amount))
    return told


def of_correction(rows: Sequence[AuditEntry], moved: Sequence[Transfer]) -> list[Notice]:
    """A correction: told to each whose account gets money back, with how much, and to whom else it concerns."""
    told = []
    for row in rows:
        fen = sum(
            one.amount_fen for one in moved if (one.person, one.credit) == (row.person_id, Account.PERSONAL)
        )
        told += [replace(one, owner=bool(fen)) for one in told_of([row], About(row.person_id, fen or None))]
    return told


def of_letters(row: AuditEntry, other: UUID | None, event: UUID) -> list[Notice]:
    """A case that is closed: told to whoever opened it, and to the relative on the other side."""
    told = told_of([row], About(row.person_id))
    if other is None:
        return told
    asked = row.person_id
    return [
        *told,
        *(
            replace(one, person_id=other, event_id=event, owner=False, other_id=asked, subject_id=None)
            for one in told
        ),
    ]


def of_order(rows: Sequence[AuditEntry], moved: Sequence[Grant], event: UUID) -> list[Notice]:
    """A new order of payment is one event: told to whose order it is, and to each whose place is another now."""
    first = rows[0]
    whose = Notice(
        first.person_id,
        event,
        NoticeKind.ORDER_CHANGED,
        owner=False,
        at=first.at,
        actor=first.actor,
        behalf_of=first.behalf_of,
    )
    return [whose, *(_moved(grant, whose) for grant in moved)]


def _moved(grant: Grant, whose: Notice) -> Notice:
    return replace(
        whose,
        person_id=grant.grantor_id,
        owner=True,
        other_id=grant.person_id,
        subject_id=grant.grant_id,
        facts=Facts(said=str(grant.rank)),
    )


def _other(row: AuditEntry, sides: Collection[UUID]) -> UUID | None:
    """The other side of the act, or the relative whose hand it was."""
    others = [side for side in sides if side != row.person_id]
    if others:
        return others[0]
    kind, _, name = row.actor.partition(":")
    return UUID(name) if kind == "person" and UUID(name) != row.person_id else None


def _use(row: AuditEntry) -> str:
    return row.action if row.action in LOOKS_CHINESE else ""


def untold(rows: Sequence[AuditEntry], notices: Sequence[Notice]) -> list[AuditEntry]:
    """Rows of somebody's trail of which they ought to be told and are not."""
    told = {(one.person_id, one.kind) for one in notices}
    return [row for row in rows if (kind := kind_of(row)) is not None and (row.person_id, kind) not in told]


def of_the_day(notice: Notice) -> Notice:
    """The same notice under the one id that it has all day, so that a second look of the same person adds nothing."""
    midnight = datetime.combine(local_day(notice.at), time(), CHINA)
    what = f"{notice.kind}:{notice.actor}:{notice.facts.use}:{notice.subject_id}"
    chance = hashlib.sha256(what.encode()).digest()[:RANDOM_BYTES]
    return replace(notice, event_id=uuid7(milliseconds(midnight), chance), subject_id=None)


def _shared(shares: Sequence[Share]) -> dict[UUID, tuple[UUID | None, int]]:
    """What each relative paid: their grant, and how much from all their pockets."""
    paid: dict[UUID, tuple[UUID | None, int]] = {}
    for share in shares:
        if share.kind is PayerKind.GRANTOR:
            who = UUID(share.person)
            grant = UUID(share.grant) if share.grant is not None else None
            paid[who] = (grant, share.amount_fen + paid.get(who, (None, 0))[1])
    return paid


def of_settlement(decided: Decided) -> list[Notice]:
    """A bill: the patient, where an account paid or somebody else showed the code; each relative who paid, once.

    Who showed the code is told that it was used; not of how much, which is the patient's to show.
    """
    settled = decided.settlement
    return _of_bill(
        settled,
        decided.bill.plan.shares,
        settled.settlement,
        settled.booked_at,
        (NoticeKind.SPENT, NoticeKind.SHARED_SPENT, NoticeKind.CODE_USED),
    )


def of_request(asked: Confirmation) -> Notice:
    """A grantor is asked for a bill above the amount that they set; where exactly it is, is not theirs to know."""
    return Notice(
        asked.grantor_id,
        asked.confirmation_id,
        NoticeKind.CONFIRM_ASKED,
        owner=True,
        at=asked.asked_at,
        actor=f"institution:{asked.bill.institution}",
        other_id=asked.person_id,
        subject_id=asked.grant_id,
        amount_fen=asked.amount_fen,
    )


def of_return(settled: Settlement, shares: Sequence[Share], cancellation: UUID, at: datetime) -> list[Notice]:
    """A bill that was taken back: everybody who was told of it is told that the money is back."""
    kinds = (NoticeKind.RETURNED, NoticeKind.SHARED_RETURNED, NoticeKind.CODE_USE_RETURNED)
    return _of_bill(settled, shares, cancellation, at, kinds)


def _of_bill(
    settled: Settlement,
    shares: Sequence[Share],
    event: UUID,
    at: datetime,
    kinds: tuple[NoticeKind, NoticeKind, NoticeKind],
) -> list[Notice]:
    patient, actor = settled.person, f"institution:{settled.institution}"
    shower = settled.shown_by if settled.shown_by != patient else None
    paid_fen = settled.own_fen + settled.mutual_aid_fen
    notices = []
    if paid_fen or shower is not None:
        facts = Facts(place=settled.institution, use=settled.kind, shared_fen=settled.mutual_aid_fen)
        notices.append(
            Notice(
                patient,
                event,
                kinds[0],
                owner=True,
                at=at,
                actor=actor,
                other_id=shower,
                subject_id=settled.settlement,
                amount_fen=paid_fen,
                facts=facts,
            )
        )
    # A grantor sees amount, day, region and kind of use, not where exactly.
    by_grant = Facts(region=settled.region, use=settled.kind)
    paying = _shared(shares) if settled.mutual_aid_fen else {}
    for grantor, (grant, fen) in paying.items():
        notices.append(
            Notice(
                grantor,
                event,
                kinds[1],
                owner=True,
                at=at,
                actor=actor,
                other_id=patient,
                subject_id=grant,
                amount_fen=fen,
                facts=by_grant,
            )
        )
    if shower is not None and shower not in paying:
        where = Facts(place=settled.institution)
        notices.append(
            Notice(shower, event, kinds[2], owner=False, at=at, actor=actor, other_id=patient, facts=where)
        )
    return notices


def of_crediting(line: RunLine, at: datetime, actor: str) -> Notice:
    """One month credited: one line."""
    month = "" if line.month is None else f"{line.month.year}年{line.month.month}月"
    return Notice(
        line.person,
        line.act,
        NoticeKind.CREDITED,
        owner=True,
        at=at,
        actor=actor,
        amount_fen=line.amount_fen,
        facts=Facts(said=month),
    )
