"""Which message may be reversed, and what is left to undo: every case of the table."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

import pytest

from qinji.flows.parts.commands import ClaimedIdentity, Origin, OriginalAct, ReverseMessage
from qinji.flows.parts.reversing import act_to_undo, may_reverse
from qinji.kernel.refusal import RefusalCode

PATIENT, OTHER, ACT = UUID(int=1), UUID(int=2), UUID(int=3)
UNDONE = (OriginalAct.SETTLEMENT, OriginalAct.REGISTRATION)


@dataclass(frozen=True)
class Seen:
    """What the inbox knows of the original."""

    act: UUID | None = ACT
    person: UUID | None = PATIENT
    reversed: bool = False


def command(act: OriginalAct) -> ReverseMessage:
    return ReverseMessage(
        Origin("H", "2601", "r", b"", ""),
        ClaimedIdentity(),
        "2204",
        "lost",
        act,
        "用 2205",
        lambda outcome: b"",
    )


@pytest.mark.parametrize("act", OriginalAct)
def test_what_was_never_seen_or_is_reversed_succeeds_and_undoes_nothing(act: OriginalAct) -> None:
    for seen in (None, Seen(reversed=True), Seen(act=None, person=None, reversed=True)):
        assert may_reverse(command(act), seen, PATIENT) is None
        assert act_to_undo(command(act), seen) is None


@pytest.mark.parametrize("act", UNDONE)
def test_a_settlement_or_registration_that_was_done_is_undone(act: OriginalAct) -> None:
    assert may_reverse(command(act), Seen(), PATIENT) is None
    assert act_to_undo(command(act), Seen()) == ACT


@pytest.mark.parametrize("act", [OriginalAct.SETTLEMENT, OriginalAct.REGISTRATION, OriginalAct.OTHER])
@pytest.mark.parametrize("person", [PATIENT, None])
def test_what_was_refused_succeeds_and_undoes_nothing(act: OriginalAct, person: UUID | None) -> None:
    refused = Seen(act=None, person=person)
    assert may_reverse(command(act), refused, PATIENT) is None
    assert act_to_undo(command(act), refused) is None


@pytest.mark.parametrize(
    ("act", "seen"), [(OriginalAct.OTHER, Seen()), (OriginalAct.SIGN, Seen(act=None, person=None))]
)
def test_any_other_message_that_was_done_names_the_one_that_undoes_it(act: OriginalAct, seen: Seen) -> None:
    refusal = may_reverse(command(act), seen, PATIENT)
    assert refusal is not None
    assert refusal.code is RefusalCode.REVERSAL_NOT_SERVED
    assert "2204" in refusal.text
    assert "2205" in refusal.text
    assert act_to_undo(command(act), seen) is None


@pytest.mark.parametrize("act", [*UNDONE, OriginalAct.OTHER])
@pytest.mark.parametrize("sent", [OTHER, None])
@pytest.mark.parametrize("seen", [Seen(), Seen(act=None), Seen(reversed=True)])
def test_another_person_than_the_originals_is_refused(
    act: OriginalAct, sent: UUID | None, seen: Seen
) -> None:
    refusal = may_reverse(command(act), seen, sent)
    assert refusal is not None
    assert refusal.code is RefusalCode.REVERSAL_OTHER_PERSON
