"""How a family is written down: who is in it, whose child and whose spouse. Kinship follows from this."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qinji.entry.sandbox.model import PersonStatus, Sex
from qinji.insured.model import Insurance, Status
from qinji.kernel.kinship import Relation, inverse

EAST = "990100"
WEST = "990200"
WUHAN = "420100"


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a planned family; father, mother, spouse, twin are roles of others of the same plan."""

    role: str
    sex: Sex
    age: int
    region: str
    insurance: Insurance
    person_status: PersonStatus
    balance_fen: int = 0
    status: Status = Status.NORMAL
    father: str | None = None
    mother: str | None = None
    spouse: str | None = None
    birthday_today: bool = False
    twin_of: str | None = None


@dataclass(frozen=True, slots=True)
class FamilyPlan:
    """A family by its lasting number, which its people's numbers carry, with its title and story."""

    number: int
    title: str
    story: str
    members: tuple[Member, ...]


def employee(
    role: str,
    sex: Sex,
    age: int,
    region: str,
    balance_fen: int,
    *,
    status: Status = Status.NORMAL,
    father: str | None = None,
    mother: str | None = None,
    spouse: str | None = None,
) -> Member:
    """A working employee with a personal account of so many fen."""
    kind = Insurance.EMPLOYEE
    return Member(role, sex, age, region, kind, "in_service", balance_fen, status, father, mother, spouse)


def retired(
    role: str,
    sex: Sex,
    age: int,
    region: str,
    balance_fen: int,
    *,
    status: Status = Status.NORMAL,
    father: str | None = None,
    mother: str | None = None,
    spouse: str | None = None,
) -> Member:
    """A retired employee with a personal account of so many fen."""
    kind = Insurance.EMPLOYEE
    return Member(role, sex, age, region, kind, "retired", balance_fen, status, father, mother, spouse)


def resident(
    role: str,
    sex: Sex,
    age: int,
    region: str,
    *,
    status: Status = Status.NORMAL,
    father: str | None = None,
    mother: str | None = None,
    spouse: str | None = None,
    birthday_today: bool = False,
    twin_of: str | None = None,
) -> Member:
    """Somebody with resident insurance, who has no account: a child below 18, an adult from 18 on."""
    kind: PersonStatus = "child" if age < 18 else "adult"
    return Member(
        role=role,
        sex=sex,
        age=age,
        region=region,
        insurance=Insurance.RESIDENT,
        person_status=kind,
        status=status,
        father=father,
        mother=mother,
        spouse=spouse,
        birthday_today=birthday_today,
        twin_of=twin_of,
    )


def student(
    role: str, sex: Sex, age: int, region: str, *, father: str | None = None, mother: str | None = None
) -> Member:
    """A student of a school or university with resident insurance."""
    return Member(role, sex, age, region, Insurance.RESIDENT, "student", 0, Status.NORMAL, father, mother)


def relations(plan: FamilyPlan) -> Iterator[tuple[str, str, Relation]]:
    """Every pair of roles that is kin, in both directions: what the second is to the first."""
    by_role = {member.role: member for member in plan.members}
    for one in plan.members:
        for other in plan.members:
            relation = _upward(one, other, by_role)
            if relation is None:
                back = _upward(other, one, by_role)
                relation = None if back is None else inverse(back)
            if relation is not None and one is not other:
                yield one.role, other.role, relation


def _upward(one: Member, other: Member, by_role: dict[str, Member]) -> Relation | None:
    """What ``other`` is to ``one`` when a spouse, a brother or sister, or of an older generation."""
    if other.role == one.spouse or one.role == other.spouse:
        return Relation.SPOUSE
    if other.role in _parents(one):
        return Relation.PARENT
    if _parents(one) & _parents(other):
        return Relation.SIBLING
    if one.father and other.role in _parents(by_role[one.father]):
        return Relation.GRANDPARENT
    if one.mother and other.role in _parents(by_role[one.mother]):
        return Relation.MATERNAL_GRANDPARENT
    spouses = (m for m in by_role.values() if m.role == one.spouse or m.spouse == one.role)
    if any(other.role in _parents(spouse) for spouse in spouses):
        return Relation.SPOUSE_PARENT
    return None


def _parents(member: Member) -> frozenset[str]:
    return frozenset(role for role in (member.father, member.mother) if role)
