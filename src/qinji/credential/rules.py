"""Pure rules on codes and sessions: what a scanned text is, and whether a code may be redeemed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from qinji.credential.model import CodeFacts, CodeStage, SessionFacts, SignInFacts, StaffSecret
from qinji.kernel.dates import local_day
from qinji.kernel.identity import is_identity_number
from qinji.kernel.refusal import RefusalCode, Refused, refuse

CODE_DIGITS = 28
TOKEN_MARK = "ec"  # noqa: S105 - the mark that every session token carries, not a secret
TOKEN_LETTERS = 30
TOKEN_REGION = 6
SIGN_IN_DIGITS = 6
SIGN_IN_TRIES = 5
SIGN_IN_LIFE = timedelta(minutes=5)
BEARER_IDLE = timedelta(minutes=15)
FIRST_PASSWORD_LIFE = timedelta(days=3)
PASSWORD_MIN = 12
PASSWORD_MAX = 128
DEVICE_LENGTH_MAX = 128

_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


def digits(entropy: bytes, count: int) -> str:
    """So many decimal digits from bytes of chance."""
    return str(int.from_bytes(entropy, "big") % 10**count).zfill(count)


def is_code(text: str) -> bool:
    """Whether the text has the form of a 医保码: 28 digits. A payment code has 18."""
    return len(text) == CODE_DIGITS and text.isascii() and text.isdigit()


def is_token(text: str) -> bool:
    """Whether the text has the form of a session token of ours."""
    region, mark, letters = (
        text[:TOKEN_REGION],
        text[TOKEN_REGION : TOKEN_REGION + 2],
        text[TOKEN_REGION + 2 :],
    )
    return (
        region.isascii()
        and region.isdigit()
        and mark == TOKEN_MARK
        and len(letters) == TOKEN_LETTERS
        and all(letter in _ALPHABET for letter in letters)
    )


# What a scanner meets beside codes of ours, by the forms that their issuers publish: payment codes of Alipay have 16 to
# 24 digits and begin with 25 to 30, WeChat's have 18 and begin with 10 to 15, UnionPay's 19 and begin with 62. A bank
# card passes its check digit, which a UnionPay code of the same form does by chance one time in ten.
_ALIPAY = re.compile(r"(?:2[5-9]|30)\d{14,22}")
_WECHAT = re.compile(r"1[0-5]\d{16}")
_UNIONPAY = re.compile(r"62\d{17}")
_BANK_CARD = re.compile(r"[3-6]\d{14,18}")
_BORN = re.compile(r"\d{6}(?:19|20)\d{9}[0-9X]", re.IGNORECASE)
_SOCIAL_CARD = re.compile(r"[A-Z]\d{7}[0-9X]", re.IGNORECASE)
_GOODS = re.compile(r"\d{8}|\d{12,14}")
_DRUG_TRACE = re.compile(r"8\d{19}")
_LINK = re.compile(r"[a-z][a-z0-9+.-]*://.*", re.IGNORECASE | re.DOTALL)
_HALF_A_CODE = 20
"""So many digits may be a code of ours whose scan broke off, or into which a key was struck."""


def _is_bank_card(text: str) -> bool:
    """By the check of ISO 7812: every other digit from the right counts double, less nine where it exceeds nine."""
    if _BANK_CARD.fullmatch(text) is None:
        return False
    values = [int(digit) << place % 2 for place, digit in enumerate(reversed(text))]
    return sum(value - 9 if value > 9 else value for value in values) % 10 == 0


def _is_identity(text: str) -> bool:
    return _BORN.fullmatch(text) is not None and is_identity_number(text)


def _is_goods(text: str) -> bool:
    """A bar code of goods (GS1): weights 1 and 3 from the right come to a multiple of ten."""
    if _GOODS.fullmatch(text) is None:
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(text))) % 10 == 0


_OTHER_THINGS: tuple[tuple[Callable[[str], object], RefusalCode, dict[str, str]], ...] = (
    (_is_identity, RefusalCode.SCANNED_IDENTITY_NUMBER, {}),
    (_WECHAT.fullmatch, RefusalCode.SCANNED_PAYMENT_CODE, {"issuer": "微信"}),
    (_ALIPAY.fullmatch, RefusalCode.SCANNED_PAYMENT_CODE, {"issuer": "支付宝"}),
    (_is_bank_card, RefusalCode.SCANNED_BANK_CARD, {}),
    (_UNIONPAY.fullmatch, RefusalCode.SCANNED_PAYMENT_CODE, {"issuer": "云闪付"}),
    (_SOCIAL_CARD.fullmatch, RefusalCode.SCANNED_CARD_NUMBER, {}),
    (_DRUG_TRACE.fullmatch, RefusalCode.SCANNED_GOODS_CODE, {"what": "药品追溯码"}),
    (_is_goods, RefusalCode.SCANNED_GOODS_CODE, {"what": "商品条码"}),
    (_LINK.fullmatch, RefusalCode.SCANNED_LINK, {}),
)
"""In this order: an identity number of some regions begins like a payment code, and has a date and a check digit."""


def not_a_code(text: str) -> Refused:
    """What was scanned instead of a 医保码, by its form alone; the number itself is not repeated."""
    for fits, code, facts in _OTHER_THINGS:
        if text.isascii() and fits(text):
            return refuse(code, **facts)
    if text.isascii() and text.isdigit() and len(text) >= _HALF_A_CODE and not is_code(text):
        return refuse(RefusalCode.CODE_INCOMPLETE, digits=len(text), needed=CODE_DIGITS)
    return refuse(RefusalCode.CREDENTIAL_WRONG_KIND)


def token_of(region: str, mac: bytes) -> str:
    """The session token (``ecToken``, 38 characters): the patient's region, a mark, 30 characters of a keyed hash."""
    number, letters = int.from_bytes(mac, "big"), []
    for _ in range(TOKEN_LETTERS):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    return region + TOKEN_MARK + "".join(letters)


def may_redeem(code: CodeFacts | None, institution: str, now: datetime) -> Refused | None:
    """Whether this institution may open a session with the code, or has opened one already.

    Refused: unknown digits, digits past their time, digits another institution scanned, digits that were voided.
    """
    if code is None:
        return refuse(RefusalCode.CODE_WRONG)
    if code.session_id is None and now > code.expires_at:
        return refuse(RefusalCode.CODE_EXPIRED)
    if code.session_id is not None and code.institution != institution:
        return refuse(RefusalCode.CODE_USED_ELSEWHERE)
    if code.voided:
        return refuse(RefusalCode.CODE_VOID)
    return None


def may_read(session: SessionFacts | None, institution: str, today: date) -> Refused | None:
    """Whether messages that move no money may still carry this session; a settlement asks for more."""
    if session is None:
        return refuse(RefusalCode.CODE_SESSION_OVER)
    if session.institution != institution:
        return refuse(RefusalCode.CODE_USED_ELSEWHERE)
    if session.voided:
        return refuse(RefusalCode.CODE_VOID)
    if today > session.good_until:
        return refuse(RefusalCode.CODE_SESSION_OVER)
    return None


def stage_of(code: CodeFacts, session: SessionFacts | None, now: datetime) -> CodeStage:
    """What became of a code by now; ``session`` is the one that its scan opened. A paid bill stays paid."""
    if session is not None and session.consumed_by is not None:
        return CodeStage.USED
    if code.voided or (session is not None and session.voided):
        return CodeStage.ENDED
    if session is not None:
        return CodeStage.SCANNED if local_day(now) <= session.good_until else CodeStage.ENDED
    return CodeStage.WAITING if now <= code.expires_at else CodeStage.EXPIRED


def may_sign_in(sign_in: SignInFacts | None, digest: bytes, now: datetime) -> Refused | None:
    """Whether the six digits end this sign-in; wrong, late, used and unknown ones are answered alike."""
    fresh = (
        sign_in is not None
        and not sign_in.used
        and now <= sign_in.expires_at
        and sign_in.tries < SIGN_IN_TRIES
    )
    if sign_in is None or not fresh or sign_in.code_digest != digest:
        return refuse(RefusalCode.SIGN_IN_WRONG)
    return None


def password_refused(new: str, old: str) -> Refused | None:
    """Whether a password of one's own may not be: too short, too long, or the one it replaces."""
    if not PASSWORD_MIN <= len(new) <= PASSWORD_MAX:
        return refuse(
            RefusalCode.REQUEST_INVALID, reason=f"新密码应为 {PASSWORD_MIN} 至 {PASSWORD_MAX} 个字符"
        )
    if new == old:
        return refuse(RefusalCode.REQUEST_INVALID, reason="新密码不能与原密码相同")
    return None


def may_sign_in_staff(
    secret: StaffSecret | None,
    *,
    employed: bool,
    password_right: bool,
    step: int | None,
    changes_password: bool,
    now: datetime,
) -> Refused | None:
    """Whether somebody is who they say, and may come in. ``step`` is the one whose digits they gave, if any.

    Refused alike: nobody's id, who has left, a wrong password, a first password past its time, wrong digits, used ones.
    Only who is right in everything is told to change a first password.
    """
    right = secret is not None and employed and password_right and step is not None
    if secret is None or step is None or not right or step <= secret.used_step:
        return refuse(RefusalCode.STAFF_SIGN_IN_WRONG)
    if secret.first_until is None:
        return None
    if now > secret.first_until:
        return refuse(RefusalCode.STAFF_SIGN_IN_WRONG)
    return None if changes_password else refuse(RefusalCode.PASSWORD_TO_CHANGE, least=PASSWORD_MIN)
