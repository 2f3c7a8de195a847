"""In a sandbox every reply is held to its contract, so that a vendor never learns a wrong shape from us."""

from __future__ import annotations

import json

import structlog
from jsonschema.protocols import Validator
from jsonschema.validators import validator_for

from qinji.gateway.contract import output_schema
from qinji.gateway.fields import Message

log = structlog.get_logger("qinji.gateway")


class ReplyCheck:
    """Validates replies by the contracts; a reply that breaks one is sent all the same, and the breach is logged."""

    def __init__(self) -> None:
        self._validators: dict[str, Validator] = {}

    def breaches(self, message: Message, reply: bytes) -> list[str]:
        """What in this reply breaks the contract of its message: places in it, no values of people."""
        validator = self._validators.get(message.number)
        if validator is None:
            schema = output_schema(message)
            validator = validator_for(schema)(schema)
            self._validators[message.number] = validator
        return ["/".join(map(str, error.absolute_path)) for error in validator.iter_errors(json.loads(reply))]

    def check(self, message: Message, reply: bytes) -> None:
        """Log what breaks the contract."""
        found = self.breaches(message, reply)
        if found:
            log.error("a reply breaks its contract", number=message.number, places=found)
