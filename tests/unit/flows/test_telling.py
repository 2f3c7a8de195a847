"""Who is told what: a closed table of acts, and nobody whose row an act leaves is forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from qinji.access.model import Action
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.telling import (
    LOOKS_CHINESE,
    ONCE_A_DAY,
    TOLD,
    About,
    Untold,
    kind_of,
    of_the_day,
    told_of,
    untold,
)
from qinji.flows.parts.trail import WHAT_CHINESE
from qinji.insured.model import AuditEntry
from qinji.notice.model import NoticeKind
from qinji.platform.outbox import TRIES_MAX, WAITS, OutboxMessage, OutboxState, Sent, after

MOTHER, DAUGHTER = UUID(int=1), UUID(int=2)
NOON = datetime(2026, 3, 17, 4, tzinfo=UTC)


def row(action: str, person: UUID = MOTHER, actor: str = f"person:{DAUGHTER}", number: int = 9) -> AuditEntry:
    """A row of somebody's trail."""
    return AuditEntry(person, UUID(int=number), actor, action, "own", None, NOON)


def test_every_act_that_a_trail_knows_is_told_or_says_why_not() -> None:
    assert set(TOLD) == set(WHAT_CHINESE)
    assert set(DeedKind) <= set(TOLD)
    assert all(told.why for told in TOLD.values() if isinstance(told, Untold))


def test_every_look_has_its_words() -> None:
    looks = {action for action, told in TOLD.items() if told in (NoticeKind.SEEN, NoticeKind.LOOKED_UP)}
    assert looks == set(LOOKS_CHINESE)
    assert {str(action) for action in Action} & looks == looks - {DeedKind.NOTICE_PRINT}


@pytest.mark.parametrize("action", sorted(WHAT_CHINESE))
def test_whoever_has_a_row_of_an_act_that_is_told_has_a_notice(action: str) -> None:
    rows = [row(action, MOTHER, number=8), row(action, DAUGHTER, number=9)]
    told = told_of(rows, About(MOTHER))
    assert untold(rows, told) == []
    wanted = [one for one in rows if kind_of(one) is not None]
    assert [(one.person_id, one.event_id) for one in told] == [
        (one.person_id, one.audit_id) for one in wanted
    ]
    for missing in wanted:
        left = [one for one in told if one.person_id != missing.person_id]
        assert untold(rows, left) == [missing]


def test_each_side_is_named_to_the_other_and_the_owner_is_marked() -> None:
    rows = [row(DeedKind.GRANT, MOTHER, number=8), row(DeedKind.GRANT, DAUGHTER, number=9)]
    mother, daughter = told_of(rows, About(DAUGHTER, said="每月限额 400.00 元"))
    assert (mother.owner, mother.other_id) == (False, DAUGHTER)
    assert (daughter.owner, daughter.other_id) == (True, MOTHER)
    assert mother.facts.said == daughter.facts.said == "每月限额 400.00 元"


def test_nobody_is_told_of_their_own_look_and_staff_look_under_another_kind() -> None:
    assert kind_of(row("see_costs", actor=f"person:{MOTHER}")) is None
    assert kind_of(row("see_costs")) is NoticeKind.SEEN
    assert kind_of(row("see_costs", actor="staff:C001")) is NoticeKind.LOOKED_UP


def test_a_look_has_one_id_all_day_for_each_who_looks_and_each_kind_of_look() -> None:
    (first,) = told_of([row("see_costs")], About(MOTHER))
    assert first.kind in ONCE_A_DAY
    again = replace(first, event_id=UUID(int=77), at=first.at + timedelta(hours=3))
    assert of_the_day(again).event_id == of_the_day(first).event_id
    others = (
        replace(first, at=first.at + timedelta(days=1)),
        replace(first, actor="person:other"),
        told_of([row("see_status")], About(MOTHER))[0],
    )
    assert of_the_day(first).event_id not in {of_the_day(other).event_id for other in others}


@pytest.mark.parametrize("tries", range(1, TRIES_MAX + 1))
def test_a_message_waits_longer_after_each_try_and_is_given_up_after_the_last(tries: int) -> None:
    message = OutboxMessage(MOTHER, UUID(int=3), "sms", OutboxState.WAITING, tries, NOON, NOON, "", None)
    state, next_at = after(Sent(message, OutboxState.WAITING), NOON)
    assert state is (OutboxState.GIVEN_UP if tries == TRIES_MAX else OutboxState.WAITING)
    assert next_at - NOON == (WAITS[tries - 1] if tries < TRIES_MAX else timedelta())
    assert after(Sent(message, OutboxState.SENT), NOON) == (OutboxState.SENT, NOON)


def test_each_wait_is_longer_than_the_one_before_and_there_is_one_between_any_two_tries() -> None:
    assert list(WAITS) == sorted(set(WAITS))
    assert len(WAITS) == TRIES_MAX - 1
