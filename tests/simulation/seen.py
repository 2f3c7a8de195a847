"""What is seen of the paper bureau when the next operation is drawn, and by whoever asks for its state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from qinji.family.model import Binding as FamilyBinding
from qinji.flows.parts.facts import WorkingSet
from qinji.institution.model import PHARMACY
from qinji.insured.model import Insurance, Person, Status
from qinji.kernel.dates import local_day
from qinji.kernel.kinship import Relation
from qinji.kernel.refusal import Refused
from qinji.ledger.model import ONLY_POCKET
from qinji.mutual_aid.model import Answer as Said
from qinji.mutual_aid.model import Confirmation, Grant, GrantState
from qinji.policy.book import Book
from qinji.premium.model import AT_THE_BUREAU, LIVE
from tests.simulation.booked import Booked
from tests.simulation.cases import Cases
from tests.simulation.cast import Cast
from tests.simulation.granting import Grants
from tests.simulation.operations import Line, Pair, Thing
from tests.simulation.premiums import Premiums
from tests.simulation.purses import Purses
from tests.simulation.showing import Codes
from tests.simulation.visiting import Visits

A_PREMIUM_FEN = 40_000
"""About what a premium costs."""


class Seen:
    """The looks at a paper bureau; they change nothing."""

    book: Book
    cast: Cast
    now: datetime
    people: list[UUID]
    pairs: list[tuple[UUID, UUID, Relation]]
    booked: list[Booked]
    bindings: dict[Pair, FamilyBinding]
    facts: WorkingSet
    grants: Grants
    purses: Purses
    premiums: Premiums
    visits: Visits
    complaints: Cases
    codes: Codes
    people_now: dict[UUID, Person]
    _places: dict[str, list[str]]

    @property
    def today(self) -> date:
        """The day in China."""
        return local_day(self.now)

    @property
    def settled(self) -> int:
        """How many settlements there were."""
        return len(self.booked)

    @property
    def live_grants(self) -> list[Pair]:
        """(grantor, beneficiary) of grants that are not ended."""
        return self.grants.live

    @property
    def asked(self) -> list[tuple[UUID, UUID, str, int | None]]:
        """(grantor, beneficiary, place, visit) of requests whose time is not over; a pharmacy's has no visit."""
        return [self._question(one) for one in self.grants.asked(self.now)]

    @property
    def unanswered(self) -> list[tuple[UUID, UUID, str, int | None]]:
        """Those of them that nobody has answered."""
        waiting = (one for one in self.grants.asked(self.now) if one.answer is Said.WAITING)
        return [self._question(one) for one in waiting]

    def _question(self, one: Confirmation) -> tuple[UUID, UUID, str, int | None]:
        return one.grantor_id, one.person_id, one.bill.institution, self.visits.number(one.bill)

    @property
    def careful(self) -> list[Pair]:
        """(grantor, beneficiary) of grants that would pay, with a yes of the grantor: nothing else is there."""
        return self.grants.careful

    @property
    def agreed(self) -> list[int]:
        """Visits to whose bill a grantor has said yes."""
        given = [bill for (_, bill), one in self.facts.answers.items() if one.answer is Said.GIVEN]
        numbers = [self.visits.number(bill) for bill in given]
        return [one for one in numbers if one is not None]

    @property
    def shown(self) -> int:
        """How many hospital visits were shown before they are settled."""
        return len(self.visits.opened)

    def visit(self, number: int) -> tuple[UUID, str, tuple[Line, ...]]:
        """Whose visit, where, and what it costs."""
        known = self.visits.opened[number]
        return known.person, known.institution, known.lines

    @property
    def live_bindings(self) -> list[Pair]:
        """(holder, member) of bindings."""
        return list(self.bindings)

    @property
    def sent(self) -> int:
        """How many transfers to wallets there were."""
        return len(self.purses.on_the_way)

    @property
    def errands(self) -> list[Pair]:
        """(who orders, for whom): residents for themselves, parents for a minor, and some employee in vain."""
        return self.premiums.errands(self.today)

    @property
    def lent(self) -> list[Pair]:
        """(grantor, beneficiary) of grants to residents, whose premium they may pay."""
        people = self.facts.persons
        return [pair for pair in self.grants.live if people[pair[1]].insurance is Insurance.RESIDENT]

    @property
    def likely(self) -> list[Pair]:
        """Those of them that would probably pay one: none is ordered, and there is money."""
        ordered = {one.person_id for one in self.premiums.orders if one.state in LIVE}
        return [
            (grant.grantor_id, one)
            for one, given in self.facts.grants.items()
            if self.facts.persons[one].insurance is Insurance.RESIDENT and one not in ordered
            for grant in given
            if grant.state is GrantState.ACTIVE and self._wide(grant)
        ]

    def _wide(self, grant: Grant) -> bool:
        limits = grant.limits
        most = (limits.per_use_fen, limits.per_day_fen, limits.per_month_fen, limits.per_year_fen)
        money = self.facts.balances.get((grant.grantor_id, ONLY_POCKET), 0)
        return min(money, *(money if one is None else one for one in most)) > A_PREMIUM_FEN

    @property
    def cases(self) -> int:
        """How many complaints there were."""
        return len(self.complaints.opened)

    @property
    def mended(self) -> list[int]:
        """Numbers of settlements of late that were corrected and are live."""
        return [number for number in self._late() if self.booked[number].mended]

    @property
    def from_wallets(self) -> list[int]:
        """Numbers of settlements of late that a wallet paid in part and that are live."""
        return [number for number in self._late() if self.booked[number].decided.parts]

    def _late(self) -> list[int]:
        newest = range(max(0, len(self.booked) - 300), len(self.booked))
        return [number for number in newest if self.booked[number].back is None]

    def parties(self, about: Thing) -> Sequence[UUID]:
        """Whom a bill, a code or a look concerns; who showed a code and whose account paid come after whose it is."""
        return self.complaints.parties(about)

    def case(self, number: int) -> tuple[UUID, Thing]:
        """Whose case, and about what."""
        known = self.complaints.opened[number]
        return known.person, known.about

    @property
    def shown_codes(self) -> int:
        """How many codes there were."""
        return len(self.codes.shown)

    @property
    def looks(self) -> int:
        """How many looks of members of staff there were."""
        return len(self.complaints.looks)

    @property
    def fresh_codes(self) -> list[tuple[int, UUID]]:
        """Numbers of codes of late that paid nothing yet, and whose they are."""
        newest = range(max(0, self.shown_codes - 12), self.shown_codes)
        return [(one, self.codes.shown[one].person) for one in newest if self.codes.paid(one) is None]

    @property
    def in_arrears(self) -> list[UUID]:
        """Employees whose payments have stopped."""
        return [one for one in self.people if self.people_now[one].status is Status.ARREARS]

    @property
    def of_arrears(self) -> list[UUID]:
        """Who is in a break, and to whom somebody granted who is in one."""
        stopped = self.in_arrears
        return [*stopped, *(pair[1] for pair in self.grants.live if pair[0] in stopped)]

    @property
    def of_breaks(self) -> list[int]:
        """Numbers of visits of late that are not settled and whose patient is paid for again."""
        newest = range(max(0, self.shown - 100), self.shown)
        return [one for one in newest if self._of_break(one)]

    def _of_break(self, number: int) -> bool:
        visit = self.visits.opened[number]
        person = self.people_now[visit.person]
        known = person.insurance is Insurance.EMPLOYEE and visit.person in self.premiums.covers
        return known and person.status is Status.NORMAL and visit.settled is None

    @property
    def working(self) -> list[int]:
        """Numbers of cases that are open, the newest ones."""
        newest = range(max(0, self.cases - 20), self.cases)
        return [number for number in newest if self.complaints.opened[number].open]

    @property
    def ordered(self) -> int:
        """How many premiums were ordered."""
        return len(self.premiums.orders)

    @property
    def at_the_bureau(self) -> list[int]:
        """Numbers of orders of which the tax bureau has to say something."""
        return [number for number, one in enumerate(self.premiums.orders) if one.state in AT_THE_BUREAU]

    @property
    def filled(self) -> list[UUID]:
        """Into whose wallet something came."""
        return self.purses.filled

    def holders_of(self, member: UUID) -> list[UUID]:
        """Who has bound this member."""
        return [holder for holder, bound in self.bindings if bound == member]

    def places_for(self, person: UUID) -> Sequence[str]:
        """Institutions of the person's region."""
        region = self.cast.people[person].region
        if region not in self._places:
            self._places[region] = [c for c, i in self.cast.institutions.items() if i.region == region]
        return self._places[region]

    def pharmacies_for(self, person: UUID) -> Sequence[str]:
        """Pharmacies of the person's region."""
        places = self.cast.institutions
        return [code for code in self.places_for(person) if places[code].level == PHARMACY]

    def all_places(self) -> Sequence[str]:
        """Every institution."""
        return list(self.cast.institutions)

    def items_for(self, person: UUID) -> Sequence[tuple[str, int]]:
        """Items of the catalogue with their prices."""
        policy = self.book.at(self.cast.people[person].region, self.today)
        return [] if isinstance(policy, Refused) else [(item.code, item.price) for item in policy.items()]

    def balance(self, person: UUID) -> int:
        """The own account's balance in fen."""
        return self.facts.balances[(person, ONLY_POCKET)]
