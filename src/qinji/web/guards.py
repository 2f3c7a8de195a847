"""Who may open a page: somebody signed in, by their own cookie for each of the three places, asked anew each time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from qinji.access.authorize import authorize
from qinji.access.lookup import by_number
from qinji.access.model import Action, PersonActor
from qinji.family import queries as bindings
from qinji.flows import read_notices, recognise
from qinji.flows.deps import Deps
from qinji.insured import queries as insured
from qinji.kernel.actor import StaffActor, StaffRole
from qinji.kernel.identity import masked_name
from qinji.kernel.kinship import spoken
from qinji.kernel.refusal import Refused
from qinji.notice.queries import UNREAD_MAX
from qinji.web.answers import go, page
from qinji.web.look import look_of
from qinji.web.texts import speak
from qinji.web.visit import Acting, Visit

ACTING_COOKIE = "qinji_acting"
NUMBER_MAX = 40


@dataclass(frozen=True, slots=True)
class Place:
    """One of the three places one signs in at: each has a cookie of its own, sent to its pages only."""

    cookie: str
    path: str
    sign_in: str


FAMILY = Place("qinji_family", "/", "/sign-in")
COUNTER = Place("qinji_counter", "/counter", "/counter/sign-in")
CONSOLE = Place("qinji_console", "/console", "/console/sign-in")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonVisit(Visit):
    """A page of somebody insured; ``acting`` is the member whose code they show at the moment.

    ``unread``: how many of their newest notices are unread, one more than ``UNREAD_MAX`` for more than so many.
    """

    person: PersonActor
    acting: Acting | None = None
    unread: int = 0

    @property
    def unread_told(self) -> str:
        """The unread notices as the pages tell them, "" where there are none."""
        many = self.unread > UNREAD_MAX
        return f"{UNREAD_MAX}+" if many else str(self.unread or "")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffVisit(Visit):
    """A page of a member of staff."""

    staff: StaffActor


Endpoint = Callable[[Request], Awaitable[Response]]


class PersonPage(Protocol):
    """What shows a page to somebody insured."""

    def __call__(self, visit: PersonVisit, /) -> Awaitable[Response]:
        """The page."""


class StaffPage(Protocol):
    """What shows a page to a member of staff."""

    def __call__(self, visit: StaffVisit, /) -> Awaitable[Response]:
        """The page."""


class AnyPage(Protocol):
    """What shows a page to whoever asks."""

    def __call__(self, visit: Visit, /) -> Awaitable[Response]:
        """The page."""


def visit_of(request: Request, place: Place = FAMILY) -> Visit:
    """The request as pages take it; its texts are read in the visitor's language from here on."""
    deps: Deps = request.app.state.deps
    look = look_of(request)
    speak(look.language)
    return Visit(request, deps, look, request.cookies.get(place.cookie, ""))


def for_anybody(show: AnyPage) -> Endpoint:
    """A page that needs nobody signed in."""

    async def endpoint(request: Request) -> Response:
        return await show(visit_of(request))

    return endpoint


def for_person(show: PersonPage) -> Endpoint:
    """A page of the family's phone."""

    async def endpoint(request: Request) -> Response:
        visit = await _family_visit(request)
        return await show(visit) if isinstance(visit, PersonVisit) else _to_sign_in(visit, FAMILY)

    return endpoint


def for_person_or_nobody(show: AnyPage) -> Endpoint:
    """A page of the family's phone that is read without signing in as well: the visit is a person's where it can be."""

    async def endpoint(request: Request) -> Response:
        return await show(await _family_visit(request))

    return endpoint


def for_staff(show: StaffPage, place: Place, roles: frozenset[StaffRole]) -> Endpoint:
    """A page of the counter or of the console; whoever has another role is told so."""

    async def endpoint(request: Request) -> Response:
        visit = visit_of(request, place)
        actor = await recognise.run(visit.token, visit.deps) if visit.token else None
        if not isinstance(actor, StaffActor):
            return _to_sign_in(visit, place)
        if actor.role not in roles:
            return page(visit, "parts/not_allowed.html", 403, sign_in=place.sign_in)
        return await show(StaffVisit(request, visit.deps, visit.look, visit.token, staff=actor))

    return endpoint


async def _family_visit(request: Request) -> Visit:
    """The visit of whoever holds the phone: a person's where somebody is signed in."""
    visit = visit_of(request, FAMILY)
    actor = await recognise.run(visit.token, visit.deps) if visit.token else None
    if not isinstance(actor, PersonActor):
        return visit
    acting = await _acting(visit, actor)
    # A part that is fetched anew has no tabs: it is asked for every few seconds, and counts nothing.
    unread = 0 if visit.partial else await read_notices.unread(actor, visit.deps)
    return PersonVisit(
        request, visit.deps, visit.look, visit.token, person=actor, acting=acting, unread=unread
    )


def _to_sign_in(visit: Visit, place: Place) -> Response:
    """To the sign-in page and back; after a form that came too late, back to the place's front page."""
    back = visit.here if visit.request.method == "GET" and not visit.partial else place.path
    path = f"{place.sign_in}?next={quote(back, safe='')}"
    if visit.partial:
        return Response(status_code=204, headers={"HX-Redirect": path})
    return go(visit, path)


async def _acting(visit: Visit, actor: PersonActor) -> Acting | None:
    """For whom the browser says that one acts, if the binding still allows it this very moment."""
    number = visit.request.cookies.get(ACTING_COOKIE, "")[:NUMBER_MAX]
    if not number:
        return None
    async with visit.deps.database.reading() as connection:
        member = await by_number(connection, number, visit.deps.vault)
        if member is None:
            return None
        basis = await authorize(connection, actor, member, Action.SHOW_CODE)
        binding = await bindings.between(connection, actor.person_id, member)
        if isinstance(basis, Refused) or binding is None:
            return None
        person = (await insured.persons(connection, [member]))[member]
    return Acting(number, masked_name(person.name), spoken(binding.relation, person.sex))
