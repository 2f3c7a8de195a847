"""医保钱包: how much, how often, when, to whom, and when it goes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

import pytest

from qinji.kernel.actor import Channel
from qinji.kernel.dates import CHINA
from qinji.kernel.kinship import Relation
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.wallet.model import Answer, Party, Purse, Terms, TransferState, WalletTransfer, Wish
from qinji.wallet.rules import closed, may_answer, may_send, returns_at

DAY = date(2026, 3, 17)
NOON = datetime(2026, 3, 17, 12, tzinfo=CHINA)
TERMS = Terms(
    region_name="东澜市",
    per_day=3,
    max_fen=2000_00,
    closes=time(22),
    opens=time(6),
    returned=time(6),
    relations=frozenset({Relation.SPOUSE, Relation.PARENT, Relation.CHILD}),
    everywhere=False,
    receiver_insured=True,
    onward=False,
    document="烟台晚报 2025-09-18",
    clause="不详",
)
SENDER = Party(
    UUID(int=1),
    "徐**",
    "990100",
    "东澜市",
    offered=True,
    has_wallet=True,
    has_account=True,
    account_usable=True,
    insured=True,
    status_chinese="正常参保",
)
RECEIVER = replace(SENDER, person_id=UUID(int=2), name="郑**", region="420100", region_name="武汉市")
WISH = Wish(SENDER, RECEIVER, Relation.PARENT, 2000_00, Purse.ACCOUNT, balance_fen=5000_00, sent_today=2)
SENT = WalletTransfer(
    person_id=SENDER.person_id,
    transfer_id=UUID(int=9),
    receiver_id=RECEIVER.person_id,
    relation=Relation.PARENT,
    amount_fen=1,
    purse=Purse.ACCOUNT,
    state=TransferState.PENDING,
    channel=Channel.WEB,
    day=DAY,
    sent_at=NOON,
    returns_at=datetime(2026, 3, 18, 6, tzinfo=CHINA),
)


def at(moment: time) -> datetime:
    """This time of the day in China."""
    return datetime.combine(DAY, moment, CHINA)


def refused(wish: Wish, now: datetime = NOON, terms: Terms = TERMS) -> str:
    """The code of the refusal, empty where it may be sent."""
    found = may_send(wish, terms, now)
    return "" if found is None else found.code.name


RULE_CASES = [
    ("third of the day, 2000.00 at 21:59:59", WISH, time(21, 59, 59), ""),
    ("fourth of the day", replace(WISH, sent_today=3), time(12), "WALLET_DAY_COUNT"),
    ("2000.01", replace(WISH, amount_fen=2000_01), time(12), "WALLET_AMOUNT"),
    ("at 22:00:00", WISH, time(22), "WALLET_CLOSED"),
    ("at 05:59:59", WISH, time(5, 59, 59), "WALLET_CLOSED"),
    ("at 06:00:00", WISH, time(6), ""),
]


@pytest.mark.parametrize(("case", "wish", "moment", "code"), RULE_CASES, ids=[case[0] for case in RULE_CASES])
def test_the_rule_cases_of_the_national_wallet(case: str, wish: Wish, moment: time, code: str) -> None:
    assert refused(wish, at(moment)) == code, case


def test_unaccepted_it_goes_back_at_six_of_the_next_day_whatever_the_hour_in_utc() -> None:
    assert returns_at(at(time(6)), TERMS) == datetime(2026, 3, 18, 6, tzinfo=CHINA)
    assert returns_at(at(time(21, 59, 59)), TERMS) == datetime(2026, 3, 18, 6, tzinfo=CHINA)


REFUSALS = [
    (replace(WISH, receiver=SENDER), "WALLET_SELF"),
    (replace(WISH, relation=None), "WALLET_RELATION"),
    (replace(WISH, relation=Relation.SIBLING), "WALLET_RELATION"),
    (replace(WISH, receiver=replace(RECEIVER, offered=False)), "WALLET_NOT_OFFERED"),
    (replace(WISH, sender=replace(SENDER, has_wallet=False)), "WALLET_MISSING"),
    (replace(WISH, receiver=replace(RECEIVER, has_wallet=False)), "WALLET_MISSING"),
    (replace(WISH, purse=Purse.WALLET), "WALLET_NOT_ONWARD"),
    (replace(WISH, sender=replace(SENDER, has_account=False)), "WALLET_NO_ACCOUNT"),
    (replace(WISH, sender=replace(SENDER, account_usable=False)), "WALLET_SENDER_STATUS"),
    (replace(WISH, receiver=replace(RECEIVER, insured=False)), "WALLET_RECEIVER_STATUS"),
    (replace(WISH, receiver=replace(RECEIVER, region="990200")), "WALLET_SAME_PROVINCE"),
    (replace(WISH, balance_fen=1999_99), "WALLET_BALANCE"),
]


@pytest.mark.parametrize(("wish", "code"), REFUSALS, ids=[code for _, code in REFUSALS])
def test_each_refusal_is_reached(wish: Wish, code: str) -> None:
    assert refused(wish) == code


def test_of_two_refusals_the_earlier_in_the_list_is_answered() -> None:
    """Neighbours of the list, broken together: a stranger learns nothing, and the hour comes before the amount."""
    wishes = [wish for wish, _ in REFUSALS]
    order = [code.name for code in RefusalCode]
    for place, (_, code) in enumerate(REFUSALS):
        night = refused(wishes[place], at(time(22)))
        assert order.index(night) == min(order.index(code), order.index("WALLET_CLOSED"))


def test_what_the_region_says_otherwise_is_let_through() -> None:
    near = replace(WISH, receiver=replace(RECEIVER, region="990200"))
    assert refused(near, terms=replace(TERMS, everywhere=True)) == ""
    assert refused(replace(WISH, purse=Purse.WALLET), terms=replace(TERMS, onward=True)) == ""
    uninsured = replace(WISH, receiver=replace(RECEIVER, insured=False))
    assert refused(uninsured, terms=replace(TERMS, receiver_insured=False)) == ""


def test_hours_that_do_not_cross_midnight_and_no_hours_at_all() -> None:
    lunch = replace(TERMS, closes=time(12), opens=time(14))
    assert [closed(at(time(hour)), lunch) for hour in (11, 12, 13, 14)] == [False, True, True, False]
    never = replace(TERMS, closes=time(6), opens=time(6))
    assert not any(closed(at(time(hour)), never) for hour in range(24))


@pytest.mark.parametrize("answer", list(Answer))
def test_only_the_receiver_answers_and_only_before_its_time_is_over(answer: Answer) -> None:
    second = timedelta(seconds=1)
    assert may_answer(SENT, RECEIVER.person_id, answer, SENT.returns_at - second) is None
    over = may_answer(SENT, RECEIVER.person_id, answer, SENT.returns_at)
    assert isinstance(over, Refused)
    assert over.code is RefusalCode.WALLET_TRANSFER_STATE
    stranger = may_answer(SENT, SENDER.person_id, answer, NOON)
    assert isinstance(stranger, Refused)
    assert stranger.code is RefusalCode.NOT_FOUND
    ended = SENT.ended(TransferState.ACCEPTED, UUID(int=10), NOON)
    again = may_answer(ended, RECEIVER.person_id, answer, NOON)
    assert isinstance(again, Refused)
    assert "已接收" in again.text
