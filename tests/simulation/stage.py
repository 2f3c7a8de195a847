"""What the draw of the next operation needs to know of the state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from qinji.flows.parts.crediting import Booked
from qinji.kernel.kinship import Relation
from tests.simulation.operations import Line, Pair, Thing


class Scene(Protocol):
    """What the draw needs to know of the state."""

    @property
    def people(self) -> Sequence[UUID]:
        """Everybody, in a fixed order."""

    @property
    def pairs(self) -> Sequence[tuple[UUID, UUID, Relation]]:
        """Who is what to whom by the registry: (one, other, what the other is to the one)."""

    @property
    def live_grants(self) -> Sequence[Pair]:
        """(grantor, beneficiary) of grants that are not ended."""

    @property
    def careful(self) -> Sequence[Pair]:
        """(grantor, beneficiary) of grants that would pay, with a yes of the grantor: nothing else is there."""

    @property
    def asked(self) -> Sequence[tuple[UUID, UUID, str, int | None]]:
        """(grantor, beneficiary, place, visit) of requests whose time is not over; a pharmacy's has no visit."""

    @property
    def unanswered(self) -> Sequence[tuple[UUID, UUID, str, int | None]]:
        """Those of them that nobody has answered."""

    @property
    def agreed(self) -> Sequence[int]:
        """Visits to whose bill a grantor has said yes."""

    @property
    def shown(self) -> int:
        """How many hospital visits were shown before they are settled."""

    @property
    def live_bindings(self) -> Sequence[Pair]:
        """(holder, member) of bindings."""

    @property
    def settled(self) -> int:
        """How many settlements there were."""

    @property
    def sent(self) -> int:
        """How many transfers to wallets there were."""

    @property
    def filled(self) -> Sequence[UUID]:
        """Into whose wallet something came."""

    @property
    def errands(self) -> Sequence[Pair]:
        """(who orders, for whom): residents for themselves, parents for a minor, and some employee in vain."""

    @property
    def lent(self) -> Sequence[Pair]:
        """(grantor, beneficiary) of grants to residents, whose premium they may pay."""

    @property
    def likely(self) -> Sequence[Pair]:
        """Those of them that would probably pay one: none is ordered, and there is money."""

    @property
    def cases(self) -> int:
        """How many complaints there were."""

    @property
    def mended(self) -> Sequence[int]:
        """Numbers of settlements of late that were corrected and are live."""

    @property
    def from_wallets(self) -> Sequence[int]:
        """Numbers of settlements of late that a wallet paid in part and that are live."""

    def parties(self, about: Thing) -> Sequence[UUID]:
        """Whom a bill, a code or a look concerns; who showed a code and whose account paid come after whose it is."""

    def case(self, number: int) -> tuple[UUID, Thing]:
        """Whose case, and about what."""

    @property
    def shown_codes(self) -> int:
        """How many codes there were."""

    @property
    def looks(self) -> int:
        """How many looks of members of staff there were."""

    @property
    def fresh_codes(self) -> Sequence[tuple[int, UUID]]:
        """Numbers of codes of late that paid nothing yet, and whose they are."""

    @property
    def in_arrears(self) -> Sequence[UUID]:
        """Employees whose payments have stopped."""

    @property
    def of_arrears(self) -> Sequence[UUID]:
        """Who is in a break, and to whom somebody granted who is in one."""

    @property
    def of_breaks(self) -> Sequence[int]:
        """Numbers of visits of late that are not settled and whose patient is paid for again."""

    @property
    def working(self) -> Sequence[int]:
        """Numbers of cases that are open, the newest ones."""

    @property
    def credited(self) -> Sequence[Booked]:
        """Every credit, in order."""

    @property
    def ordered(self) -> int:
        """How many premiums were ordered."""

    @property
    def at_the_bureau(self) -> Sequence[int]:
        """Numbers of orders of which the tax bureau has to say something."""

    def visit(self, number: int) -> tuple[UUID, str, tuple[Line, ...]]:
        """Whose visit, where, and what it costs."""

    def holders_of(self, member: UUID) -> Sequence[UUID]:
        """Who has bound this member."""

    def places_for(self, person: UUID) -> Sequence[str]:
        """Institutions of the person's region."""

    def all_places(self) -> Sequence[str]:
        """Every institution."""

    def pharmacies_for(self, person: UUID) -> Sequence[str]:
        """Pharmacies of the person's region."""

    def items_for(self, person: UUID) -> Sequence[tuple[str, int]]:
        """Items of the catalogue with their prices."""
