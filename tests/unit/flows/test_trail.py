"""The trail in words: every action has some, and who, for whom, by what right and why are told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from qinji.access.model import Action
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.kin import SELF, KinName
from qinji.flows.parts.trail import HAPPENING_CHINESE, WHAT_CHINESE, Named, WhoKind, of_audit
from qinji.institution.model import StaffMember
from qinji.insured.model import AuditEntry
from qinji.kernel.actor import StaffRole
from qinji.settlement.model import HappeningKind

NOW = datetime(2026, 3, 17, 4, 0, tzinfo=UTC)
ME, MOTHER = UUID(int=1), UUID(int=2)
LOOKS = (
    Action.SHOW_CODE,
    Action.SEE_STATUS,
    Action.SEE_COSTS,
    Action.SEE_SHARED_AMOUNTS,
    Action.SEE_EVIDENCE,
    Action.LOOK_UP_PERSON,
)
NAMED = Named(
    ME,
    {ME: KinName(SELF), MOTHER: KinName("李*", "母亲")},
    {"T1": StaffMember("T1", "甲", StaffRole.CASHIER, "P1"), "C1": StaffMember("C1", "乙", StaffRole.CLERK)},
    {"P1": "东澜药店"},
)
ROW = AuditEntry(ME, UUID(int=9), f"person:{MOTHER}", DeedKind.UNBIND, "own", None, NOW)


def test_every_deed_every_look_and_every_event_has_its_words() -> None:
    assert set(WHAT_CHINESE) == set(DeedKind) | set(LOOKS)
    assert len(set(WHAT_CHINESE.values())) == len(WHAT_CHINESE)
    assert set(HAPPENING_CHINESE) == set(HappeningKind)


def test_a_relative_is_told_by_masked_name_and_by_what_they_are_to_the_reader() -> None:
    item = of_audit(ROW, NAMED)
    assert (item.who_kind, item.who, item.right) == (WhoKind.RELATIVE, "李*(您的母亲)", "对方本人")


def test_one_is_told_as_oneself() -> None:
    item = of_audit(replace(ROW, actor=f"person:{ME}"), NAMED)
    assert (item.who_kind, item.who, item.right) == (WhoKind.SELF, "您", "您本人")


@pytest.mark.parametrize(
    ("entered_by", "who"),
    [
        (None, "经办窗口工作人员 C1"),
        ("C1", "经办窗口工作人员 C1"),
        ("C2", "经办窗口工作人员 C1,由 C2 录入"),
    ],
)
def test_staff_are_told_by_number_and_both_of_them(entered_by: str | None, who: str) -> None:
    row = replace(
        ROW, actor="staff:C1", basis="staff", entered_by=entered_by, behalf_of=MOTHER, reason="代办"
    )
    item = of_audit(row, NAMED)
    assert (item.who_kind, item.who, item.right) == (WhoKind.STAFF, who, "经办职责")
    assert (item.behalf, item.reason) == ("代李*(您的母亲)办理", "代办")


def test_a_cashier_is_told_with_the_institution() -> None:
    assert of_audit(replace(ROW, actor="staff:T1"), NAMED).who == "东澜药店收费员 T1"


@pytest.mark.parametrize(
    ("basis", "right"), [("binding:7", "亲情账户绑定"), ("grant:7", "家庭共济授权"), ("staff", "经办职责")]
)
def test_the_right_is_told_in_words(basis: str, right: str) -> None:
    assert of_audit(replace(ROW, basis=basis), NAMED).right == right


def test_what_a_timer_did_is_told_as_nobodys_look() -> None:
    row = replace(ROW, actor="timer:evidence", action=DeedKind.EVIDENCE_EXPIRE, basis="retention")
    item = of_audit(row, NAMED)
    assert (item.who_kind, item.who, item.right) == (WhoKind.TIMER, "系统自动办理", "材料保存期限")
