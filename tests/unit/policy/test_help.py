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


FAMILY = {
    "max_members": ("family_account.max_members", "一个人最多绑定 5 名家人"),
    "max_holders": ("family_account.max_holders_per_member", "一个人最多加入 2 个亲情账户"),
    "relations": (
        "family_account.relations",
        "可以绑定:配偶、父母、子女、兄弟姐妹、祖父母、外祖父母、孙子女、外孙子女",
    ),
    "consent_age": (
        "family_account.face_age",
        "年满 16 周岁须由本人同意;未满 16 周岁由监护人持材料到窗口办理",
    ),
    "promised_days": ("family_account.promised_days", "窗口受理后 3 日内办结"),
    "code_seconds": ("code.ttl_seconds", "出示的医保码 60 秒内有效,只能扫一次"),
}
SHARING = {
    "relations": (
        "mutual_aid.relations",
        "可以授权给:配偶、父母、子女、兄弟姐妹、祖父母、外祖父母、孙子女、外孙子女",
    ),
    "beneficiary_insurance": ("mutual_aid.beneficiary_insurance", "使用人须参加职工医保或居民医保"),
    "same_pool_only": ("mutual_aid.scope", "授权人与使用人须在同一省份参保"),
    "max_beneficiaries": ("mutual_aid.max_beneficiaries", "授权人数没有上限"),
    "filing": ("mutual_aid.activation", "提交后立即可以支付"),
    "lock_days": ("mutual_aid.unbind_min_days", "随时可以解除"),
    "ends_next_day": ("mutual_aid.unbind_effective", "解除后立即停止支付"),
    "purposes": ("mutual_aid.purposes", "可以用于:门诊、药店购药、住院"),
    "pays": (
        "mutual_aid.pays",
        (
            "可以支付个人负担中的:超限价、自费、自费中药饮片、医疗器械(械字号)、消毒用品(消字号)、体检、"
            "先行自付、起付线、政策范围内自付"
        ),
    ),
    "own_first": ("order.self_position", "先扣本人账户,不够时再扣家人的账户"),
    "user_orders": ("order.grantors", "几位家人的先后由使用人自己排"),
    "group": ("mutual_aid.model", "按共济组办理:账户的主人邀请家人入组,一人只能在一个组"),
    "max_grantors": ("mutual_aid.max_grantors", "一个人最多由 1 位家人授权"),
}


@pytest.mark.parametrize(("part", "told"), [(0, FAMILY), (1, SHARING)], ids=["family", "sharing"])
def test_what_a_city_is_told_word_for_word_and_from_which_parameter(
    book: Book, part: int, told: dict[str, tuple[str, str]]
) -> None:
    facts = known(help_facts(book, "350200", DAY))[part]
    found = {name: getattr(facts, name) for name in told}
    assert {name: (fact.source.parameter, fact.text) for name, fact in found.items()} == told


def test_a_promise_to_agree_from_the_day_after_a_birthday_is_told_as_one_more_year(tmp_path: Path) -> None:
    packs = packs_with(tmp_path, "000000-national", "family_account.face_age_inclusive", "false")
    family, _ = known(help_facts(load(packs), "990100", DAY))
    assert family.consent_age.value == 17
    assert family.consent_age.text.startswith("年满 17 周岁须由本人同意;未满 17 周岁")
