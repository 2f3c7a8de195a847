"""``POST /fsi/api/…``: bytes in, bytes out, whatever the path; the message number in the body decides.

Business refusals are HTTP 200 with infcode -1, as institutions expect. Entry puts this application below its path.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from time import perf_counter_ns

import structlog
from starlette.types import Receive, Scope, Send

from qinji.flows.parts.commands import InstitutionCard, Origin, Sender, UsedNonce
from qinji.gateway.call import Call, Served
from qinji.gateway.checking import ReplyCheck
from qinji.gateway.doors import GatewayFlows
from qinji.gateway.envelope import (
    Document,
    decode_body,
    digest_of,
    read_envelope,
    sending_institution,
    sent_number,
    told_message_id,
)
from qinji.gateway.fields import ServedTo
from qinji.gateway.observed import Exchange, Observer, Outcome
from qinji.gateway.parsing import parse
from qinji.gateway.registry import find, served_numbers
from qinji.gateway.reply import NO_REGION, REFERENCE_BYTES, Clock, Reply
from qinji.gateway.signature import SCHEME_NONE, check, turned_away
from qinji.kernel.dates import milliseconds
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.kernel.signing import B_NONCE
from qinji.platform.database import InDoubt, Overloaded
from qinji.platform.log import message_name

BODY_MAX = 1024 * 1024
"""Bytes of one message (ARCHITECTURE 5.7)."""

DRAINED_MAX = 16 * BODY_MAX
"""Bytes of a message that is too long, before the connection is given up."""

Entropy = Callable[[int], bytes]

_KINDS: Mapping[ServedTo, tuple[str, str]] = {
    ServedTo.HOSPITAL: ("药店", "药店(2101、2102、2103)"),
    ServedTo.PHARMACY: ("医院", "门诊(2201 至 2208)"),
}
_USE_POST = "请用 POST 发送报文。Send the message by POST.".encode()

log = structlog.get_logger("qinji.gateway")


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: an HTTP status and the body."""

    status: int
    body: bytes


@dataclass(slots=True)
class _Seen:
    """What is known of a message while it is being answered."""

    document: Document | None = None
    institution: str = ""
    number: str = ""
    message_id: str = ""
    served: Served | None = None
    outcome: Outcome | None = None

    def read(self, document: Document, number: str | Refused) -> None:
        """Keep what the decoded body tells; a number that is none stays empty."""
        self.document, self.message_id = document, told_message_id(document)
        if not isinstance(number, Refused):
            self.number, self.served = number, find(number)

    def refused(self, reply: Reply, refusal: Refused) -> bytes:
        """A refusal in the form that this message has for it."""
        return reply.refused(refusal) if self.served is None else self.served.refused(reply, refusal)

    @property
    def named(self) -> dict[str, str]:
        """Which message it was, for the log."""
        return {
            "number": self.number,
            "message_id": message_name(self.institution, self.message_id),
            "institution": self.institution,
        }


class Gateway:
    """The institution door as an ASGI application. ``observers`` are told of each message and its answer."""

    def __init__(
        self,
        flows: GatewayFlows,
        clock: Clock,
        entropy: Entropy,
        *,
        production: bool,
        observers: Sequence[Observer] = (),
    ) -> None:
        self._flows = flows
        self._clock = clock
        self._entropy = entropy
        self._production = production
        self._check = None if production else ReplyCheck()
        self._observers = tuple(observers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http":
            return
        if scope["method"] != "POST":
            await self._send(send, 405, b"text/plain; charset=utf-8", _USE_POST)
            return
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]
        }
        body = await _read(receive)
        if body is None:
            refused = self._reply().refused(refuse(RefusalCode.MESSAGE_TOO_LARGE, limit=BODY_MAX))
            answer = Answer(200, refused)
        else:
            answer = await self.answer(headers, body)
        await self._send(send, answer.status, b"application/json;charset=UTF-8", answer.body)

    async def answer(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """The reply to one message; the names of ``headers`` are in lower case."""
        began, reply, seen = perf_counter_ns(), self._reply(), _Seen()
        answer = Answer(200, await self._answered(headers, body, reply, seen))
        if self._observers:
            exchange = Exchange(
                at=reply.received_at,
                institution=seen.institution,
                number=seen.number,
                message_id=seen.message_id,
                outcome=seen.outcome or _outcome(reply),
                refused=reply.verdict.refused,
                microseconds=(perf_counter_ns() - began) // 1000,
                content_type=headers.get("content-type", ""),
                body=body,
                document=seen.document,
                reply=answer.body,
            )
            for observe in self._observers:
                observe(exchange)
        return answer

    async def _answered(self, headers: Mapping[str, str], body: bytes, reply: Reply, seen: _Seen) -> bytes:
        document = decode_body(headers.get("content-type", ""), body)
        if isinstance(document, Refused):
            return reply.refused(document)
        number = sent_number(document)
        seen.read(document, number)
        institution = sending_institution(document)
        if isinstance(institution, Refused):
            return seen.refused(reply, institution)
        seen.institution = institution
        try:
            return await self._admitted(headers, document, number, reply, seen)
        except Overloaded:
            return seen.refused(reply, refuse(RefusalCode.BUSY))
        except InDoubt:
            seen.outcome = Outcome.IN_DOUBT
            log.warning("message in doubt", **seen.named)
            return reply.broken()
        except Exception:
            seen.outcome = Outcome.BROKEN
            log.exception("message failed", **seen.named)
            return reply.broken()

    async def _admitted(
        self,
        headers: Mapping[str, str],
        document: Document,
        number: str | Refused,
        reply: Reply,
        seen: _Seen,
    ) -> bytes:
        """Whose message it is and whether they signed it, before anything of its content is looked at."""
        sender = await self._flows.sender(seen.institution)
        if sender is None:
            return seen.refused(reply, refuse(RefusalCode.INSTITUTION_UNKNOWN, institution=seen.institution))
        placed = replace(reply, region=sender.card.region)
        refused = await self._signature_refused(sender, headers, seen.number, reply.received_at)
        if refused is not None:
            seen.outcome = Outcome.NOT_SIGNED
            log.info("message turned away", reason=refused.code.name, **seen.named)
            if refused.code is RefusalCode.SIGNATURE_REQUIRED:
                return seen.refused(placed, refused)
            return turned_away(sender.scheme, refused, placed)
        if isinstance(number, Refused):
            return placed.refused(number)
        served = seen.served
        if served is None:
            return placed.refused(
                refuse(RefusalCode.MESSAGE_UNKNOWN, message_number=number, served=served_numbers())
            )
        return await self._handled(served, sender.card, document, placed)

    async def _signature_refused(
        self, sender: Sender, headers: Mapping[str, str], number: str, now: datetime
    ) -> Refused | None:
        """Only the sandbox takes messages of institutions that do not sign."""
        if sender.scheme == SCHEME_NONE and not self._production:
            return None
        checked = check(sender, headers, number, milliseconds(now))
        if not isinstance(checked, UsedNonce):
            return checked
        if await self._flows.first_use(checked):
            return None
        return refuse(RefusalCode.NONCE_USED, header=B_NONCE)

    async def _handled(
        self, served: Served, institution: InstitutionCard, document: Document, reply: Reply
    ) -> bytes:
        envelope = read_envelope(document)
        if isinstance(envelope, Refused):
            return served.refused(reply, envelope)
        refused = _kind_refused(served, institution)
        if refused is not None:
            return served.refused(reply, refused)
        message = served.message
        values = parse(message, envelope.document)
        if isinstance(values, Refused):
            return served.refused(reply, values)
        origin = Origin(
            institution=institution.code,
            message_number=message.number,
            message_id=envelope.message_id,
            digest=digest_of(message.number, envelope.document, message.numbers),
            operator=envelope.operator,
        )
        answer = await served.handle(Call(envelope, origin, values, reply), self._flows)
        if self._check is not None:
            self._check.check(message, answer)
        return answer

    def _reply(self) -> Reply:
        return Reply(NO_REGION, self._clock(), self._entropy(REFERENCE_BYTES), self._clock)

    async def _send(self, send: Send, status: int, content_type: bytes, body: bytes) -> None:
        headers = [
            (b"content-type", content_type),
            (b"content-length", str(len(body)).encode()),
            (b"x-qinji-mode", b"production" if self._production else b"sandbox"),
        ]
        if status == 405:
            headers.append((b"allow", b"POST"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def _outcome(reply: Reply) -> Outcome:
    if reply.verdict.refused is not None:
        return Outcome.REFUSED
    return Outcome.DONE if reply.verdict.succeeded else Outcome.REMEMBERED


async def _read(receive: Receive) -> bytes | None:
    """The body; None when it is longer than allowed.

    The rest of a body that is too long is read away, up to a limit: who is still sending would not see the answer.
    """
    parts: list[bytes] = []
    length = 0
    more = True
    while more and length <= DRAINED_MAX:
        event = await receive()
        if event["type"] == "http.disconnect":
            break
        part: bytes = event.get("body", b"")
        length += len(part)
        if length > BODY_MAX:
            parts.clear()
        else:
            parts.append(part)
        more = event.get("more_body", False)
    return b"".join(parts) if length <= BODY_MAX else None


def _kind_refused(served: Served, institution: InstitutionCard) -> Refused | None:
    pharmacy = institution.level == "pharmacy"
    wanted = served.message.served_to
    if wanted is ServedTo.ALL or (wanted is ServedTo.PHARMACY) == pharmacy:
        return None
    kind, other = _KINDS[wanted]
    return refuse(
        RefusalCode.KIND_NOT_SERVED,
        institution=institution.name,
        kind=kind,
        message_number=served.message.number,
        other=other,
    )
