"""A pharmacy's till and a phone at a running sandbox, over HTTP, for the tests of starting and operating."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

from qinji.entry.sandbox.model import Person
from qinji.platform.clock import system_clock
from tests.crash.bills import Customer, Sent, cancellation, customers, purchase

INSTITUTIONS = "/fsi/api/rsfComIfsService/callService"


@dataclass
class Outside:
    """Who comes to a running sandbox from outside. ``first`` keeps serial numbers of two visits apart."""

    port: int
    seed: int = 20260101
    first: int = 1

    def __post_init__(self) -> None:
        self._serials = count(self.first)
        self._chance = Random(self.first)
        self.customers = customers(self.seed, self.day)

    @property
    def day(self) -> Any:
        """The day on which the sandbox's world was made."""
        return system_clock().date()

    def get(self, path: str) -> tuple[int, str]:
        """A page: status and text."""
        return self._sent(urllib.request.Request(f"http://127.0.0.1:{self.port}{path}"))

    def get_as(self, token: str, path: str) -> str:
        """A page of the JSON door for whoever is signed in."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/api/v1{path}", headers={"Authorization": f"Bearer {token}"}
        )
        status, text = self._sent(request)
        assert status == 200, text
        return text

    def post(self, path: str, body: bytes, **headers: str) -> tuple[int, str]:
        """Anything sent: status and text."""
        return self._sent(
            urllib.request.Request(
                f"http://127.0.0.1:{self.port}{path}",
                data=body,
                headers={"Content-Type": "application/json"}
                | {k.replace("_", "-"): v for k, v in headers.items()},
                method="POST",
            )
        )

    def _sent(self, request: urllib.request.Request) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310  -- loopback only
                status: int = answer.status
                return status, answer.read().decode()
        except urllib.error.HTTPError as problem:
            return problem.code, problem.read().decode()

    def bill(self, customer: Customer | None = None) -> Sent:
        """A bill that was not sent yet."""
        who = customer or self._chance.choice(self.customers)
        return purchase(who, f"{next(self._serials):014d}", self._chance, system_clock())

    def cancel(self, customer: Customer, reply: str) -> Sent:
        """The cancellation of a settled bill, not sent yet."""
        info = json.loads(reply)["output"]["setlinfo"]
        return cancellation(customer, f"{next(self._serials):014d}", info, system_clock())

    def tell(self, sent: Sent) -> str:
        """The reply to a message."""
        status, text = self.post(INSTITUTIONS, sent.body)
        assert status == 200, text
        return text

    def settle(self, customer: Customer | None = None) -> tuple[Sent, str]:
        """A bill that was settled, with its reply."""
        sent = self.bill(customer)
        reply = self.tell(sent)
        assert json.loads(reply)["infcode"] == 0, reply
        return sent, reply

    def sign_in(self, person: Person) -> str:
        """A person's token."""
        begun = self.call("/sign-ins", {"psn_no": person.number})
        token: str = self.call(f"/sign-ins/{begun['id']}", {"code": begun["sandbox_code"]})["token"]
        return token

    def call(self, path: str, body: dict[str, Any], token: str | None = None) -> Any:
        """A call of the JSON door that succeeds."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        status, text = self.post(f"/api/v1{path}", json.dumps(body).encode(), **headers)
        assert status < 300, text
        return json.loads(text)
