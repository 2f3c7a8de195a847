"""Messages of the client with people of the sandbox, and a bureau that answers as it is told."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qinji.client import (
    Bill,
    Credential,
    Diagnosis,
    FeeLine,
    Institution,
    Message,
    Operator,
    Patient,
    Purchase,
    SettlementKey,
    Signing,
    Terminal,
    Unsigned,
    messages,
)
from qinji.client.desk import Desk
from qinji.client.steps import Finished, NoReply, Outcome, Pause, Post, Replied, proceed

NOT_SIGNING = Unsigned()
NOON = datetime(2026, 3, 17, 4, 0, 0, 123456, tzinfo=UTC)
OPERATOR = Operator("0053", "程清")
PATIENT = Patient("9901000000050001", "310", "990100")
CARD = Credential.card("Q00005012")
RECORDS = Path(__file__).parents[2] / "wire"
LINE = FeeLine("1001", "002101020150000-210102015", "70", "5", NOON)
BILL = Bill(PATIENT, CARD, "V1", "B1", total_fen=35000)
PURCHASE = Purchase(PATIENT, CARD, NOON, [LINE])
KEY = SettlementKey(PATIENT.number, "S1", "V1")

EXAMPLES: Mapping[str, Callable[[], Message[object]]] = {
    "sign_in": lambda: messages.sign_in("0053"),
    "sign_out": lambda: messages.sign_out("359754", "0053"),
    "identify_person": lambda: messages.identify_person(CARD),
    "decode_code": lambda: messages.decode_code("2800000000000000000000000001"),
    "find_institution": lambda: messages.find_institution(code="H99010000001"),
    "register_visit": lambda: messages.register_visit(PATIENT, CARD, begins_at=NOON, outpatient_number="MZ1"),
    "cancel_visit": lambda: messages.cancel_visit(PATIENT, "V1"),
    "record_diagnoses": lambda: messages.record_diagnoses(
        PATIENT, "V1", [Diagnosis("J00.x00", "感冒")], begins_at=NOON
    ),
    "upload_fees": lambda: messages.upload_fees(PATIENT, "V1", "B1", [LINE]),
    "withdraw_fees": lambda: messages.withdraw_fees(PATIENT, "V1"),
    "preview_settlement": lambda: messages.preview_settlement(BILL),
    "settle": lambda: messages.settle(BILL),
    "cancel_settlement": lambda: messages.cancel_settlement(KEY),
    "preview_pharmacy": lambda: messages.preview_pharmacy(PURCHASE),
    "settle_pharmacy": lambda: messages.settle_pharmacy(PURCHASE),
    "cancel_pharmacy": lambda: messages.cancel_pharmacy(KEY),
    "reverse": lambda: messages.reverse(PATIENT.number, "H99010000001202603171200000001", "2207"),
    "query_visits": lambda: messages.query_visits(PATIENT, since=NOON, until=NOON),
    "query_diagnoses": lambda: messages.query_diagnoses(PATIENT, "V1"),
    "query_settlement": lambda: messages.query_settlement(KEY),
    "query_fees": lambda: messages.query_fees(KEY),
}
"""One of each message, by the name of its method."""


def desk(signing: Signing = NOT_SIGNING) -> Desk:
    """The desk of a hospital whose clock stands still at noon."""
    terminal = Terminal(clock=lambda: NOON, nonce=lambda: "n0nce")
    return Desk(
        Institution("H99010000001", "东澜市桃园社区卫生服务中心", "990100", signing), OPERATOR, terminal
    )


def replied(body: Mapping[str, Any] | bytes, status: int = 200) -> Replied:
    """An HTTP reply with this body."""
    return Replied(status, body if isinstance(body, bytes) else json.dumps(body).encode())


def record(number: str) -> Replied:
    """The reply to this message that tests/wire has on record."""
    return Replied(200, (RECORDS / number / "reply.json").read_bytes())


def refused(text: str) -> Replied:
    """A business refusal."""
    return replied({"infcode": -1, "err_msg": text, "output": None})


NO_OUTPUT = replied({"infcode": 0, "err_msg": None, "output": None})
LOST = NoReply("timed out", sent=True)
NO_CONNECTION = NoReply("connection refused", sent=False)
BUSY = refused("系统繁忙,请用同一报文号重试。本次请求未扣款")
BROKEN = refused("系统内部错误,结果未知,请用同一报文号重试")


class Script:
    """Carries a conversation out with outcomes that are told beforehand, and keeps what was sent and waited."""

    def __init__(self, outcomes: Sequence[Outcome]) -> None:
        self.outcomes = list(outcomes)
        self.posts: list[Post] = []
        self.waited: list[float] = []

    def run(self, conversation: Any) -> Any:
        """The conversation's result; its problem is raised. All outcomes must have been used."""
        step = proceed(conversation)
        while not isinstance(step, Finished):
            if isinstance(step, Pause):
                self.waited.append(step.seconds)
                step = proceed(conversation)
            else:
                self.posts.append(step)
                step = proceed(conversation, self.outcomes.pop(0))
        return step.result

    @property
    def numbers(self) -> list[str]:
        """The numbers of the messages that were sent."""
        return [json.loads(post.body)["infno"] for post in self.posts]
