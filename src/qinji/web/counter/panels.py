"""What the page of a sale shows at one moment, in the words and numbers that its templates print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from qinji.insured.model import Insurance
from qinji.kernel.bill import Category
from qinji.policy.model import CatalogueItem
from qinji.web.counter.cash import tendered
from qinji.web.counter.lines import Typed
from qinji.web.counter.outcomes import Offer, Payment
from qinji.web.counter.tickets import Ticket
from qinji.web.counter.till import Variant
from qinji.web.templating import money
from qinji.web.texts import _, marked

INSURANCES: Mapping[str, str] = {
    Insurance.EMPLOYEE: marked("职工医保"),
    Insurance.RESIDENT: marked("居民医保"),
}
CATEGORIES: Mapping[str, str] = {
    Category.A: marked("甲类"),
    Category.B: marked("乙类"),
    Category.C: marked("丙类(自费)"),
}
CREDENTIALS: Mapping[str, str] = {"01": marked("医保码"), "03": marked("社保卡")}
WAYS: Mapping[Variant, str] = {
    Variant.EVERYONE: marked("本人账户,不够时家人共济"),
    Variant.OWN_ONLY: marked("只用本人账户"),
    Variant.CASH: marked("全部现金"),
}


def insurance(code: str) -> str:
    """The name of an insurance."""
    return _(INSURANCES[code])


def category(code: str) -> str:
    """The name of a class of the catalogue."""
    return _(CATEGORIES[code])


def credential(kind: str) -> str:
    """What a patient showed."""
    return _(CREDENTIALS[kind])


def quantity(units: int) -> str:
    """A quantity of 0.0001 as people write it: 20000 is 2."""
    return _plain(units, 4)


def price(units: int) -> str:
    """A unit price of 0.000001 yuan as people write it, with at least two decimals."""
    text = _plain(units, 6)
    whole, _point, rest = text.partition(".")
    return f"{whole}.{rest.ljust(2, '0')}"


def _plain(units: int, decimals: int) -> str:
    text = f"{Decimal(units).scaleb(-decimals):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class WayToPay:
    """One of the ways side by side; ``act`` is what its button does, in words."""

    variant: Variant
    title: str
    payment: Payment
    remark: str
    chosen: bool
    act: str
    tendered: Sequence[int]


@dataclass(frozen=True, slots=True)
class Panel:
    """A sale as it is shown. ``focus`` names the field in which the cashier goes on; ``said`` is what went wrong."""

    ticket: Ticket
    offers: Mapping[Variant, Offer] = field(default_factory=dict)
    chosen: Variant = Variant.EVERYONE
    said: str = ""
    typed: Typed = field(default_factory=lambda: Typed(""))
    mistakes: Mapping[str, str] = field(default_factory=dict)
    found: Sequence[CatalogueItem] = ()
    received: str = ""
    focus: str = ""

    def mistake(self, name: str) -> str:
        """What is wrong with a field, "" where nothing is."""
        return self.mistakes.get(name, "")

    @property
    def place_to_go_on(self) -> str:
        """The field that has the focus: the next one that lacks something, when nothing else is said."""
        if self.focus:
            return self.focus
        return "scan" if self.ticket.patient is None else "item"

    @property
    def ways(self) -> list[WayToPay]:
        """The ways to pay, in the order in which they are offered."""
        return [
            WayToPay(
                variant,
                _(WAYS[variant]),
                offer.payment,
                offer.remark,
                variant is self.chosen,
                act_of(offer.payment),
                tendered(offer.payment.cash_fen),
            )
            for variant, offer in self.offers.items()
        ]


def act_of(payment: Payment) -> str:
    """What settling does, as its button says it."""
    drawn_fen = payment.own_fen + payment.mutual_aid_fen
    if payment.cash_fen and drawn_fen:
        return _("收现金 {cash},扣款结算").format(cash=plain_money(payment.cash_fen))
    if payment.cash_fen:
        return _("收现金 {cash},结算").format(cash=plain_money(payment.cash_fen))
    if drawn_fen:
        return _("扣款 {drawn},结算").format(drawn=plain_money(drawn_fen))
    return _("结算,患者不用付钱")


def plain_money(amount_fen: int) -> str:
    """An amount as ¥1,234.56 within a sentence."""
    return str(money(amount_fen).striptags())
