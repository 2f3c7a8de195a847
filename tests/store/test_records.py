"""Records are read as a fold would tell them: running balances, balances of any moment, every narrowing of a search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from qinji.kernel.search import Terms
from qinji.ledger import record_queries as ledger
from qinji.ledger import store
from qinji.ledger.chart import STORED, Account
from qinji.ledger.model import Moved, MovedSearch, SharedPart, Transfer, own_balance
from qinji.ledger.queries import balances
from qinji.ledger.rules import balance_changes, balances_after
from qinji.platform.database import Connection, Database, copy_in
from qinji.settlement import record_queries as settlements
from qinji.settlement.model import PaidBy, SettlementKind, Spent, SpentSearch
from tests.lives import BEGIN, PLACES, Life, lived

pytestmark = pytest.mark.asyncio
STEPS, PAGE = 160, 7


async def kept(database: Database, seed: int) -> Life:
    """A life, written into the tables; somebody else's lies beside it."""
    life, other = lived(seed, STEPS), lived(seed + 1, 30)
    async with database.transaction() as connection:
        for one in (life, other):
            changes = balance_changes(one.transfers)
            await store.open_accounts(connection, [one.me])
            await store.open_pockets(connection, [(one.me, pocket) for pocket in one.balances])
            await store.add_transfers(connection, one.transfers)
            await store.change_balances(connection, changes)
            await _add_bills(connection, one.bills)
    return life


async def _add_bills(connection: Connection, bills: Sequence[Spent]) -> None:
    columns = (
        *("person_id", "settlement_id", "visit_id", "batch", "institution", "kind", "service_day"),
        *("booked_at", "region", "insurance", "level", "year", "total_fen", "fund_fen", "own_fen"),
        *("mutual_aid_fen", "cash_fen", "deductible_fen", "in_scope_fen", "credential_kind", "message_id"),
        *("pack_digest", "decision"),
    )
    rows = [
        (
            *(bill.person, bill.settlement, bill.settlement, "1", bill.institution, bill.kind),
            *(bill.service_day, bill.booked_at, "990100", "employee", "1", 2026, bill.total_fen),
            *(bill.fund_fen, bill.own_fen, bill.mutual_aid_fen, bill.cash_fen, 0, 0, "card"),
            *(str(bill.settlement), b"", b""),
        )
        for bill in bills
    ]
    await copy_in(connection, "settlement", columns, rows)
    back_columns = ("person_id", "settlement_id", "cancellation_id", "booked_at", "institution", "message_id")
    back = [
        (bill.person, bill.settlement, bill.settlement, bill.returned_at, bill.institution, "m")
        for bill in bills
        if bill.returned_at is not None
    ]
    await copy_in(connection, "cancellation", back_columns, back)


def own(life: Life) -> list[Transfer]:
    """The transfers of one's own balances, newest first."""
    found = [one for one in life.transfers if one.debit in STORED or one.credit in STORED]
    return sorted(found, key=lambda one: (one.act, one.seq), reverse=True)


def place(one: Transfer) -> tuple[UUID, int]:
    """Where it stands."""
    return one.act, one.seq


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_running_balances_are_those_of_a_fold_on_every_page(database: Database, seed: int) -> None:
    life = await kept(database, seed)
    expected = {}
    standing: dict[int, int] = {}
    for one in reversed(own(life)):
        standing = balances_after(standing, [one])
        expected[place(one)] = (own_balance(standing), standing.get(2, 0), standing.get(3, 0))
    found: list[Moved] = []
    before: tuple[UUID, int] | None = None
    async with database.reading() as connection:
        while page := await ledger.movements(connection, life.me, MovedSearch(), PAGE, before):
            found += page
            before = place(page[-1].transfer)
    assert [place(one.transfer) for one in found] == [place(one) for one in own(life)]
    for told in found:
        assert (told.account_fen, told.held_fen, told.wallet_fen) == expected[place(told.transfer)]


async def test_the_balance_of_any_moment_is_the_sum_before_it_and_today_it_is_what_is_stored(
    database: Database,
) -> None:
    life = await kept(database, 7)
    chance = Random(7)
    async with database.reading() as connection:
        stored = (await balances(connection, [life.me]))[life.me]
        now = await ledger.standing(connection, life.me, life.now + timedelta(seconds=1))
        assert {pocket: fen for pocket, fen in now.items() if fen} == {
            pocket: fen for pocket, fen in stored.items() if fen
        }
        assert not any((await ledger.standing(connection, life.me, BEGIN)).values())
        for _ in range(20):
            moment = BEGIN + (life.now - BEGIN) * chance.random()
            before = [one for one in life.transfers if one.booked_at < moment]
            told = await ledger.standing(connection, life.me, moment)
            assert {pocket: fen for pocket, fen in told.items() if fen} == {
                pocket: fen for pocket, fen in balances_after({}, before).items() if fen
            }


def fits(terms: Terms, at: datetime, fen: int, institution: str | None) -> bool:
    """What a search without any index would say."""
    return (
        (terms.since is None or at >= terms.since)
        and (terms.until is None or at < terms.until)
        and (terms.least_fen is None or fen >= terms.least_fen)
        and (terms.most_fen is None or fen <= terms.most_fen)
        and (terms.institutions is None or institution in terms.institutions)
    )


def some_terms(life: Life, chance: Random) -> Terms:
    """A random narrowing; each term is there or not."""
    span = life.now - BEGIN
    since = BEGIN + span * (chance.random() / 2)
    return Terms(
        since=chance.choice((None, since)),
        until=chance.choice((None, since + span / 2)),
        least_fen=chance.choice((None, chance.randint(0, 5_000))),
        most_fen=chance.choice((None, chance.randint(3_000, 60_000))),
        institutions=chance.choice((None, None, [chance.choice(PLACES)], [])),
        returned=chance.choice((None, True, False)),
    )


@pytest.mark.parametrize("seed", [11, 12])
async def test_a_search_of_bills_finds_what_looking_at_each_finds(database: Database, seed: int) -> None:
    life, chance = await kept(database, seed), Random(seed)
    bills = sorted(life.bills, key=lambda bill: bill.settlement, reverse=True)
    paid: dict[PaidBy, Callable[[Spent], int]] = {
        PaidBy.FUND: lambda bill: bill.fund_fen,
        PaidBy.OWN: lambda bill: bill.own_fen,
        PaidBy.RELATIVE: lambda bill: bill.mutual_aid_fen,
        PaidBy.CASH: lambda bill: bill.cash_fen,
    }
    async with database.reading() as connection:
        for _ in range(60):
            terms, kind = some_terms(life, chance), chance.choice((None, *SettlementKind))
            paid_by = chance.choice((None, *PaidBy))
            expected = [
                bill
                for bill in bills
                if fits(terms, bill.booked_at, bill.total_fen, bill.institution)
                and (terms.returned is None or (bill.returned_at is not None) is terms.returned)
                and (kind is None or bill.kind is kind)
                and (paid_by is None or paid[paid_by](bill) > 0)
            ]
            wanted, found = SpentSearch(terms, kind, paid_by), list[Spent]()
            before: UUID | None = None
            while page := await settlements.search(connection, life.me, wanted, PAGE, before):
                found += page
                before = page[-1].settlement
            assert found == expected


@pytest.mark.parametrize("seed", [21, 22])
async def test_a_search_of_what_one_paid_for_relatives_finds_what_looking_at_each_finds(
    database: Database, seed: int
) -> None:
    life, chance = await kept(database, seed), Random(seed)
    rows = [one for one in life.transfers if one.credit == Account.CLEARING_MUTUAL_AID]
    acts: dict[UUID, list[Transfer]] = {}
    for one in rows:
        if one.reverses is None and one.debit == Account.PERSONAL:
            acts.setdefault(one.act, []).append(one)
    back = {one.reverses: one.booked_at for one in life.transfers if one.reverses is not None}
    async with database.reading() as connection:
        for _ in range(60):
            terms = some_terms(life, chance)
            who = chance.choice((None, *life.relatives))
            expected = [
                act
                for act, parts in sorted(acts.items(), reverse=True)
                if fits(
                    terms,
                    parts[0].booked_at,
                    sum(one.amount_fen for one in parts),
                    parts[0].institution,
                )
                and (terms.returned is None or (act in back) is terms.returned)
                and (who is None or parts[0].other_person == who)
            ]
            found: list[SharedPart] = []
            before: UUID | None = None
            while page := await ledger.shared(connection, life.me, terms, who, PAGE, before):
                found += page
                before = page[-1].settlement
            assert [one.settlement for one in found] == expected
            for use in found:
                assert use.amount_fen == sum(part.amount_fen for part in acts[use.settlement])
                assert use.returned_at == back.get(use.settlement)


async def test_a_narrowed_book_still_tells_the_balances_of_the_whole(database: Database) -> None:
    life = await kept(database, 31)
    pairs = [(Account.SOURCE_CONTRIBUTION, Account.PERSONAL)]
    async with database.reading() as connection:
        every = await ledger.movements(connection, life.me, MovedSearch(), 1000)
        some = await ledger.movements(connection, life.me, MovedSearch(pairs=pairs), 1000)
    assert some == [one for one in every if (one.transfer.debit, one.transfer.credit) in pairs]
    assert some


async def test_relatives_who_paid_and_the_months_are_what_the_rows_say(database: Database) -> None:
    life = await kept(database, 41)
    acts = [bill.settlement for bill in life.bills]
    async with database.reading() as connection:
        assert await ledger.relatives_paying(connection, life.me, acts) == {
            act: parts for act, parts in life.parts.items() if parts
        }
        for who in life.relatives:
            found = await ledger.paid_by(connection, life.me, who, 1000)
            assert found == sorted(
                (act for act, parts in life.parts.items() if who in dict(parts)), reverse=True
            )
        moved = await ledger.months(connection, life.me, BEGIN, life.now + timedelta(seconds=1))
        spent = await settlements.months(connection, life.me, BEGIN, life.now + timedelta(seconds=1))
    live = [bill for bill in life.bills if bill.returned_at is None]
    assert sum(one.cash_fen for one in spent) == sum(bill.cash_fen for bill in live)
    assert sum(one.own_fen for one in spent) == sum(bill.own_fen for bill in live)
    credited = sum(one.amount_fen for one in moved if one.debit == Account.SOURCE_CONTRIBUTION)
    assert credited == sum(
        one.amount_fen for one in life.transfers if one.debit == Account.SOURCE_CONTRIBUTION
    )
