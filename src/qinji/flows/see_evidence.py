"""A member of staff looks at a photo of papers while its binding waits; each look is noted for both sides."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from qinji.access.authorize import authorize
from qinji.access.model import Action, actor_text
from qinji.evidence import queries as evidence
from qinji.evidence.model import PhotoKind
from qinji.evidence.sealing import unseal
from qinji.family import queries
from qinji.family.model import BindingState
from qinji.flows.acts.act import keep_look
from qinji.flows.deps import Deps, new_id
from qinji.insured.model import AuditEntry
from qinji.kernel.actor import StaffActor
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.database import Connection


@dataclass(frozen=True, slots=True)
class SeeEvidence:
    """Which photo of which binding, and who looks."""

    actor: StaffActor
    binding_id: UUID
    photo_id: UUID


@dataclass(frozen=True, slots=True)
class Picture:
    """What is handed out once the look is noted."""

    kind: PhotoKind
    content: bytes = field(repr=False)


async def run(command: SeeEvidence, deps: Deps) -> Picture | Refused:
    """The picture; the look stands in the trails of member and holder before it is handed out.

    Refused: staff without this office, NOT_FOUND, EVIDENCE_GONE where the binding waits no more or the photo is gone.
    """

    async def attempt() -> Picture | Refused:
        async with deps.database.transaction() as connection:
            return await _see(command, connection, deps)

    return await deps.database.repeatedly(attempt)


async def _see(command: SeeEvidence, connection: Connection, deps: Deps) -> Picture | Refused:
    binding = await queries.find(connection, command.binding_id)
    if binding is None:
        return refuse(RefusalCode.NOT_FOUND)
    basis = await authorize(connection, command.actor, binding.person_id, Action.SEE_EVIDENCE)
    if isinstance(basis, Refused):
        return basis
    papers = await evidence.latest_papers(connection, binding.person_id, binding.binding_id)
    photos = {photo.photo_id: photo for photo in papers.photos} if papers else {}
    photo = photos.get(command.photo_id)
    if papers is None or photo is None:
        return refuse(RefusalCode.NOT_FOUND)
    sealed = await evidence.sealed(connection, photo)
    if sealed is None or papers.case.closed_at is not None or binding.state is not BindingState.PENDING:
        return refuse(RefusalCode.EVIDENCE_GONE)
    now = deps.clock()
    looks = [
        AuditEntry(
            who,
            new_id(deps, now),
            actor_text(command.actor),
            Action.SEE_EVIDENCE,
            basis.text,
            binding.binding_id,
            now,
        )
        for who in (binding.person_id, binding.holder_id)
    ]
    await keep_look(connection, looks, deps)
    return Picture(photo.kind, unseal(papers.case, photo, sealed, deps.vault))
