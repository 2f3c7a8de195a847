"""账单: what was settled for oneself or a member, what one's account paid for relatives, and one bill by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from starlette.responses import Response

from qinji.access.authorize import authorize
from qinji.access.model import Action
from qinji.family import queries as bindings
from qinji.family.model import BindingState
from qinji.flows import explain_bill
from qinji.flows.kept.shared_uses import uses_told
from qinji.flows.parts.kin import kin_names
from qinji.flows.parts.paid_parts import payers_in
from qinji.institution import queries as institutions
from qinji.insured import queries as insured
from qinji.kernel.identity import masked_name
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.purpose import Power
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import queries as ledger
from qinji.platform.database import Connection
from qinji.settlement import queries
from qinji.settlement.model import SettlementRow
from qinji.web.answers import page
from qinji.web.family.bill_views import line_of, page_of
from qinji.web.family.whose import OF, Subject, subject_of
from qinji.web.guards import NUMBER_MAX, PersonVisit
from qinji.web.texts import _

PAGE = 20


@dataclass(frozen=True, slots=True)
class SharedLine:
    """One use of one's account for a relative: how much, when, in which region and for what kind of use.

    No institution, nothing of what was treated. ``before_fen`` and ``after_fen`` are what one's own account held around
    it.
    """

    who: str
    region: str
    kind: str
    booked_at: datetime
    amount_fen: int
    returned: bool
    bill: str
    before_fen: int
    after_fen: int


@dataclass(frozen=True, slots=True)
class Whose:
    """Somebody whose bills one may look at."""

    number: str
    name: str


async def listing(visit: PersonVisit) -> Response:
    """Bills, newest first, in pages."""
    subject = await subject_of(visit, Action.SEE_COSTS)
    if isinstance(subject, Refused):
        return _refused(visit, subject)
    async with visit.deps.database.reading() as connection:
        rows = await queries.listing(connection, subject.person_id, PAGE, _before(visit))
        places = await _places(connection, {row.settlement.institution for row in rows})
        others = await _others(connection, visit)
    lines = [line_of(row, places) for row in rows]
    more = to_wire(rows[-1].settlement.settlement) if len(rows) == PAGE else ""
    return page(visit, "family/bills.html", subject=subject, lines=lines, more=more, others=others)


async def shared(visit: PersonVisit) -> Response:
    """Each use of one's own account for a relative, also of grants that have ended."""
    async with visit.deps.database.reading() as connection:
        found = await ledger.shared_by(connection, visit.person.person_id, PAGE, _before(visit))
        allowed = await _shared_with(connection, visit, {use.beneficiary for use in found})
        uses = [use for use in found if use.beneficiary in allowed]
        people = await insured.persons(connection, sorted(allowed))
        used = await uses_told(connection, uses, visit.deps.book.region_names())
        around = await ledger.own_account_around(
            connection, visit.person.person_id, [use.settlement for use in uses]
        )
    lines = [
        SharedLine(
            masked_name(people[use.beneficiary].name),
            used[use.settlement].region,
            used[use.settlement].kind,
            use.booked_at,
            use.amount_fen,
            use.returned,
            to_wire(use.settlement),
            *around[use.settlement],
        )
        for use in uses
    ]
    more = to_wire(found[-1].settlement) if len(found) == PAGE else ""
    return page(visit, "family/bills_shared.html", lines=lines, more=more)


async def one(visit: PersonVisit) -> Response:
    """One bill; somebody else's is like a missing one."""
    subject = await subject_of(visit, Action.SEE_COSTS)
    if isinstance(subject, Refused):
        return _refused(visit, subject)
    settlement = from_wire(visit.request.path_params["bill"])
    row: SettlementRow | None = None
    if settlement is not None:
        async with visit.deps.database.reading() as connection:
            row = await queries.one(connection, subject.person_id, settlement)
            if row is not None:
                return await _bill(visit, connection, subject, row)
    return _refused(visit, refuse(RefusalCode.NOT_FOUND))


async def _bill(visit: PersonVisit, connection: Connection, subject: Subject, row: SettlementRow) -> Response:
    viewer, shower = visit.person.person_id, row.settlement.shown_by
    concerned = sorted({row.settlement.person, *payers_in(row), *([shower] if shower else [])})
    people = await insured.persons(connection, concerned)
    kinship = await insured.kinship(connection, [(viewer, one) for one in concerned])
    places = await _places(connection, {row.settlement.institution})
    bill = page_of(row, kin_names(people, viewer, kinship), places, viewer)
    return page(visit, "family/bill.html", bill=bill, subject=subject)


async def explanation(visit: PersonVisit) -> Response:
    """用款说明 of one bill, to be printed; a look at a relative's bill is noted."""
    written = visit.request.path_params["bill"]
    settlement, number = from_wire(written), visit.request.query_params.get(OF, "")[:NUMBER_MAX]
    if settlement is None:
        return _refused(visit, refuse(RefusalCode.NOT_FOUND))
    found = await explain_bill.for_family(visit.person, settlement, number or None, visit.deps)
    if isinstance(found, Refused):
        return _refused(visit, found)
    back = f"/bills/{written}" + (f"?{OF}={quote(number)}" if number else "")
    return page(
        visit,
        "family/usage.html",
        usage=found,
        bill_number=written.upper(),
        printed_at=visit.deps.clock(),
        back=back,
    )


def _before(visit: PersonVisit) -> UUID | None:
    return from_wire(visit.request.query_params.get("after", ""))


async def _places(connection: Connection, codes: set[str]) -> dict[str, str]:
    return {place.code: place.name for place in await institutions.by_codes(connection, sorted(codes))}


async def _others(connection: Connection, visit: PersonVisit) -> list[Whose]:
    """Members whose costs one may see."""
    me = visit.person.person_id
    bound = [
        one.person_id
        for one in await bindings.listing(connection, me, PAGE, None)
        if one.holder_id == me and one.state is BindingState.ACTIVE and Power.QUERY_COST in one.powers
    ]
    people = await insured.persons(connection, bound)
    return [Whose(people[one].number, masked_name(people[one].name)) for one in bound]


async def _shared_with(connection: Connection, visit: PersonVisit, beneficiaries: set[UUID]) -> set[UUID]:
    """Those for whom a grant, also an ended one, lets this grantor see the amounts."""
    found = set()
    for beneficiary in sorted(beneficiaries):
        basis = await authorize(connection, visit.person, beneficiary, Action.SEE_SHARED_AMOUNTS)
        if not isinstance(basis, Refused):
            found.add(beneficiary)
    return found


def _refused(visit: PersonVisit, refused: Refused) -> Response:
    status = 404 if refused.code is RefusalCode.NOT_FOUND else 403
    return page(
        visit, "parts/problem.html", status, title=_("看不到这些账单"), text=refused.text, back="/bills"
    )
