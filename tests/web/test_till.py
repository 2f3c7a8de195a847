"""What a cashier does at the counter, through the real flows: each act once, each truth told, no fen twice."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from qinji.kernel.actor import StaffActor, StaffRole
from qinji.kernel.refusal import RefusalCode
from qinji.web.counter.lines import LINES_MAX, Choice, Typed
from qinji.web.counter.outcomes import Declined, Receipt
from qinji.web.counter.tickets import Ticket
from qinji.web.counter.till import Variant
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


async def refused(counter: Counter, text: str, *, card: bool = False) -> Declined:
    """What a scan is refused with."""
    desk = await counter.desk()
    found = await counter.till.scan(desk, counter.till.begin(desk), text, card=card)
    assert isinstance(found, Declined), found
    return found


async def settled(counter: Counter) -> int:
    """How many bills were settled."""
    async with counter.bureau.runtime.database.reading() as connection:
        found: int = await connection.fetchval("select count(*) from settlement")
    return found


async def test_a_sale_from_the_scan_to_the_receipt_names_every_payer(counter: Counter, town: Town) -> None:
    son, mother = town.family("账户已空的儿子")
    await town.granted(mother, son)
    before = await town.balance(mother)
    ticket = await counter.with_lines(await counter.scanned(son), Typed(CHECK_UP), Typed(AMOXICILLIN, "2"))
    shown = await counter.previewed(ticket)
    everyone, own_only, cash = (shown.offers[variant].payment for variant in Variant)
    assert everyone.mutual_aid_fen > 0
    assert (own_only.mutual_aid_fen, own_only.own_fen) == (cash.mutual_aid_fen, cash.own_fen) == (0, 0)
    assert own_only.cash_fen == everyone.cash_fen + everyone.mutual_aid_fen
    assert everyone.total_fen == 26_000 + 2 * 1_650 == ticket.total_fen
    assert (await town.balance(mother), await settled(counter)) == (before, 0)

    receipt = await counter.till.settle(await counter.desk(), shown.ticket, Variant.EVERYONE)
    assert isinstance(receipt, Receipt)
    paid = receipt.payment
    assert paid == everyone
    ((relative),) = paid.relatives
    assert (relative.name, relative.relation) == (mother.name[0] + "*" * (len(mother.name) - 1), "父母")
    assert before - await town.balance(mother) == relative.amount_fen == paid.mutual_aid_fen
    assert (paid.own_before_fen, paid.own_after_fen) == (0, 0)
    assert paid.total_fen == paid.fund_fen + paid.own_fen + paid.mutual_aid_fen + paid.cash_fen
    assert receipt.institution_name == (await counter.desk()).place.name
    assert (receipt.cashier, receipt.returned) == (counter.cashier.name, False)
    assert [line.name for line in receipt.lines] == ["体检套餐", "阿莫西林胶囊"]
    assert son.certificate_number not in repr(receipt)
    assert son.name not in repr(receipt)


async def test_the_own_account_is_told_before_and_after(counter: Counter, town: Town) -> None:
    daughter, _ = town.family("女儿与不用智能手机")
    receipt = await counter.sold(daughter)
    paid = receipt.payment
    assert paid.own_before_fen == daughter.balance_fen
    assert paid.own_after_fen == daughter.balance_fen - paid.own_fen == await town.balance(daughter)
    back = await counter.till.cancel(await counter.desk(), receipt.settlement, "back-1")
    assert isinstance(back, Receipt)
    assert (back.payment.own_before_fen, back.payment.own_after_fen) == (
        paid.own_after_fen,
        paid.own_before_fen,
    )
    assert (back.returned, back.lines, back.settlement) == (True, receipt.lines, receipt.settlement)
    assert back.number != receipt.number
    assert await town.balance(daughter) == daughter.balance_fen


async def test_who_showed_a_relatives_code_stands_on_the_receipt(counter: Counter, town: Town) -> None:
    daughter, mother = town.family("女儿与不用智能手机")
    await town.bound(daughter, mother)
    ticket = await counter.with_lines(await counter.scanned(mother, daughter), Typed(AMOXICILLIN))
    assert ticket.patient is not None
    assert ticket.patient.name[0] == mother.name[0]
    shown = await counter.previewed(ticket)
    receipt = await counter.till.settle(await counter.desk(), shown.ticket, Variant.EVERYONE)
    assert isinstance(receipt, Receipt)
    assert receipt.patient.shown_by[0] == daughter.name[0]
    assert receipt.patient.shown_by[1:] == "*" * (len(daughter.name) - 1)
    assert receipt.patient.relation == "子女"
    own = await counter.sold(daughter)
    assert own.patient.shown_by == ""


async def test_a_card_is_taken_too_and_a_code_that_is_scanned_instead_of_it(
    counter: Counter, town: Town
) -> None:
    daughter, _ = town.family("女儿与不用智能手机")
    desk = await counter.desk()
    begun = counter.till.begin(desk)
    by_card = await counter.till.scan(desk, begun, f" {daughter.card_number.lower()}\n", card=True)
    assert isinstance(by_card, Ticket)
    assert by_card.key == begun.key
    by_code = await counter.till.scan(desk, begun, await counter.code(daughter), card=True)
    assert isinstance(by_code, Ticket)
    assert (by_card.person_number, by_code.person_number) == (daughter.number, daughter.number)
    assert (by_card.credential_kind, by_code.credential_kind) == ("03", "01")
    nobody = await refused(counter, "Q99999999", card=True)
    assert told(nobody) == "没有查到参保人。未扣款。请核对卡号,或改扫医保码"


@pytest.mark.parametrize(
    ("scanned", "words"),
    [
        ("134567890123456789", "微信的付款码"),
        ("286123456789012345", "支付宝的付款码"),
        ("6223456789012345671", "云闪付的付款码"),
        ("6222021234567890128", "银行卡号"),
        ("Q00001018", "社会保障卡号"),
        ("6901234567892", "商品条码"),
        ("https://example.org/", "收款的二维码"),
        ("1" * 27, "扫到 27 位数字"),
        ("0" * 28, "医保码不正确"),
        ("？？", "这不是医保码"),
    ],
)
async def test_a_wrong_scan_has_its_own_sentence(bureau: Bureau, scanned: str, words: str) -> None:
    counter = await open_counter(bureau, WEST, "pharmacy")
    text = told(await refused(counter, scanned))
    assert words in text
    assert "未扣款" in text


async def test_wide_digits_and_spaces_of_an_input_method_do_not_spoil_a_scan(
    counter: Counter, town: Town
) -> None:
    daughter, _ = town.family("女儿与不用智能手机")
    code = await counter.code(daughter)
    wide = "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in code)
    desk = await counter.desk()
    scanned = await counter.till.scan(desk, counter.till.begin(desk), f"{wide[:10]} {wide[10:]}\r\n")
    assert isinstance(scanned, Ticket)


async def test_a_code_is_refused_when_it_is_over_used_or_scanned_elsewhere(
    counter: Counter, town: Town
) -> None:
    daughter, _ = town.family("女儿与不用智能手机")
    late, elsewhere, used = [await counter.code(daughter) for _ in range(3)]
    other = await open_counter(counter.bureau, WEST, "2")
    desk = await other.desk()
    assert isinstance(await other.till.scan(desk, other.till.begin(desk), elsewhere), Ticket)
    assert (await refused(counter, elsewhere)).code == RefusalCode.CODE_USED_ELSEWHERE.name

    desk = await counter.desk()
    ticket = await counter.till.scan(desk, counter.till.begin(desk), used)
    assert isinstance(ticket, Ticket)
    assert isinstance(await counter.till.scan(desk, counter.till.begin(desk), used), Ticket)
    shown = await counter.previewed(await counter.with_lines(ticket, Typed(AMOXICILLIN)))
    assert isinstance(await counter.till.settle(desk, shown.ticket, Variant.CASH), Receipt)
    assert (await refused(counter, used)).code == RefusalCode.CODE_SESSION_CONSUMED.name

    counter.bureau.later(seconds=61)
    assert (await refused(counter, late)).code == RefusalCode.CODE_EXPIRED.name


async def test_who_is_insured_elsewhere_is_told_at_the_scan_what_to_do(counter: Counter, town: Town) -> None:
    child, *_ = town.family("九岁的孩子")
    told_ = told(await refused(counter, await counter.code(child)))
    assert "东澜市参保人在西澜市" in told_
    assert "目前可以" in told_


async def test_lines_may_change_between_previews(counter: Counter, town: Town) -> None:
    daughter, _ = town.family("女儿与不用智能手机")
    one = await counter.previewed(
        await counter.with_lines(await counter.scanned(daughter), Typed(AMOXICILLIN))
    )
    two = await counter.previewed(await counter.with_lines(one.ticket, Typed(CHECK_UP)))
    assert two.offers[Variant.CASH].payment.total_fen == 1_650 + 26_000
    back = await counter.previewed(counter.till.drop(two.ticket, 1))
    assert back.offers == one.offers
    again = await counter.previewed(back.ticket)
    desk = await counter.desk()
    # What an earlier page offers no longer stands at a clinic; at a pharmacy its lines travel with it.
    receipt = await counter.till.settle(desk, again.ticket, Variant.CASH)
    assert isinstance(receipt, Receipt)
    assert receipt.payment.total_fen == 1_650
    assert await settled(counter) == 1


async def test_a_page_whose_lines_were_changed_since_settles_nothing_at_a_clinic(
    bureau: Bureau, town: Town
) -> None:
    counter = await open_counter(bureau, WEST, "1")
    daughter, _ = town.family("女儿与不用智能手机")
    old = await counter.previewed(
        await counter.with_lines(await counter.scanned(daughter), Typed(AMOXICILLIN))
    )
    await counter.previewed(await counter.with_lines(old.ticket, Typed(CHECK_UP)))
    late = await counter.till.settle(await counter.desk(), old.ticket, Variant.CASH)
    assert isinstance(late, Declined)
    assert told(late) == "明细已经改动,这一页不是最新的。未扣款。请重新核算"
    assert await settled(counter) == 0


async def test_what_has_changed_since_the_preview_is_told_and_a_new_preview_settles(
    counter: Counter, town: Town
) -> None:
    son, mother = town.family("账户已空的儿子")
    grant = await town.granted(mother, son)
    shown = await counter.previewed(await counter.with_lines(await counter.scanned(son), Typed(CHECK_UP)))
    await town.revoked(mother, grant)
    desk = await counter.desk()
    changed = await counter.till.settle(desk, shown.ticket, Variant.EVERYONE)
    assert isinstance(changed, Declined)
    assert "家人共济" in told(changed)
    assert await settled(counter) == 0
    again = await counter.previewed(shown.ticket)
    receipt = await counter.till.settle(desk, again.ticket, Variant.EVERYONE)
    assert isinstance(receipt, Receipt)
    assert receipt.payment.mutual_aid_fen == 0


async def test_nothing_is_settled_that_was_not_shown(counter: Counter, town: Town) -> None:
    daughter, _ = town.family("女儿与不用智能手机")
    desk = await counter.desk()
    ticket = await counter.scanned(daughter)
    for unready in (
        counter.till.begin(desk),
        ticket,
        await counter.with_lines(counter.till.begin(desk), Typed(AMOXICILLIN)),
    ):
        assert isinstance(await counter.till.preview(desk, unready), Declined)
        assert isinstance(await counter.till.settle(desk, unready, Variant.CASH), Declined)
    shown = await counter.previewed(await counter.with_lines(ticket, Typed(AMOXICILLIN)))
    changed = await counter.with_lines(shown.ticket, Typed(CHECK_UP))
    for unseen in (changed, counter.till.drop(shown.ticket, 0)):
        assert isinstance(await counter.till.settle(desk, unseen, Variant.CASH), Declined)
    assert await settled(counter) == 0


async def test_too_little_cash_settles_nothing_and_the_receipt_keeps_what_was_received(
    counter: Counter, town: Town
) -> None:
    daughter, _ = town.family("女儿与不用智能手机")
    shown = await counter.previewed(
        await counter.with_lines(await counter.scanned(daughter), Typed(AMOXICILLIN))
    )
    due = shown.offers[Variant.CASH].payment.cash_fen
    assert due > 0
    desk = await counter.desk()
    short = await counter.till.settle(desk, shown.ticket, Variant.CASH, due - 1)
    assert isinstance(short, Declined)
    assert re.search(r"收到的现金 [\d.]+ 元,少于应收的 [\d.]+ 元。没有任何变动", told(short))
    assert await settled(counter) == 0
    receipt = await counter.till.settle(desk, shown.ticket, Variant.CASH, 10_000)
    assert isinstance(receipt, Receipt)
    assert receipt.received_fen == 10_000


async def test_only_a_cashier_stands_at_a_counter(counter: Counter) -> None:
    for actor in (
        StaffActor("C001", "程晓岚"),
        replace(counter.cashier, role=StaffRole.REVIEWER),
        replace(counter.cashier, institution=None),
    ):
        found = await counter.till.desk(actor)
        assert isinstance(found, Declined)
        assert found.code == RefusalCode.NOT_ALLOWED.name
    gone = await counter.till.desk(replace(counter.cashier, institution="P00000000000"))
    assert isinstance(gone, Declined)
    assert "不是定点机构" in told(gone)


async def test_a_line_is_found_by_code_name_or_letters_and_mistakes_are_told_beside_their_fields(
    counter: Counter,
) -> None:
    desk = await counter.desk()
    ticket = counter.till.begin(desk)
    for typed in (AMOXICILLIN, AMOXICILLIN.lower(), "阿莫西林", "amxl"):
        added = counter.till.add(desk, ticket, Typed(typed, "0.5", "10.000001"))
        assert isinstance(added, Ticket)
        ((line),) = added.lines
        assert (line.code, line.quantity, line.price, line.amount_fen) == (
            AMOXICILLIN,
            5_000,
            10_000_001,
            500,
        )
    several = counter.till.add(desk, ticket, Typed("诊察费"))
    assert isinstance(several, Choice)
    assert len(several.items) > 1
    wrong = counter.till.add(desk, ticket, Typed(AMOXICILLIN, "1.00001", "-1"))
    assert isinstance(wrong, tuple)
    assert [one.field for one in wrong] == ["quantity", "price"]
    assert all(one.text for one in wrong)
    nothing = counter.till.add(desk, ticket, Typed("没有这一项"))
    assert isinstance(nothing, tuple)
    assert nothing[0].field == "item"


async def test_a_sale_has_so_many_lines_and_not_one_more(counter: Counter) -> None:
    desk = await counter.desk()
    ticket = await counter.with_lines(counter.till.begin(desk), *([Typed(AMOXICILLIN)] * LINES_MAX))
    assert counter.till.unseal(desk, counter.till.seal(ticket)) == ticket
    beyond = counter.till.add(desk, ticket, Typed(AMOXICILLIN))
    assert isinstance(beyond, tuple)
    assert f"最多 {LINES_MAX} 行" in beyond[0].text


async def test_a_scan_for_another_patient_keeps_the_lines_and_begins_anew(
    counter: Counter, town: Town
) -> None:
    daughter, mother = town.family("女儿与不用智能手机")
    first = await counter.previewed(
        await counter.with_lines(await counter.scanned(daughter), Typed(AMOXICILLIN))
    )
    desk = await counter.desk()
    other = await counter.till.scan(desk, first.ticket, mother.card_number, card=True)
    assert isinstance(other, Ticket)
    assert other.lines == first.ticket.lines
    assert (other.visit, other.shown, other.previews) == ("", {}, 0)
    assert other.key != first.ticket.key
    receipt = await counter.till.settle(desk, (await counter.previewed(other)).ticket, Variant.EVERYONE)
    assert isinstance(receipt, Receipt)
    assert receipt.patient.name[0] == mother.name[0]
