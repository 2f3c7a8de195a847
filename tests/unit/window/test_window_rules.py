"""Window acts: until when they wait, who may decide, what a reason has to say, and how a wish is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Power, Purpose, SparedGround, UseClass
from qinji.kernel.refusal import RefusalCode
from qinji.window.model import (
    KIND_CHINESE,
    ChangeWish,
    CodeWish,
    EndWish,
    GrantWish,
    OrderWish,
    PauseAllWish,
    PauseWish,
    PowersWish,
    SparedWish,
    Told,
    TransferWish,
    UnbindWish,
    WalletWish,
    WindowKind,
    WindowState,
    Wish,
    told_from_json,
    told_to_json,
    wish_from_json,
    wish_to_json,
)
from qinji.window.rules import (
    PAPER_MAX,
    REASON_MAX,
    REASON_MIN,
    discreet,
    expiry,
    may_decide,
    may_enter,
    may_see,
    may_withdraw,
    sound_words,
    state_on,
    state_text,
)
from tests.unit.window.acts import ACT, NOW, ONE, TOLD, TWO

NUMBER = "999900199001010014"
WISHES: list[Wish] = [
    UnbindWish(ONE),
    PowersWish(ONE, frozenset({Power.SHOW_CODE, Power.QUERY_COST})),
    GrantWish("99", Relation.PARENT, {"per_use_fen": 100, "per_day_fen": None}, frozenset(Purpose)),
    GrantWish("99", Relation.CHILD, {}),
    ChangeWish(ONE, {"floor_fen": 0}),
    ChangeWish(ONE, {}, None, frozenset({UseClass.DEVICE}), date(2026, 12, 31), frozenset({"uses"})),
    PauseWish(ONE, True),
    PauseWish(ONE, False),
    PauseAllWish(True),
    PauseAllWish(False),
    EndWish(ONE),
    OrderWish((ONE, TWO)),
    WalletWish(),
    TransferWish(ONE, True),
    TransferWish(ONE, False),
    *(SparedWish(ground) for ground in SparedGround),
    *(
        CodeWish(kind)
        for kind in (
            WindowKind.FREEZE_CODE,
            WindowKind.REPORT_LOST,
            WindowKind.THAW_CODE,
            WindowKind.ACTIVATE_CODE,
        )
    ),
]


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish.kind)
def test_a_wish_is_read_back_as_it_was_asked(wish: Wish) -> None:
    assert wish_from_json(wish.kind, wish_to_json(wish)) == wish


def test_every_kind_of_wish_is_among_those_tried_and_has_its_words() -> None:
    assert {wish.kind for wish in WISHES} == set(WindowKind) == set(KIND_CHINESE)


def test_what_was_told_is_read_back_as_it_was_told() -> None:
    assert told_from_json(told_to_json(TOLD)) == TOLD


def test_a_wish_waits_until_midnight_in_china() -> None:
    assert expiry(NOW) == datetime(2026, 3, 17, 16, 0, tzinfo=UTC)
    assert expiry(datetime(2026, 3, 17, 16, 0, tzinfo=UTC)) == datetime(2026, 3, 18, 16, 0, tzinfo=UTC)
    moment = timedelta(microseconds=1)
    assert state_on(ACT, ACT.expires_at - moment) is WindowState.WAITING
    assert state_on(ACT, ACT.expires_at) is WindowState.EXPIRED


def test_what_is_in_force_waits_for_its_second_person_as_long_as_it_takes() -> None:
    frozen = replace(ACT, wish=CodeWish(WindowKind.FREEZE_CODE), in_force_at=NOW)
    late = NOW + timedelta(days=30)
    assert state_on(frozen, late) is WindowState.WAITING
    assert state_text(frozen, late) == "已生效,待复核"
    assert may_decide(frozen, "R001", late) is None


def test_each_state_has_words_of_its_own() -> None:
    states = (WindowState.WAITING, WindowState.DONE, WindowState.REFUSED, WindowState.WITHDRAWN)
    texts = {state_text(replace(ACT, state=state), NOW) for state in states}
    texts.add(state_text(ACT, ACT.expires_at))
    assert len(texts) == len(WindowState)


def test_the_one_who_took_it_down_decides_nothing_and_alone_withdraws() -> None:
    refused = may_decide(ACT, "C001", NOW)
    assert refused is not None
    assert refused.code is RefusalCode.SAME_CLERK
    assert may_decide(ACT, "R001", NOW) is None
    assert may_withdraw(ACT, "C001", NOW) is None
    refused = may_withdraw(ACT, "R001", NOW)
    assert refused is not None
    assert refused.code is RefusalCode.NOT_ALLOWED


@pytest.mark.parametrize("state", [WindowState.DONE, WindowState.REFUSED, WindowState.WITHDRAWN])
def test_what_waits_no_more_is_neither_decided_nor_withdrawn(state: WindowState) -> None:
    over = replace(ACT, state=state)
    for refused in (may_decide(over, "R001", NOW), may_withdraw(over, "C001", NOW)):
        assert refused is not None
        assert refused.code is RefusalCode.WINDOW_ACT_STATE


def test_a_decided_act_is_seen_by_its_two_clerks_alone() -> None:
    over = replace(ACT, state=WindowState.DONE, decided_by="R001")
    assert [may_see(over, staff, NOW) is None for staff in ("C001", "R001", "C002")] == [True, True, False]
    assert may_see(ACT, "C002", NOW) is None


def test_what_waits_already_or_changes_nothing_is_not_taken_down() -> None:
    assert may_enter(ACT.wish, TOLD, [], NOW) is None
    assert may_enter(EndWish(ONE), TOLD, [ACT], NOW) is None
    refused = may_enter(UnbindWish(ONE), TOLD, [ACT], NOW)
    assert refused is not None
    assert refused.code is RefusalCode.WINDOW_ACT_WAITS
    assert may_enter(UnbindWish(ONE), TOLD, [ACT], ACT.expires_at) is None
    assert may_enter(ACT.wish, Told("无", ()), [], NOW) is not None


@pytest.mark.parametrize(
    ("reason", "paper", "sound"),
    [
        ("字" * REASON_MIN, "纸", True),
        ("字" * (REASON_MIN - 1) + "  ", "纸", False),
        ("字" * REASON_MAX, "纸", True),
        ("字" * (REASON_MAX + 1), "纸", False),
        ("本人持卡办理", "纸" * PAPER_MAX, True),
        ("本人持卡办理", "纸" * (PAPER_MAX + 1), False),
        ("本人持卡办理", " ", False),
        ("本人持卡办理", None, True),
        (f"替{NUMBER}办理", "纸", False),
        ("本人持卡办理", NUMBER, False),
    ],
)
def test_a_reason_says_something_and_neither_it_nor_the_paper_holds_an_identity_number(
    reason: str, paper: str | None, sound: bool
) -> None:
    assert (sound_words(reason, paper) is None) is sound


@pytest.mark.parametrize("told", ["刑满释放证明 0077", "刚刑释,来登记", "在监狱服刑后出狱"])
def test_free_words_do_not_tell_what_the_papers_of_the_released_say(told: str) -> None:
    kind = WindowKind.NOTE_SPARED
    assert discreet(kind, "本人持材料来登记", told) is not None
    assert discreet(kind, told, None) is not None
    assert discreet(kind, "本人持材料来登记", None) is None
    assert discreet(kind, "持退役军人证来登记", "0077") is None
    assert discreet(WindowKind.FREEZE_CODE, told) is None, "no act but that one is about such papers"
