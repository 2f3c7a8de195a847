"""A year of money before today: months credited by file, bills, what a mother sends, a child's premium."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from bench.bills import command_of, purchase
from bench.bringing import brought
from bench.engine import SUCCEEDED, items_of
from bench.population import REGION, Customer
from bench.town.calls import at, at_once, done
from bench.town.kin import Kin
from qinji.access.model import PersonActor
from qinji.bulk.model import FileKind
from qinji.entry.tax_bureau import SandboxTaxBureau
from qinji.entry.wiring import Runtime
from qinji.flows import (
    answer_wallet_transfer,
    open_wallet,
    order_premium,
    preview_premium,
    read_premium,
    send_premiums,
    send_to_wallet,
    settle,
)
from qinji.flows.parts.bulk_rows import COLUMNS
from qinji.flows.parts.people import WithPeople
from qinji.gateway.reply import REFERENCE_BYTES, Reply
from qinji.kernel.actor import Channel
from qinji.kernel.dates import CHINA, first_of_month, local_day, months_after
from qinji.kernel.ids import to_wire
from qinji.kernel.money import yuan
from qinji.kernel.refusal import Refused
from qinji.premium.model import PayerKind, PremiumOrder
from qinji.wallet.model import Answer, Wallet, WalletTransfer

MONTHS = 11
"""Full months before this one; the bills of today come on top."""

BILLS_A_MONTH = 2
CREDITED_FEN, SENT_FEN = 50_000, 2_000
MIDDAY = time(12)
DAY = timedelta(days=1)
LATER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Household:
    """Somebody who opens the pages, with their relatives."""

    customer: Customer
    person: UUID
    kin: Kin


async def lived(runtime: Runtime, households: Sequence[Household]) -> list[dict[str, str]]:
    """All months, and what came of them: what each visitor's paths and forms may name."""
    today = local_day(runtime.clock())
    months = [months_after(first_of_month(today), -back) for back in range(MONTHS, 0, -1)]
    await _opened(at(runtime, _midday(months[0])), households)
    premiums: list[PremiumOrder] = []
    for month in months:
        moment = _midday(month)
        await credited(at(runtime, moment), households, month)
        await at_once([_taken(at(runtime, moment + LATER), one) for one in households])
        if month == months[-1]:
            premiums = await _insured(at(runtime, moment + 2 * LATER), households)
        for turn in range(1, BILLS_A_MONTH + 1):
            await _bought(at(runtime, moment + turn * DAY), households)
    arriving = await at_once([_sent(at(runtime, _last_midday(runtime)), one) for one in households])
    told = {"month": f"{months[-1]:%Y-%m}", "first": f"{months[-1]}", "day": f"{months[-1]:%Y-%m}-17"}
    codes = await at_once([_code(runtime, order) for order in premiums])
    return [
        {
            **told,
            "premium": order.number,
            "receipt_code": code,
            "arriving": to_wire(transfer.transfer_id),
        }
        for order, code, transfer in zip(premiums, codes, arriving, strict=True)
    ]


def _midday(day: date) -> datetime:
    return datetime.combine(day.replace(day=15), MIDDAY, CHINA)


def _last_midday(runtime: Runtime) -> datetime:
    """When money may be sent, at whatever hour the bench runs, and is not on its way back yet."""
    now = runtime.clock()
    midday = datetime.combine(local_day(now), MIDDAY, CHINA)
    return midday if midday <= now else midday - DAY


async def _opened(runtime: Runtime, households: Sequence[Household]) -> None:
    """Everybody and their mothers have a wallet."""

    async def opened(person: UUID) -> None:
        made: list[WithPeople[Wallet]] = []
        await open_wallet.run(open_wallet.OpenWallet(done(made), PersonActor(person), Channel.WEB), runtime)

    await at_once([opened(who) for one in households for who in (one.person, one.kin.mother)])


async def credited(runtime: Runtime, households: Sequence[Household], month: date) -> None:
    """The crediting file of a month, carried out at this moment."""
    rows = [
        f"{one.customer.number},{month:%Y-%m},{yuan(CREDITED_FEN + place * 100)},在职"
        for place, one in enumerate(households)
    ]
    content = "\n".join((",".join(COLUMNS[FileKind.CREDIT]), *rows)) + "\n"
    file = await brought(f"{month:%Y-%m} 划入.csv", content.encode(), FileKind.CREDIT, runtime)
    assert file.file.carried.done == len(rows)


async def _taken(runtime: Runtime, one: Household) -> None:
    """The mother sends something, and it is accepted."""
    sent = await _sent(runtime, one)
    made: list[WithPeople[WalletTransfer]] = []
    command = answer_wallet_transfer.AnswerWalletTransfer(
        done(made), PersonActor(one.person), Channel.WEB, sent.transfer_id, Answer.ACCEPT
    )
    await answer_wallet_transfer.run(command, runtime)


async def _sent(runtime: Runtime, one: Household) -> WalletTransfer:
    made: list[WithPeople[WalletTransfer]] = []
    command = send_to_wallet.SendToWallet(
        done(made), PersonActor(one.kin.mother), Channel.WEB, one.customer.number, SENT_FEN
    )
    await send_to_wallet.run(command, runtime)
    return made[0].thing


async def _bought(runtime: Runtime, households: Sequence[Household]) -> None:
    """A purchase of everybody, as one batch."""
    clock, now = runtime.clock, runtime.clock()
    items, chance = items_of(runtime), Random(f"{now}")
    bills = [
        command_of(
            purchase(one.customer, items, chance, now),
            Reply(REGION, now, runtime.entropy(REFERENCE_BYTES), clock),
        )
        for one in households
    ]
    for answer in await settle.run([settle.Item(bill, None) for bill in bills], runtime):
        assert answer.startswith(SUCCEEDED), answer.decode()


async def _insured(runtime: Runtime, households: Sequence[Household]) -> list[PremiumOrder]:
    """Everybody orders a premium, and the tax bureau says that it was paid."""
    orders = await at_once([_ordered(runtime, one) for one in households])
    while await send_premiums.run(runtime, SandboxTaxBureau()):
        pass
    return orders


async def _ordered(runtime: Runtime, one: Household) -> PremiumOrder:
    """The next year of one of the children, from one's own account."""
    actor, number = PersonActor(one.person), one.kin.paid.number
    preview = await preview_premium.run(actor, number, runtime)
    assert not isinstance(preview, Refused), preview.text
    quote = preview.quotes[-1]
    made: list[WithPeople[PremiumOrder]] = []
    command = order_premium.OrderPremium(
        done(made), actor, Channel.WEB, number, quote.year, quote.amount_fen, PayerKind.OWN_ACCOUNT
    )
    await order_premium.run(command, runtime)
    return made[0].thing


async def _code(runtime: Runtime, order: PremiumOrder) -> str:
    """What is printed on the receipt to verify it by."""
    found = await read_premium.run(PersonActor(order.orderer_id), order.order_id, runtime)
    assert not isinstance(found, Refused), found.text
    return found.code
