"""Consent texts and the rows that every act leaves."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from qinji.evidence.model import KEPT_MAX
from qinji.flows.parts.consent_texts import ConsentKind, in_force, of_digest
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import AtWindow, Hand
from qinji.flows.parts.records import Deed, Subject, audit_of, consent_of, deed_of, evidence_hash
from qinji.kernel.actor import Channel

NOW = datetime(2026, 3, 17, 4, 0, tzinfo=UTC)
DEED = Deed(
    person_id=UUID(int=1),
    subject="binding",
    subject_id=UUID(int=2),
    act=DeedKind.BIND_ASK,
    text=ConsentKind.BIND,
    basis="own",
    given_by=UUID(int=3),
    staff=None,
    channel=Channel.MINI_PROGRAM,
    at=NOW,
    evidence_hash=evidence_hash("户口本-1"),
)
MOTHER, DAUGHTER = UUID(int=1), UUID(int=3)
PAPER = "2026-窗-0031"
REASON = "本人持卡到窗口,没有手机"
GRANT_BEFORE = "a2f336a4adab810bc4413935900a8fca52e3872918a92c524e6fa888975297a0"
STAFFED = AtWindow("C001", "R001", "staff", PAPER)


def unbound(window: AtWindow | None) -> Deed:
    """The mother ends a binding, by her own hand or at the window."""
    channel = Channel.WEB if window is None else Channel.WINDOW
    subject = Subject("binding", UUID(int=2), MOTHER)
    hand = Hand(MOTHER, channel, window, REASON)
    return deed_of(hand, subject, DeedKind.UNBIND, ConsentKind.UNBIND, "own", NOW, detail="show_code")


@pytest.mark.parametrize("kind", ConsentKind)
def test_each_kind_of_act_has_a_text_in_force_with_version_and_hash(kind: ConsentKind) -> None:
    text = in_force(kind)
    assert text.kind is kind
    assert text.version
    assert len(text.digest) == 32


def test_the_text_on_bindings_says_that_no_money_moves_and_the_one_on_grants_that_no_code_is_shown() -> None:
    assert "不动用任何人的个人账户资金" in in_force(ConsentKind.BIND).text
    assert "不能出示对方的医保码" in in_force(ConsentKind.GRANT).text


def test_the_text_on_grants_says_what_a_grantor_sees_and_what_not_and_that_premiums_may_be_paid() -> None:
    text = in_force(ConsentKind.GRANT)
    assert text.version == "2026-11"
    assert "金额、日期、地区和用途类别,看不到具体机构、诊断与药品" in text.text
    assert "居民医保缴费" in text.text


def test_a_text_on_grants_that_was_agreed_to_before_is_still_found_word_for_word() -> None:
    text = of_digest(bytes.fromhex(GRANT_BEFORE))
    assert text is not None
    assert (text.kind, text.version) == (ConsentKind.GRANT, "2026-01")
    assert text is not in_force(ConsentKind.GRANT)


def test_a_consent_names_who_for_whom_basis_channel_text_and_evidence() -> None:
    consent = consent_of(DEED, UUID(int=9))
    assert (consent.person_id, consent.given_by, consent.basis) == (UUID(int=1), UUID(int=3), "own")
    assert consent.channel is Channel.MINI_PROGRAM
    assert consent.text_version == in_force(ConsentKind.BIND).version
    assert consent.text_hash == in_force(ConsentKind.BIND).digest
    assert consent.evidence_hash == evidence_hash("户口本-1")
    assert consent.at == NOW


def test_an_audit_row_names_the_actor_and_the_right() -> None:
    row = audit_of(DEED, UUID(int=3), UUID(int=8))
    assert (row.person_id, row.actor, row.basis) == (UUID(int=3), f"person:{UUID(int=3)}", "own")


def test_photos_are_part_of_the_evidence_and_their_order_too() -> None:
    one, other = bytes(32), bytes(range(32))
    hashes = {
        evidence_hash("户口本-1"),
        evidence_hash("户口本-1", [one]),
        evidence_hash("户口本-1", [one, other]),
        evidence_hash("户口本-1", [other, one]),
        evidence_hash(None, [one]),
    }
    assert len(hashes - {None}) == 5


def test_the_notice_on_photos_names_the_days_after_which_they_are_deleted() -> None:
    assert f"起满 {KEPT_MAX.days} 天自动删除" in in_force(ConsentKind.EVIDENCE).text


def test_what_is_done_at_the_window_names_whose_wish_it_is_both_clerks_and_the_paper() -> None:
    consent = consent_of(unbound(STAFFED), UUID(int=9))
    assert (consent.given_by, consent.entered_by, consent.staff) == (MOTHER, "C001", "R001")
    assert (consent.basis, consent.channel) == ("staff", Channel.WINDOW)
    assert consent.evidence_hash == evidence_hash(PAPER)
    assert (consent.detail, consent.reason) == ("show_code", REASON)
    row = audit_of(unbound(STAFFED), MOTHER, UUID(int=8))
    assert (row.actor, row.entered_by, row.behalf_of, row.basis) == ("staff:R001", "C001", MOTHER, "staff")


def test_why_somebody_came_to_the_window_is_told_to_them_and_not_to_the_relative() -> None:
    deed = unbound(STAFFED)
    assert audit_of(deed, MOTHER, UUID(int=8)).reason == REASON
    assert audit_of(deed, DAUGHTER, UUID(int=8)).reason is None


def test_ones_own_hand_leaves_no_clerk_and_no_paper() -> None:
    deed = unbound(None)
    assert (deed.basis, deed.staff, deed.entered_by, deed.evidence_hash) == ("own", None, None, None)
    assert audit_of(deed, DAUGHTER, UUID(int=8)).behalf_of is None


def test_no_evidence_has_no_hash() -> None:
    assert evidence_hash(None) is None
    assert evidence_hash("") is None
