"""What everyone may rely on in the sandbox world."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from qinji.entry.sandbox.document import world_json
from qinji.entry.sandbox.model import Person, World
from qinji.entry.sandbox.plan import EAST, WEST, WUHAN, FamilyPlan, employee, relations, resident
from qinji.entry.sandbox.world import PLANS, build_world
from qinji.insured.model import Insurance, Status
from qinji.kernel.dates import age_on
from qinji.kernel.identity import is_identity_number
from qinji.kernel.kinship import Relation, inverse
from qinji.kernel.region import same_province
from qinji.kernel.signing import headers_a, signature_b

TODAY = date(2026, 11, 24)
SIGN_IN = "http://127.0.0.1:8765/api/v1/sign-ins"
SEEDS = (20260101, 7, 2027)
YOUNGER = (Relation.CHILD, Relation.GRANDCHILD, Relation.DAUGHTERS_CHILD)


@pytest.fixture(params=SEEDS)
def world(request: pytest.FixtureRequest) -> World:
    """The world of several seeds."""
    seed: int = request.param
    return build_world(seed, TODAY)


def named(world: World, number: str) -> Person:
    """The person of a number."""
    return world.person(number)


def test_the_same_seed_and_day_give_the_same_world() -> None:
    assert build_world(5, TODAY) == build_world(5, TODAY)


def test_a_world_stays_as_it_was_made() -> None:
    # A home keeps only seed and first day and builds its world again: another world would not fit its database.
    people = repr(build_world(20260101, date(2026, 1, 1)).people)
    assert hashlib.sha256(people.encode()).hexdigest()[:16] == "d0a89265ea1804d7"


def test_another_seed_gives_other_names_but_the_same_numbers() -> None:
    one, other = build_world(1, TODAY), build_world(2, TODAY)
    assert [p.number for p in one.people] == [p.number for p in other.people]
    assert [p.name for p in one.people] != [p.name for p in other.people]


@pytest.mark.parametrize("today", [date(2027, 1, 1), date(2028, 2, 29), date(2026, 12, 31), date(2027, 3, 1)])
def test_a_world_can_be_built_on_any_day(today: date) -> None:
    for person in build_world(SEEDS[0], today).people:
        assert person.birth < today
        assert person.birth <= person.insured_since < today


def test_identity_numbers_are_right_and_belong_to_nobody(world: World) -> None:
    for person in world.people:
        assert is_identity_number(person.certificate_number)
        assert person.certificate_number.startswith("9999")
        assert person.certificate_number[6:14] == f"{person.birth:%Y%m%d}"
        assert (int(person.certificate_number[16]) % 2 == 1) == (person.sex == "male")


def test_numbers_cards_certificates_and_names_are_unique(world: World) -> None:
    for of in ("number", "card_number", "certificate_number", "name"):
        assert Counter(getattr(person, of) for person in world.people).most_common(1)[0][1] == 1


def test_at_least_thirty_families_have_a_title_and_two_sentences(world: World) -> None:
    assert len(world.families) >= 30
    assert len({family.title for family in world.families}) == len(world.families)
    for family in world.families:
        assert family.title
        assert family.story.endswith("。")
        assert family.story.count("。") == 2


def test_everybody_belongs_to_exactly_one_family(world: World) -> None:
    members = [number for family in world.families for number in family.numbers]
    assert sorted(members) == sorted(person.number for person in world.people)


def test_kinship_is_kept_in_both_directions(world: World) -> None:
    kin = {(p.number, k.number): k.relation for p in world.people for k in p.kin}
    for (one, other), relation in kin.items():
        assert kin[other, one] is inverse(relation)


def test_ages_are_true_to_kinship(world: World) -> None:
    people = {person.number: person for person in world.people}
    for person in world.people:
        for kin in person.kin:
            other = people[kin.number]
            if kin.relation in YOUNGER:
                years = 18 if kin.relation is Relation.CHILD else 38
                assert person.birth.replace(year=person.birth.year + years) <= other.birth


def test_spouses_are_adults_and_only_employees_have_money(world: World) -> None:
    for person in world.people:
        if person.insurance is Insurance.RESIDENT:
            assert person.balance_fen == 0
            assert not person.employer
        if any(kin.relation is Relation.SPOUSE for kin in person.kin):
            assert age_on(person.birth, TODAY) >= 20
        assert (person.suspended_since is None) == (person.status is Status.NORMAL)


def test_every_planned_age_holds_on_the_first_day(world: World) -> None:
    planned = [member.age for plan in PLANS for member in plan.members]
    assert planned == [age_on(person.birth, TODAY) for person in world.people]


def test_each_area_has_hospitals_of_three_levels_and_a_pharmacy(world: World) -> None:
    assert [region.code for region in world.regions] == [EAST, WEST, WUHAN]
    for region in world.regions:
        here = [each for each in world.institutions if each.region == region.code]
        assert {each.level for each in here} >= {"1", "2", "3", "pharmacy"}
        for each in here:
            assert len(each.code) == 12
            assert each.code[0] == ("P" if each.level == "pharmacy" else "H")
            assert len(each.credit_code) == 18


def test_in_each_area_the_second_hospital_signs_by_a_the_third_by_b_and_nobody_else(world: World) -> None:
    schemes = {"1": "none", "2": "A", "3": "B", "pharmacy": "none"}
    assert [each.scheme for each in world.institutions] == [
        schemes[each.level] for each in world.institutions
    ]
    keys = [(each.access_key, each.secret) for each in world.institutions if each.scheme != "none"]
    assert len({part for key in keys for part in key}) == 2 * len(keys)
    assert {each.secret for each in world.institutions if each.scheme == "none"} == {""}


def test_keys_come_of_the_seed_and_not_of_the_day(world: World) -> None:
    later = build_world(world.seed, TODAY + timedelta(days=400))
    other = build_world(world.seed + 1, TODAY)
    assert later.institutions == world.institutions
    assert [each.code for each in other.institutions] == [each.code for each in world.institutions]
    secrets = {each.secret for each in world.institutions if each.secret}
    assert not secrets & {each.secret for each in other.institutions}


def test_the_guide_shows_keys_of_the_usual_seed_and_signatures_that_they_make() -> None:
    guide = (Path(__file__).parents[3] / "docs/guides/connect-your-software.md").read_text(encoding="utf-8")
    places = {each.code: each for each in build_world(20260101, TODAY).institutions}
    first, second = places["H99020000002"], places["H99020000003"]
    for place in (first, second):
        assert f"`{place.access_key}`" in guide
        assert f"`{place.secret}`" in guide
    headers = headers_a("1201", first.access_key, first.secret, 1_767_225_600_000)
    assert f"`{headers['_api_signature']}`" in guide
    assert f"`{signature_b(second.secret, '1767225600', '5f2c9a')}`" in guide


def test_the_policy_pack_of_each_area_is_there(world: World) -> None:
    policies = Path(__file__).parents[3] / "policies"
    assert [region.pack for region in world.regions if not (policies / region.pack).is_dir()] == []


def test_the_window_has_clerks_and_reviewers(world: World) -> None:
    roles = Counter(member.role for member in world.staff)
    assert roles["clerk"] >= 2
    assert roles["reviewer"] >= 2
    assert [member.staff_id for member in world.staff[:2]] == ["C001", "C002"]


def test_each_community_centre_and_each_pharmacy_has_a_cashier_and_nobody_else_has(world: World) -> None:
    cashiers = [member for member in world.staff if member.role == "cashier"]
    unsigned = [each.code for each in world.institutions if each.level in ("1", "pharmacy")]
    assert [member.institution for member in cashiers] == unsigned
    assert {member.institution for member in world.staff if member.role != "cashier"} == {None}
    assert len({member.name for member in world.staff}) == len(world.staff)


def test_the_daughter_and_her_mother_without_a_smartphone_are_there(world: World) -> None:
    daughter, mother = named(world, "9902000000010001"), named(world, "9902000000010002")
    assert (daughter.balance_fen, mother.balance_fen) == (50_000, 2_000)
    assert age_on(mother.birth, TODAY) == 68
    assert (mother.person_status, mother.kin[0].relation) == ("retired", Relation.CHILD)


def test_the_child_of_nine_has_no_account_and_two_employed_parents(world: World) -> None:
    child = named(world, "9901000000020001")
    assert (age_on(child.birth, TODAY), child.insurance, child.balance_fen) == (9, Insurance.RESIDENT, 0)
    assert [kin.relation for kin in child.kin] == [Relation.PARENT, Relation.PARENT]
    assert [named(world, kin.number).balance_fen for kin in child.kin] == [10_000, 100_000]


def test_the_father_in_law_is_the_parent_of_a_spouse_in_the_narrow_city(world: World) -> None:
    son_in_law = named(world, "9901000000030001")
    assert {kin.relation for kin in son_in_law.kin} == {Relation.SPOUSE, Relation.SPOUSE_PARENT}
    assert named(world, "9901000000030003").region == EAST


def test_a_relative_lives_in_another_province(world: World) -> None:
    younger, mother = named(world, "9901000000040001"), named(world, "4201000000040002")
    assert mother.number in {kin.number for kin in younger.kin}
    assert not same_province(younger.region, mother.region)


@pytest.mark.parametrize(
    ("family", "balances"),
    [
        (5, [8_000, 50_000]),
        (6, [100_000, 30_000, 20_000]),
        (7, [2_000, 5_000, 10_000]),
        (8, [50_000, 0]),
        (2, [0, 10_000, 100_000]),
        (9, [5_000, 90_000, 12_000]),
        (10, [0, 200_000, 200_000]),
        (11, [20_000, 30_000]),
    ],
)
def test_families_of_worked_examples_have_their_balances(
    world: World, family: int, balances: list[int]
) -> None:
    assert [named(world, number).balance_fen for number in world.families[family - 1].numbers] == balances


def test_every_status_and_every_near_relation_occurs(world: World) -> None:
    assert {person.status for person in world.people} == set(Status)
    assert {kin.relation for person in world.people for kin in person.kin} >= set(Relation) - {Relation.OTHER}


def test_somebody_turns_sixteen_today(world: World) -> None:
    assert any(age_on(p.birth, TODAY) == 16 and p.birth.day == TODAY.day for p in world.people)


def test_divorced_parents_are_both_parents_but_not_spouses() -> None:
    plan = FamilyPlan(
        1,
        "",
        "",
        (
            employee("father", "male", 40, EAST, 1),
            employee("mother", "female", 40, EAST, 1),
            resident("child", "male", 9, EAST, father="father", mother="mother"),
        ),
    )
    found = {(one, other): relation for one, other, relation in relations(plan)}
    assert ("father", "mother") not in found
    assert found["father", "child"] is Relation.CHILD
    assert found["child", "mother"] is Relation.PARENT


def test_the_document_has_exactly_the_promised_form(world: World) -> None:
    document = world_json(world, SIGN_IN)
    assert list(document) == [
        "regions",
        "persons",
        "families",
        "institutions",
        "items",
        "staff",
        "sign_in",
    ]
    assert list(document["persons"][0]) == [
        "psn_no",
        "name",
        "certno",
        "card_no",
        "birth",
        "region",
        "insutype",
        "status",
        "balance_fen",
        "relations",
    ]
    assert list(document["institutions"][0]) == [
        "fixmedins_code",
        "name",
        "level",
        "region",
        "scheme",
        "access_key",
        "secret",
    ]
    assert json.loads(json.dumps(document)) == document


def test_the_document_tells_the_balance_and_status_of_now(world: World) -> None:
    number = world.people[0].number
    document = world_json(world, SIGN_IN, {number: 77}, {number: "frozen"})
    first, second = document["persons"][:2]
    assert (first["balance_fen"], first["status"]) == (77, "frozen")
    assert second["balance_fen"] == world.people[1].balance_fen
