"""The reply's envelope: every key present, infcode an integer, amounts as exact JSON numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from qinji.gateway.infcode import DECODE_CODE, FAILED, INFCODE, SUCCEEDED, refusal_text
from qinji.gateway.wire import Json, stamp_text
from qinji.kernel.refusal import RefusalCode, Refused

REFERENCE_DIGITS = 10
REFERENCE_BYTES = 8
NO_REGION = "000000"

INTERNAL_ERROR = "系统内部错误,结果未知,请用同一报文号重试"
"""A bug, never a refusal: nothing can be said about what happened but that the same message tells it."""

Clock = Callable[[], datetime]
_ENCODER = msgspec.json.Encoder(decimal_format="number")


@dataclass(slots=True)
class Verdict:
    """What a reply came to, for whoever watches the door. Both stay empty for a reply that the inbox remembered."""

    refused: RefusalCode | None = None
    succeeded: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """Makes the bytes of the one reply to one message: its reference and the time it came are fixed beforehand."""

    region: str
    received_at: datetime
    chance: bytes
    clock: Clock
    verdict: Verdict = field(default_factory=Verdict, compare=False)

    def success(self, output: Json, warning: str = "", extra: Mapping[str, Json] | None = None) -> bytes:
        """A reply with its output; ``extra`` are keys that this message has beside the envelope's."""
        self.verdict.refused, self.verdict.succeeded = None, True
        return self._bytes(SUCCEEDED, None, output, warning, extra)

    def refused(self, refused: Refused) -> bytes:
        """A refusal: infcode -1 and the Chinese sentence."""
        return self._bytes(self._failed(refused), refusal_text(refused), None, "", None)

    def refused_decoding(self, refused: Refused) -> bytes:
        """A refusal of 1162, which has keys of its own beside the envelope's."""
        text = refusal_text(refused)
        extra: dict[str, Json] = {"message": text, "success": False, "code": DECODE_CODE[refused.code]}
        return self._bytes(self._failed(refused), text, None, "", extra)

    def refused_by_gateway(self, refused: Refused, code: int) -> bytes:
        """A refusal of the transport that has a code of its own; whoever reads only the envelope is told the same."""
        text = refusal_text(refused)
        extra: dict[str, Json] = {"errcode": code, "errmsg": text}
        return self._bytes(self._failed(refused), text, None, "", extra)

    def note(self, refused: Refused) -> None:
        """Note a refusal whose answer is no envelope."""
        self.verdict.refused, self.verdict.succeeded = refused.code, False

    def broken(self) -> bytes:
        """The answer to a message whose work ended with a bug."""
        return self._bytes(FAILED, INTERNAL_ERROR, None, "", None)

    def _failed(self, refused: Refused) -> int:
        """The ``infcode`` of a refusal, after it was noted for whoever watches."""
        self.note(refused)
        return INFCODE[refused.code]

    def reference(self, stamp: str) -> str:
        """``inf_refmsgid``: division, the time in ``stamp``, ten digits."""
        number = int.from_bytes(self.chance, "big") % 10**REFERENCE_DIGITS
        return f"{self.region}{stamp[:14]}{number:0{REFERENCE_DIGITS}d}"

    def _bytes(
        self, infcode: int, error: str | None, output: Json, warning: str, extra: Mapping[str, Json] | None
    ) -> bytes:
        stamp = stamp_text(self.received_at)
        envelope: dict[str, Json] = {
            "infcode": infcode,
            "inf_refmsgid": self.reference(stamp),
            "refmsg_time": stamp,
            "respond_time": stamp_text(self.clock()),
            "err_msg": error,
            "warn_msg": warning or None,
            "output": output,
            "cainfo": None,
            "signtype": "",
            "enctype": "",
        }
        return _ENCODER.encode({**envelope, **extra} if extra else envelope)
