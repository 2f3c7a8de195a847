"""Who opens the pages, and what has happened before: families that share, a year of bills, cases, full queues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from uuid import UUID

from bench.engine import items_of
from bench.population import HOSPITAL, PHARMACY, Customer
from bench.town.calls import at_once, done
from bench.town.doubts import doubted
from bench.town.files import filed
from bench.town.kin import related
from bench.town.year import Household, credited, lived
from qinji.access.model import PersonActor
from qinji.credential import store as credentials
from qinji.credential.model import BearerFacts
from qinji.credential.rules import BEARER_IDLE
from qinji.entry.wiring import Flows, Runtime
from qinji.evidence import queries as evidence
from qinji.family import queries as bindings_of
from qinji.family.model import Binding, Route
from qinji.flows import bind_relative, decide_binding, enrol, enter_window_act, recognise
from qinji.flows.parts.people import WithPeople
from qinji.flows.sign_in import TOKEN_ENTROPY
from qinji.institution import store as institutions
from qinji.institution.model import StaffMember
from qinji.insured import queries as insured
from qinji.kernel.actor import Channel, StaffActor, StaffRole
from qinji.kernel.dates import first_of_month, local_day
from qinji.kernel.ids import to_wire
from qinji.kernel.kinship import Relation
from qinji.mutual_aid import queries as mutual_aid
from qinji.notice import queries as notices
from qinji.notice.model import NoticeKind
from qinji.web.counter.desk import Desk
from qinji.web.counter.lines import Typed
from qinji.web.counter.outcomes import Receipt
from qinji.web.counter.tickets import Ticket
from qinji.web.counter.till import Preview, Till, Variant
from qinji.window.model import CodeWish, Recognised, WindowAct, WindowKind

VISITORS = 40
"""How many people look at every page in turn, so that no answer is warmer than a phone or a desk would find it."""

PHARMACY_BILLS = 5
"""Bills of each visitor at the pharmacy today, beside one at the clinic: 200 and 40 are a day of each."""

LINES = 5
ACTS = 20
"""Window acts of each clerk today: a full page of what they have entered."""

CASES_FROM, FILED_FROM, ACTS_FROM = 40_000, 41_000, 42_000
"""Where in the population those are whose cases wait; no visitor is one of them."""

CASE_PEOPLE = 6
"""Three bindings at the window for each clerk: one to enter, one to review, one that is done."""

PHOTO_BYTES = 200_000
PAPER = "窗-2026-0031"
REASON = "本人不用手机,持卡到窗口"
_FILE = "update mutual_aid_grant set state = 'filed' where grantor_id = any($1::uuid[])"


class Door(StrEnum):
    """Where one signs in; a pharmacy's counter and a clinic's are two."""

    PHONE = "phone"
    PHARMACY = "pharmacy"
    CLINIC = "clinic"
    CONSOLE = "console"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who opens every page: their session at each door, and what the paths and fields of forms may name."""

    tokens: Mapping[Door, str]
    names: Mapping[str, str]


class Town:
    """What is prepared, by the flows of the doors themselves."""

    def __init__(self, runtime: Runtime, people: Sequence[Customer], persons: Mapping[int, UUID]) -> None:
        self._runtime = runtime
        self._people = people
        self._persons = persons
        self._till = Till(Flows(runtime), runtime)
        self._chance = Random(VISITORS)

    async def bound(self, holder: int, member: int, relation: Relation) -> UUID:
        """A relative is asked on the holder's phone and agrees on their own."""
        asked = await self._asked(holder, member, relation, Route.MEMBER)
        made: list[WithPeople[Binding]] = []
        actor = PersonActor(self._persons[member])
        call = done(made)
        command = decide_binding.DecideBinding(call, actor, Channel.WEB, asked, approve=True)
        await decide_binding.run(command, self._runtime)
        return asked

    async def to_enter(self, holder: int, member: int) -> UUID:
        """A request with a photo that waits for a clerk to enter it."""
        return await self._asked(holder, member, Relation.SPOUSE, Route.WINDOW)

    async def to_review(self, clerk: StaffActor, holder: int, member: int) -> UUID:
        """A binding with a photo that a clerk has entered and another is to look at."""
        made: list[WithPeople[Binding]] = []
        await bind_relative.run(
            bind_relative.BindRelative(
                call=done(made),
                actor=clerk,
                channel=Channel.WINDOW,
                member_number=self._people[member].number,
                relation=Relation.SPOUSE,
                holder_number=self._people[holder].number,
                evidence_reference=PAPER,
                reason=REASON,
                photos=(self._photo(),),
            ),
            self._runtime,
        )
        return made[0].thing.binding_id

    async def reviewed(self, clerk: StaffActor, other: StaffActor, holder: int, member: int) -> UUID:
        """A binding that one clerk has entered and another has approved."""
        entered = await self.to_review(clerk, holder, member)
        made: list[WithPeople[Binding]] = []
        command = decide_binding.DecideBinding(
            done(made), other, Channel.WINDOW, entered, approve=True, reason=REASON
        )
        await decide_binding.run(command, self._runtime)
        return entered

    async def photo_of(self, member: int, binding: UUID) -> UUID:
        """The photo of a binding that waits."""
        async with self._runtime.database.reading() as connection:
            papers = await evidence.latest_papers(connection, self._persons[member], binding)
        assert papers is not None
        return papers.photos[0].photo_id

    async def _asked(self, holder: int, member: int, relation: Relation, route: Route) -> UUID:
        made: list[WithPeople[Binding]] = []
        await bind_relative.run(
            bind_relative.BindRelative(
                call=done(made),
                actor=PersonActor(self._persons[holder]),
                channel=Channel.WEB,
                member_number=self._people[member].number,
                relation=relation,
                route=route,
                photos=() if route is Route.MEMBER else (self._photo(),),
            ),
            self._runtime,
        )
        return made[0].thing.binding_id

    async def frozen(self, clerk: StaffActor, person: int) -> UUID:
        """Somebody's code, frozen at the window and still to be looked at by another clerk."""
        made: list[WithPeople[WindowAct]] = []
        await enter_window_act.run(
            enter_window_act.EnterWindowAct(
                call=done(made),
                actor=clerk,
                recognised_by=Recognised.CARD,
                number=self._people[person].card,
                wish=CodeWish(WindowKind.FREEZE_CODE),
                reason=REASON,
                paper_reference=PAPER,
            ),
            self._runtime,
        )
        return made[0].thing.act_id

    async def sold(self, cashier: StaffActor, patient: int) -> str:
        """A bill of five lines, by card; its number."""
        desk = await self._till.desk(cashier)
        assert isinstance(desk, Desk)
        card = self._people[patient].card
        ticket = await self._till.scan(desk, self._till.begin(desk), card, card=True)
        assert isinstance(ticket, Ticket), ticket
        for item in self._chance.sample(items_of(self._runtime), LINES):
            added = self._till.add(desk, ticket, Typed(item.code, "1", approved=True))
            assert isinstance(added, Ticket), added
            ticket = added
        shown = await self._till.preview(desk, ticket)
        assert isinstance(shown, Preview), shown
        receipt = await self._till.settle(desk, shown.ticket, Variant.EVERYONE)
        assert isinstance(receipt, Receipt), receipt
        return receipt.settlement

    async def filed(self, grantors: Sequence[int]) -> list[UUID]:
        """Grants that wait for their filing, as in a region that wants one first; this one's does not."""
        owners = [self._persons[place] for place in grantors]
        async with self._runtime.database.transaction() as connection:
            await connection.execute(_FILE, owners)
            found = [
                await mutual_aid.listing(connection, owner, 10, self._runtime.clock()) for owner in owners
            ]
        return [
            next(grant.grant_id for grant in grants if grant.grantor_id == owner)
            for owner, grants in zip(owners, found, strict=True)
        ]

    def _photo(self) -> bytes:
        """So many bytes that begin as a picture does."""
        return b"\xff\xd8\xff\xe0" + self._chance.randbytes(PHOTO_BYTES)


async def visitors(runtime: Runtime, people: Sequence[Customer]) -> list[Visitor]:
    """Everybody who opens the pages, with all that they find there. Production has no sign-in that could be picked."""
    places = [
        *range(VISITORS + 2),
        *range(CASES_FROM, CASES_FROM + CASE_PEOPLE * VISITORS),
        *range(FILED_FROM, FILED_FROM + 2 * VISITORS),
    ]
    persons = await _persons(runtime, people, places)
    await _related(runtime, persons)
    staff = await _employed(runtime)
    clerks = staff[2:]
    town = Town(runtime, people, persons)
    kin = await related(runtime, [persons[place] for place in range(VISITORS)])
    households = [Household(people[place], persons[place], kin[place]) for place in range(VISITORS)]
    years = await lived(runtime, households)
    for holder in range(1, VISITORS + 1):
        member, relation = (holder - 1, Relation.SPOUSE) if holder % 2 else (holder - 2, Relation.CHILD)
        await town.bound(holder, member, relation)
    shops = [staff[0], staff[1]]
    # One after the other: neighbours share a purse, and a settlement must find what its preview found.
    bills = [await _bills(town, shops, place) for place in range(VISITORS)]
    await credited(runtime, households, first_of_month(local_day(runtime.clock())))
    cases = await at_once(
        [_cases(town, clerk, clerks[place - 1], place) for place, clerk in enumerate(clerks)]
    )
    doubts = await at_once(
        [
            doubted(
                runtime, persons[place], clerk, bills[place]["doubted_bill"], bills[place]["explained_bill"]
            )
            for place, clerk in enumerate(clerks)
        ]
    )
    files = await filed(runtime, clerks, people)
    filings = await town.filed([FILED_FROM + 2 * place + 1 for place in range(VISITORS)])
    found: list[Visitor] = []
    for place, clerk in enumerate(clerks):
        names = {**bills[place], **cases[place], **doubts[place], **files[place], **years[place]}
        names |= {**kin[place].names, "filed": to_wire(filings[place])}
        names |= {"card": people[place].card} | await _own(runtime, persons[place])
        tokens = {
            Door.PHONE: await _signed_in(runtime, persons[place], None),
            Door.PHARMACY: await _signed_in(runtime, None, shops[0]),
            Door.CLINIC: await _signed_in(runtime, None, shops[1]),
            Door.CONSOLE: await _signed_in(runtime, None, clerk),
        }
        found.append(Visitor(tokens, names))
    return found


async def _persons(runtime: Runtime, people: Sequence[Customer], places: Sequence[int]) -> dict[int, UUID]:
    digests = {place: runtime.vault.digest(insured.NUMBER, people[place].number) for place in places}
    async with runtime.database.reading() as connection:
        found = await insured.find(connection, insured.NUMBER, list(digests.values()))
    return {place: found[digest] for place, digest in digests.items()}


async def _related(runtime: Runtime, persons: Mapping[int, UUID]) -> None:
    """Next to each other are spouses, the one after is the parent: as the grants of the population say."""
    kin = [
        (persons[place + step], persons[place], relation)
        for place in persons
        for step, relation in ((1, Relation.SPOUSE), (2, Relation.CHILD))
        if place % 2 == 0 and place + step in persons
    ]
    await enrol.run(enrol.Roll("bench.kin", "1", [], kin, [], [], []), runtime)


async def _employed(runtime: Runtime) -> list[StaffActor]:
    """A cashier of the pharmacy, one of the clinic, and a clerk for each visitor."""
    cashiers = [
        StaffActor(f"visit-{code}", "收费员", StaffRole.CASHIER, code) for code in (PHARMACY, HOSPITAL)
    ]
    clerks = [StaffActor(f"visit-{place}", "经办员", StaffRole.CLERK) for place in range(VISITORS)]
    members = [StaffMember(one.staff_id, one.name, one.role, one.institution) for one in (*cashiers, *clerks)]
    async with runtime.database.transaction() as connection:
        await institutions.employ(connection, members)
    return [*cashiers, *clerks]


async def _bills(town: Town, shops: Sequence[StaffActor], place: int) -> dict[str, str]:
    bought = [await town.sold(shops[0], place) for _ in range(PHARMACY_BILLS)]
    treated = await town.sold(shops[1], place)
    return {
        "bill": bought[0],
        "doubted_bill": bought[1],
        "explained_bill": bought[2],
        "clinic_bill": treated,
    }


async def _cases(town: Town, clerk: StaffActor, other: StaffActor, place: int) -> dict[str, str]:
    first = CASES_FROM + CASE_PEOPLE * place
    waiting = await town.to_enter(first + 1, first)
    entered = await town.to_review(clerk, first + 3, first + 2)
    acts = [await town.frozen(clerk, ACTS_FROM + ACTS * place + number) for number in range(ACTS)]
    bound = await town.reviewed(clerk, other, first + 5, first + 4)
    found = {"waiting": waiting, "entered": entered, "bound": bound, "act": acts[0]}
    found["photo"] = await town.photo_of(first + 2, entered)
    return {name: to_wire(one) for name, one in found.items()}


async def _own(runtime: Runtime, person: UUID) -> dict[str, str]:
    """A binding and a grant of one's own, for everybody is somebody's grantor, and what one was told of last."""
    async with runtime.database.reading() as connection:
        bindings = await bindings_of.listing(connection, person, 1, None)
        grants = await mutual_aid.live_of(connection, person, runtime.clock())
        told = await notices.listing(connection, person, 1, None, [NoticeKind.SPENT])
    return {
        "binding": to_wire(bindings[0].binding_id),
        "grant": to_wire(grants[0].grant_id),
        "notice": to_wire(told[0].event_id),
    }


async def _signed_in(runtime: Runtime, person: UUID | None, staff: StaffActor | None) -> str:
    token = runtime.entropy(TOKEN_ENTROPY).hex()
    digest, until = runtime.vault.digest(recognise.BEARER, token), runtime.clock() + BEARER_IDLE
    kept = BearerFacts(digest, person, None if staff is None else staff.staff_id, until)
    async with runtime.database.transaction() as connection:
        await credentials.add_bearer(connection, kept)
    return token
