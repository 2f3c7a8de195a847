"""What became of a sale is always known: one act a form, answers that were lost, bills given back, shifts that end."""

from __future__ import annotations

import asyncio

import pytest

from qinji.flows.parts.commands import SettlePharmacy, SettleVisit
from qinji.kernel.refusal import RefusalCode
from qinji.platform.database import InDoubt
from qinji.web.counter.lines import Typed
from qinji.web.counter.outcomes import Declined, Ended, Receipt
from qinji.web.counter.tickets import Ticket
from qinji.web.counter.till import Checked, Fate, Till, Unclear, Variant
from qinji.web.counter.words import told
from tests.bureau import Bureau
from tests.counter import AMOXICILLIN, CHECK_UP, Counter, open_counter
from tests.household import Town

WEST, EAST = "990200", "990100"
LEVELS = ("pharmacy", "1")


@pytest.fixture(params=LEVELS)
async def counter(request: pytest.FixtureRequest, bureau: Bureau) -> Counter:
    """The counter of a pharmacy, and that of a clinic."""
    return await open_counter(bureau, WEST, request.param)


async def settled(counter: Counter) -> int:
    """How many bills were settled."""
    async with counter.bureau.runtime.database.reading() as connection:
        found: int = await connection.fetchval("select count(*) from settlement")
    return found


async def test_the_same_form_settles_once_and_shows_the_same_receipt(counter: Counter, town: Town) -> None:
    daughter, _ = town.family("女儿与不用智能手机")
    ticket = await counter.with_lines(await counter.scanned(daughter), Typed(AMOXICILLIN))
    shown = await counter.previewed(ticket)
    desk = await counter.desk()
    first, second = await asyncio.gather(
        *(counter.till.settle(desk, shown.ticket, Variant.OWN_ONLY, 9_999) for _ in range(2))
    )
    assert isinstance(first, Receipt)
    assert first == second
    counter.bureau.later(hours=1)
    assert await counter.till.settle(await counter.desk(), shown.ticket, Variant.OWN_ONLY, 8_888) == first
    assert await settled(counter) == 1
    other = await counter.till.settle(desk, shown.ticket, Variant.CASH)
    assert isinstance(other, Declined)
    assert "不要重复收费" in told(other)


async def test_a_bill_that_was_settled_is_not_settled_again_from_a_new_preview(
    counter: Counter, town: Town
) -> None:
    daughter, _ = town.family("女儿与不用智能手机")
    desk = await counter.desk()
    begun = counter.till.begin(desk)
    by_card = await counter.till.scan(desk, begun, daughter.card_number, card=True)
    assert isinstance(by_card, Ticket)
    shown = await counter.previewed(await counter.with_lines(by_card, Typed(AMOXICILLIN)))
    assert isinstance(await counter.till.settle(desk, shown.ticket, Variant.OWN_ONLY), Receipt)
    for ticket in (shown.ticket, await counter.with_lines(shown.ticket, Typed(CHECK_UP))):
        again = await counter.till.preview(desk, ticket)
        assert isinstance(again, Declined)
        assert "收过费" in told(again)
    assert await settled(counter) == 1


class LosesTheAnswer:
    """The flows of a bureau, whose answers to settlements are lost on the way back."""

    def __init__(self, bureau: Bureau, *, arrives: bool) -> None:
        self._flows = bureau.flows
        self._arrives = arrives

    def __getattr__(self, name: str) -> object:
        return getattr(self._flows, name)

    async def settle(self, command: SettleVisit) -> bytes:
        """Done or not, nobody is told."""
        if self._arrives:
            await self._flows.settle(command)
        raise InDoubt

    async def settle_pharmacy(self, command: SettlePharmacy) -> bytes:
        """Done or not, nobody is told."""
        if self._arrives:
            await self._flows.settle_pharmacy(command)
        raise InDoubt


@pytest.mark.parametrize("arrives", [True, False])
async def test_after_a_lost_answer_the_truth_is_asked_and_the_same_form_charges_once(
    counter: Counter, town: Town, arrives: bool
) -> None:
    daughter, _ = town.family("女儿与不用智能手机")
    shown = await counter.previewed(
        await counter.with_lines(await counter.scanned(daughter), Typed(AMOXICILLIN))
    )
    desk = await counter.desk()
    losing = Till(LosesTheAnswer(counter.bureau, arrives=arrives), counter.bureau.runtime)  # type: ignore[arg-type]
    unclear = await losing.settle(desk, shown.ticket, Variant.OWN_ONLY)
    assert isinstance(unclear, Unclear)
    truth = await counter.till.check(desk, unclear.form)
    assert truth.fate is (Fate.SETTLED if arrives else Fate.ABSENT)
    receipt = await counter.till.settle(desk, shown.ticket, Variant.OWN_ONLY)
    assert isinstance(receipt, Receipt)
    assert truth.receipt == (receipt if arrives else None)
    assert (await counter.till.check(desk, unclear.form)).receipt == receipt
    assert await settled(counter) == 1


@pytest.mark.parametrize("arrives", [True, False])
async def test_a_lost_form_may_be_given_up_and_charges_nobody(
    counter: Counter, town: Town, arrives: bool
) -> None:
    daughter, _ = town.family("女儿与不用智能手机")
    shown = await counter.previewed(
        await counter.with_lines(await counter.scanned(daughter), Typed(AMOXICILLIN))
    )
    desk = await counter.desk()
    losing = Till(LosesTheAnswer(counter.bureau, arrives=arrives), counter.bureau.runtime)  # type: ignore[arg-type]
    await losing.settle(desk, shown.ticket, Variant.OWN_ONLY)
    given_up = await counter.till.give_up(desk, shown.ticket)
    assert isinstance(given_up, Checked)
    assert given_up.fate is (Fate.RETURNED if arrives else Fate.GIVEN_UP)
    assert await town.balance(daughter) == daughter.balance_fen
    late = await counter.till.settle(desk, shown.ticket, Variant.OWN_ONLY)
    assert isinstance(late, Declined)
    assert told(late) == "这笔收费已经放弃,未扣款。要继续收费,请重新核算"
    assert await town.balance(daughter) == daughter.balance_fen
    again = await counter.till.give_up(desk, shown.ticket)
    assert isinstance(again, Checked)
    assert again.fate is given_up.fate


async def test_a_refused_form_is_told_as_refused(counter: Counter, town: Town) -> None:
    son, mother = town.family("账户已空的儿子")
    grant = await town.granted(mother, son)
    shown = await counter.previewed(await counter.with_lines(await counter.scanned(son), Typed(CHECK_UP)))
    await town.revoked(mother, grant)
    desk = await counter.desk()
    declined = await counter.till.settle(desk, shown.ticket, Variant.EVERYONE)
    assert isinstance(declined, Declined)
    assert await counter.till.check(desk, shown.ticket.form) == Checked(Fate.DECLINED, declined=declined)


async def test_a_bill_is_printed_again_and_given_back_once(counter: Counter, town: Town) -> None:
    daughter, _ = town.family("女儿与不用智能手机")
    receipt = await counter.sold(daughter)
    desk = await counter.desk()
    assert await counter.till.bill(desk, receipt.settlement) == Checked(Fate.SETTLED, receipt)
    back = await counter.till.cancel(desk, receipt.settlement, "back-1")
    assert isinstance(back, Receipt)
    counter.bureau.later(minutes=3)
    assert await counter.till.cancel(await counter.desk(), receipt.settlement, "back-1") == back
    printed = await counter.till.bill(desk, receipt.settlement)
    assert isinstance(printed, Checked)
    assert (printed.fate, printed.receipt, printed.returned) == (Fate.RETURNED, receipt, back)
    assert printed.returned_at == back.at
    twice = await counter.till.cancel(desk, receipt.settlement, "back-2")
    assert isinstance(twice, Declined)
    assert told(twice) == "这一笔已经退过。没有再次退款。不用再退"


async def test_a_counter_knows_nothing_of_another_institutions_bills(counter: Counter, town: Town) -> None:
    daughter, _ = town.family("女儿与不用智能手机")
    receipt = await counter.sold(daughter)
    other = await open_counter(counter.bureau, WEST, "2")
    desk = await other.desk()
    for found in (
        await other.till.bill(desk, receipt.settlement),
        await other.till.cancel(desk, receipt.settlement, "k"),
    ):
        assert isinstance(found, Declined)
        assert found.code == RefusalCode.SETTLEMENT_UNKNOWN.name
    ticket = await counter.with_lines(await counter.scanned(daughter), Typed(AMOXICILLIN))
    sealed = counter.till.seal((await counter.previewed(ticket)).ticket)
    assert other.till.unseal(desk, sealed) is None
    assert (await other.till.check(desk, ticket.form)).fate is Fate.ABSENT


async def test_the_institutions_own_software_does_not_meet_the_counters_messages(
    counter: Counter, town: Town
) -> None:
    """The same message id at the other door is another message, and its reversal reverses nothing here."""
    daughter, _ = town.family("女儿与不用智能手机")
    shown = await counter.previewed(
        await counter.with_lines(await counter.scanned(daughter), Typed(AMOXICILLIN))
    )
    desk = await counter.desk()
    form = shown.ticket.form
    receipt = await counter.till.settle(desk, shown.ticket, Variant.OWN_ONLY)
    assert isinstance(receipt, Receipt)
    number = "2102" if desk.is_pharmacy else "2207"
    reversing = {"data": {"psn_no": daughter.number, "omsgid": form, "oinfno": number}}
    reply = await town.bureau.send("2601", desk.place.code, reversing)
    assert reply["infcode"] == 0, reply
    assert (await counter.till.check(desk, form)).fate is Fate.SETTLED
    assert len(form) <= 30


async def test_a_shift_is_handed_over_with_the_cash_that_was_counted(counter: Counter, town: Town) -> None:
    daughter, _ = town.family("女儿与不用智能手机")
    receipt = await counter.sold(daughter, variant=Variant.CASH)
    desk = await counter.desk()
    ended = await counter.till.hand_over(desk, "shift-1", receipt.payment.cash_fen - 100, "  少一元  ")
    assert isinstance(ended, Ended)
    assert await counter.till.hand_over(desk, "shift-1", receipt.payment.cash_fen - 100, "少一元") == ended
    (listed,) = await counter.bureau.flows.hand_overs(desk.place.code)
    assert (listed.difference_fen, listed.note, listed.cashier) == (-100, "少一元", counter.cashier.staff_id)
    altered = await counter.till.hand_over(desk, "shift-1", 0, "")
    assert isinstance(altered, Declined)
    assert altered.code == RefusalCode.MESSAGE_ALTERED.name
