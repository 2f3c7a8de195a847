"""A settlement without a reply: the state chart, transition by transition, each with a scripted bureau."""

import json
from collections.abc import Sequence

import pytest

from qinji.client import Busy, NotSigned, Prepared, Refused, Reversed, Settlement, Unknown, Unreachable
from qinji.client.lost import resolve, settle_safely
from qinji.client.steps import Outcome
from tests.unit.client.examples import (
    BROKEN,
    BUSY,
    EXAMPLES,
    LOST,
    NO_CONNECTION,
    NO_OUTPUT,
    Script,
    desk,
    record,
    refused,
    replied,
)

WAITS = (2.0, 4.0, 8.0)
DONE, FOUND = record("2207"), record("5203")
NOT_FOUND = refused("报文 … 没有结算记录。没有任何金额变动。")
NOT_SIGNED = replied({"code": 401, "message": "签名时间戳超时!"})


def settling(name: str = "settle") -> Prepared[Settlement]:
    message: Prepared[Settlement] = desk().prepare(EXAMPLES[name]())  # type: ignore[arg-type]
    return message


def told(*outcomes: Outcome) -> Script:
    return Script(outcomes)


def found_taken_back() -> Outcome:
    body = json.loads(FOUND.body)
    body["output"]["setlinfo"]["refd_setl_flag"] = "1"
    return replied(body)


@pytest.mark.parametrize("name", ["settle", "settle_pharmacy"])
def test_a_reply_at_once_is_the_result(name: str) -> None:
    script = told(DONE)
    assert script.run(settle_safely(desk(), settling(name))).total_fen == 35000
    assert script.waited == []


@pytest.mark.parametrize("outcome", [BUSY, LOST, BROKEN, NO_CONNECTION, replied(b"", 503)])
def test_whatever_is_no_reply_makes_the_same_message_be_sent_again(outcome: Outcome) -> None:
    script, message = told(outcome, outcome, DONE), settling()
    assert script.run(settle_safely(desk(), message, waits=WAITS)).total_fen == 35000
    assert {post.body for post in script.posts} == {message.body}
    assert script.waited == [2.0, 4.0]


def test_a_refusal_ends_it_and_nothing_is_sent_again() -> None:
    script = told(refused("总额不一致。未扣款。"))
    with pytest.raises(Refused, match="总额"):
        script.run(settle_safely(desk(), settling()))
    assert script.numbers == ["2207"]


def test_a_wrong_signature_ends_it() -> None:
    script = told(NOT_SIGNED)
    with pytest.raises(NotSigned):
        script.run(settle_safely(desk(), settling()))
    assert script.waited == []


@pytest.mark.parametrize(("outcome", "problem"), [(BUSY, Busy), (NO_CONNECTION, Unreachable)])
def test_when_no_attempt_did_anything_nothing_has_to_be_reversed(
    outcome: Outcome, problem: type[Exception]
) -> None:
    script = told(*[outcome] * 4)
    with pytest.raises(problem):
        script.run(settle_safely(desk(), settling(), waits=WAITS))
    assert script.numbers == ["2207"] * 4
    assert script.waited == list(WAITS)


@pytest.mark.parametrize("later", [BUSY, NO_CONNECTION, LOST])
def test_what_an_attempt_left_open_no_later_one_closes(later: Outcome) -> None:
    script = told(LOST, later, later, later, FOUND)
    assert script.run(settle_safely(desk(), settling(), waits=WAITS)).taken_back is False
    assert script.numbers == ["2207"] * 4 + ["5203"]


def test_a_signature_that_fails_after_a_lost_reply_leaves_it_open_too() -> None:
    script, message = told(LOST, NOT_SIGNED, NOT_SIGNED, NOT_SIGNED), settling()
    with pytest.raises(Unknown) as doubt:
        script.run(settle_safely(desk(), message, waits=WAITS))
    assert script.numbers == ["2207", "2207", "5203", "2601"]
    assert doubt.value.message.body == message.body


@pytest.mark.parametrize("found", [NOT_FOUND, found_taken_back(), BUSY], ids=["not", "taken back", "busy"])
def test_what_is_not_found_standing_is_reversed_all_the_same(found: Outcome) -> None:
    script, message = told(LOST, found, NO_OUTPUT), settling()
    with pytest.raises(Reversed, match="已经冲正"):
        script.run(settle_safely(desk(), message, waits=()))
    assert script.numbers == ["2207", "5203", "2601"]
    question, reversal = (json.loads(post.body)["input"]["data"] for post in script.posts[1:])
    assert question["medins_setl_id"] == reversal["omsgid"] == message.message_id
    assert (reversal["oinfno"], reversal["psn_no"]) == ("2207", question["psn_no"])


def test_a_purchase_is_reversed_under_its_own_number() -> None:
    script = told(LOST, NOT_FOUND, NO_OUTPUT)
    with pytest.raises(Reversed):
        script.run(settle_safely(desk(), settling("settle_pharmacy"), waits=()))
    assert json.loads(script.posts[2].body)["input"]["data"]["oinfno"] == "2102"


def test_a_patient_who_left_is_reversed_without_asking() -> None:
    script = told(NO_OUTPUT)
    with pytest.raises(Reversed):
        script.run(resolve(desk(), settling(), keep=False))
    assert script.numbers == ["2601"]


def test_a_reversal_without_a_reply_is_the_same_message_again() -> None:
    script = told(NOT_FOUND, LOST, BUSY, NO_OUTPUT)
    with pytest.raises(Reversed):
        script.run(resolve(desk(), settling(), waits=WAITS))
    assert script.numbers == ["5203", "2601", "2601", "2601"]
    assert len({post.body for post in script.posts[1:]}) == 1


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ([LOST], "冲正也没有办成"),
        ([NO_CONNECTION], "冲正也没有办成"),
        ([refused("不是为此参保人办理的")], "人工核对"),
    ],
)
def test_a_reversal_that_fails_leaves_the_settlement_unknown(outcomes: Sequence[Outcome], words: str) -> None:
    script, message = told(NOT_FOUND, *outcomes), settling()
    with pytest.raises(Unknown, match=words) as doubt:
        script.run(resolve(desk(), message, waits=()))
    assert doubt.value.message.body == message.body
