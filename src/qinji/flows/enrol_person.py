"""参保登记: one person comes into the residents' insurance: a newborn, a child, or somebody who returns.

It moves no money, and brings no benefits: those follow when the first premium is paid.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from qinji.access.lookup import by_key
from qinji.access.model import PersonActor, Right
from qinji.flows.acts.act import Scene, keep_trail
from qinji.flows.deps import Deps
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.telling import About, told_of
from qinji.insured import queries as insured
from qinji.insured import store as insured_store
from qinji.insured.model import (
    CERTIFICATE_KEY,
    NUMBER_KEY,
    STATUS_CHINESE,
    AuditEntry,
    CodeState,
    Insurance,
    Person,
    Status,
)
from qinji.kernel.dates import age_on
from qinji.kernel.identity import is_identity_number, masked_name
from qinji.kernel.ids import to_wire
from qinji.kernel.kinship import Relation, inverse
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.ledger import store as ledger_store
from qinji.platform.crypto import NONCE_BYTES
from qinji.platform.database import lock_persons
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.premium import queries, store
from qinji.premium.model import Enrolment, EnrolmentKind

ADULT_FROM = 18
"""Civil code, article 17."""

ETHNICITY_UNKNOWN = "97"
"""GB/T 3304: not told."""

NUMBER_LENGTH = 16


@dataclass(frozen=True, slots=True)
class EnrolPerson:
    """A child of the one who asks (``name`` and ``certificate_number``), or with ``RETURNING`` the one who asks."""

    call: KeyedCall[WithPeople[Enrolment]]
    actor: PersonActor
    kind: EnrolmentKind
    name: str = ""
    certificate_number: str = ""


async def run(command: EnrolPerson, deps: Deps) -> bytes:
    """Register, in one transaction; the parent may pay for the child as its guardian from then on.

    Refused: a number that is none or is registered, a newborn too old by the region's rule, no minor, somebody whose
    insurance runs.
    """
    now = deps.clock()

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            work = _return if command.kind is EnrolmentKind.RETURNING else _child
            return await answer_call(connection, command.call, now, lambda: work(command, scene), deps.vault)

    return await deps.database.repeatedly(attempt)


async def _child(command: EnrolPerson, scene: Scene) -> WithPeople[Enrolment] | Refused:
    connection, deps, actor = scene.connection, scene.deps, command.actor.person_id
    number = command.certificate_number.strip().upper()
    if not command.name.strip() or not is_identity_number(number):
        return refuse(RefusalCode.REQUEST_INVALID, reason="请填写孩子的姓名和正确的 18 位证件号码")
    await lock_persons(connection, [actor])
    parent = (await insured.persons(connection, [actor]))[actor]
    if await by_key(connection, CERTIFICATE_KEY, number, deps.vault) is not None:
        return refuse(RefusalCode.ENROL_KNOWN)
    refusal = _young_enough(command.kind, _birth(number), parent.region, scene)
    if refusal is not None:
        return refusal
    child = _new_child(command, number, parent, scene)
    enrolment = Enrolment(child.person_id, scene.new_id(), command.kind, f"person:{actor}", scene.now)
    await _register(child, number, parent, enrolment, scene)
    return WithPeople(enrolment, {child.person_id: child, actor: parent})


def _birth(number: str) -> date:
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def _young_enough(kind: EnrolmentKind, birth: date, region: str, scene: Scene) -> Refused | None:
    if birth > scene.today or age_on(birth, scene.today) >= ADULT_FROM:
        return refuse(RefusalCode.ENROL_NOT_CHILD)
    policy = scene.deps.book.at(region, scene.today)
    if isinstance(policy, Refused):
        return policy
    terms = policy.waiting()
    limit = 0 if terms is None else terms.newborn_days
    days = (scene.today - birth).days
    if kind is EnrolmentKind.NEWBORN and days > limit:
        return refuse(RefusalCode.ENROL_NEWBORN_LATE, days=days, limit=limit)
    return None


def _new_child(command: EnrolPerson, number: str, parent: Person, scene: Scene) -> Person:
    deps, identifier = scene.deps, scene.new_id()
    return Person(
        person_id=identifier,
        number=f"{parent.region}{to_wire(identifier)[-NUMBER_LENGTH:]}",
        name=command.name.strip(),
        certificate=deps.vault.encrypt(number, deps.entropy(NONCE_BYTES)),
        certificate_key_version=deps.vault.version,
        sex="male" if int(number[16]) % 2 else "female",
        ethnicity=ETHNICITY_UNKNOWN,
        birth=_birth(number),
        region=parent.region,
        insurance=Insurance.RESIDENT,
        person_status="child",
        status=Status.STOPPED,
        insured_since=scene.today,
        suspended_since=None,
        employer="",
        civil_servant=False,
        online_suspended_until=None,
        code_state=CodeState.NOT_ACTIVATED,
    )


async def _register(child: Person, number: str, parent: Person, enrolment: Enrolment, scene: Scene) -> None:
    connection, digest = scene.connection, scene.deps.vault.digest
    await insured_store.enrol(connection, [child])
    await insured_store.add_keys(
        connection,
        [
            (NUMBER_KEY, digest(NUMBER_KEY, child.number), child.person_id),
            (CERTIFICATE_KEY, digest(CERTIFICATE_KEY, number), child.person_id),
        ],
    )
    pairs = [
        (parent.person_id, child.person_id, Relation.CHILD),
        (child.person_id, parent.person_id, inverse(Relation.CHILD)),
    ]
    await insured_store.add_kinship(connection, pairs)
    await ledger_store.open_accounts(connection, [child.person_id])
    await store.enrol(connection, enrolment)
    await _tell(DeedKind.ENROL, enrolment, [child.person_id, parent.person_id], Right.GUARDIAN, scene)


async def _return(command: EnrolPerson, scene: Scene) -> WithPeople[Enrolment] | Refused:
    connection, actor = scene.connection, command.actor.person_id
    await lock_persons(connection, [actor])
    person = (await insured.persons(connection, [actor]))[actor]
    if person.status is not Status.STOPPED:
        return refuse(
            RefusalCode.ENROL_STATE, name=masked_name(person.name), state=STATUS_CHINESE[person.status]
        )
    known = (await queries.history(connection, actor)).enrolment
    was_employee = person.insurance is Insurance.EMPLOYEE
    if known is not None and known.kind is EnrolmentKind.RETURNING and not was_employee:
        return WithPeople(known, {actor: person})
    since = person.suspended_since
    enrolment = Enrolment(
        actor,
        scene.new_id(),
        EnrolmentKind.RETURNING,
        f"person:{actor}",
        scene.now,
        employee_until=since - timedelta(days=1) if was_employee and since is not None else None,
        ex_serviceman=known is not None and known.ex_serviceman,
        released=known is not None and known.released,
    )
    if was_employee:
        await insured_store.become_resident(connection, actor, "adult")
    await store.enrol(connection, enrolment)
    await _tell(DeedKind.ENROL_RETURN, enrolment, [actor], Right.OWN, scene)
    return WithPeople(enrolment, {actor: person})


async def _tell(
    deed: DeedKind, enrolment: Enrolment, concerned: list[UUID], right: Right, scene: Scene
) -> None:
    actor, about = enrolment.enrolled_by, enrolment.enrolment_id
    rows = [AuditEntry(one, scene.new_id(), actor, deed, right.value, about, scene.now) for one in concerned]
    await keep_trail(scene.connection, rows, told_of(rows, About(enrolment.person_id)), scene.deps)
