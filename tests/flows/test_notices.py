"""Both sides are told of every act, each of them once, also when much happens at once."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import time
from pathlib import Path

import pytest

from qinji.entry.sandbox.model import Person
from qinji.flows import return_unaccepted
from qinji.insured.model import Status
from qinji.kernel.identity import masked_name
from qinji.platform.database import Address
from tests.bureau import open_bureau
from tests.household import Phone, Town, open_town
from tests.till import BillRefused, line, scanned
from tests.told import kinds_of, notices_of, whom_nobody_told
from tests.wallet import APART, pair_of

DAUGHTER_AND_MOTHER = "女儿与不用智能手机的母亲"


@pytest.fixture
async def town(address: Address, tmp_path: Path) -> AsyncIterator[Town]:
    """A bureau of its own with both doors open."""
    async with open_bureau(address, tmp_path) as bureau, open_town(bureau) as opened:
        yield opened


async def said(phone: Phone) -> list[tuple[str, str]]:
    """Title and text of somebody's notices, newest first."""
    return [(one["title"], one["text"]) for one in await phone.items("/notices", limit="100")]


async def test_both_sides_are_told_of_each_act_about_a_binding(town: Town) -> None:
    daughter, mother = town.family(DAUGHTER_AND_MOTHER)
    phone, mothers = await town.phone(daughter), await town.phone(mother)
    asked = (await phone.bind(mother, powers=["show_code", "query_cost"])).done
    bound = (await mothers.confirm(asked)).done
    powers = {"powers": ["show_code"]}
    assert (await mothers.call("PATCH", f"/family/bindings/{bound['id']}/powers", powers)).done
    await phone.unbind(bound)
    told = ["bind_asked", "bind_confirmed", "powers_changed", "unbound"]
    for who in (daughter, mother):
        assert await kinds_of(town.bureau, who.number) == told
    holder, member = dict(await said(phone)), dict(await said(mothers))
    mine, hers = f"{masked_name(daughter.name)}(您的女儿)", f"{masked_name(mother.name)}(您的母亲)"
    assert holder["已解绑"].startswith(f"您解除了您与{hers}")
    assert member["已解绑"].startswith(f"{mine}解除了您与{mine}")
    assert holder["家人已绑定"].startswith(f"{hers}同意绑定:您从现在起可以按权限替{hers}办理")
    assert await whom_nobody_told(town.bureau) == []


async def test_both_sides_are_told_of_each_act_about_a_grant(town: Town) -> None:
    daughter, mother = town.family(DAUGHTER_AND_MOTHER)
    phone = await town.phone(daughter)
    granted = (await phone.grant(mother, per_use_fen=50_00)).done
    await phone.change(granted, per_use_fen=60_00)
    await phone.change(granted, paused=True)
    await phone.change(granted, paused=False)
    await phone.revoke(granted)
    told = ["grant_changed", "grant_ended", "grant_made", "grant_paused", "grant_resumed"]
    for who in (daughter, mother):
        assert await kinds_of(town.bureau, who.number) == told
    assert any("60.00" in one["detail"] for one in await phone.items("/notices"))
    assert await whom_nobody_told(town.bureau) == []


async def test_a_new_order_is_told_once_to_the_user_and_to_each_whose_place_changed(town: Town) -> None:
    one, other, child = town.family("离婚的父母与共同的孩子")
    first, second = await town.granted(one, child), await town.granted(other, child)
    phone = await town.phone(child)
    assert (await phone.call("PUT", "/mutual-aid/order", {"grants": [second["id"], first["id"]]})).done
    for who in (one, other, child):
        assert (await kinds_of(town.bureau, who.number)).count("order_changed") == 1
    assert any("第 2 位" in text for _, text in await said(await town.phone(one)))
    assert await whom_nobody_told(town.bureau) == []


async def test_a_bill_is_told_to_the_patient_to_each_who_paid_and_to_who_showed_the_code(town: Town) -> None:
    daughter, mother = town.family(DAUGHTER_AND_MOTHER)
    await town.bound(daughter, mother, powers=["show_code"])
    await town.granted(daughter, mother)
    phone, mothers = await town.phone(daughter), await town.phone(mother)
    code = (await phone.code(mother)).done
    bill = await town.purchase(mother, [line("A", "300.00")], shown=scanned(code))
    assert bill.paid.account
    assert bill.paid.mutual_aid
    (spent,) = [row for row in await notices_of(town.bureau, mother.number) if row["kind"] == "spent"]
    assert spent["amount_fen"] == bill.paid.account + bill.paid.mutual_aid
    assert json.loads(spent["facts"])["shared_fen"] == bill.paid.mutual_aid
    (shared,) = [
        row for row in await notices_of(town.bureau, daughter.number) if row["kind"] == "shared_spent"
    ]
    assert shared["amount_fen"] == bill.paid.mutual_aid
    assert "code_used" not in await kinds_of(town.bureau, daughter.number)
    told = dict(await said(mothers))
    assert f"由{masked_name(daughter.name)}(您的女儿)出示您的医保码" in told["医保支付"]
    await town.cancel(bill)
    assert "returned" in await kinds_of(town.bureau, mother.number)
    assert "shared_returned" in await kinds_of(town.bureau, daughter.number)
    assert await whom_nobody_told(town.bureau) == []


async def test_a_grantor_reads_no_institution_and_who_showed_a_code_no_amount(town: Town) -> None:
    daughter, mother = town.family(DAUGHTER_AND_MOTHER)
    await town.granted(daughter, mother)
    bill = await town.purchase(mother, [line("A", "300.00")])
    place = next(one.name for one in town.bureau.world.institutions if one.code == bill.institution)
    told = await said(await town.phone(daughter))
    assert any("药店购药" in text for _, text in told)
    assert all(place not in text for _, text in told)
    elder, child, *_ = town.family("三个儿女都想帮母亲出示医保码")
    await town.bound(child, elder, powers=["show_code"])
    code = (await (await town.phone(child)).code(elder)).done
    bill = await town.purchase(elder, [line("A", "30.00")], shown=scanned(code))
    (used,) = [row for row in await notices_of(town.bureau, child.number) if row["kind"] == "code_used"]
    assert used["amount_fen"] is None
    assert await whom_nobody_told(town.bureau) == []


async def test_a_bill_paid_in_cash_alone_is_told_to_nobody(town: Town) -> None:
    _, mother = town.family(DAUGHTER_AND_MOTHER)
    before = await kinds_of(town.bureau, mother.number)
    await town.purchase(mother, [line("A", "30.00")], flag="0")
    assert await kinds_of(town.bureau, mother.number) == before


async def test_no_notice_says_what_was_treated(town: Town) -> None:
    daughter, mother = town.family(DAUGHTER_AND_MOTHER)
    await town.granted(daughter, mother)
    await town.visit(mother, [line("A", "300.00"), line("B", "66.00")])
    async with town.bureau.runtime.database.reading() as connection:
        rows = await connection.fetch("select n::text as whole from notice n")
    kept = " ".join(row["whole"] for row in rows)
    for word in ("J00", "鼻咽炎", "全科", "阿莫西林", "XJ01", "XC10"):
        assert word not in kept


async def test_both_sides_are_told_of_a_wallet_sent_accepted_returned_and_unaccepted(town: Town) -> None:
    daughter, mother, _ = town.family(APART)
    pair = await pair_of(town, daughter, mother)
    await pair.accept((await pair.send(10_00)).done)
    await pair.give_back((await pair.send(20_00)).done)
    assert (await pair.send(30_00)).done
    town.bureau.later(days=1)
    assert await return_unaccepted.run(town.bureau.runtime) == 1
    told = ["wallet_accepted", "wallet_expired", "wallet_opened", "wallet_returned", *["wallet_sent"] * 3]
    for who in (daughter, mother):
        assert await kinds_of(town.bureau, who.number) == told
    await pair.at(time(10))
    assert (
        "转出的钱已退回",
        f"{masked_name(mother.name)}(您的母亲)没有接收,30.00 元已回到您的账户。",
    ) in await said(pair.daughter)
    assert await whom_nobody_told(town.bureau) == []


async def test_a_look_of_staff_is_told_with_its_reason_and_a_relatives_once_a_day(town: Town) -> None:
    daughter, mother = town.family(DAUGHTER_AND_MOTHER)
    await town.bound(daughter, mother, powers=["show_code", "query_status"])
    clerk, phone = await town.clerk("C001"), await town.phone(daughter)
    for reason in ("核对参保登记", "再次核对参保登记"):
        body = {"found_by": "card", "number": mother.card_number, "reason": reason}
        assert (await clerk.call("POST", "/staff/look-ups", body)).done
    for _ in range(3):
        assert (await phone.call("GET", f"/family/members/{mother.number}")).done
    kinds = await kinds_of(town.bureau, mother.number)
    assert kinds.count("looked_up") == 2
    assert kinds.count("seen") == 1
    mothers = await town.phone(mother)
    assert {one["reason"] for one in await mothers.items("/notices", group="looks")} >= {"核对参保登记"}
    town.bureau.later(days=1)
    phone = await town.phone(daughter)
    assert (await phone.call("GET", f"/family/members/{mother.number}")).done
    assert (await kinds_of(town.bureau, mother.number)).count("seen") == 2
    assert await whom_nobody_told(town.bureau) == []


async def test_many_bills_at_once_are_told_once_each(town: Town) -> None:
    daughter, mother = town.family(DAUGHTER_AND_MOTHER)
    await town.granted(daughter, mother)
    await asyncio.gather(*(town.purchase(mother, [line("A", "3.00")]) for _ in range(24)))
    assert (await kinds_of(town.bureau, mother.number)).count("spent") == 24
    assert await whom_nobody_told(town.bureau) == []


async def test_a_message_that_comes_again_and_a_bill_that_is_refused_tell_nobody_anything(town: Town) -> None:
    _, mother = town.family(DAUGHTER_AND_MOTHER)
    bill = await town.purchase(mother, [line("A", "3.00")])
    await town.cancel(bill)
    before = await kinds_of(town.bureau, mother.number)
    assert before.count("returned") == 1
    with pytest.raises(BillRefused, match="2103"):
        await town.cancel(bill)
    await town.set_status(mother, Status.STOPPED)
    with pytest.raises(BillRefused, match="2102"):
        await town.purchase(mother, [line("A", "3.00")])
    assert await kinds_of(town.bureau, mother.number) == before


async def test_window_acts_are_told_at_every_step(town: Town) -> None:
    daughter, mother = town.family(DAUGHTER_AND_MOTHER)
    clerk, reviewer = await town.clerk("C001"), await town.clerk("R001")
    asked = frozen_at_window(mother)
    entered = (await clerk.call("POST", "/staff/window-acts", asked)).done
    assert "window_entered" in await kinds_of(town.bureau, mother.number)
    assert (await reviewer.call("POST", f"/staff/window-acts/{entered['id']}/approve")).done
    told = ["code_frozen", "window_confirmed", "window_entered"]
    assert [kind for kind in await kinds_of(town.bureau, mother.number) if kind in told] == told
    assert await kinds_of(town.bureau, daughter.number) == []
    words = dict(await said(await town.phone(mother)))
    assert words["医保码已冻结"].startswith("经办窗口工作人员 C001代您冻结了您的医保码")
    assert "“冻结医保码”" in words["窗口录入了您的代办"]
    assert await whom_nobody_told(town.bureau) == []


def frozen_at_window(person: Person) -> dict[str, object]:
    """What a clerk takes down: the code is frozen, at once."""
    return {
        "recognised_by": "card",
        "number": person.card_number,
        "reason": "本人到窗口冻结",
        "paper_reference": "授权书 0001",
        "wish": {"kind": "freeze_code"},
    }
