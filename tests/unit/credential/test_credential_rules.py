"""What a scanned text is, and whether a code may be redeemed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qinji.credential.model import CodeFacts, CodeStage, SessionFacts, SignInFacts
from qinji.credential.rules import (
    CODE_DIGITS,
    SIGN_IN_TRIES,
    digits,
    is_code,
    is_token,
    may_read,
    may_redeem,
    may_sign_in,
    not_a_code,
    stage_of,
    token_of,
)
from qinji.kernel.identity import check_character
from qinji.kernel.refusal import NOT_A_CODE, RefusalCode, Refused

NOW = datetime(2026, 3, 17, 4, 0, tzinfo=UTC)
TODAY = date(2026, 3, 17)
PATIENT, DAUGHTER, SESSION = (UUID(int=number) for number in (1, 2, 3))
CODE = CodeFacts(
    b"digest",
    PATIENT,
    DAUGHTER,
    NOW,
    NOW + timedelta(seconds=60),
    voided=False,
    session_id=None,
    institution=None,
)
OPEN = SessionFacts(PATIENT, SESSION, "H1", DAUGHTER, TODAY, None, voided=False)
BEGUN = SignInFacts(SESSION, PATIENT, b"right", NOW + timedelta(minutes=5), 0, used=False)


def code_of(refused: Refused | None) -> RefusalCode | None:
    return None if refused is None else refused.code


@given(st.binary(min_size=16, max_size=16))
def test_a_code_always_has_28_digits(chance: bytes) -> None:
    assert is_code(digits(chance, CODE_DIGITS))


@pytest.mark.parametrize("text", ["", "1" * 18, "1" * 27, "1" * 29, "x" * 28, "\u0661" * 28])
def test_what_has_not_28_plain_digits_is_no_code(text: str) -> None:
    assert not is_code(text)


@given(st.binary(min_size=32, max_size=32))
def test_a_token_is_deterministic_short_and_known_by_its_form(mac: bytes) -> None:
    token = token_of("990100", mac)
    assert token == token_of("990100", mac)
    assert len(token) <= 40
    assert is_token(token)
    assert not is_code(token)


def test_an_identity_number_is_no_token() -> None:
    assert not is_token("999901198001010011")
    assert not is_token("990100EC" + "a" * 30)


def test_a_fresh_code_may_be_redeemed_up_to_its_last_second() -> None:
    assert may_redeem(CODE, "H1", NOW) is None
    assert may_redeem(CODE, "H1", NOW + timedelta(seconds=60)) is None


def test_wrong_expired_used_elsewhere_and_void_codes_answer_differently() -> None:
    late = NOW + timedelta(seconds=61)
    scanned = replace(CODE, session_id=SESSION, institution="H1")
    assert code_of(may_redeem(None, "H1", NOW)) is RefusalCode.CODE_WRONG
    assert code_of(may_redeem(CODE, "H1", late)) is RefusalCode.CODE_EXPIRED
    assert code_of(may_redeem(scanned, "H2", NOW)) is RefusalCode.CODE_USED_ELSEWHERE
    assert code_of(may_redeem(replace(CODE, voided=True), "H1", NOW)) is RefusalCode.CODE_VOID


def test_the_institution_that_scanned_it_may_send_it_again_after_its_time() -> None:
    scanned = replace(CODE, session_id=SESSION, institution="H1")
    assert may_redeem(scanned, "H1", NOW + timedelta(hours=3)) is None


def test_a_session_is_read_by_its_institution_until_the_end_of_the_day() -> None:
    assert may_read(OPEN, "H1", TODAY) is None
    assert code_of(may_read(OPEN, "H2", TODAY)) is RefusalCode.CODE_USED_ELSEWHERE
    assert code_of(may_read(OPEN, "H1", TODAY + timedelta(days=1))) is RefusalCode.CODE_SESSION_OVER
    assert code_of(may_read(replace(OPEN, voided=True), "H1", TODAY)) is RefusalCode.CODE_VOID
    assert code_of(may_read(None, "H1", TODAY)) is RefusalCode.CODE_SESSION_OVER


def test_a_consumed_session_may_still_be_read() -> None:
    assert may_read(replace(OPEN, consumed_by=UUID(int=9)), "H1", TODAY) is None


@pytest.mark.parametrize(
    "begun",
    [
        None,
        replace(BEGUN, used=True),
        replace(BEGUN, expires_at=NOW - timedelta(seconds=1)),
        replace(BEGUN, tries=SIGN_IN_TRIES),
        replace(BEGUN, code_digest=b"other"),
    ],
    ids=["unknown", "used", "late", "too often", "wrong"],
)
def test_every_failed_sign_in_is_answered_alike(begun: SignInFacts | None) -> None:
    assert code_of(may_sign_in(begun, b"right", NOW)) is RefusalCode.SIGN_IN_WRONG


def test_the_last_try_still_counts() -> None:
    assert may_sign_in(replace(BEGUN, tries=SIGN_IN_TRIES - 1), b"right", NOW) is None


SCANNED = replace(CODE, session_id=SESSION, institution="H1")
PAID = replace(OPEN, consumed_by=UUID(int=9))


@pytest.mark.parametrize(
    ("code", "session", "passed", "stage"),
    [
        (CODE, None, timedelta(seconds=60), CodeStage.WAITING),
        (CODE, None, timedelta(seconds=61), CodeStage.EXPIRED),
        (replace(CODE, voided=True), None, timedelta(0), CodeStage.ENDED),
        (SCANNED, OPEN, timedelta(hours=3), CodeStage.SCANNED),
        (SCANNED, OPEN, timedelta(days=1), CodeStage.ENDED),
        (SCANNED, replace(OPEN, voided=True), timedelta(0), CodeStage.ENDED),
        (SCANNED, PAID, timedelta(days=30), CodeStage.USED),
        (replace(SCANNED, voided=True), replace(PAID, voided=True), timedelta(0), CodeStage.USED),
    ],
)
def test_what_became_of_a_code(
    code: CodeFacts, session: SessionFacts | None, passed: timedelta, stage: CodeStage
) -> None:
    assert stage_of(code, session, NOW + passed) is stage


WECHAT, ALIPAY, UNIONPAY = "134567890123456789", "286123456789012345", "6223456789012345671"


@pytest.mark.parametrize(
    ("scanned", "code", "words"),
    [
        (WECHAT, RefusalCode.SCANNED_PAYMENT_CODE, "微信的付款码"),
        (ALIPAY, RefusalCode.SCANNED_PAYMENT_CODE, "支付宝的付款码"),
        ("2512345678901234", RefusalCode.SCANNED_PAYMENT_CODE, "支付宝的付款码"),
        ("301234567890123456789012", RefusalCode.SCANNED_PAYMENT_CODE, "支付宝的付款码"),
        (UNIONPAY, RefusalCode.SCANNED_PAYMENT_CODE, "云闪付的付款码"),
        ("6222021234567890128", RefusalCode.SCANNED_BANK_CARD, "银行卡号"),
        ("4111111111111111", RefusalCode.SCANNED_BANK_CARD, "银行卡号"),
        ("999901199003070033", RefusalCode.SCANNED_IDENTITY_NUMBER, "身份证号码"),
        ("99990119900307005x", RefusalCode.SCANNED_IDENTITY_NUMBER, "身份证号码"),
        ("Q00001018", RefusalCode.SCANNED_CARD_NUMBER, "社会保障卡号"),
        ("6901234567892", RefusalCode.SCANNED_GOODS_CODE, "商品条码"),
        ("81234567890123456789", RefusalCode.SCANNED_GOODS_CODE, "药品追溯码"),
        ("https://example.org/pay?to=1", RefusalCode.SCANNED_LINK, "收款的二维码"),
        ("wxp://f2f0abc", RefusalCode.SCANNED_LINK, "收款的二维码"),
        ("1" * 27, RefusalCode.CODE_INCOMPLETE, "扫到 27 位"),
        ("1" * 29, RefusalCode.CODE_INCOMPLETE, "扫到 29 位"),
        ("12345", RefusalCode.CREDENTIAL_WRONG_KIND, "这不是医保码"),
        ("", RefusalCode.CREDENTIAL_WRONG_KIND, "这不是医保码"),
        ("1234567890123", RefusalCode.CREDENTIAL_WRONG_KIND, "这不是医保码"),
        ("６９０１２３４５６７８９２", RefusalCode.CREDENTIAL_WRONG_KIND, "这不是医保码"),
    ],
)
def test_what_was_scanned_instead_of_a_code_is_named(scanned: str, code: RefusalCode, words: str) -> None:
    refused = not_a_code(scanned)
    assert refused.code is code
    assert words in refused.text
    assert "未扣款" in refused.text


def test_an_identity_number_that_begins_like_a_payment_code_is_still_one() -> None:
    first17 = "11990119900307003"
    number = first17 + check_character(first17)
    assert not_a_code(number).code is RefusalCode.SCANNED_IDENTITY_NUMBER
    other = first17 + next(digit for digit in "0123456789" if digit != number[-1])
    assert not_a_code(other).code is RefusalCode.SCANNED_PAYMENT_CODE


@given(st.text(max_size=40) | st.text("0123456789", max_size=40))
def test_whatever_was_scanned_is_named_without_repeating_it(scanned: str) -> None:
    refused = not_a_code(scanned)
    assert refused.code in NOT_A_CODE
    assert len(scanned) < 5 or scanned not in refused.text
