"""Two years of one family's life by the fixed clock: every month's statement is what was worked out by hand.

``two_years.yaml`` is the table; it is checked by itself first, by nothing but addition.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from qinji.access.model import PersonActor
from qinji.flows import audit_books, make_statement, read_account_book
from qinji.flows.parts.statements import Statement
from qinji.kernel.bill import WALLET_POCKET
from qinji.kernel.dates import CHINA, months_after
from qinji.kernel.money import parse_yuan
from qinji.kernel.refusal import Refused
from qinji.ledger.chart import CLEARING
from qinji.ledger.model import CURRENT_POCKET, HELD_POCKET, ONLY_POCKET
from qinji.platform.database import Address
from tests.household import Town
from tests.years import Household, Table, fen_of, lines_of, month_of, table_of

TABLE = table_of(Path(__file__).with_name("two_years.yaml"))
FAMILY = "外祖母带大的外孙女"
ROLES = ("mother", "daughter", "child")
"""Of the family's people, in their order: the grandmother of the world's title is the mother of the table."""

POCKETS = {
    "account": ONLY_POCKET,
    "this_year": CURRENT_POCKET,
    "on_its_way": HELD_POCKET,
    "wallet": WALLET_POCKET,
}
PARTS = {"fund": "fund", "own": "account", "wallet": "wallet", "relatives": "relatives", "cash": "cash"}
"""The parts of a bill of the table, and what a statement of it calls them."""

Told = Mapping[str, Any]


def statements(table: Table) -> Iterator[tuple[date, str, Told]]:
    """Every statement of the table."""
    for month in table["months"]:
        for role, told in month["statements"].items():
            yield month_of(month), role, told


def balances(told: Told) -> dict[str, tuple[int, ...]]:
    """The balances of a statement of the table: opening, in, out, closing, in fen."""
    return {name: tuple(parse_yuan(one) for one in told[name]) for name in POCKETS if name in told}


def test_the_table_has_every_month_of_two_years_and_a_note_for_every_line() -> None:
    months = [month_of(month) for month in TABLE["months"]]
    assert months == [months_after(date(2026, 3, 1), place) for place in range(24)]
    noted = [
        *(step for month in TABLE["months"] for step in month["steps"]),
        *(told for _, _, told in statements(TABLE)),
        *TABLE["moments"],
    ]
    assert all(len(one["hand"]) > 1 for one in noted)
    assert all(set(month["statements"]) == set(ROLES) for month in TABLE["months"])


def test_the_table_adds_up_by_itself() -> None:
    standing: dict[tuple[str, str], int] = {}
    for month, role, told in statements(TABLE):
        where, moved = f"{month} {role}", 0
        for name, (opening, came, went, closing) in balances(told).items():
            assert opening + came - went == closing >= 0, f"{where} {name}"
            assert opening == standing.get((role, name), 0), f"{where} {name} opens as it closed"
            standing[role, name] = closing
            moved += closing - opening
        left_out = {name for who, name in standing if who == role} - set(balances(told))
        assert not any(standing[role, name] for name in left_out), f"{where} leaves out what is there"
        kinds = [[parse_yuan(one) for one in both] for both in told.get("kinds", {}).values()]
        assert sum(came - went for came, went in kinds) == moved, f"{where}: kinds and balances"


def test_the_bills_of_the_table_add_up_to_its_statements() -> None:
    for month in TABLE["months"]:
        named = {step["name"]: step for step in month["steps"] if "lines" in step and "name" in step}
        paid: Counter[tuple[str, str]] = Counter()
        for step in month["steps"]:
            bill, sign = (named[step["bill"]], -1) if step["do"] == "cancel" else (step, 1)
            if "lines" not in bill:
                continue
            parts = fen_of(bill["paid"])
            assert sum(parts.values()) == sum(parse_yuan(line.price) for line in lines_of(bill)), step
            for part, fen in parts.items():
                paid[bill["who"], PARTS[part]] += sign * fen
        told = {
            (role, part): fen
            for role, one in month["statements"].items()
            for part, fen in fen_of(one.get("paid", {})).items()
        }
        assert told == {key: fen for key, fen in paid.items() if fen}, month["month"]
        relatives = sum(fen for (_, part), fen in paid.items() if part == "relatives")
        payers = [one for one in month["statements"].values() if "for" in one]
        premiums = sum(parse_yuan(one["kinds"]["premium"][1]) for one in payers if "premium" in one["kinds"])
        assert sum(sum(fen_of(one["for"]).values()) for one in payers) == relatives + premiums, month["month"]


@pytest.mark.asyncio(loop_scope="module")
async def test_every_month_of_two_years_is_what_was_worked_out_by_hand(
    town: Town, module_address: Address
) -> None:
    home = Household(town, module_address, dict(zip(ROLES, town.family(FAMILY), strict=True)))
    ids = {role: await town.bureau.person_id(person.number) for role, person in home.people.items()}
    actors = {role: PersonActor(identifier) for role, identifier in ids.items()}
    names = {str(identifier): role for role, identifier in ids.items()}

    async def confirmed(month: date, role: str, told: Told) -> None:
        made = await make_statement.run(actors[role], month, town.bureau.runtime)
        assert not isinstance(made, Refused)
        assert seen(made.statement, names) == expected(told), f"{month} {role}"
        for table in (made.paid, made.relatives):
            assert sum(int(row[1]) for row in table.rows) == int(table.total[1] if table.total else 0)

    for month in TABLE["months"]:
        for step in month["steps"]:
            await home.do(month_of(month), step)
        end = months_after(month_of(month), 1)
        town.bureau.clock.set(datetime.combine(end, time(0, 10), CHINA))
        for role, told in month["statements"].items():
            await confirmed(month_of(month), role, told)
        await _books_are_right(town, month["month"])
    for month_day, role, told in statements(TABLE):
        await confirmed(month_day, role, told)
    for one in TABLE["moments"]:
        moment = datetime.fromisoformat(one["at"]).replace(tzinfo=CHINA)
        then = await read_account_book.at(actors[one["who"]], moment, town.bureau.runtime)
        wanted = tuple(parse_yuan(one.get(name, "0.00")) for name in ("account", "on_its_way", "wallet"))
        assert (then.account_fen, then.held_fen, then.wallet_fen) == wanted, one


async def _books_are_right(town: Town, month: str) -> None:
    """The audit finds nothing; over all persons each clearing account is zero."""
    async with town.bureau.runtime.database.reading() as connection:
        assert await audit_books.run(connection) == [], month
        for account in CLEARING:
            standing = await connection.fetchval(
                "select coalesce(sum(case when credit = $1 then amount_fen else 0 end), 0)"
                " - coalesce(sum(case when debit = $1 then amount_fen else 0 end), 0) from transfer",
                account,
            )
            assert standing == 0, f"{month} {account}"


def seen(made: Statement, names: Mapping[str, str]) -> dict[str, object]:
    """A statement as the table tells one."""
    paid = {part: getattr(made.paid, f"{part}_fen") for part in PARTS.values()}
    pockets = {place: name for name, place in POCKETS.items()}
    found: dict[str, object] = {
        pockets[one.pocket]: (one.opening_fen, one.in_fen, one.out_fen, one.closing_fen)
        for one in made.pockets
    }
    found["kinds"] = {one.kind.value: (one.in_fen, one.out_fen) for one in made.kinds}
    found["for"] = {names[str(one.relative)]: one.for_them_fen for one in made.relatives if one.for_them_fen}
    found["paid"] = {part: fen for part, fen in paid.items() if fen}
    assert sum(one.for_me_fen for one in made.relatives) == made.paid.relatives_fen
    assert made.paid.total_fen == sum(paid.values())
    return found


def expected(told: Told) -> dict[str, object]:
    """A statement of the table."""
    return {
        **balances(told),
        "kinds": {
            kind: tuple(parse_yuan(one) for one in both) for kind, both in told.get("kinds", {}).items()
        },
        "for": fen_of(told.get("for", {})),
        "paid": fen_of(told.get("paid", {})),
    }
