"""Pure rules of complaints: who may complain, who looks after it, and with what a case may end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from qinji.complaint import rules
from qinji.complaint.model import (
    About,
    Complaint,
    ComplaintKind,
    ComplaintState,
    Concern,
    Explanation,
    Fact,
    FreezeKind,
    FreezeWish,
    Measure,
    MeasureKind,
    MeasureState,
    Outcome,
    SubjectKind,
    about_from,
    explanation_from_json,
    explanation_to_json,
    wish_from,
)
from qinji.complaint.rules import Parties, Reached
from qinji.kernel.actor import Channel
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode, Refused

NOW = datetime(2026, 3, 17, 4, tzinfo=UTC)
ME, MOTHER, OTHER = (UUID(int=place) for place in (1, 2, 3))
CASE = Complaint(
    person_id=ME,
    complaint_id=UUID(int=9),
    kind=ComplaintKind.NOT_MINE,
    about=About(SubjectKind.SETTLEMENT, "X"),
    concern=Concern.OWN,
    text="",
    freezes=(),
    lift_at_close=False,
    explanation=Explanation("用款说明", (Fact("总费用", "1.00 元"),)),
    settlement_id=UUID(int=5),
    patient_id=ME,
    institution="P1",
    other_id=MOTHER,
    promised_day=date(2026, 4, 1),
    clerk="C001",
    channel=Channel.WEB,
    entered_by=None,
    paper=None,
    state=ComplaintState.OPEN,
    opened_at=NOW,
)
MEASURE = Measure(
    person_id=ME,
    complaint_id=CASE.complaint_id,
    measure_id=UUID(int=7),
    kind=MeasureKind.CORRECT,
    settlement_id=UUID(int=5),
    patient_id=ME,
    payers=(MOTHER,),
    amount_fen=100,
    grant_id=None,
    reason="经核实",
    entered_by="C001",
    entered_at=NOW,
)
CLOSED = replace(
    CASE,
    state=ComplaintState.CLOSED,
    outcome=Outcome.EXPLAINED,
    resolution="已说明",
    ended_by="staff:C001",
    ended_at=NOW,
)
NOTHING = Reached(frozenset(), waiting=False, cancelled=False, passed_on=False)


def code(refused: Refused | None) -> RefusalCode | None:
    """The code of a refusal."""
    return None if refused is None else refused.code


def test_one_may_complain_of_what_is_about_one_was_paid_or_shown_by_one() -> None:
    parties = Parties(ME, frozenset({MOTHER}), OTHER)
    assert [rules.concern_of(who, parties) for who in (ME, MOTHER, OTHER, UUID(int=4))] == [
        Concern.OWN,
        Concern.GRANTOR,
        Concern.SHOWER,
        None,
    ]


def test_the_other_side_is_the_patient_or_who_showed_the_code_or_who_paid() -> None:
    assert rules.other_side(MOTHER, Parties(ME, frozenset({MOTHER}))) == ME
    assert rules.other_side(ME, Parties(ME, frozenset({MOTHER}), OTHER)) == OTHER
    assert rules.other_side(ME, Parties(ME, frozenset({MOTHER}), ME)) == MOTHER
    assert rules.other_side(ME, Parties(ME)) is None


def test_a_case_goes_to_who_has_the_fewest_and_not_to_who_took_it_down() -> None:
    assert rules.assign(["C002", "C001"], {}) == "C001"
    assert rules.assign(["C001", "C002"], {"C001": 1}) == "C002"
    assert rules.assign(["C001", "C002"], {"C002": 5}, leaving_out="C001") == "C002"
    assert rules.assign(["C001"], {}, leaving_out="C001") == "C001"
    assert rules.assign([], {}) is None


def test_a_promise_is_kept_on_its_day_and_late_on_the_next() -> None:
    assert rules.promised(date(2026, 3, 17), 15) == CASE.promised_day
    assert not rules.overdue(CASE, CASE.promised_day)
    assert rules.overdue(CASE, CASE.promised_day + timedelta(days=1))
    assert not rules.overdue(CLOSED, CASE.promised_day + timedelta(days=1))


@pytest.mark.parametrize(("length", "refused"), [(500, False), (501, True)])
def test_a_text_has_its_longest(length: int, *, refused: bool) -> None:
    assert (rules.sound_text("字" * length) is not None) is refused


@pytest.mark.parametrize(("length", "refused"), [(3, True), (4, False), (500, False), (501, True)])
def test_a_clerks_words_say_something(length: int, *, refused: bool) -> None:
    assert (rules.sound_words("字" * length) is not None) is refused


def test_only_its_clerk_works_on_a_case_and_another_decides_on_a_measure() -> None:
    assert rules.may_act(CASE, "C001", "记录") is None
    assert code(rules.may_act(CASE, "C002", "记录")) is RefusalCode.NOT_ALLOWED
    assert code(rules.may_act(CLOSED, "C001", "记录")) is RefusalCode.COMPLAINT_STATE
    assert rules.may_decide(CASE, MEASURE, "R001") is None
    assert code(rules.may_decide(CASE, MEASURE, "C001")) is RefusalCode.SAME_CLERK
    done = replace(MEASURE, state=MeasureState.DONE)
    assert code(rules.may_decide(CASE, done, "R001")) is RefusalCode.COMPLAINT_STATE
    assert code(rules.may_decide(CLOSED, MEASURE, "R001")) is RefusalCode.COMPLAINT_STATE
    assert code(rules.may_enter([MEASURE])) is RefusalCode.COMPLAINT_STATE
    assert rules.may_enter([done]) is None


def test_a_case_is_handed_on_to_somebody_else_who_is_there() -> None:
    assert rules.may_hand_on(CASE, "C002", ["C001", "C002"]) is None
    assert code(rules.may_hand_on(CASE, "C001", ["C001"])) is RefusalCode.REQUEST_INVALID
    assert code(rules.may_hand_on(CASE, "C009", ["C001"])) is RefusalCode.STAFF_UNKNOWN
    assert code(rules.may_hand_on(CLOSED, "C002", ["C002"])) is RefusalCode.COMPLAINT_STATE


@pytest.mark.parametrize(
    ("outcome", "reached"),
    [
        (Outcome.GRANT_ENDED, replace(NOTHING, done=frozenset({MeasureKind.END_GRANT}))),
        (Outcome.CORRECTED, replace(NOTHING, done=frozenset({MeasureKind.CORRECT}))),
        (Outcome.CANCELLED, replace(NOTHING, cancelled=True)),
        (Outcome.PASSED_ON, replace(NOTHING, passed_on=True)),
    ],
)
def test_a_case_ends_only_with_what_has_come_about(outcome: Outcome, reached: Reached) -> None:
    assert code(rules.may_close(CASE, "C001", outcome, NOTHING)) is RefusalCode.COMPLAINT_OUTCOME
    assert rules.may_close(CASE, "C001", outcome, reached) is None
    waiting = replace(reached, waiting=True)
    assert code(rules.may_close(CASE, "C001", outcome, waiting)) is RefusalCode.COMPLAINT_STATE
    assert rules.may_close(CASE, "C001", Outcome.EXPLAINED, NOTHING) is None


def test_a_grantors_case_corrects_their_own_part_alone() -> None:
    paid = {ME: 20, MOTHER: 80}
    assert rules.correctable(CASE, paid) == paid
    assert rules.correctable(replace(CASE, concern=Concern.GRANTOR), paid) == {ME: 20}


def test_an_ended_case_is_for_who_worked_on_it() -> None:
    assert rules.may_see(CASE, "C009", ()) is None
    assert rules.may_see(CLOSED, "C001", ()) is None
    assert rules.may_see(CLOSED, "R001", {"R001"}) is None
    assert code(rules.may_see(CLOSED, "C009", {"R001"})) is RefusalCode.NOT_FOUND


def test_links_are_read_back_and_what_is_none_is_nothing() -> None:
    key = to_wire(UUID(int=5))
    for kind in SubjectKind:
        about = about_from(f"{kind}:{key}")
        assert about is not None
        assert about.text == f"{kind}:{key}"
    for text in ("", "settlement", "settlement:", "other:X", "look:<b>", "code:" + "a" * 65):
        assert about_from(text) is None
    assert wish_from("grant") == FreezeWish(FreezeKind.GRANT)
    assert wish_from(f"grant:{key}") == FreezeWish(FreezeKind.GRANT, UUID(int=5))
    assert wish_from("code") == FreezeWish(FreezeKind.CODE)
    for text in ("", "binding", "grant:X", "wallet"):
        assert wish_from(text) is None


def test_an_explanation_is_read_back_with_the_same_digest() -> None:
    told = CASE.explanation
    again = explanation_from_json(explanation_to_json(told))
    assert (again, again.digest) == (told, told.digest)
    assert replace(told, title="另一份").digest != told.digest
