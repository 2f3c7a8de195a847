"""An audit that can fail: each fault that the owner of the tables plants is named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from qinji.flows import audit_books
from qinji.flows.parts.commands import AccountUse
from qinji.kernel.bill import Approval
from qinji.kernel.ids import from_wire
from qinji.kernel.refusal import Refused
from qinji.ledger.audit import Finding
from qinji.mutual_aid.model import Limits
from qinji.platform.database import Address
from tests.bureau import Bureau, open_bureau
from tests.simulation.booked import DONE
from tests.simulation.books import Books, cast_of
from tests.simulation.cast import Cast
from tests.simulation.operations import Contribute, Give, Line, Settle

pytestmark = pytest.mark.asyncio(loop_scope="module")


@dataclass(frozen=True, slots=True)
class Settled:
    """A database with one bill that a relative's, the own account, the fund and cash paid, and a cancelled one."""

    address: Address
    bureau: Bureau
    patient: UUID
    grantor: UUID
    live: UUID
    cancelled: UUID


def _family(cast: Cast, bureau: Bureau) -> tuple[UUID, UUID]:
    """A grantor and a beneficiary who both have an account, in a region where everything may be shared."""
    for (grantor, beneficiary), relation in sorted(cast.kin.items()):
        people = cast.people[grantor], cast.people[beneficiary]
        policy = bureau.runtime.book.at(people[0].region, bureau.clock().date())
        assert not isinstance(policy, Refused)
        if (
            all(person.insurance == "employee" and person.status == "normal" for person in people)
            and people[0].region == people[1].region
            and relation in policy.sharing().relations
        ):
            return grantor, beneficiary
    raise LookupError("two employees of one family")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def settled(
    module_address: Address, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Settled]:
    home: Path = tmp_path_factory.mktemp("audit")
    async with open_bureau(module_address, home) as bureau:
        cast = await cast_of(bureau)
        books = Books(bureau, cast)
        grantor, patient = _family(cast, bureau)
        await books.do(Contribute(grantor, 7_000))
        relation = cast.kin[grantor, patient]
        assert await books.do(Give(grantor, patient, relation, Limits(per_use_fen=6_000))) == DONE
        policy = bureau.runtime.book.at(cast.people[patient].region, bureau.clock().date())
        assert not isinstance(policy, Refused)
        item = next(one for one in policy.items() if one.category == "A" and not one.restricted)
        place = next(
            i.code
            for i in cast.institutions.values()
            if i.region == cast.people[patient].region and i.level == "1"
        )
        own = cast.balances[patient]
        # So much that own account, grant and fund are used up and cash is left.
        quantity = 10_000 * (100 + own // 500)
        bill = Settle(
            patient, place, (Line(item.code, item.price, quantity, Approval.APPROVED),), AccountUse.OWN, None
        )
        first = (await books.settle([bill]))[0]
        assert not isinstance(first, str)
        assert min(first) > 0, "every kind of payer takes part"
        await books.cancel(books.settled[0])
        await books.settle([bill])
        ids = [from_wire(one.settlement) for one in books.settled]
        assert ids[0] is not None
        assert ids[1] is not None
        yield Settled(module_address, bureau, patient, grantor, ids[1], ids[0])


async def audit_after(settled: Settled, *statements: str) -> list[Finding]:
    """What the audit finds after the owner did this; then it is rolled back."""
    address = settled.address
    owner = await asyncpg.connect(
        host=address.host, port=address.port, user="qinji_owner", database=address.name
    )
    try:
        transaction = owner.transaction()
        await transaction.start()
        for statement in statements:
            await owner.execute(
                statement.format(
                    live=f"'{settled.live}'",
                    cancelled=f"'{settled.cancelled}'",
                    patient=f"'{settled.patient}'",
                    grantor=f"'{settled.grantor}'",
                )
            )
        found = await audit_books.run(owner)
        await transaction.rollback()
        return found
    finally:
        await owner.close()


async def test_right_books_have_no_finding(settled: Settled) -> None:
    assert await audit_after(settled) == []
    async with settled.bureau.runtime.database.reading() as connection:
        assert await audit_books.run(connection) == []


LIFT_AMOUNT = "alter table transfer drop constraint ck_transfer_amount_positive"
LIFT_BALANCE = "alter table personal_account drop constraint ck_personal_account_not_below_zero"
LIFT_PARTS = "alter table settlement drop constraint ck_settlement_parts_add_up"

CLAWED = (
    "insert into clawback_line (person_id, claim_id, line, round, act_id, credit_act_id, amount_fen) "
    "select l.person_id, l.run_id, 2, 1, '00000000-0000-7000-8000-000000000001', l.act_id, {fen} "
    "from account_run_line l where l.person_id = {{grantor}}"
)

FAULTS: dict[str, tuple[set[str], str, tuple[str, ...]]] = {
    "a grantor's leg is missing": (
        {"I1", "I3", "I14"},
        "live",
        ("delete from transfer where act_id = {live} and person_id = {grantor}",),
    ),
    "an amount is zero": (
        {"I2", "I14"},
        "live",
        (LIFT_AMOUNT, "update transfer set amount_fen = 0 where act_id = {live} and seq = 0"),
    ),
    "an amount is below zero": (
        {"I2", "I14"},
        "live",
        (LIFT_AMOUNT, "update transfer set amount_fen = -amount_fen where act_id = {live} and seq = 0"),
    ),
    "a stored balance is off": (
        {"I3"},
        "patient",
        ("update personal_account set balance_fen = balance_fen + 1 where person_id = {patient}",),
    ),
    "a balance is below zero": (
        {"I3", "I4"},
        "grantor",
        (LIFT_BALANCE, "update personal_account set balance_fen = -1 where person_id = {grantor}"),
    ),
    "an account's row is gone": (
        {"I3"},
        "grantor",
        ("delete from personal_account where person_id = {grantor}",),
    ),
    "a line of a run says more than was booked": (
        {"I12"},
        "grantor",
        ("update account_run_line set amount_fen = amount_fen + 1 where person_id = {grantor}",),
    ),
    "a line of a run was booked twice": (
        {"I12"},
        "grantor",
        (
            (
                "insert into account_run_line (person_id, run_id, line, act_id, kind, month, supplement, amount_fen) "
                "select person_id, run_id, line + 1, act_id, kind, month, supplement, amount_fen "
                "from account_run_line where person_id = {grantor}"
            ),
        ),
    ),
    "a line of a clawback was never booked": (
        {"I12"},
        "grantor",
        (CLAWED.format(fen="l.amount_fen"),),
    ),
    "more was taken back than was credited": (
        {"I14"},
        "grantor",
        (
            CLAWED.format(fen="l.amount_fen + 1"),
            (
                "insert into transfer (person_id, act_id, seq, debit, credit, amount_fen, book, booked_at, pocket) "
                "select l.person_id, l.act_id, 0, 'personal', 'source.contribution', l.amount_fen, t.book, now(), "
                "0 from clawback_line l join transfer t on t.person_id = l.person_id and t.act_id = l.credit_act_id"
            ),
            LIFT_BALANCE,
            (
                "update personal_account a set balance_fen = a.balance_fen - l.amount_fen from clawback_line l "
                "where a.person_id = l.person_id and a.pocket = 0"
            ),
        ),
    ),
    "money went back to the contributions without a clawback": (
        {"I12"},
        "grantor",
        (
            (
                "insert into transfer (person_id, act_id, seq, debit, credit, amount_fen, book, booked_at, pocket) "
                "select person_id, '00000000-0000-7000-8000-000000000001', 0, 'personal', 'source.contribution', "
                "amount_fen, '990100', now(), 0 from account_run_line where person_id = {grantor}"
            ),
            LIFT_BALANCE,
            (
                "update personal_account a set balance_fen = a.balance_fen - l.amount_fen from account_run_line l "
                "where a.person_id = l.person_id and a.pocket = 0 and a.person_id = {grantor}"
            ),
        ),
    ),
    "the parts do not add up": (
        {"I5"},
        "live",
        (LIFT_PARTS, "update settlement set cash_fen = cash_fen - 1 where settlement_id = {live}"),
    ),
    "a transfer's amount was changed": (
        {"I14"},
        "live",
        ("update transfer set amount_fen = amount_fen + 1 where act_id = {live} and debit like 'fund.%'",),
    ),
    "a transfer's accounts were changed": (
        {"I3", "I14"},
        "live",
        (
            (
                "update transfer set debit = 'source.contribution' "
                "where act_id = {live} and debit = 'personal' and person_id = {patient}"
            ),
        ),
    ),
    "a transfer was paid to another institution": (
        {"I14"},
        "live",
        ("update transfer set institution = 'H00000000000' where act_id = {live} and seq = 0",),
    ),
    "a transfer was moved to another day": (
        {"I14"},
        "live",
        ("update transfer set booked_at = booked_at - interval '1 day' where act_id = {live} and seq = 0",),
    ),
    "a transfer was moved to another book": (
        {"I14"},
        "live",
        ("update transfer set book = '420100' where act_id = {live} and person_id = {grantor}",),
    ),
    "a relative's row names somebody else": (
        {"I14"},
        "live",
        ("update transfer set other_person_id = person_id where act_id = {live} and person_id = {grantor}",),
    ),
    "the parts were moved from cash to the fund": (
        {"I14"},
        "live",
        (
            "update settlement set cash_fen = cash_fen - 1, fund_fen = fund_fen + 1 where settlement_id = {live}",
        ),
    ),
    "a row of a cancellation is missing": (
        {"I14"},
        "cancelled",
        ("delete from transfer where reverses = {cancelled} and seq = 0",),
    ),
    "a cancellation gave back another amount": (
        {"I3", "I14"},
        "cancelled",
        (
            (
                "update transfer set amount_fen = amount_fen + 1 where reverses = {cancelled} and person_id = {patient}"
                " and credit = 'personal'"
            ),
        ),
    ),
    "flows may change transfers": (
        {"I14"},
        "transfer",
        ("grant update on transfer to qinji_engine",),
    ),
    "flows may change one column of settlements": (
        {"I14"},
        "settlement",
        ("grant update (cash_fen) on settlement to qinji_engine",),
    ),
    "flows may delete consents": (
        {"I14"},
        "consent",
        ("grant delete on consent to qinji_engine",),
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_planted_fault_is_named(settled: Settled, fault: str) -> None:
    invariants, where, statements = FAULTS[fault]
    found = await audit_after(settled, *statements)
    assert {finding.invariant for finding in found} == invariants
    place = str(getattr(settled, where, where))
    assert any(place in finding.place for finding in found), found
    assert all(finding.chinese for finding in found)
