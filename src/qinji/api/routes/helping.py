"""/help: the numbers and relations of a region, each with its document. Anybody may read them."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import BaseModel

from qinji.api.session import DepsOf
from qinji.kernel.dates import local_day
from qinji.kernel.region import REGION_LENGTH
from qinji.policy.help import Fact, FamilyFacts, SharingFacts, help_facts

router = APIRouter(prefix="/help", tags=["帮助 help"])

Region = Annotated[
    str,
    Path(min_length=REGION_LENGTH, max_length=REGION_LENGTH, pattern=r"^[0-9]+$", description="六位区划代码"),
]


class FactView(BaseModel):
    """One value in words, and the document and clause it rests on."""

    name: str
    value: int | bool | str | list[str] | None
    text: str
    document: str
    clause: str
    certainty: str
    effective_from: str


class HelpView(BaseModel):
    """What holds in a region today. ``missing``: what is not known, in a sentence; else it is empty."""

    region_name: str
    day: date
    family: list[FactView]
    sharing: list[FactView]
    missing: str


def _views(facts: FamilyFacts | SharingFacts | None) -> list[FactView]:
    if facts is None:
        return []
    told = [(field.name, getattr(facts, field.name)) for field in fields(facts)]
    return [_view(name, fact) for name, fact in told if fact is not None]


def _view(name: str, fact: Fact[int | bool | str | frozenset[str] | None]) -> FactView:
    value, source = fact.value, fact.source
    return FactView(
        name=name,
        value=sorted(value) if isinstance(value, frozenset) else value,
        text=fact.text,
        document=source.document,
        clause=source.clause,
        certainty=source.certainty,
        effective_from=source.effective_from,
    )


@router.get("/{region}")
async def facts(region: Region, deps: DepsOf) -> HelpView:
    """The limits, ages, relations and order of a region today; without a pack, what can be told and a sentence."""
    found = help_facts(deps.book, region, local_day(deps.clock()))
    return HelpView(
        region_name=found.region_name,
        day=found.day,
        family=_views(found.family),
        sharing=_views(found.sharing),
        missing=found.missing,
    )
