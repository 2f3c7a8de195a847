"""家庭共济: who may be granted, what limits leave, how a grant ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qinji.kernel.actor import Channel
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Purpose
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.mutual_aid.model import Bounds, Grant, GrantState, Limits, Party, Room, Terms, Ties, Used, Wish
from qinji.mutual_aid.rules import (
    closed,
    ended,
    live,
    may_change,
    may_file,
    may_grant,
    may_order,
    may_pause,
    room,
    sound,
    started,
    usable,
)

NOW = datetime(2026, 3, 17, 4, 0, tzinfo=UTC)
TODAY = date(2026, 3, 17)
DAY = timedelta(days=1)
GIVER, TAKER = UUID(int=1), UUID(int=2)
TERMS = Terms(
    region_name="东澜市",
    relations=frozenset({Relation.SPOUSE, Relation.PARENT, Relation.CHILD}),
    same_pool_only=False,
    beneficiary_insurance=frozenset({"employee", "resident"}),
    max_beneficiaries=None,
    filing=False,
    lock_days=0,
    purposes=frozenset(Purpose),
    ends_next_day=False,
    document="东医保〔2025〕1号",
    clause="第二条",
)
GRANTOR = Party(
    GIVER, "990100", "东澜市", "employee", has_account=True, normal=True, status_chinese="正常参保"
)
BENEFICIARY = Party(
    TAKER, "990200", "西澜市", "resident", has_account=False, normal=True, status_chinese="正常参保"
)
WISH = Wish(GRANTOR, BENEFICIARY, Relation.PARENT, Relation.PARENT, Bounds(Limits(), frozenset(Purpose)))
ACTIVE = Grant(
    person_id=TAKER,
    grant_id=UUID(int=10),
    grantor_id=GIVER,
    relation=Relation.PARENT,
    state=GrantState.ACTIVE,
    rank=1,
    limits=Limits(),
    purposes=frozenset(Purpose),
    used=Used(),
    channel=Channel.WEB,
    asked_at=NOW,
    active_at=NOW,
    locked_until=None,
    ends_on=None,
    ended_at=None,
)
STOPPED = replace(BENEFICIARY, normal=False, status_chinese="停保")


def code_of(refused: Refused | None) -> RefusalCode | None:
    return None if refused is None else refused.code


def test_a_parent_in_the_same_province_may_be_granted() -> None:
    assert may_grant(WISH, [], TODAY, TERMS) is None


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (replace(WISH, beneficiary=replace(BENEFICIARY, person_id=GIVER)), RefusalCode.GRANT_SELF),
        (replace(WISH, grantor=replace(GRANTOR, has_account=False)), RefusalCode.GRANTOR_NOT_EMPLOYEE),
        (replace(WISH, grantor=replace(GRANTOR, normal=False)), RefusalCode.GRANTOR_STATUS),
        (replace(WISH, beneficiary=STOPPED), RefusalCode.BENEFICIARY_STATUS),
        (replace(WISH, relation=Relation.SIBLING), RefusalCode.GRANT_RELATION_NOT_ALLOWED),
        (replace(WISH, known_relation=Relation.CHILD), RefusalCode.GRANT_RELATION_DIFFERS),
        (replace(WISH, known_relation=None), RefusalCode.GRANT_RELATION_DIFFERS),
        (replace(WISH, known_relation=None, beneficiary=STOPPED), RefusalCode.GRANT_RELATION_DIFFERS),
        (replace(WISH, beneficiary=replace(BENEFICIARY, region="420100")), RefusalCode.GRANT_OUT_OF_SCOPE),
        (
            replace(WISH, bounds=Bounds(Limits(per_use_fen=-1), frozenset(Purpose))),
            RefusalCode.REQUEST_INVALID,
        ),
        (replace(WISH, bounds=Bounds(Limits(), frozenset())), RefusalCode.REQUEST_INVALID),
    ],
    ids=lambda value: value.name if isinstance(value, RefusalCode) else "",
)
def test_each_rule_of_the_grantors_region_refuses_by_its_name(wish: Wish, expected: RefusalCode) -> None:
    assert code_of(may_grant(wish, [], TODAY, TERMS)) is expected


def test_a_father_in_law_is_refused_with_the_regions_rule() -> None:
    wish = replace(WISH, relation=Relation.SPOUSE_PARENT, known_relation=Relation.SPOUSE_PARENT)
    refused = may_grant(wish, [], TODAY, TERMS)
    assert refused is not None
    for words in ("东澜市", "配偶、父母、子女", "配偶的父母", "东医保〔2025〕1号 第二条", "没有任何变动"):
        assert words in refused.text


def test_another_city_of_the_province_is_near_only_where_the_region_says_so() -> None:
    narrow = replace(TERMS, same_pool_only=True)
    assert code_of(may_grant(WISH, [], TODAY, narrow)) is RefusalCode.GRANT_OUT_OF_SCOPE


def test_the_same_person_is_granted_once_and_again_after_the_last_day() -> None:
    over = replace(ACTIVE, ends_on=TODAY)
    assert code_of(may_grant(WISH, [ACTIVE], TODAY, TERMS)) is RefusalCode.GRANT_EXISTS
    assert may_grant(WISH, [over], TODAY, TERMS) is None
    assert [grant.state for grant in closed([ACTIVE, over], TODAY, NOW)] == [GrantState.ENDED]


def test_a_region_may_limit_the_number_of_beneficiaries() -> None:
    two = replace(TERMS, max_beneficiaries=2)
    others = [replace(ACTIVE, person_id=UUID(int=50 + n)) for n in range(2)]
    assert may_grant(WISH, others[:1], TODAY, two) is None
    assert code_of(may_grant(WISH, others, TODAY, two)) is RefusalCode.GRANT_FULL


def test_room_is_the_limit_less_what_the_running_period_used() -> None:
    grant = replace(ACTIVE, limits=Limits(500, 1000, 2000, 3000), used=Used(TODAY, 900, 1500, 2900))
    assert room(grant, TODAY) == Room(500, 100, 500, 100)
    assert room(grant, TODAY + DAY) == Room(500, 1000, 500, 100)
    assert room(grant, date(2026, 4, 1)) == Room(500, 1000, 2000, 100)
    assert room(grant, date(2027, 1, 1)) == Room(500, 1000, 2000, 3000)


def test_a_limit_that_was_lowered_below_the_use_leaves_nothing() -> None:
    grant = replace(ACTIVE, limits=Limits(per_day_fen=100), used=Used(TODAY, 900, 900, 900))
    assert room(grant, TODAY) == Room(None, 0, None, None)


def test_of_the_grantors_and_the_regions_limit_the_lower_one_holds() -> None:
    grant = replace(ACTIVE, limits=Limits(per_use_fen=500, per_day_fen=1000), used=Used(TODAY, 100, 100, 100))
    assert room(grant, TODAY, Limits(300, 2000, 150, None)) == Room(300, 900, 50, None)
    assert room(grant, TODAY + DAY, Limits(700, 50, 150, 90)) == Room(500, 50, 50, 0)


@given(st.lists(st.tuples(st.integers(0, 800), st.integers(1, 10**6)), max_size=30), st.integers(0, 60))
def test_use_counts_exactly_what_was_used_in_the_running_day_month_and_year(
    uses: list[tuple[int, int]], later: int
) -> None:
    days = sorted((date(2025, 1, 1) + timedelta(days=offset), amount) for offset, amount in uses)
    used = Used()
    for day, amount in days:
        used = used.plus(day, amount)
    today = (days[-1][0] if days else TODAY) + timedelta(days=later)
    seen = used.on(today)
    assert seen.day_fen == sum(amount for day, amount in days if day == today)
    assert seen.month_fen == sum(
        amount for day, amount in days if (day.year, day.month) == (today.year, today.month)
    )
    assert seen.year_fen == sum(amount for day, amount in days if day.year == today.year)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 1000), st.integers(1, 1000))
def test_giving_back_undoes_a_use_in_the_periods_that_still_run(
    first: int, gap: int, one: int, two: int
) -> None:
    begin = date(2025, 1, 1) + timedelta(days=first)
    end = begin + timedelta(days=gap)
    both = Used().plus(begin, one).plus(end, two)
    assert both.minus(end, two).on(end) == replace(Used().plus(begin, one).on(end), day=end)
    assert both.minus(begin, one).on(end) == Used().plus(end, two)


def test_a_clock_set_back_does_not_open_a_new_day() -> None:
    used = Used().plus(TODAY, 100).plus(TODAY - DAY, 50)
    assert used == Used(TODAY, 150, 150, 150)


@pytest.mark.parametrize(
    ("grant", "reason"),
    [
        (ACTIVE, None),
        (replace(ACTIVE, state=GrantState.FILED), "filed"),
        (replace(ACTIVE, state=GrantState.PAUSED), "paused"),
        (replace(ACTIVE, state=GrantState.ENDED), "ended"),
        (replace(ACTIVE, ends_on=TODAY), "ended"),
        (replace(ACTIVE, ends_on=TODAY + DAY), None),
        (replace(ACTIVE, purposes=frozenset({Purpose.PHARMACY})), "not_this_purpose"),
    ],
)
def test_a_grant_pays_only_while_active_and_for_its_purposes(grant: Grant, reason: str | None) -> None:
    assert usable(grant, TODAY, Purpose.OUTPATIENT) == reason


def test_a_filed_grant_begins_when_the_bureau_has_filed_it() -> None:
    filed = replace(ACTIVE, state=GrantState.FILED, active_at=None)
    assert may_file(filed, GRANTOR, BENEFICIARY, Relation.PARENT, TERMS) is None
    assert code_of(may_file(ACTIVE, GRANTOR, BENEFICIARY, Relation.PARENT, TERMS)) is RefusalCode.GRANT_STATE
    assert (
        code_of(may_file(filed, GRANTOR, STOPPED, Relation.PARENT, TERMS)) is RefusalCode.BENEFICIARY_STATUS
    )
    begun = started(filed, NOW, TODAY, replace(TERMS, lock_days=90))
    assert (begun.state, begun.active_at, begun.locked_until) == (GrantState.ACTIVE, NOW, TODAY + 90 * DAY)


def test_a_locked_grant_ends_on_the_day_the_lock_ends_and_not_the_day_before() -> None:
    terms = replace(TERMS, lock_days=90, region_name="武汉市")
    grant = started(ACTIVE, NOW, TODAY, terms)
    early = ended(grant, GIVER, NOW, TODAY + 89 * DAY, terms)
    assert isinstance(early, Refused)
    assert early.code is RefusalCode.GRANT_LOCKED
    assert "武汉市" in early.text
    assert "90 天" in early.text
    assert "2026-06-15" in early.text
    late = ended(grant, GIVER, NOW, TODAY + 90 * DAY, terms)
    assert isinstance(late, Grant)
    assert late.state is GrantState.ENDED


def test_pausing_is_allowed_while_the_lock_runs() -> None:
    grant = started(ACTIVE, NOW, TODAY, replace(TERMS, lock_days=90))
    assert may_pause(grant, TODAY, pausing=True) is None
    assert code_of(may_pause(grant, TODAY, pausing=False)) is RefusalCode.GRANT_STATE
    paused = replace(grant, state=GrantState.PAUSED)
    assert may_pause(paused, TODAY, pausing=False) is None


def test_the_beneficiary_leaves_at_once_whatever_the_lock() -> None:
    terms = replace(TERMS, lock_days=90, ends_next_day=True)
    left = ended(started(ACTIVE, NOW, TODAY, terms), TAKER, NOW, TODAY, terms)
    assert isinstance(left, Grant)
    assert left.state is GrantState.ENDED


def test_where_the_region_says_so_a_grant_pays_for_the_last_time_today() -> None:
    over = ended(ACTIVE, GIVER, NOW, TODAY, replace(TERMS, ends_next_day=True))
    assert isinstance(over, Grant)
    assert (over.ends_on, live(over, TODAY), live(over, TODAY + DAY)) == (TODAY + DAY, True, False)
    again = ended(over, GIVER, NOW, TODAY, TERMS)
    assert isinstance(again, Refused)
    assert again.code is RefusalCode.GRANT_STATE


def test_a_filing_may_be_withdrawn_although_the_region_locks() -> None:
    filed = replace(ACTIVE, state=GrantState.FILED)
    gone = ended(filed, GIVER, NOW, TODAY, replace(TERMS, lock_days=90))
    assert isinstance(gone, Grant)
    assert gone.state is GrantState.ENDED


def test_an_ended_grant_changes_no_more() -> None:
    over = replace(ACTIVE, state=GrantState.ENDED)
    assert code_of(may_change(over, WISH.bounds, TODAY, TERMS)) is RefusalCode.GRANT_STATE
    assert may_change(ACTIVE, Bounds(Limits(floor_fen=1), frozenset(Purpose)), TODAY, TERMS) is None


@pytest.mark.parametrize(("amount", "fits"), [(0, True), (10**14, True), (10**14 + 1, False), (-1, False)])
def test_an_amount_is_neither_below_zero_nor_beyond_the_largest(amount: int, fits: bool) -> None:
    assert (sound(Bounds(Limits(floor_fen=amount), frozenset(Purpose)), TODAY, TERMS) is None) is fits


def test_a_purpose_that_the_region_does_not_permit_is_refused() -> None:
    narrow = replace(TERMS, purposes=frozenset({Purpose.OUTPATIENT}))
    assert code_of(sound(WISH.bounds, TODAY, narrow)) is RefusalCode.REQUEST_INVALID


def test_an_order_names_each_live_grant_once_where_the_region_leaves_it_to_the_family() -> None:
    second = replace(ACTIVE, grant_id=UUID(int=11), grantor_id=UUID(int=5), rank=2)
    both = [ACTIVE, second]
    ids = [UUID(int=11), UUID(int=10)]
    assert may_order(both, ids, TODAY, by_user=True) is None
    assert code_of(may_order(both, ids, TODAY, by_user=False)) is RefusalCode.NOT_ALLOWED
    assert code_of(may_order(both, ids[:1], TODAY, by_user=True)) is RefusalCode.ORDER_INCOMPLETE
    assert code_of(may_order(both, [*ids, ids[0]], TODAY, by_user=True)) is RefusalCode.ORDER_INCOMPLETE
    assert may_order([ACTIVE, replace(second, ends_on=TODAY)], ids[1:], TODAY, by_user=True) is None


GROUPED = replace(TERMS, group=True)
OTHER = UUID(int=3)
ELSEWHERE = replace(ACTIVE, grant_id=UUID(int=11), grantor_id=OTHER)
"""Another one's grant to the same beneficiary."""


def test_a_group_takes_in_whoever_is_in_no_other() -> None:
    assert may_grant(WISH, [], TODAY, GROUPED, Ties()) is None
    more = [replace(ACTIVE, person_id=UUID(int=50))]
    assert may_grant(WISH, more, TODAY, GROUPED, Ties()) is None, "one's own group may grow"


@pytest.mark.parametrize(
    ("ties", "expected"),
    [
        (Ties(received=[ELSEWHERE]), RefusalCode.GRANT_GROUP_TAKEN),
        (
            Ties(given_by_beneficiary=[replace(ELSEWHERE, grantor_id=TAKER, person_id=OTHER)]),
            RefusalCode.GRANT_GROUP_TAKEN,
        ),
        (Ties(received_by_grantor=[replace(ELSEWHERE, person_id=GIVER)]), RefusalCode.GRANT_GROUP_MEMBER),
    ],
)
def test_nobody_belongs_to_two_groups_as_owner_or_as_member(ties: Ties, expected: RefusalCode) -> None:
    refused = may_grant(WISH, [], TODAY, GROUPED, ties)
    assert code_of(refused) is expected
    assert refused is not None
    assert "没有任何变动" in refused.text
    assert may_grant(WISH, [], TODAY, TERMS, ties) is None, "elsewhere many share with many"


def test_a_group_that_was_left_or_has_ended_binds_nobody() -> None:
    left = replace(ELSEWHERE, ends_on=TODAY)
    ties = Ties([left], [replace(left, person_id=GIVER)], [replace(left, grantor_id=TAKER)])
    assert may_grant(WISH, [], TODAY, GROUPED, ties) is None
    waiting = replace(ELSEWHERE, state=GrantState.FILED)
    taken = may_grant(WISH, [], TODAY, GROUPED, Ties(received=[waiting]))
    assert code_of(taken) is RefusalCode.GRANT_GROUP_TAKEN, "who waits for the bureau is in the group"


def test_an_owner_out_of_insurance_invites_nobody() -> None:
    stopped = replace(WISH, grantor=replace(GRANTOR, normal=False, status_chinese="停保"))
    assert code_of(may_grant(stopped, [], TODAY, GROUPED)) is RefusalCode.GRANTOR_STATUS


def test_a_region_may_limit_the_grantors_of_one_person() -> None:
    two = replace(TERMS, max_grantors=2)
    others = [replace(ELSEWHERE, grant_id=UUID(int=60 + n), grantor_id=UUID(int=70 + n)) for n in range(2)]
    assert may_grant(WISH, [], TODAY, two, Ties(received=others[:1])) is None
    refused = may_grant(WISH, [], TODAY, two, Ties(received=others))
    assert code_of(refused) is RefusalCode.GRANT_GRANTORS_FULL
    assert refused is not None
    assert "最多由 2 位家人授权" in refused.text
    gone = [others[0], replace(others[1], ends_on=TODAY)]
    assert may_grant(WISH, [], TODAY, two, Ties(received=gone)) is None
