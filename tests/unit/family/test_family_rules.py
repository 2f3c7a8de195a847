"""亲情账户: who may be bound, by which route, and what a holder may do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from qinji.family.model import Binding, BindingState, Route, Terms, Wish
from qinji.family.rules import (
    may_add_evidence,
    may_bind,
    may_confirm,
    may_decline,
    may_end,
    may_review,
    may_set_powers,
    may_use,
    state_text,
)
from qinji.kernel.actor import Channel
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Power
from qinji.kernel.refusal import RefusalCode, Refused

NOW = datetime(2026, 3, 17, 4, 0, tzinfo=UTC)
HOLDER, MEMBER, STRANGER = UUID(int=1), UUID(int=2), UUID(int=3)
NEAR = frozenset({Relation.SPOUSE, Relation.PARENT, Relation.CHILD, Relation.SIBLING})
TERMS = Terms(
    max_members=5,
    max_holders=2,
    relations=NEAR,
    consent_age=16,
    powers=frozenset(Power),
    promised_days=3,
)
WISH = Wish(
    holder_id=HOLDER,
    member_id=MEMBER,
    relation=Relation.PARENT,
    known_relation=Relation.PARENT,
    member_age=68,
    route=Route.MEMBER,
    powers=frozenset({Power.SHOW_CODE}),
    evidence_reference=None,
)
WAITING = Binding(
    person_id=MEMBER,
    binding_id=UUID(int=10),
    holder_id=HOLDER,
    relation=Relation.PARENT,
    state=BindingState.PENDING,
    powers=frozenset({Power.SHOW_CODE}),
    route=Route.MEMBER,
    channel=Channel.WEB,
    evidence_reference=None,
    evidence_hash=None,
    promised_day=None,
    entered_by=None,
    decided_by=None,
    reason=None,
    requested_at=NOW,
    active_at=None,
    ended_at=None,
)
ACTIVE = replace(WAITING, state=BindingState.ACTIVE, active_at=NOW)
ENTERED = replace(WAITING, route=Route.WINDOW, entered_by="C001")


def others(count: int) -> list[Binding]:
    """So many bindings with other people on both sides."""
    return [replace(WAITING, person_id=UUID(int=100 + n), holder_id=UUID(int=200 + n)) for n in range(count)]


def code_of(refused: Refused | None) -> RefusalCode | None:
    return None if refused is None else refused.code


def test_a_known_parent_may_be_bound() -> None:
    assert may_bind(WISH, [], [], TERMS) is None


def test_nobody_binds_themself() -> None:
    assert code_of(may_bind(replace(WISH, member_id=HOLDER), [], [], TERMS)) is RefusalCode.BIND_SELF


def test_a_relation_that_the_pack_leaves_out_is_refused_with_those_it_has() -> None:
    wish = replace(WISH, relation=Relation.SPOUSE_PARENT, known_relation=Relation.SPOUSE_PARENT)
    refused = may_bind(wish, [], [], TERMS)
    assert refused is not None
    assert refused.code is RefusalCode.BIND_RELATION_NOT_ALLOWED
    assert "配偶、父母、子女、兄弟姐妹" in refused.text


@pytest.mark.parametrize("route", Route)
def test_what_the_registry_contradicts_is_refused_on_every_route(route: Route) -> None:
    wish = replace(WISH, known_relation=Relation.SIBLING, route=route)
    assert code_of(may_bind(wish, [], [], TERMS)) is RefusalCode.BIND_RELATION_DIFFERS


def test_a_kinship_that_the_registry_does_not_know_is_for_the_window() -> None:
    wish = replace(WISH, known_relation=None)
    assert code_of(may_bind(wish, [], [], TERMS)) is RefusalCode.BIND_RELATION_DIFFERS
    asked = replace(wish, route=Route.WINDOW, evidence_reference="公证书-1")
    assert code_of(may_bind(asked, [], [], TERMS)) is RefusalCode.BIND_RELATION_DIFFERS
    entered = replace(asked, by_staff=True)
    assert may_bind(entered, [], [], TERMS) is None
    without = replace(entered, evidence_reference=None)
    assert code_of(may_bind(without, [], [], TERMS)) is RefusalCode.REQUEST_INVALID


def test_the_same_two_are_bound_once() -> None:
    assert code_of(may_bind(WISH, [WAITING], [WAITING], TERMS)) is RefusalCode.BIND_EXISTS


def test_a_holder_has_at_most_five_members() -> None:
    assert may_bind(WISH, others(4), [], TERMS) is None
    assert code_of(may_bind(WISH, others(5), [], TERMS)) is RefusalCode.BIND_HOLDER_FULL


def test_a_member_has_at_most_two_holders() -> None:
    assert may_bind(WISH, [], others(1), TERMS) is None
    assert code_of(may_bind(WISH, [], others(2), TERMS)) is RefusalCode.BIND_MEMBER_FULL


def test_photos_of_papers_are_evidence_too() -> None:
    child = replace(
        WISH, relation=Relation.CHILD, known_relation=Relation.CHILD, member_age=9, route=Route.WINDOW
    )
    assert code_of(may_bind(child, [], [], TERMS)) is RefusalCode.BIND_EVIDENCE_REQUIRED
    assert may_bind(replace(child, photos=1), [], [], TERMS) is None


def test_only_the_holder_who_asked_or_staff_adds_photos_and_only_while_it_waits() -> None:
    assert may_add_evidence(WAITING, HOLDER) is None
    assert may_add_evidence(WAITING, None) is None
    assert code_of(may_add_evidence(WAITING, MEMBER)) is RefusalCode.NOT_ALLOWED
    for state in set(BindingState) - {BindingState.PENDING}:
        over = replace(WAITING, state=state)
        assert code_of(may_add_evidence(over, HOLDER)) is RefusalCode.BIND_STATE
        assert code_of(may_add_evidence(over, None)) is RefusalCode.BIND_STATE


def test_from_sixteen_on_the_member_may_confirm_and_below_it_the_window_wants_evidence() -> None:
    child = replace(WISH, relation=Relation.CHILD, known_relation=Relation.CHILD, member_age=15)
    shown = replace(child, evidence_reference="户口本-1", route=Route.WINDOW)
    assert may_bind(replace(child, member_age=16), [], [], TERMS) is None
    assert code_of(may_bind(child, [], [], TERMS)) is RefusalCode.BIND_EVIDENCE_REQUIRED
    assert (
        code_of(may_bind(replace(shown, route=Route.MEMBER), [], [], TERMS))
        is RefusalCode.BIND_EVIDENCE_REQUIRED
    )
    assert may_bind(shown, [], [], TERMS) is None


def test_a_power_that_the_pack_does_not_know_cannot_be_given() -> None:
    terms = replace(TERMS, powers=frozenset({Power.SHOW_CODE}))
    wish = replace(WISH, powers=frozenset({Power.SHOW_CODE, Power.QUERY_COST}))
    assert code_of(may_bind(wish, [], [], terms)) is RefusalCode.REQUEST_INVALID
    assert code_of(may_bind(replace(WISH, powers=frozenset()), [], [], TERMS)) is RefusalCode.REQUEST_INVALID


def test_only_the_grown_member_confirms() -> None:
    assert may_confirm(WAITING, MEMBER, 16, TERMS) is None
    assert code_of(may_confirm(WAITING, HOLDER, 68, TERMS)) is RefusalCode.BIND_CONSENT_REQUIRED
    assert code_of(may_confirm(WAITING, MEMBER, 15, TERMS)) is RefusalCode.BIND_EVIDENCE_REQUIRED
    assert code_of(may_confirm(ACTIVE, MEMBER, 68, TERMS)) is RefusalCode.BIND_STATE


def test_the_member_declines_and_the_holder_does_not() -> None:
    assert may_decline(WAITING, MEMBER) is None
    assert code_of(may_decline(WAITING, HOLDER)) is RefusalCode.NOT_ALLOWED
    assert code_of(may_decline(ACTIVE, MEMBER)) is RefusalCode.BIND_STATE


def test_one_clerk_enters_and_another_decides() -> None:
    assert may_review(ENTERED, "C002") is None
    assert code_of(may_review(ENTERED, "C001")) is RefusalCode.SAME_CLERK
    assert code_of(may_review(WAITING, "C002")) is RefusalCode.BIND_STATE
    assert code_of(may_review(replace(ENTERED, entered_by=None), "C002")) is RefusalCode.BIND_STATE
    assert code_of(may_review(replace(ENTERED, state=BindingState.ENDED), "C002")) is RefusalCode.BIND_STATE


def test_a_waiting_binding_says_for_whom_it_waits() -> None:
    assert state_text(WAITING) == "待本人确认"
    assert state_text(ENTERED) == "待窗口审核"
    assert state_text(replace(ENTERED, entered_by=None)) == "待窗口录入"
    assert state_text(ACTIVE) == "已绑定"


@pytest.mark.parametrize("state", BindingState)
def test_what_is_live_may_be_ended_and_nothing_else(state: BindingState) -> None:
    binding = replace(WAITING, state=state)
    expected = None if binding.live else RefusalCode.BIND_STATE
    assert code_of(may_end(binding)) is expected


def test_the_member_gives_powers_and_the_holder_only_gives_them_up() -> None:
    more = frozenset({Power.SHOW_CODE, Power.QUERY_COST})
    less = frozenset({Power.QUERY_STATUS})
    two = replace(ACTIVE, powers=frozenset({Power.SHOW_CODE, Power.QUERY_STATUS}))
    assert may_set_powers(ACTIVE, MEMBER, more, 68, TERMS) is None
    assert code_of(may_set_powers(ACTIVE, HOLDER, more, 68, TERMS)) is RefusalCode.NOT_ALLOWED
    assert code_of(may_set_powers(ACTIVE, MEMBER, more, 15, TERMS)) is RefusalCode.NOT_ALLOWED
    assert may_set_powers(two, HOLDER, less, 68, TERMS) is None
    assert code_of(may_set_powers(WAITING, MEMBER, less, 68, TERMS)) is RefusalCode.BIND_STATE


def test_a_power_is_used_singly_and_a_stranger_is_like_nobody() -> None:
    assert may_use(ACTIVE, Power.SHOW_CODE, "张*", "出示医保码") is None
    assert code_of(may_use(ACTIVE, Power.QUERY_COST, "张*", "查看花费")) is RefusalCode.POWER_NOT_GIVEN
    assert code_of(may_use(WAITING, Power.SHOW_CODE, "张*", "出示医保码")) is RefusalCode.NOT_FOUND
    assert code_of(may_use(None, Power.SHOW_CODE, "张*", "出示医保码")) is RefusalCode.NOT_FOUND


@pytest.mark.parametrize(("inclusive", "age"), [(True, 16), (False, 17)])
def test_the_age_of_consent_is_read_as_the_pack_says(inclusive: bool, age: int) -> None:
    class Plain:
        max_members = 5
        max_holders_per_member = 2
        relations = ("parent",)
        face_age = 16
        face_age_inclusive = inclusive
        powers = ("show_code",)
        promised_days = 3

    assert Terms.of(Plain()).consent_age == age
