"""/help tells what holds in the reader's region on a day, each value with its document; what is unknown it says."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest

from qinji.kernel.kinship import Relation
from qinji.policy.book import Book
from qinji.policy.help import Fact, FamilyFacts, HelpFacts, SharingFacts, help_facts
from qinji.policy.load import default_folder, load
from tests.household import packs_with

DAY = date(2026, 3, 17)
ONLY_SOME = {"local_name", "group", "max_grantors"}
"""What only some regions have."""


@pytest.fixture(scope="module")
def book() -> Book:
    return load(default_folder())


def known(found: HelpFacts) -> tuple[FamilyFacts, SharingFacts]:
    assert found.family is not None
    assert found.sharing is not None
    return found.family, found.sharing


@pytest.mark.parametrize("region", ["420100", "990100", "990200"])
def test_every_value_that_is_told_has_a_sentence_and_a_document(book: Book, region: str) -> None:
    for part in known(help_facts(book, region, DAY)):
        for field in fields(part):
            fact = getattr(part, field.name)
            if field.name in ONLY_SOME and fact is None:
                continue
            assert isinstance(fact, Fact)
            assert fact.text
            assert fact.source.document
            assert fact.source.clause


def test_the_numbers_are_those_by_which_the_family_account_refuses(book: Book) -> None:
    family, _ = known(help_facts(book, "990200", DAY))
    assert (family.max_members.value, family.max_holders.value, family.consent_age.value) == (5, 2, 16)
    assert family.max_members.text == "一个人最多绑定 5 名家人"
    assert Relation.SPOUSE_PARENT not in family.relations.value


def test_two_cities_tell_their_own_relations_with_their_own_documents(book: Book) -> None:
    _, east = known(help_facts(book, "990100", DAY))
    _, west = known(help_facts(book, "990200", DAY))
    assert east.relations.text == "可以授权给:配偶、父母、子女"
    assert east.relations.source.document == "东澜医保规〔2025〕1号"
    assert Relation.SIBLING in west.relations.value
    assert west.relations.source.document == "西澜医保规〔2025〕1号"


def test_a_district_is_told_the_rules_of_its_city(book: Book) -> None:
    assert help_facts(book, "990102", DAY).region_name == help_facts(book, "990100", DAY).region_name


def test_a_rule_is_told_from_its_day_on(book: Book) -> None:
    _, before = known(help_facts(book, "420100", date(2024, 7, 25)))
    _, after = known(help_facts(book, "420100", date(2024, 7, 26)))
    assert Relation.SIBLING not in before.relations.value
    assert before.relations.source.document == "国办发〔2021〕14号"
    assert Relation.SIBLING in after.relations.value
    assert after.relations.source.document == "国办发〔2024〕38号"


def test_wuhan_says_for_how_long_a_grant_is_kept_and_what_one_may_do_meanwhile(book: Book) -> None:
    _, sharing = known(help_facts(book, "420100", DAY))
    assert (sharing.lock_days.value, sharing.lock_days.text) == (90, "授权后 90 天内不能解除,可以先暂停")


@pytest.mark.parametrize(
    ("key", "value", "field", "text"),
    [
        ("mutual_aid.activation", "filing", "filing", "提交后先由经办机构备案,备案后才能支付"),
        ("mutual_aid.unbind_effective", "next_day", "ends_next_day", "解除后当天仍可支付,次日停止"),
        ("order.self_position", "last", "own_first", "先扣家人的账户,再扣本人账户"),
        ("order.grantors", "binding_time", "user_orders", "几位家人按授权的先后支付"),
        ("mutual_aid.max_beneficiaries", "3", "max_beneficiaries", "每人最多授权 3 人"),
        ("mutual_aid.scope", "same_pool", "same_pool_only", "授权人与使用人须在同一统筹区参保"),
        ("mutual_aid.local_name", "亲情账号", "local_name", "当地把家庭共济叫“亲情账号”"),
        ("mutual_aid.max_grantors", "1", "max_grantors", "一个人最多由 1 位家人授权"),
        ("mutual_aid.model", "group", "group", "按共济组办理:账户的主人邀请家人入组,一人只能在一个组"),
        ("mutual_aid.purposes", "[pharmacy]", "purposes", "可以用于:药店购药"),
    ],
)
def test_a_region_that_does_otherwise_is_told_otherwise(
    tmp_path: Path, key: str, value: str, field: str, text: str
) -> None:
    found = help_facts(load(packs_with(tmp_path, "990100-donglan", key, value)), "990100", DAY)
    assert getattr(known(found)[1], field).text == text


def test_where_a_region_has_no_name_of_its_own_no_groups_and_no_limit_nothing_is_told_of_them(
    book: Book,
) -> None:
    _, sharing = known(help_facts(book, "990100", DAY))
    assert {getattr(sharing, name) for name in ONLY_SOME} == {None}


def test_a_region_without_a_pack_is_told_the_nations_part_and_that_the_rest_is_unknown(book: Book) -> None:
    found = help_facts(book, "999900", DAY)
    assert found.family is not None
    assert found.family.max_members.value == 5
    assert found.sharing is None
    assert found.missing.startswith("这里没有参保地 999900 在 2026-03-17 的医保政策")
    assert found.missing.endswith("请以当地医保经办机构的答复为准。")


def test_a_day_before_any_pack_is_told_nothing_but_that(book: Book) -> None:
    found = help_facts(book, "420100", date(2020, 1, 1))
    assert (found.family, found.sharing) == (None, None)
    assert "武汉市" in found.missing
