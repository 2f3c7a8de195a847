"""Every kind of notice has its words, for each side that may be told, and says only what that side may know."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from uuid import UUID

import pytest

from qinji.notice.model import REMEDY_CHINESE, Facts, Group, Notice, NoticeKind, Remedy, facts_of
from qinji.notice.rules import may_disown, remedy_of
from qinji.notice.wording import (
    CALL,
    UNDO,
    WORDING,
    Named,
    kinds_of,
    line_of,
    sentence,
    short,
    stopped_text,
    told_outside,
)

ME, OTHER, EVENT = UUID(int=1), UUID(int=2), UUID(int=3)
NAMED = Named(doer="王*(您的儿子)", other="王*(您的儿子)", place="仁和药房", region="武汉市", use="药店购药")
MOMENT = datetime(2026, 3, 17, 4, tzinfo=UTC)
WORDS = {"doer", "other", "place", "region", "use", "amount", "paid", "shown", "said"}


def notice(kind: NoticeKind, *, owner: bool = True, fen: int | None = 19_08, **facts: object) -> Notice:
    """A notice of this kind."""
    said = Facts(**{"place": "P1", "said": "2026年3月", **facts})  # type: ignore[arg-type]
    return Notice(
        ME, EVENT, kind, owner, MOMENT, f"person:{OTHER}", other_id=OTHER, amount_fen=fen, facts=said
    )


def test_every_kind_has_its_words_and_every_group_its_kinds() -> None:
    assert set(WORDING) == set(NoticeKind)
    assert sorted(kind for group in Group for kind in kinds_of(group)) == sorted(NoticeKind)


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("owner", [True, False])
def test_a_notice_is_a_whole_sentence_without_gaps(kind: NoticeKind, owner: bool) -> None:
    line = line_of(kind, owner=owner)
    assert {name for _, name, _, _ in string.Formatter().parse(line.sentence) if name} <= WORDS
    told = sentence(notice(kind, owner=owner), NAMED)
    assert told.endswith("。")
    assert "{" not in told
    assert "None" not in told
    assert 2 <= len(line.title) <= 16


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("owner", [True, False])
def test_a_message_outside_names_no_institution_no_relation_and_no_reason(
    kind: NoticeKind, owner: bool
) -> None:
    text = short(notice(kind, owner=owner, reason="复诊", said="四百元"), "王*")
    for word in ("仁和药房", "P1", "儿子", "复诊", "四百元"):
        assert word not in text
    assert len(text) <= 67, "one SMS"
    assert text.endswith(CALL) is (line_of(kind, owner=owner).remedy is not Remedy.NONE)


def test_what_a_grantor_reads_of_a_bill_names_no_place() -> None:
    for kind in (NoticeKind.SHARED_SPENT, NoticeKind.SHARED_RETURNED):
        assert "仁和药房" not in sentence(notice(kind), NAMED)


def test_who_showed_a_code_reads_no_amount() -> None:
    for kind in (NoticeKind.CODE_USED, NoticeKind.CODE_USE_RETURNED):
        assert "19.08" not in sentence(notice(kind), NAMED)


@pytest.mark.parametrize(
    ("fen", "shared", "told"),
    [
        (19_08, 0, "您的医保账户支付 19.08 元,已扣款"),
        (19_08, 9_00, "您的医保账户支付 10.08 元,家人的账户支付 9.00 元,已扣款"),
        (19_08, 19_08, "):家人的账户支付 19.08 元,已扣款"),
        (0, 0, "没有动用您和家人的账户"),
    ],
)
def test_a_bill_says_whose_money_paid(fen: int, shared: int, told: str) -> None:
    assert told in sentence(notice(NoticeKind.SPENT, fen=fen, shared_fen=shared), NAMED)


def test_money_that_is_back_says_so() -> None:
    told = sentence(notice(NoticeKind.RETURNED, shared_fen=9_00), NAMED)
    assert "退回您的医保账户 10.08 元,退回家人的账户 9.00 元。" in told


def test_what_is_stopped_has_its_words_and_a_way_back() -> None:
    assert set(UNDO) == set(REMEDY_CHINESE) == set(Remedy)
    for remedy in (Remedy.FREEZE_CODE, Remedy.PAUSE_GRANT):
        assert UNDO[remedy].startswith("恢复")
        assert "没有动账户里的钱" in stopped_text(remedy, stopped=True)
        assert stopped_text(remedy, stopped=False) != stopped_text(remedy, stopped=True)


def test_only_what_can_be_stopped_may_be_disowned() -> None:
    assert may_disown(None) is not None
    for kind in NoticeKind:
        told = notice(kind)
        assert (may_disown(told) is None) is (remedy_of(told) is not Remedy.NONE)
    assert remedy_of(notice(NoticeKind.GRANT_MADE, owner=False)) is Remedy.NONE
    assert remedy_of(notice(NoticeKind.SHARED_SPENT)) is Remedy.PAUSE_GRANT
    assert remedy_of(notice(NoticeKind.SPENT)) is Remedy.FREEZE_CODE


def test_a_months_crediting_and_relatives_looks_stay_in_the_pages() -> None:
    inside = {kind for kind in NoticeKind if not told_outside(kind)}
    assert inside == {NoticeKind.CREDITED, NoticeKind.SEEN, NoticeKind.PAPERS_SEEN}


@pytest.mark.parametrize("facts", [Facts(), Facts(place="P1", shared_fen=5, said="“限额”")])
def test_facts_are_kept_as_they_were(facts: Facts) -> None:
    assert facts_of(facts.packed()) == facts
