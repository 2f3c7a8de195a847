"""Kinship, ages, regions, identity numbers and ids."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qinji.kernel import dates, identity, ids, kinship, region
from qinji.kernel.ensure import InvariantBroken, ensure
from qinji.kernel.kinship import Relation


@pytest.mark.parametrize("relation", Relation)
def test_the_inverse_of_the_inverse_is_the_relation_and_every_relation_has_a_name(relation: Relation) -> None:
    assert kinship.inverse(kinship.inverse(relation)) is relation
    assert kinship.CHINESE[relation]


def test_what_a_parent_is_to_a_child_is_the_inverse() -> None:
    assert kinship.inverse(Relation.CHILD) is Relation.PARENT
    assert kinship.inverse(Relation.SPOUSE_PARENT) is Relation.CHILD_SPOUSE


@pytest.mark.parametrize("relation", Relation)
def test_one_person_is_never_called_by_the_word_for_two(relation: Relation) -> None:
    words = [kinship.spoken(relation, sex) for sex in ("male", "female", "")]
    assert all(words)
    assert not {"父母", "祖父母", "外祖父母", "子女", "孙子女"} & set(words)


def test_a_relative_is_called_by_their_sex_where_it_is_known() -> None:
    assert kinship.spoken(Relation.PARENT, "female") == "母亲"
    assert kinship.spoken(Relation.CHILD, "male") == "儿子"
    assert kinship.spoken(Relation.SPOUSE, "unknown") == "配偶"


def test_age_is_counted_on_the_birthday_itself() -> None:
    birth = date(2010, 5, 6)
    assert dates.age_on(birth, date(2026, 5, 5)) == 15
    assert dates.age_on(birth, date(2026, 5, 6)) == 16


def test_a_day_is_a_day_in_china() -> None:
    assert dates.local_day(datetime(2026, 1, 1, 15, 59, tzinfo=UTC)) == date(2026, 1, 1)
    assert dates.local_day(datetime(2026, 1, 1, 16, 0, tzinfo=UTC)) == date(2026, 1, 2)


def test_a_district_belongs_to_its_city_and_province() -> None:
    assert region.city_of("990102") == "990100"
    assert region.province_of("990102") == "990000"
    assert region.same_province("990100", "990200")
    assert not region.same_province("990100", "420100")


@pytest.mark.parametrize("text", ["99010", "9901000", "99010a", "", "９９０１００"])
def test_what_is_no_region_is_seen(text: str) -> None:
    assert not region.is_region(text)


def test_an_identity_number_is_checked_to_its_last_character() -> None:
    first17 = "99990119560405132"
    number = first17 + identity.check_character(first17)
    assert identity.is_identity_number(number)
    wrong = "1" if number[-1] != "1" else "2"
    assert not identity.is_identity_number(first17 + wrong)
    assert not identity.is_identity_number("999901195613051321")


@given(st.text(max_size=30))
def test_a_masked_number_shows_eight_characters_at_most(text: str) -> None:
    hidden = identity.masked_number(text)
    assert len(hidden) == len(text)
    assert hidden.count("*") >= max(0, len(text) - 8)


@given(st.integers(0, (1 << 48) - 1), st.binary(min_size=10, max_size=10))
def test_an_id_survives_the_wire_and_is_sorted_by_time(milliseconds: int, entropy: bytes) -> None:
    made = ids.uuid7(milliseconds, entropy)
    assert made.version == 7
    assert ids.from_wire(ids.to_wire(made)) == made
    assert len(ids.to_wire(made)) == ids.WIRE_LENGTH
    assert made.int >> 80 == milliseconds


@pytest.mark.parametrize("text", ["", "0" * 25, "U" * 26, "Z" * 26])
def test_what_is_no_id_of_ours_is_none(text: str) -> None:
    assert ids.from_wire(text) is None


def test_a_broken_invariant_names_the_promise_and_the_facts() -> None:
    with pytest.raises(InvariantBroken, match=r"parts add up .*cash=3"):
        ensure(False, "parts add up", cash=3)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("替999900199001010014办理", True),
        ("999900199001010014", True),
        ("999900199001010015", False),
        ("99990019900101001", False),
        ("", False),
        ("1999900199001010014", True),
    ],
)
def test_an_identity_number_is_found_within_a_text(text: str, holds: bool) -> None:
    assert identity.holds_identity_number(text) is holds


@given(st.integers(min_value=0, max_value=2**48 - 1), st.binary(min_size=10, max_size=10))
def test_no_id_of_a_moment_comes_before_the_first_of_it(moment: int, chance: bytes) -> None:
    assert ids.first_of(moment) <= ids.uuid7(moment, chance)
    if moment:
        assert ids.uuid7(moment - 1, chance) < ids.first_of(moment)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2026, 3, 17), 0, date(2026, 3, 17)),
        (date(2026, 11, 30), 14, date(2028, 1, 30)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_a_shorter_month(
    day: date, months: int, then: date
) -> None:
    assert dates.months_after(day, months) == then
    assert dates.months_between(day, then) == months
    assert dates.first_of_month(day).day == 1
