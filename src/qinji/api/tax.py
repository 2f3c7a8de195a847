"""Who reads the tax bureau's callbacks: whoever started the application knows the shared secret."""

from __future__ import annotations

from typing import Protocol

from fastapi import Request

from qinji.premium.model import BureauAnswer


class AnswerReader(Protocol):
    """Reads a signed answer; None where it only says that an order is taken. Raises WrongWords."""

    def read(self, body: bytes, signature: str) -> BureauAnswer | None:
        """The answer."""


def reader_of(request: Request) -> AnswerReader | None:
    """The reader; None where no tax bureau calls."""
    reader: AnswerReader | None = request.app.state.tax
    return reader
