"""The homes of 亲情账户 and 家庭共济: two readings, because they are two things."""

from __future__ import annotations

from fastapi import APIRouter

from qinji.api.homes import FamilyHomeView, SharingHomeView, family_home_view, sharing_home_view
from qinji.api.session import DepsOf, Person
from qinji.flows import list_bindings, list_grants

router = APIRouter()


@router.get("/family/home", tags=["亲情账户 family"])
async def family_home(person: Person, deps: DepsOf) -> FamilyHomeView:
    """Everybody I am bound with, in both directions, and what I may do about each binding now."""
    return family_home_view(await list_bindings.run(person, deps))


@router.get("/mutual-aid/home", tags=["家庭共济 mutual aid"])
async def sharing_home(person: Person, deps: DepsOf) -> SharingHomeView:
    """Whom I pay for and who pays for me, with what the limits leave and what I may do about each grant now."""
    return sharing_home_view(await list_grants.run(person, deps))
