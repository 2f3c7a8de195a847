"""A bureau whose accounts are credited by file and taken back from by file, and hands to do both: for tests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from qinji.entry.clawing import Clawings, ClawPass
from qinji.entry.crediting import Pass
from qinji.entry.sheets import Report, read_file
from qinji.entry.wiring import Runtime
from qinji.flows import audit_books, claw_back_credits
from qinji.flows.claw_back_credits import DecideClawback, EnterClawback
from qinji.flows.deps import new_id
from qinji.flows.parts import clawing, crediting
from qinji.flows.parts.clawing import ClawbackFile
from qinji.flows.parts.crediting import CreditFile
from qinji.kernel.actor import StaffActor, StaffRole
from qinji.ledger import queries as ledger
from qinji.ledger.model import ONLY_POCKET, Clawback
from tests.bureau import Bureau

CLERK = StaffActor("C001", "程晓岚")
REVIEWER = StaffActor("R001", "殷国清", StaffRole.REVIEWER)
CASHIER = StaffActor("T001", "收费员", StaffRole.CASHIER, "P1")
WHY = "三月的缴费基数录错,多划了"


@dataclass(frozen=True)
class Claim:
    """A correction file of a crediting file, and hands to enter, approve and carry it out."""

    deps: Runtime
    path: Path
    file: ClawbackFile

    async def entered(self, *, again: bool = False) -> Clawback:
        """By the clerk."""
        found = await claw_back_credits.enter(EnterClawback(CLERK, self.file, WHY, again), self.deps)
        assert isinstance(found, Clawback), found
        return found

    async def approved(self) -> Clawback:
        """By the other."""
        found = await claw_back_credits.settle_round(DecideClawback(REVIEWER, self.file, True), self.deps)
        assert isinstance(found, Clawback), found
        return found

    def work(self) -> ClawPass:
        """A pass over the file."""
        sheet = read_file(self.path, clawing.COLUMNS)
        return ClawPass(sheet, Report(self.path.with_suffix(".report.csv"), clawing.COLUMNS))

    async def carried_out(self) -> ClawPass:
        """The approved round, from the first row to the last."""
        work = self.work()
        await work.carry_out(await self.approved(), self.deps, lambda _: None)
        work.report.close()
        return work

    async def done(self, *, again: bool = False) -> ClawPass:
        """Entered, approved and carried out."""
        await self.entered(again=again)
        return await self.carried_out()

    async def state(self) -> Clawback:
        """Where the file stands."""
        found = await claw_back_credits.known(self.file, self.deps)
        assert isinstance(found, Clawback)
        return found


@dataclass
class Office:
    """A bureau that credits files and takes back of them."""

    bureau: Bureau
    deps: Runtime
    folder: Path
    files: int = 0

    @property
    def numbers(self) -> list[str]:
        """Person numbers of employees of the seed's first town."""
        people = self.bureau.world.people
        return [one.number for one in people if one.insurance == "employee" and one.region == "990100"]

    def written(self, columns: Sequence[str], rows: Sequence[str]) -> Path:
        """A file."""
        self.files += 1
        path = self.folder / f"{self.files}.csv"
        path.write_text("\n".join((",".join(columns), *rows)) + "\n", encoding="utf-8")
        return path

    async def credited(self, *rows: str) -> str:
        """A crediting file that is booked; the name of its run."""
        path = self.written(crediting.COLUMNS, rows)
        sheet = read_file(path, crediting.COLUMNS)
        file = CreditFile(sheet.digest, "os:test", supplement=False)
        work = Pass(sheet, file, Report(path.with_suffix(".report.csv"), crediting.COLUMNS))
        await work.book(self.deps, lambda _: None)
        assert work.totals.booked == len(rows)
        return file.name

    def claim(self, credit_name: str, *rows: str, further: bool = False) -> Claim:
        """A correction file of that run."""
        path = self.written(clawing.COLUMNS, rows)
        digest = read_file(path, clawing.COLUMNS).digest
        return Claim(self.deps, path, ClawbackFile(digest, credit_name, further))

    async def pockets(self, number: str) -> dict[int, int]:
        """Balances by pocket."""
        person = await self.bureau.person_id(number)
        async with self.deps.database.reading() as connection:
            return dict((await ledger.balances(connection, [person]))[person])

    async def balance(self, number: str) -> int:
        """All pockets together."""
        return sum((await self.pockets(number)).values())

    async def empty(self, number: str, down_to_fen: int) -> None:
        """The history balance is spent down to this much, and the books stay right."""
        person = await self.bureau.person_id(number)
        there = (await self.pockets(number))[ONLY_POCKET]
        async with self.deps.database.transaction() as connection:
            await connection.execute(
                "insert into transfer (person_id, act_id, seq, debit, credit, amount_fen, book, booked_at, pocket) "
                "values ($1, $2, 0, 'personal', 'institution_payable', $3, '990100', $4, 0)",
                person,
                new_id(self.deps, self.deps.clock()),
                there - down_to_fen,
                self.deps.clock(),
            )
            await connection.execute(
                "update personal_account set balance_fen = $2 where person_id = $1 and pocket = 0",
                person,
                down_to_fen,
            )

    async def findings(self) -> list[object]:
        """What the audit finds."""
        async with self.deps.database.reading() as connection:
            return [*await audit_books.run(connection)]


def told(totals: Clawings) -> tuple[int, int, int, int, int]:
    """Rows that took something, what they took, what was taken before, what is missing, rows refused."""
    return totals.taken, totals.taken_fen, totals.before_fen, totals.missing_fen, totals.refused
