"""What an act changes of a grant, in the words of consents, papers and slips."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from qinji.flows.parts.sharing_words import bounds_text, tell_change, tell_end, tell_new, tell_order
from qinji.insured.model import CodeState, Insurance, Person, Status
from qinji.kernel.actor import Channel
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import AT_THE_TILL, Purpose
from qinji.mutual_aid.model import Grant, GrantState, Limits, Used
from qinji.window.model import Change

NOW = datetime(2026, 3, 17, 4, 0, tzinfo=UTC)
FATHER, BOY, MOTHER = UUID(int=1), UUID(int=2), UUID(int=3)


def person(person_id: UUID, name: str, sex: str) -> Person:
    """Somebody of whom only the name counts."""
    return Person(
        person_id=person_id,
        number="99",
        name=name,
        certificate=b"",
        certificate_key_version=1,
        sex=sex,
        ethnicity="01",
        birth=date(1980, 1, 1),
        region="990100",
        insurance=Insurance.EMPLOYEE,
        person_status="1101",
        status=Status.NORMAL,
        insured_since=date(2010, 1, 1),
        suspended_since=None,
        employer="",
        civil_servant=False,
        online_suspended_until=None,
        code_state=CodeState.ACTIVE,
    )


PEOPLE = {
    one.person_id: one
    for one in (
        person(FATHER, "王大明", "male"),
        person(BOY, "王小明", "male"),
        person(MOTHER, "李兰", "female"),
    )
}
GRANT = Grant(
    person_id=BOY,
    grant_id=UUID(int=10),
    grantor_id=FATHER,
    relation=Relation.CHILD,
    state=GrantState.ACTIVE,
    rank=1,
    limits=Limits(per_use_fen=100_00, floor_fen=5),
    purposes=frozenset(AT_THE_TILL),
    used=Used(),
    channel=Channel.WINDOW,
    asked_at=NOW,
    active_at=NOW,
    locked_until=None,
    ends_on=None,
    ended_at=None,
)
SECOND = replace(GRANT, grant_id=UUID(int=11), grantor_id=MOTHER, rank=2)


def test_bounds_are_told_whole_also_where_there_is_none() -> None:
    assert bounds_text(GRANT.bounds) == (
        "单次限额 100.00 元、每日限额 不限、每月限额 不限、每年限额 不限、账户保底余额 0.05 元、用途 门诊、药店购药"
    )


def test_a_new_grant_tells_its_bounds_its_lock_and_the_relative_by_masked_name() -> None:
    told = tell_new(replace(GRANT, locked_until=date(2026, 6, 15)), PEOPLE)
    assert told.what == "授权儿子 王**使用本人的个人账户"
    assert Change("家庭共济", "无", "生效中") in told.changes
    assert Change("最早可解除", "无", "2026-06-15") in told.changes
    assert told.other_id == BOY


@pytest.mark.parametrize(
    ("after", "verb", "changes"),
    [
        (replace(GRANT, limits=Limits(floor_fen=5)), "修改", [Change("单次限额", "100.00 元", "不限")]),
        (
            replace(GRANT, purposes=frozenset({Purpose.PHARMACY})),
            "修改",
            [Change("用途", "门诊、药店购药", "药店购药")],
        ),
        (replace(GRANT, state=GrantState.PAUSED), "暂停", [Change("家庭共济", "生效中", "已暂停")]),
        (GRANT, "修改", []),
    ],
)
def test_a_change_tells_only_what_changes(after: Grant, verb: str, changes: list[Change]) -> None:
    told = tell_change(GRANT, after, PEOPLE)
    assert told.what == f"{verb}对儿子 王**的家庭共济授权"
    assert list(told.changes) == changes


def test_taking_up_again_is_called_so() -> None:
    assert tell_change(replace(GRANT, state=GrantState.PAUSED), GRANT, PEOPLE).what.startswith("恢复")


def test_the_end_is_told_from_the_side_that_ends_it() -> None:
    over = replace(GRANT, state=GrantState.ENDED, ended_at=NOW)
    told = tell_end(GRANT, over, PEOPLE, FATHER)
    assert (told.what, told.changes[0].after) == ("解除对儿子 王**的家庭共济授权", "已结束")
    assert tell_end(GRANT, over, PEOPLE, BOY).what == "退出父亲 王**的家庭共济"
    tomorrow = tell_end(GRANT, replace(GRANT, ends_on=date(2026, 3, 18)), PEOPLE, FATHER)
    assert (tomorrow.from_day, tomorrow.changes[0].after) == (date(2026, 3, 18), "自 2026-03-18 起不再支付")


def test_an_order_tells_each_place_and_the_same_order_is_no_change() -> None:
    told = tell_order([GRANT, SECOND], [SECOND, GRANT], PEOPLE)
    assert told.changes == (
        Change("第 1 位", "父亲 王**", "母亲 李*"),
        Change("第 2 位", "母亲 李*", "父亲 王**"),
    )
    assert tell_order([GRANT, SECOND], [GRANT, SECOND], PEOPLE).changes == ()
