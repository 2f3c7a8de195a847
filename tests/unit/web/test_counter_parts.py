"""The small parts of the counter: cash, lines, tickets, words, and that old receipts are still read."""

from __future__ import annotations

import re
import string
from base64 import urlsafe_b64encode
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qinji.kernel.refusal import RefusalCode
from qinji.platform.crypto import fixed_vault
from qinji.web.counter.cash import Cash, tendered
from qinji.web.counter.outcomes import Declined, Patient, Receipt, read
from qinji.web.counter.tickets import TEXT_MAX, HeldLine, Shown, Ticket, seal, unseal
from qinji.web.counter.words import NEVER_HERE, WORDS, told

VAULT = fixed_vault("counter")
TODAY = date(2026, 3, 17)
HOUSE = "P99010000001"
TICKET = Ticket(
    institution=HOUSE,
    day=TODAY,
    key="01K" + "0" * 23,
    lines=(HeldLine("C1", "口罩", 1_500_000, 20_000, 300),),
    patient=Patient("张**", "9999**********0011", "employee", "03", "李*", "子女"),
    person_number="9901000000010001",
    credential_kind="03",
    credential_number="Q00001018",
    visit="V",
    batch=2,
    previews=3,
    shown={"cash": Shown(0, 0, 300)},
)
SOFTWARE_SPEECH = re.compile(
    r"报文|[a-z]+_[a-z]+|(?<!\d)\d{4}(?!\d)|Idempotency|字段|签名|msgid|GET |批次|预结算"
)


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_change_and_what_is_missing_make_up_the_difference(due: int, received: int) -> None:
    cash = Cash(due, received)
    assert cash.received_fen - cash.due_fen == cash.change_fen - cash.missing_fen
    assert min(cash.change_fen, cash.missing_fen) == 0
    assert cash.change_fen >= 0


@given(st.integers(0, 10**7))
def test_what_may_be_laid_down_is_enough_and_begins_with_the_sum_itself(due: int) -> None:
    sums = tendered(due)
    assert sums == sorted(set(sums))
    assert all(one >= due for one in sums)
    assert sums[:1] == ([due] if due else [])


def test_what_is_laid_down_for_twelve_thirty() -> None:
    assert tendered(1_230) == [1_230, 1_300, 1_500, 2_000, 5_000, 10_000]
    assert tendered(10_000) == [10_000]
    assert tendered(0) == []


def test_a_ticket_comes_back_as_it_was_and_shows_nothing() -> None:
    text = seal(TICKET, VAULT)
    assert unseal(text, VAULT, HOUSE, TODAY) == TICKET
    assert re.fullmatch(r"[A-Za-z0-9_=-]+", text)
    for secret in ("Q00001018", "9901000000010001", "张"):
        assert secret not in text


@pytest.mark.parametrize(
    ("text", "house", "day"),
    [
        (seal(TICKET, VAULT), "P99010000002", TODAY),
        (seal(TICKET, VAULT), HOUSE, TODAY + timedelta(days=1)),
        (seal(TICKET, fixed_vault("another")), HOUSE, TODAY),
        (seal(TICKET, VAULT)[:-4], HOUSE, TODAY),
        (seal(TICKET, VAULT)[:60] + "AAAA" + seal(TICKET, VAULT)[64:], HOUSE, TODAY),
        ("", HOUSE, TODAY),
        ("ticket", HOUSE, TODAY),
        ("=" * 40, HOUSE, TODAY),
        ("票据", HOUSE, TODAY),
        ("A" * (TEXT_MAX + 1), HOUSE, TODAY),
    ],
)
def test_a_ticket_of_another_place_day_or_hand_is_none(text: str, house: str, day: date) -> None:
    assert unseal(text, VAULT, house, day) is None


def test_what_was_sealed_for_something_else_is_no_ticket() -> None:
    other = urlsafe_b64encode(
        VAULT.seal(b'{"type":"another","institution":"P99010000001"}', "reply")
    ).decode()
    assert unseal(other, VAULT, HOUSE, TODAY) is None


@given(st.text(max_size=60))
def test_no_text_of_a_page_breaks_the_counter(text: str) -> None:
    assert unseal(text, VAULT, HOUSE, TODAY) is None


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", RefusalCode, ids=lambda code: code.name)
def test_a_cashier_is_never_told_of_messages_and_fields(code: RefusalCode) -> None:
    if code in NEVER_HERE:
        assert code not in WORDS
        return
    text = WORDS.get(code, code.chinese)
    assert not SOFTWARE_SPEECH.search(re.sub(r"\{\w+\}", "", text)), text
    assert places(text) <= places(code.chinese)
    facts: dict[str, str | int] = dict.fromkeys(places(code.chinese), "某")
    assert told(Declined(code.name, facts))


def test_the_words_stand_in_the_order_of_the_closed_list() -> None:
    order = list(RefusalCode)
    assert sorted(WORDS, key=order.index) == list(WORDS)


OLD_RECEIPT = """{"type":"receipt","institution":"P99010000001","institution_name":"康宁大药房","cashier":"王晓梅",
"settlement":"S1","number":"S1","visit":"V1","at":"2026-03-17T04:00:00Z","patient":{"name":"张**",
"certificate":"9999**0011","insurance":"employee","credential":"01"},
"payment":{"total_fen":1230,"fund_fen":0,"own_fen":1000,"mutual_aid_fen":200,
"cash_fen":30,"own_before_fen":1000,"own_after_fen":0,"deductible_fen":0,"relatives":[{"name":"李*","relation":"配偶",
"amount_fen":200}]},"lines":[{"code":"C1","name":"口罩","category":"C","price":1500000,"quantity":20000,"amount_fen":300,
"own_expense_fen":300,"over_limit_fen":0,"prior_self_pay_fen":0,"in_scope_fen":0}]}"""


def test_a_receipt_that_was_kept_by_the_first_release_is_still_read() -> None:
    kept = read(OLD_RECEIPT.encode())
    assert isinstance(kept, Receipt)
    assert (kept.payment.relatives[0].relation, kept.received_fen, kept.returned) == ("配偶", None, False)
