"""The facts of a batch of settlements: a working set that the fold carries from one command to the next.

Whoever is not among ``locked`` does not pay: a grant that appeared after the heads were locked is not used, one that
is gone is not there (ARCHITECTURE 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from qinji.credential.model import SessionFacts
from qinji.institution.model import Institution
from qinji.insured.model import Person
from qinji.kernel.dates import first_of_month
from qinji.kernel.refusal import Refused
from qinji.mutual_aid.model import Answer, BillKey, Confirmation, Grant
from qinji.policy.book import Book, RegionPolicy
from qinji.premium.model import Coverage
from qinji.settlement.model import Batch, PreviewNote, Visit, YearUse
from qinji.wallet.model import Lot


@dataclass(frozen=True, slots=True)
class Presented:
    """Who is behind the credential of a message. ``refusal`` says why nobody is; ``session`` is the code's."""

    person: UUID | None
    session: UUID | None
    kind: str
    refusal: Refused | None = None


MonthKey = tuple[UUID, str, date]
LevelKey = tuple[UUID, str, int, str]


def month_key(person: UUID, insurance: str, day: date) -> MonthKey:
    """Under which key the fund's payments of this day's month are summed."""
    return (person, insurance, first_of_month(day))


@dataclass(slots=True)
class WorkingSet:
    """Everything the decisions of one batch use, read after the lock. The fold changes it in place.

    ``months`` is what the fund paid by (person, insurance, first of the month), ``levels`` the deductible paid by
    (person, insurance, benefit year, level), in fen; both are read only for whose region's rules need them. ``lots``
    is what is in the wallet of whoever has money in one.
    ``answers`` are what grantors said of large bills, read only where a grant asks for it.
    """

    institutions: Mapping[str, Institution]
    persons: Mapping[UUID, Person]
    certificates: Mapping[UUID, str]
    locked: frozenset[UUID]
    balances: dict[tuple[UUID, int], int]
    grants: dict[UUID, list[Grant]]
    visits: dict[tuple[UUID, UUID], Visit]
    batches: dict[tuple[UUID, UUID, str], Batch]
    notes: Mapping[tuple[UUID, UUID, str], PreviewNote]
    pharmacy_lines: dict[tuple[UUID, str, str], UUID | None]
    years: dict[tuple[UUID, str, int], YearUse]
    days: dict[tuple[UUID, date, str], int]
    sessions: dict[tuple[UUID, UUID], SessionFacts] = field(default_factory=dict)
    months: dict[MonthKey, int] = field(default_factory=dict)
    levels: dict[LevelKey, int] = field(default_factory=dict)
    lots: dict[UUID, list[Lot]] = field(default_factory=dict)
    answers: dict[tuple[UUID, BillKey], Confirmation] = field(default_factory=dict)
    coverages: Mapping[UUID, Sequence[Coverage]] = field(default_factory=dict)

    def agreed_fen(self, grant: UUID, bill: BillKey) -> int:
        """How much of this bill its grantor has agreed to; 0 where they were not asked, or have not said yes."""
        answered = self.answers.get((grant, bill))
        return answered.amount_fen if answered is not None and answered.answer is Answer.GIVEN else 0


def counted_by_month_and_level(
    people: Mapping[UUID, Person], bills: Iterable[tuple[UUID, date]], book: Book
) -> tuple[list[UUID], list[int]]:
    """Whose earlier bills must be summed by month and level, and of which benefit years; mostly nobody's."""
    counted, years = set[UUID](), set[int]()
    for person, day in bills:
        policy = book.at(people[person].region, day) if person in people else None
        if isinstance(policy, RegionPolicy) and policy.counts_by_month_and_level:
            counted.add(person)
            years.add(policy.settlement().benefit_year_of(day))
    return sorted(counted), sorted(years)


def only_accounts(
    people: Mapping[UUID, Person],
    grants: dict[UUID, list[Grant]],
    balances: Mapping[UUID, Mapping[int, int]],
) -> WorkingSet:
    """The facts of a bill without a bill: whose money there is, and by which grants. Nobody is locked for it."""
    return WorkingSet(
        institutions={},
        persons=people,
        certificates={},
        locked=frozenset(people),
        balances={(who, pocket): fen for who, pockets in balances.items() for pocket, fen in pockets.items()},
        grants=grants,
        visits={},
        batches={},
        notes={},
        pharmacy_lines={},
        years={},
        days={},
    )
