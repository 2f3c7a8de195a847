"""What may be asked for at the window: which form each kind has, and the wish that a filled-in form stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from qinji.family import queries as family
from qinji.family.model import Binding
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.dates import local_day
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Power, SparedGround
from qinji.mutual_aid import queries as mutual_aid
from qinji.mutual_aid.model import Grant
from qinji.mutual_aid.rules import live, may_pause
from qinji.platform.database import Connection
from qinji.wallet import queries as wallet
from qinji.wallet.model import WalletTransfer
from qinji.web.console.present import who_shows
from qinji.web.forms import Form
from qinji.web.guards import StaffVisit
from qinji.web.mutual_aid.limits import Wanted, read_wanted
from qinji.web.offered import offered_uses
from qinji.web.texts import _
from qinji.window.model import (
    ChangeWish,
    CodeWish,
    EndWish,
    GrantWish,
    OrderWish,
    PauseAllWish,
    PauseWish,
    PowersWish,
    SparedWish,
    TransferWish,
    UnbindWish,
    WalletWish,
    WindowKind,
    Wish,
)

OF_BINDING = frozenset({WindowKind.UNBIND, WindowKind.SET_POWERS})
OF_GRANT = frozenset(
    {WindowKind.CHANGE_GRANT, WindowKind.PAUSE_GRANT, WindowKind.RESUME_GRANT, WindowKind.END_GRANT}
)
OF_ALL_GRANTS = frozenset({WindowKind.PAUSE_ALL_GRANTS, WindowKind.RESUME_ALL_GRANTS})
OF_TRANSFER = frozenset({WindowKind.ACCEPT_TRANSFER, WindowKind.RETURN_TRANSFER})
WITH_LIMITS = frozenset({WindowKind.GRANT, WindowKind.CHANGE_GRANT})

CONSENTS: dict[WindowKind, ConsentKind] = {
    WindowKind.UNBIND: ConsentKind.UNBIND,
    WindowKind.SET_POWERS: ConsentKind.POWERS,
    WindowKind.GRANT: ConsentKind.GRANT,
    WindowKind.CHANGE_GRANT: ConsentKind.CHANGE_GRANT,
    WindowKind.PAUSE_GRANT: ConsentKind.CHANGE_GRANT,
    WindowKind.RESUME_GRANT: ConsentKind.CHANGE_GRANT,
    WindowKind.PAUSE_ALL_GRANTS: ConsentKind.CHANGE_GRANT,
    WindowKind.RESUME_ALL_GRANTS: ConsentKind.CHANGE_GRANT,
    WindowKind.END_GRANT: ConsentKind.END_GRANT,
    WindowKind.ORDER_GRANTORS: ConsentKind.ORDER_GRANTORS,
    WindowKind.FREEZE_CODE: ConsentKind.FREEZE_CODE,
    WindowKind.REPORT_LOST: ConsentKind.FREEZE_CODE,
    WindowKind.THAW_CODE: ConsentKind.FREEZE_CODE,
    WindowKind.ACTIVATE_CODE: ConsentKind.ACTIVATE_CODE,
    WindowKind.OPEN_WALLET: ConsentKind.OPEN_WALLET,
    WindowKind.ACCEPT_TRANSFER: ConsentKind.ANSWER_WALLET,
    WindowKind.RETURN_TRANSFER: ConsentKind.ANSWER_WALLET,
    WindowKind.NOTE_SPARED: ConsentKind.NOTE_SPARED,
}
"""The text that is read out before the person signs."""


@dataclass(frozen=True, slots=True)
class About:
    """What a wish is about: the person, and the binding, grant, grants or transfer that it names.

    ``order``: grants that serve the person, to be ordered; ``given``: those they gave that would be paused or taken up.
    """

    person: UUID
    kind: WindowKind
    binding: Binding | None = None
    grant: Grant | None = None
    order: Sequence[Grant] = ()
    given: Sequence[Grant] = ()
    transfer: WalletTransfer | None = None
    people: Mapping[UUID, Person] = field(default_factory=dict)

    @property
    def other(self) -> Person | None:
        """The relative on the other side of the binding, grant or transfer."""
        sides: set[UUID] = set()
        if self.binding is not None:
            sides = {self.binding.person_id, self.binding.holder_id}
        if self.grant is not None:
            sides = {self.grant.person_id, self.grant.grantor_id}
        if self.transfer is not None:
            sides = {self.transfer.person_id, self.transfer.receiver_id}
        return next((self.people[one] for one in sides if one != self.person), None)


async def about(visit: StaffVisit, person: UUID, kind: WindowKind, target: UUID | None) -> About | None:
    """What a form of this kind is about, None where it is not this person's."""
    async with visit.deps.database.reading() as connection:
        return await _about(visit, connection, person, kind, target)


async def _about(
    visit: StaffVisit, connection: Connection, person: UUID, kind: WindowKind, target: UUID | None
) -> About | None:
    binding, grant, transfer = None, None, None
    now = visit.deps.clock()
    if kind in OF_BINDING:
        binding = None if target is None else await family.one(connection, target, person)
        if binding is None:
            return None
    if kind in OF_GRANT:
        grant = None if target is None else await mutual_aid.one(connection, target, person, now)
        if grant is None:
            return None
    if kind in OF_TRANSFER:
        transfer = None if target is None else await wallet.one(connection, target, person)
        if transfer is None:
            return None
    order = await _serving(connection, person, now) if kind is WindowKind.ORDER_GRANTORS else []
    given = await _given(connection, person, kind, now) if kind in OF_ALL_GRANTS else []
    named = {person, *(one.grantor_id for one in order), *(one.person_id for one in given)}
    named |= {binding.person_id, binding.holder_id} if binding else set()
    named |= {grant.person_id, grant.grantor_id} if grant else set()
    named |= {transfer.person_id, transfer.receiver_id} if transfer else set()
    people = await insured.persons(connection, sorted(named))
    return About(person, kind, binding, grant, order, given, transfer, people)


async def _serving(connection: Connection, person: UUID, now: datetime) -> list[Grant]:
    """The grants that serve the person, in the order in which they pay."""
    serving = (await mutual_aid.live_for(connection, [person], now)).get(person, [])
    return [one for one in serving if live(one, local_day(now))]


async def _given(connection: Connection, person: UUID, kind: WindowKind, now: datetime) -> list[Grant]:
    """The grants of the person's own that would be paused, or taken up again."""
    pausing = kind is WindowKind.PAUSE_ALL_GRANTS
    own = await mutual_aid.live_of(connection, person, now)
    return [one for one in own if may_pause(one, local_day(now), pausing=pausing) is None]


async def wish_of(visit: StaffVisit, form: Form, of: About, errors: dict[str, str]) -> Wish | None:
    """The wish that was filled in; None with what is wrong beside its fields."""
    wish = await _read(visit, form, of, errors)
    return None if errors else wish


async def _read(visit: StaffVisit, form: Form, of: About, errors: dict[str, str]) -> Wish | None:
    match of.kind:
        case WindowKind.UNBIND if of.binding:
            return UnbindWish(of.binding.binding_id)
        case WindowKind.SET_POWERS if of.binding:
            return PowersWish(of.binding.binding_id, _powers(form, errors))
        case WindowKind.GRANT:
            return await _grant(visit, form, of, errors)
        case WindowKind.CHANGE_GRANT if of.grant:
            return _change(of.grant, _bounds(visit, form, of, errors))
        case WindowKind.PAUSE_GRANT | WindowKind.RESUME_GRANT | WindowKind.END_GRANT if of.grant:
            ends, grant = of.kind is WindowKind.END_GRANT, of.grant.grant_id
            return EndWish(grant) if ends else PauseWish(grant, of.kind is WindowKind.PAUSE_GRANT)
        case WindowKind.ORDER_GRANTORS:
            return OrderWish(_order(form, of.order, errors))
        case WindowKind.NOTE_SPARED:
            return _spared(form, errors)
        case _:
            return _without_fields(of)


def _without_fields(of: About) -> Wish:
    """What a form without fields of its own stands for."""
    if of.transfer is not None:
        return TransferWish(of.transfer.transfer_id, of.kind is WindowKind.ACCEPT_TRANSFER)
    if of.kind in OF_ALL_GRANTS:
        return PauseAllWish(of.kind is WindowKind.PAUSE_ALL_GRANTS)
    return WalletWish() if of.kind is WindowKind.OPEN_WALLET else CodeWish(of.kind)


def _powers(form: Form, errors: dict[str, str]) -> frozenset[Power]:
    known = {one.value for one in Power}
    chosen = frozenset(Power(name) for name in form.texts("power") if name in known)
    if not chosen:
        errors["power"] = _("请至少留一项;一项都不留,请办“解除绑定”")
    return chosen


def _spared(form: Form, errors: dict[str, str]) -> Wish | None:
    written = form.text("ground")
    if written not in set(SparedGround):
        errors["ground"] = _("请对照材料选一种")
        return None
    return SparedWish(SparedGround(written))


def _change(grant: Grant, wanted: Wanted) -> Wish:
    return ChangeWish(
        grant.grant_id, wanted.limits, wanted.purposes, wanted.uses, wanted.last_day, wanted.lifted
    )


async def _grant(visit: StaffVisit, form: Form, of: About, errors: dict[str, str]) -> Wish | None:
    relations = {one.value for one in Relation}
    if form.text("relation") not in relations:
        errors["relation"] = _("请选使用人是本人的什么人")
    wanted = _bounds(visit, form, of, errors)
    relative = await who_shows(visit, form, "relative", errors)
    if relative is None or errors:
        return None
    relation = Relation(form.text("relation"))
    return GrantWish(relative.number, relation, wanted.limits, wanted.purposes, wanted.uses, wanted.last_day)


def _bounds(visit: StaffVisit, form: Form, of: About, errors: dict[str, str]) -> Wanted:
    """The bounds as the clerk filled them in, by the region of the person whose account it is."""
    permitted = offered_uses(visit.deps.book, of.people[of.person].region, local_day(visit.deps.clock()))
    wanted = read_wanted(form, frozenset(permitted))
    errors.update(wanted.errors)
    return wanted


def _order(form: Form, order: Sequence[Grant], errors: dict[str, str]) -> tuple[UUID, ...]:
    places: dict[UUID, int] = {}
    for grant in order:
        written = form.text(f"place_{grant.grant_id}")
        places[grant.grant_id] = int(written) if written.isascii() and written.isdigit() else 0
    if sorted(places.values()) != list(range(1, len(order) + 1)):
        errors["order"] = _("每一位只能排一个人,请重新排")
    return tuple(sorted(places, key=lambda grant: places[grant]))
