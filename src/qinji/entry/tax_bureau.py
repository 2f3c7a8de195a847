"""The tax bureau over HTTP, and the little one that a sandbox has of its own.

Each call is one order, signed with the shared secret. The bureau knows an order by its number: what is sent again is
the same order, and gets the same answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import httpx

from qinji.entry.settings import Settings, WrongSetting
from qinji.flows.parts.tax_words import SIGNATURE, WrongWords, read_answer, signature_of
from qinji.flows.send_premiums import TaxBureau, Unanswered
from qinji.kernel.money import yuan
from qinji.premium.model import BureauAnswer, PremiumOrder, Said

WAIT_SECONDS = 10.0
ANSWER_BYTES_MAX = 65_536


def order_words(order: PremiumOrder, act: str) -> bytes:
    """An order as the tax bureau is told it: no name and no identity number, they have the register."""
    words = {
        "act": act,
        "number": order.number,
        "region": order.region,
        "insured": str(order.person_id),
        "item": order.premium,
        "class": order.premium_class,
        "year": order.year,
        "amount": yuan(order.amount_fen),
        "from_account": yuan(order.account_fen),
        "repair": order.repair,
    }
    return json.dumps(words, ensure_ascii=False, sort_keys=True).encode()


@dataclass(frozen=True, slots=True)
class HttpTaxBureau:
    """Asks by one POST an order; a reply that is lost, late, unsigned or unreadable counts as none."""

    url: str
    secret: str
    transport: httpx.AsyncBaseTransport | None = None

    async def collect(self, order: PremiumOrder) -> BureauAnswer | None:
        """Ask it to collect."""
        return await self._ask(order, "collect")

    async def pay_back(self, order: PremiumOrder) -> BureauAnswer | None:
        """Ask it to pay back."""
        return await self._ask(order, "pay_back")

    def read(self, body: bytes, signature: str) -> BureauAnswer | None:
        """A callback's answer. Raises WrongWords."""
        return read_answer(body, signature, self.secret)

    async def _ask(self, order: PremiumOrder, act: str) -> BureauAnswer | None:
        body = order_words(order, act)
        headers = {"Content-Type": "application/json", SIGNATURE: signature_of(self.secret, body)}
        try:
            async with httpx.AsyncClient(transport=self.transport, timeout=WAIT_SECONDS) as client:
                reply = await client.post(self.url, content=body, headers=headers)
        except httpx.HTTPError as problem:
            raise Unanswered(str(problem)) from problem
        content = reply.content
        if reply.status_code >= 400 or len(content) > ANSWER_BYTES_MAX:
            raise Unanswered(f"status {reply.status_code}, {len(content)} bytes")
        try:
            return read_answer(content, reply.headers.get(SIGNATURE, ""), self.secret, order.order_id)
        except WrongWords as problem:
            raise Unanswered(str(problem)) from problem


@dataclass(frozen=True, slots=True)
class SandboxTaxBureau:
    """A bureau that collects whatever it is told, and has nothing to remember: its voucher follows from the number."""

    async def collect(self, order: PremiumOrder) -> BureauAnswer | None:
        """Collected."""
        return BureauAnswer(order.order_id, Said.PAID, f"沙箱税票{order.number[-12:]}")

    async def pay_back(self, order: PremiumOrder) -> BureauAnswer | None:
        """Paid back."""
        return BureauAnswer(order.order_id, Said.REFUNDED, f"沙箱退票{order.number[-12:]}")


def reader_of(bureau: TaxBureau | None) -> HttpTaxBureau | None:
    """Who reads callbacks: only a bureau with a shared secret calls."""
    return bureau if isinstance(bureau, HttpTaxBureau) else None


def tax_bureau_of(settings: Settings) -> TaxBureau | None:
    """The bureau of these settings; None in production without an address. Raises WrongSetting without a secret."""
    if settings.tax_url:
        if not settings.tax_secret:
            raise WrongSetting(
                "填了 QINJI_TAX_URL 就必须填 QINJI_TAX_SECRET", "QINJI_TAX_URL needs QINJI_TAX_SECRET"
            )
        return HttpTaxBureau(settings.tax_url, settings.tax_secret)
    return SandboxTaxBureau() if settings.mode == "sandbox" else None
