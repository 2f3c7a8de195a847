"""What a cashier does: scan, take lines in, preview, settle, give back; and what became of it when an answer was lost.

Doors decide nothing: every decision is a flow's. What is done here is to say the right thing to the right flow, under
keys that make a form which is sent twice one act.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

import msgspec

from qinji.credential.rules import is_code
from qinji.flows.deps import Deps, new_id
from qinji.flows.parts.commands import (
    AccountUse,
    CancelSettlement,
    ClaimedIdentity,
    CodeDecoded,
    Credential,
    CredentialKind,
    IdentifyPerson,
    OriginalAct,
    ReverseMessage,
    ShownPayment,
)
from qinji.flows.parts.counter import CounterDay, CounterMessage, HandOverShift, Shift
from qinji.institution.model import HandOver
from qinji.kernel.actor import StaffActor, StaffRole
from qinji.kernel.ids import to_wire
from qinji.kernel.money import yuan
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import InDoubt
from qinji.policy.model import CatalogueItem
from qinji.web.counter.asks import CounterFlows
from qinji.web.counter.cash import Cash
from qinji.web.counter.desk import Desk
from qinji.web.counter.lines import LINES_MAX, Choice, Mistake, Typed, take_in
from qinji.web.counter.outcomes import (
    Declined,
    Ended,
    Offer,
    Outcome,
    Receipt,
    accepted,
    declined,
    ended,
    offered,
    patient_of,
    read,
    receipt_of,
)
from qinji.web.counter.tickets import Shown, Ticket, seal, unseal
from qinji.web.counter.ways import Asked, way_of
from qinji.web.texts import _

Kind = TypeVar("Kind")
SCANNED_MAX = 200
"""Characters of a scan that are looked at; a link may be long, and none is a code."""

NOTE_MAX = 200


class Variant(StrEnum):
    """What the patient may say before paying: relatives too, only my own account, or all in cash."""

    EVERYONE = "everyone"
    OWN_ONLY = "own_only"
    CASH = "cash"


USES: dict[Variant, AccountUse] = {
    Variant.EVERYONE: AccountUse.EVERYONE,
    Variant.OWN_ONLY: AccountUse.OWN_ONLY,
    Variant.CASH: AccountUse.NONE,
}


@dataclass(frozen=True, slots=True)
class Preview:
    """The ways to pay, side by side, each as it would be booked; nothing is."""

    ticket: Ticket
    offers: dict[Variant, Offer]


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody knows yet whether it was done: the page says 正在核对,不要重复收费 and asks with this key."""

    form: str


class Fate(StrEnum):
    """What became of a form: never arrived, settled, given back since, refused, or given up for good."""

    ABSENT = "absent"
    SETTLED = "settled"
    RETURNED = "returned"
    DECLINED = "declined"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Checked:
    """The truth about a form, with its receipt or refusal; with the receipt of giving back where there is one."""

    fate: Fate
    receipt: Receipt | None = None
    declined: Declined | None = None
    returned_at: datetime | None = None
    returned: Receipt | None = None


class Till:
    """The counter of one process; nothing of a sale is kept in it."""

    def __init__(self, flows: CounterFlows, deps: Deps) -> None:
        self._flows = flows
        self._deps = deps

    async def desk(self, actor: StaffActor) -> Desk | Declined:
        """The desk of a cashier. Refused: other staff, and an institution that is not designated any more."""
        if actor.role is not StaffRole.CASHIER or actor.institution is None:
            return declined(refuse(RefusalCode.NOT_ALLOWED, action=_("在收费台收费")))
        found = await self._flows.institution(actor.institution, "")
        if not found:
            return declined(refuse(RefusalCode.INSTITUTION_UNKNOWN, institution=actor.institution))
        return Desk(actor, found[0], self._deps.clock())

    def begin(self, desk: Desk) -> Ticket:
        """A new sale."""
        return Ticket(institution=desk.place.code, day=desk.today, key=self._key(desk))

    def seal(self, ticket: Ticket) -> str:
        """The ticket as a page carries it."""
        return seal(ticket, self._deps.vault)

    def unseal(self, desk: Desk, text: str) -> Ticket | None:
        """The ticket of a page; None when it is none of this counter and day."""
        return unseal(text, self._deps.vault, desk.place.code, desk.today)

    async def scan(self, desk: Desk, ticket: Ticket, text: str, *, card: bool = False) -> Ticket | Declined:
        """Who is before the counter: by a code, or by the number of a social-security card (``card``).

        A scan for another patient ends what was prepared for the one before, and keeps the lines.
        """
        number = "".join(unicodedata.normalize("NFKC", text[:SCANNED_MAX]).split())
        kind = CredentialKind.CARD if card and not is_code(number) else CredentialKind.CODE
        number = number.upper() if kind is CredentialKind.CARD else number
        key = self._key(desk)
        found = await self._flows.identify(
            IdentifyPerson(
                desk.origin(CounterMessage.SCAN, key),
                Credential(kind, number),
                ClaimedIdentity(),
                scan_only=kind is CredentialKind.CODE,
                at_counter=True,
            )
        )
        if isinstance(found, Refused):
            return declined(found)
        decoded = found if isinstance(found, CodeDecoded) else None
        person = found.person if isinstance(found, CodeDecoded) else found
        shower = None if decoded is None else decoded.shown_by
        name, relation = ("", "") if shower is None else (shower.name, shower.relation)
        return Ticket(
            institution=ticket.institution,
            day=ticket.day,
            key=key if ticket.patient is not None else ticket.key,
            lines=ticket.lines,
            patient=patient_of(person, kind, name, relation),
            person_number=person.person_number,
            credential_kind=kind,
            credential_number=number if decoded is None else decoded.token,
        )

    def add(self, desk: Desk, ticket: Ticket, typed: Typed) -> Ticket | Choice | tuple[Mistake, ...]:
        """One more line; or the items it may be, or what is wrong with it."""
        if len(ticket.lines) >= LINES_MAX:
            text = _("一笔最多 {limit} 行。请先收这一笔,其余的另开一笔").format(limit=LINES_MAX)
            return (Mistake("item", text),)
        policy = self._deps.book.at(desk.place.region, desk.today)
        if isinstance(policy, Refused):
            return (Mistake("item", policy.text),)
        line = take_in(typed, policy)
        if isinstance(line, tuple | Choice):
            return line
        return msgspec.structs.replace(ticket, lines=(*ticket.lines, line), shown={})

    def find(self, desk: Desk, typed: str) -> list[CatalogueItem]:
        """Items of today's catalogue that fit what was typed, the nearest first."""
        policy = self._deps.book.at(desk.place.region, desk.today)
        return [] if isinstance(policy, Refused) else policy.finder.find(typed)

    def drop(self, ticket: Ticket, place: int) -> Ticket:
        """Without the line of this place, the first is 0; a place where there is none changes nothing."""
        lines = tuple(line for number, line in enumerate(ticket.lines) if number != place)
        return msgspec.structs.replace(ticket, lines=lines, shown={})

    async def preview(self, desk: Desk, ticket: Ticket) -> Preview | Declined:
        """The three ways to pay, on the facts of one moment; no money moves."""
        if ticket.patient is None or not ticket.lines:
            return declined(refuse(RefusalCode.REQUEST_INVALID, reason=_("请先扫码并录入明细,再核算")))
        way = way_of(self._flows, desk)
        try:
            prepared = await way.prepare(ticket)
        except InDoubt:
            return declined(refuse(RefusalCode.BUSY))
        if isinstance(prepared, Declined):
            return prepared
        prepared = msgspec.structs.replace(prepared, previews=prepared.previews + 1)
        origin = desk.origin(CounterMessage.PREVIEW, prepared.form)
        commands = [way.command(prepared, Asked(origin, use, None, offered)) for use in USES.values()]
        offers: dict[Variant, Offer] = {}
        for variant, kept in zip(USES, await self._flows.previews(commands), strict=True):
            offer = read(kept)
            if isinstance(offer, Declined):
                return offer
            offers[variant] = _expect(offer, Offer)
        shown = {str(variant): _shown(offer) for variant, offer in offers.items()}
        return Preview(msgspec.structs.replace(prepared, shown=shown), offers)

    async def settle(
        self, desk: Desk, ticket: Ticket, variant: Variant, received_fen: int | None = None
    ) -> Receipt | Declined | Unclear:
        """Settle the bill as it was shown; the same ticket and variant get the same receipt.

        Refused: what was not shown before, what has changed since, too little cash.
        """
        shown = ticket.shown.get(variant)
        if shown is None or ticket.patient is None:
            return declined(refuse(RefusalCode.REQUEST_INVALID, reason=_("请先核算,再确认收费")))
        if received_fen is not None and Cash(shown.cash_fen, received_fen).missing_fen:
            reason = _("收到的现金 {received} 元,少于应收的 {due} 元").format(
                received=yuan(received_fen), due=yuan(shown.cash_fen)
            )
            return declined(refuse(RefusalCode.REQUEST_INVALID, reason=reason))
        content = (ticket.person_number, variant, ticket.visit, ticket.batch, ticket.lines)
        asked = Asked(
            desk.origin(CounterMessage.SETTLE, ticket.form, content),
            USES[variant],
            ShownPayment(shown.own_fen, shown.mutual_aid_fen, shown.cash_fen),
            receipt_of(desk.head(ticket.patient, received_fen)),
        )
        try:
            outcome = read(await way_of(self._flows, desk).settle(ticket, asked))
        except InDoubt:
            return Unclear(ticket.form)
        return outcome if isinstance(outcome, Declined) else _expect(outcome, Receipt)

    async def check(self, desk: Desk, form: str) -> Checked:
        """What became of a form, without doing it."""
        known = await self._flows.counter_sale(desk.place.code, form)
        if known is None:
            return Checked(Fate.ABSENT)
        outcome = read(known.reply) if known.reply else None
        if known.bill is None or not isinstance(outcome, Receipt):
            fate = Fate.GIVEN_UP if known.reversed else Fate.DECLINED
            return Checked(fate, declined=outcome if isinstance(outcome, Declined) else None)
        returned_at = known.bill.cancelled_at
        return Checked(
            Fate.SETTLED if returned_at is None else Fate.RETURNED,
            outcome,
            None,
            returned_at,
            _receipt(known.bill.cancel_reply),
        )

    async def give_up(self, desk: Desk, ticket: Ticket) -> Checked | Declined:
        """See to it that the last form charges nobody: undone if it arrived, refused if it should still come."""
        command = ReverseMessage(
            origin=desk.origin(CounterMessage.REVERSE, ticket.form),
            claimed=ClaimedIdentity(person_number=ticket.person_number),
            original_number=CounterMessage.SETTLE,
            original_id=ticket.form,
            act=OriginalAct.SETTLEMENT,
            instead="",
            render=accepted,
        )
        outcome = read(await self._flows.reverse(command))
        return outcome if isinstance(outcome, Declined) else await self.check(desk, ticket.form)

    async def bill(self, desk: Desk, settlement: str) -> Checked | Declined:
        """A bill of this counter, to be printed again or given back."""
        found = await self._flows.counter_bill(desk.place.code, settlement)
        if found is None:
            return declined(refuse(RefusalCode.SETTLEMENT_UNKNOWN, settlement=settlement[:SCANNED_MAX]))
        fate = Fate.SETTLED if found.cancelled_at is None else Fate.RETURNED
        receipt = _receipt(found.reply)
        return Checked(fate, receipt, None, found.cancelled_at, _receipt(found.cancel_reply))

    async def cancel(self, desk: Desk, settlement: str, key: str) -> Receipt | Declined | Unclear:
        """Give a bill back, every fen to whom it came from; the same key gets the same receipt."""
        found = await self._flows.counter_bill(desk.place.code, settlement)
        original = None if found is None else _receipt(found.reply)
        if found is None or original is None:
            return declined(refuse(RefusalCode.SETTLEMENT_UNKNOWN, settlement=settlement[:SCANNED_MAX]))
        command = CancelSettlement(
            origin=desk.origin(CounterMessage.CANCEL, key, (found.settlement,)),
            claimed=ClaimedIdentity(person_number=found.person_number),
            visit=found.visit,
            settlement=found.settlement,
            render=receipt_of(desk.head(original.patient), original),
            tell_payers=True,
        )
        try:
            outcome = read(await self._flows.cancel(command))
        except InDoubt:
            return Unclear(found.message_id)
        return outcome if isinstance(outcome, Declined) else _expect(outcome, Receipt)

    async def day(self, desk: Desk, wanted: date) -> CounterDay:
        """A day of this institution's counters."""
        return await self._flows.counter_day(desk.place.code, wanted)

    async def shift(self, desk: Desk) -> Shift:
        """What the cashier would hand over now."""
        return await self._flows.open_shift(desk.place.code, desk.cashier.staff_id)

    async def hand_overs(self, desk: Desk) -> list[HandOver]:
        """The latest shifts that were handed over here."""
        return await self._flows.hand_overs(desk.place.code)

    async def hand_over(self, desk: Desk, key: str, counted_fen: int, note: str) -> Ended | Declined:
        """End the cashier's shift."""
        note = note.strip()[:NOTE_MAX]
        origin = desk.origin(CounterMessage.HAND_OVER, key, (desk.cashier.staff_id, counted_fen, note))
        outcome = read(await self._flows.hand_over(HandOverShift(origin, counted_fen, note, ended)))
        return outcome if isinstance(outcome, Declined) else _expect(outcome, Ended)

    def _key(self, desk: Desk) -> str:
        return to_wire(new_id(self._deps, desk.now))


def _shown(offer: Offer) -> Shown:
    paid = offer.payment
    return Shown(paid.own_fen, paid.mutual_aid_fen, paid.cash_fen)


def _receipt(kept: bytes | None) -> Receipt | None:
    outcome = None if kept is None else read(kept)
    return outcome if isinstance(outcome, Receipt) else None


def _expect(outcome: Outcome, kind: type[Kind]) -> Kind:
    """What a step answers when it refuses nothing."""
    if not isinstance(outcome, kind):
        raise TypeError(outcome)
    return outcome
