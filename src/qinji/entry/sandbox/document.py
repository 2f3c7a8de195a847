"""``GET /sandbox/world.json``: the world in the national short names, with today's balances and statuses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from qinji.entry.sandbox.model import Institution, Person, World
from qinji.insured.model import Insurance

INSURANCE_CODES = {Insurance.EMPLOYEE: "310", Insurance.RESIDENT: "390"}
_HOW_TO_SIGN_IN = (
    '先 POST url {"psn_no": "…"},得到 id 与 sandbox_code;再 POST url/{id} {"code": sandbox_code},得到 token。'
    "之后每次请求带 Authorization: Bearer token，闲置15分钟后失效。只有沙箱可以这样登录。"
)


class RelationDocument(TypedDict):
    """What another person is to this one."""

    psn_no: str
    relation: str


class PersonDocument(TypedDict):
    """One person; ``balance_fen`` is the own account now."""

    psn_no: str
    name: str
    certno: str
    card_no: str
    birth: str
    region: str
    insutype: str
    status: str
    balance_fen: int
    relations: list[RelationDocument]


class RegionDocument(TypedDict):
    """One pooling area."""

    code: str
    name: str
    province: str
    pack: str


class FamilyDocument(TypedDict):
    """One family and its story."""

    title: str
    story: str
    psn_nos: list[str]


class InstitutionDocument(TypedDict):
    """One designated institution and how it signs; the key is empty where it does not, or has none."""

    fixmedins_code: str
    name: str
    level: str
    region: str
    scheme: str
    access_key: str
    secret: str


class ItemDocument(TypedDict):
    """One item of the catalogue."""

    code: str
    name: str
    category: str
    price_fen: int


class StaffDocument(TypedDict):
    """One member of staff; ``institution`` is a cashier's, else null."""

    staff_id: str
    name: str
    role: str
    institution: str | None


class SignInDocument(TypedDict):
    """Where and how to sign in as one of these people."""

    url: str
    how: str


class WorldDocument(TypedDict):
    """The whole answer."""

    regions: list[RegionDocument]
    persons: list[PersonDocument]
    families: list[FamilyDocument]
    institutions: list[InstitutionDocument]
    items: list[ItemDocument]
    staff: list[StaffDocument]
    sign_in: SignInDocument


def world_json(
    world: World,
    sign_in_url: str,
    balances: Mapping[str, int] | None = None,
    statuses: Mapping[str, str] | None = None,
    institutions: Sequence[Institution] | None = None,
) -> WorldDocument:
    """The world for ``GET /sandbox/world.json``.

    Balances (fen) and statuses of now, by person number, replace the opening ones where they are given; so do the
    institutions of now, with the keys they sign with.
    """
    return {
        "regions": [
            {"code": each.code, "name": each.name, "province": each.province, "pack": each.pack}
            for each in world.regions
        ],
        "persons": [_person(each, balances or {}, statuses or {}) for each in world.people],
        "families": [
            {"title": each.title, "story": each.story, "psn_nos": list(each.numbers)}
            for each in world.families
        ],
        "institutions": [
            _institution(each) for each in (world.institutions if institutions is None else institutions)
        ],
        "items": [
            {"code": each.code, "name": each.name, "category": each.category, "price_fen": each.price_fen}
            for each in world.items
        ],
        "staff": [
            {
                "staff_id": each.staff_id,
                "name": each.name,
                "role": each.role,
                "institution": each.institution,
            }
            for each in world.staff
        ],
        "sign_in": {"url": sign_in_url, "how": _HOW_TO_SIGN_IN},
    }


def _person(person: Person, balances: Mapping[str, int], statuses: Mapping[str, str]) -> PersonDocument:
    return {
        "psn_no": person.number,
        "name": person.name,
        "certno": person.certificate_number,
        "card_no": person.card_number,
        "birth": person.birth.isoformat(),
        "region": person.region,
        "insutype": INSURANCE_CODES[person.insurance],
        "status": statuses.get(person.number, person.status.value),
        "balance_fen": balances.get(person.number, person.balance_fen),
        "relations": [{"psn_no": kin.number, "relation": kin.relation.value} for kin in person.kin],
    }


def _institution(institution: Institution) -> InstitutionDocument:
    return {
        "fixmedins_code": institution.code,
        "name": institution.name,
        "level": institution.level,
        "region": institution.region,
        "scheme": institution.scheme,
        "access_key": institution.access_key,
        "secret": institution.secret,
    }
