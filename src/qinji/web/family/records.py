"""花费查询 and 收支明细: what was spent, found by person, month, place, amount and state; one's account line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from starlette.responses import Response

from qinji.family import queries as bindings
from qinji.family.model import BindingState
from qinji.flows import read_account_book, read_uses
from qinji.flows.parts.money_words import KIND_CHINESE, MoneyKind
from qinji.flows.read_account_book import BookWish
from qinji.flows.read_uses import UseWish
from qinji.insured import queries as insured
from qinji.kernel.dates import begin_of, local_day
from qinji.kernel.identity import masked_name
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.purpose import Power
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.ledger.chart import Account
from qinji.mutual_aid import queries as grants
from qinji.settlement.model import PaidBy, SettlementKind
from qinji.web.answers import page
from qinji.web.family.bill_views import KINDS
from qinji.web.family.filters import months_offered, read_filters
from qinji.web.guards import NUMBER_MAX, PersonVisit
from qinji.web.texts import _, marked

PAGE = 20
RELATIVES_MAX = 20
GRANTOR = "shared"
FILTERS = ("who", "month", "place", "least", "most", "state", "kind", "payer")
BOOK_FILTERS = ("month", "kind", "purse", "least", "most", "day")
SPENT = ("month", "place", "least", "most", "state", "kind", "payer")
STATES: Mapping[str, str] = {"settled": marked("已扣款"), "returned": marked("已退回")}
PAYERS: Mapping[str, str] = {
    PaidBy.FUND: marked("医保统筹基金"),
    PaidBy.OWN: marked("本人账户"),
    PaidBy.RELATIVE: marked("家人账户"),
    PaidBy.CASH: marked("现金"),
}
PURSES: Mapping[str, str] = {
    Account.PERSONAL: marked("个人账户"),
    Account.HELD: marked("在途"),
    Account.WALLET: marked("医保钱包"),
}


@dataclass(frozen=True, slots=True)
class Choices:
    """Relatives that may be picked, (number, masked name): members whose bills one may see, whom one's account pays
    for, and who pays for oneself.
    """

    members: Sequence[tuple[str, str]]
    beneficiaries: Sequence[tuple[str, str]]
    grantors: Sequence[tuple[str, str]]


async def spending(visit: PersonVisit) -> Response:
    """Bills that fit, or what one's own account paid for relatives."""
    found = read_filters(visit.request.query_params, FILTERS)
    before = from_wire(visit.request.query_params.get("after", ""))
    side, _sep, number = found.value("who")[:NUMBER_MAX].partition(":")
    payer = found.value("payer")
    wish = UseWish(
        number=number or None,
        first=found.first,
        last=found.last,
        least_fen=found.least_fen,
        most_fen=found.most_fen,
        place=found.value("place"),
        kind=_kind(found.value("kind")),
        returned={"settled": False, "returned": True}.get(found.value("state")),
        paid_by=PaidBy(payer) if payer in set(PaidBy) else payer or None,
    )
    shared = side == GRANTOR
    told = (
        await read_uses.of_grantor(visit.person, wish, PAGE, before, visit.deps)
        if shared
        else await read_uses.of_patient(visit.person, wish, PAGE, before, visit.deps)
    )
    if isinstance(told, Refused):
        status = 404 if told.code is RefusalCode.NOT_FOUND else 403
        return page(
            visit, "parts/problem.html", status, title=_("看不到这些花费"), text=told.text, back="/records"
        )
    return page(
        visit,
        "family/records.html",
        lines=told.lines,
        shared=shared,
        filters=found,
        choices=await _choices(visit),
        more="" if told.cursor is None else found.link("/records", to_wire(told.cursor)),
        later=before is not None,
        months=months_offered(local_day(visit.deps.clock())),
        states=STATES,
        kinds=KINDS,
        payers=PAYERS,
        of=number,
        wire=to_wire,
    )


def _kind(written: str) -> SettlementKind | None:
    return SettlementKind(written) if written in set(SettlementKind) else None


async def _choices(visit: PersonVisit) -> Choices:
    me = visit.person.person_id
    async with visit.deps.database.reading() as connection:
        bound = await bindings.listing(connection, me, RELATIVES_MAX)
        given = await grants.listing(connection, me, RELATIVES_MAX, visit.deps.clock())
        members = [
            one.person_id
            for one in bound
            if one.holder_id == me and one.state is BindingState.ACTIVE and Power.QUERY_COST in one.powers
        ]
        beneficiaries = [one.person_id for one in given if one.grantor_id == me]
        grantors = [one.grantor_id for one in given if one.person_id == me]
        people = await insured.persons(connection, sorted({*members, *beneficiaries, *grantors}))

    def named(who: Sequence[UUID]) -> list[tuple[str, str]]:
        return [(people[one].number, masked_name(people[one].name)) for one in dict.fromkeys(who)]

    return Choices(named(members), named(beneficiaries), named(grantors))


async def account(visit: PersonVisit) -> Response:
    """One's own account, money on its way and wallet, line by line; and what was there at the end of a day."""
    found = read_filters(visit.request.query_params, BOOK_FILTERS)
    kind, purse = found.value("kind"), found.value("purse")
    wish = BookWish(
        first=found.first,
        last=found.last,
        least_fen=found.least_fen,
        most_fen=found.most_fen,
        kind=MoneyKind(kind) if kind in set(MoneyKind) else None,
        purse=Account(purse) if purse in PURSES else None,
    )
    told = await read_account_book.run(
        visit.person, wish, PAGE, _place(visit.request.query_params.get("after", "")), visit.deps
    )
    day = _day(found.value("day"))
    then = None
    if day is not None:
        moment = begin_of(day + timedelta(days=1)) - read_account_book.INSTANT
        then = await read_account_book.at(visit.person, moment, visit.deps)
    more = ""
    if told.cursor is not None:
        more = found.link("/records/account", f"{to_wire(told.cursor[0])}-{told.cursor[1]}")
    return page(
        visit,
        "family/account.html",
        lines=told.lines,
        filters=found,
        more=more,
        then=then,
        day=day,
        months=months_offered(local_day(visit.deps.clock())),
        kinds=KIND_CHINESE,
        purses=PURSES,
        wire=to_wire,
    )


def _day(written: str) -> date | None:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if day.year < date.max.year else None


def _place(cursor: str) -> tuple[UUID, int] | None:
    act, _sep, seq = cursor.partition("-")
    found = from_wire(act)
    return (
        (found, int(seq)) if found is not None and seq.isascii() and seq.isdigit() and len(seq) < 5 else None
    )
