"""Photos of papers for a binding that waits. Uploaders see that they are there; only staff sees what they show."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from qinji.access.model import Action, Actor
from qinji.api.problem import CallRefused, problem
from qinji.api.session import (
    ChannelOf,
    DepsOf,
    Keyed,
    KeyedOf,
    Person,
    Staff,
    answer,
    identifier,
    in_office,
    shown_text,
)
from qinji.evidence import queries
from qinji.evidence.model import PHOTO_BYTES_MAX, PHOTOS_MAX, Papers, Photo, PhotoKind
from qinji.family import queries as family
from qinji.family.model import Binding
from qinji.flows import add_evidence, see_evidence
from qinji.flows.deps import Deps
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.kernel.actor import Channel
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused, refuse

router = APIRouter(tags=["材料照片 evidence"])

PHOTO_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": (
            f"照片本身,JPEG、PNG 或 WebP,最大 {PHOTO_BYTES_MAX} 字节;每项绑定最多 {PHOTOS_MAX} 张。"
            "请先出示告知文本 evidence"
        ),
        "content": {
            kind.media_type: {"schema": {"type": "string", "format": "binary"}} for kind in PhotoKind
        },
    }
}
PICTURE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "照片本身",
        "content": {
            kind.media_type: {"schema": {"type": "string", "format": "binary"}} for kind in PhotoKind
        },
    }
}
PICTURE_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
"""A picture is for these eyes now: kept nowhere, and never taken for a page."""


class PhotoView(BaseModel):
    """That a photo is or was there. ``added_by`` is the holder or the window."""

    id: str
    kind: str
    size_bytes: int
    added_by: str
    added_at: datetime


class PhotosView(BaseModel):
    """The photos of a binding. ``readable`` until they are deleted: at the decision, or by ``delete_by``.

    ``ending`` is decided, withdrawn or expired; null while they are readable.
    """

    items: list[PhotoView]
    readable: bool
    delete_by: datetime | None
    deleted_at: datetime | None
    ending: str | None


def photos_view(papers: Papers | None) -> PhotosView:
    """What both sides of a binding, and staff, may know of its photos."""
    if papers is None:
        return PhotosView(items=[], readable=False, delete_by=None, deleted_at=None, ending=None)
    case = papers.case
    return PhotosView(
        items=[_photo_view(photo) for photo in papers.photos],
        readable=case.closed_at is None,
        delete_by=case.delete_by if case.closed_at is None else None,
        deleted_at=case.closed_at,
        ending=case.ending,
    )


def _photo_view(photo: Photo) -> PhotoView:
    return PhotoView(
        id=to_wire(photo.photo_id),
        kind=photo.kind,
        size_bytes=photo.size_bytes,
        added_by="window" if photo.added_by.startswith("staff:") else "holder",
        added_at=photo.added_at,
    )


async def _add(
    name: str, binding: str, actor: Actor, channel: Channel, request: Request, keyed: Keyed, deps: Deps
) -> Response:
    command = add_evidence.AddEvidence(
        call=keyed.call(name, actor, photos_view, 201),
        actor=actor,
        channel=channel,
        binding_id=identifier(binding),
        content=await request.body(),
    )
    return answer(await add_evidence.run(command, deps))


@router.post(
    "/family/bindings/{binding}/photos",
    status_code=201,
    response_model=PhotosView,
    openapi_extra=PHOTO_BODY,
    dependencies=[shown_text(ConsentKind.EVIDENCE)],
)
async def add(
    binding: str, request: Request, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf
) -> Response:
    """The holder adds a photo of papers while the binding waits; the same photo again changes nothing."""
    return await _add("family.evidence", binding, person, channel, request, keyed, deps)


@router.get("/family/bindings/{binding}/photos")
async def listing(binding: str, person: Person, deps: DepsOf) -> PhotosView:
    """Whether photos are there, for both sides of the binding; what they show is told to neither."""
    return await _listing(identifier(binding), person.person_id, deps)


@router.post(
    "/staff/bindings/{binding}/photos",
    status_code=201,
    response_model=PhotosView,
    openapi_extra=PHOTO_BODY,
    dependencies=[shown_text(ConsentKind.EVIDENCE)],
)
async def add_at_window(
    binding: str, request: Request, staff: Staff, keyed: KeyedOf, deps: DepsOf
) -> Response:
    """A clerk adds a photo of the papers that lie on the window's desk."""
    return await _add("staff.evidence", binding, staff, Channel.WINDOW, request, keyed, deps)


@router.get("/staff/bindings/{binding}/photos", dependencies=[in_office(Action.SEE_EVIDENCE)])
async def listing_at_window(binding: str, deps: DepsOf) -> PhotosView:
    """Which photos a binding has."""
    return await _listing(identifier(binding), None, deps)


async def _listing(binding_id: UUID, party: UUID | None, deps: Deps) -> PhotosView:
    async with deps.database.reading() as connection:
        binding: Binding | None
        if party is None:
            binding = await family.find(connection, binding_id)
        else:
            binding = await family.one(connection, binding_id, party)
        if binding is None:
            raise CallRefused(refuse(RefusalCode.NOT_FOUND))
        return photos_view(await queries.latest_papers(connection, binding.person_id, binding.binding_id))


@router.get("/staff/bindings/{binding}/photos/{photo}", response_class=Response, responses=PICTURE)
async def see(binding: str, photo: str, staff: Staff, deps: DepsOf) -> Response:
    """The picture itself, while the binding waits. Each look is noted in the trails of member and holder."""
    command = see_evidence.SeeEvidence(staff, identifier(binding), identifier(photo))
    picture = await see_evidence.run(command, deps)
    if isinstance(picture, Refused):
        return problem(picture)
    return Response(picture.content, 200, PICTURE_HEADERS, picture.kind.media_type)
