"""医保钱包 at the window: whoever has no phone has a wallet opened and takes or gives back what a relative sent."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

import pytest

from qinji.flows import audit_books, return_unaccepted
from qinji.insured import queries as insured
from qinji.kernel.actor import Channel
from qinji.kernel.dates import CHINA
from qinji.ledger import queries as ledger
from qinji.ledger.model import HELD_POCKET, own_balance
from tests.door import Caller, Door
from tests.wallet import APART
from tests.window import asked, done, entered


def people(door: Door) -> tuple[str, str]:
    """The daughter in 东澜 and her mother in 武汉."""
    daughter, mother, _sister = door.bureau.family(APART)
    return daughter.number, mother.number


async def sent(door: Door, fen: int) -> tuple[Caller, Any]:
    """The daughter with her own wallet, and what she has sent to the mother, whose wallet the window opened."""
    daughter, mother = people(door)
    phone = await door.sign_in(daughter)
    await phone.ok("POST", "/wallet", {})
    await done(door, mother, "open_wallet")
    body = {"receiver_psn_no": mother, "amount_fen": fen}
    return phone, await phone.ok("POST", "/wallet/transfers", body)


async def money(door: Door) -> tuple[int, int, int]:
    """The daughter's account, what is held for her, the mother's wallet; the books are right."""
    daughter, mother = people(door)
    async with door.bureau.runtime.database.reading() as connection:
        assert await audit_books.run(connection) == []
        one, other = [await door.bureau.person_id(number) for number in (daughter, mother)]
        found = await ledger.balances(connection, [one, other])
    mine = found[one]
    return own_balance(mine), mine.get(HELD_POCKET, 0), found[other].get(3, 0)


async def test_two_clerks_open_a_wallet_and_the_paper_is_the_evidence(door: Door) -> None:
    _daughter, mother = people(door)
    act = await entered(door, mother, "open_wallet")
    assert act["changes"] == [{"label": "医保钱包", "before": "未开通", "after": "已开通"}]
    own = await (await door.staff(0)).refused("POST", f"/staff/window-acts/{act['id']}/approve")
    assert own == "SAME_CLERK"
    phone = await door.sign_in(mother)
    assert (await phone.ok("GET", "/wallet"))["opened_at"] is None
    await (await door.staff(1)).ok("POST", f"/staff/window-acts/{act['id']}/approve")
    assert (await phone.ok("GET", "/wallet"))["opened_at"] is not None
    identifier = await door.bureau.person_id(mother)
    async with door.bureau.runtime.database.reading() as connection:
        (consent,) = [
            one
            for one in await insured.consents(connection, identifier, identifier)
            if one.subject == "wallet"
        ]
    assert (consent.channel, consent.entered_by, consent.staff) == (Channel.WINDOW, "C001", "C002")
    assert consent.evidence_hash is not None
    body = asked(door, mother, "open_wallet")
    assert await (await door.staff(0)).refused("POST", "/staff/window-acts", body) == "REQUEST_INVALID"


@pytest.mark.parametrize(
    ("kind", "state", "after"),
    [("accept_transfer", "accepted", (500_00, 0, 300_00)), ("return_transfer", "returned", (800_00, 0, 0))],
)
async def test_at_the_window_arriving_money_is_accepted_or_given_back(
    door: Door, kind: str, state: str, after: tuple[int, int, int]
) -> None:
    phone, transfer = await sent(door, 300_00)
    _daughter, mother = people(door)
    act = await entered(door, mother, kind, transfer=transfer["id"])
    assert await money(door) == (500_00, 300_00, 0)
    approved = await (await door.staff(1)).ok("POST", f"/staff/window-acts/{act['id']}/approve")
    (change,) = approved["changes"]
    assert change["label"] == "女儿 徐** 转来的 300.00 元"
    assert await money(door) == after
    (mine,) = (await phone.ok("GET", "/wallet/transfers/sent"))["items"]
    assert mine["state"] == state
    slip = await (await door.staff(1)).ok("GET", f"/staff/window-acts/{act['id']}/slip")
    assert slip["changes"] == [change]


async def test_what_went_back_before_the_approval_is_not_accepted_any_more(door: Door) -> None:
    _phone, transfer = await sent(door, 300_00)
    _daughter, mother = people(door)
    door.bureau.clock.set(datetime.combine(date(2026, 3, 18), time(5, 59), CHINA))
    act = await entered(door, mother, "accept_transfer", transfer=transfer["id"])
    door.bureau.clock.set(datetime.combine(date(2026, 3, 18), time(6), CHINA))
    assert await return_unaccepted.run(door.bureau.runtime) == 1
    refused = await (await door.staff(1)).refused("POST", f"/staff/window-acts/{act['id']}/approve")
    assert refused == "WALLET_TRANSFER_STATE"
    assert await money(door) == (800_00, 0, 0)


async def test_only_the_receiver_s_money_is_answered_at_the_window(door: Door) -> None:
    _phone, transfer = await sent(door, 300_00)
    daughter, _mother = people(door)
    clerk = await door.staff(0)
    body = asked(door, daughter, "accept_transfer", transfer=transfer["id"])
    assert await clerk.refused("POST", "/staff/window-acts", body) == "NOT_FOUND"


async def test_a_look_shows_what_arrives_and_no_balance(door: Door) -> None:
    _phone, transfer = await sent(door, 300_00)
    _daughter, mother = people(door)
    card = door.bureau.world.person(mother).card_number
    look = {"found_by": "card", "number": card, "reason": "本人到窗口接收转账"}
    file = await (await door.staff(0)).ok("POST", "/staff/look-ups", look)
    assert file["wallet_opened_at"] is not None
    assert [one["id"] for one in file["arriving"]] == [transfer["id"]]
    assert "balance_fen" not in file
