"""Limits by the grantor: what is tightened holds now, what is widened waits, large bills ask, a pause stops it all."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from qinji import client
from qinji.client import messages
from qinji.entry.sandbox.model import Person
from qinji.flows.parts.caution import Safety
from qinji.platform.database import Address
from tests.bureau import open_bureau
from tests.household import Answer, Phone, Town, open_town
from tests.till import Json, Line, line

HOURS = timedelta(hours=24)
CAREFUL = Safety(raise_wait=HOURS, new_device=timedelta(0))


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


@dataclass
class Home:
    """A daughter with 500 yuan and her mother with twenty."""

    town: Town
    daughter: Person
    mother: Person

    async def phone(self, person: Person | None = None) -> Phone:
        """Signed in anew."""
        return await self.town.phone(person or self.daughter)

    async def spends(self, yuan: str) -> int:
        """What the daughter's account pays of a purchase of category C by the mother."""
        bill = await self.town.purchase(self.mother, [line("C", yuan)])
        return bill.paid.mutual_aid

    async def asked(self) -> list[Json]:
        """What the daughter is asked now."""
        found: list[Json] = (await (await self.phone()).call("GET", "/mutual-aid/confirmations")).done[
            "waiting"
        ]
        return found

    async def answer(self, request: Json, *, approve: bool, amount_fen: int | None = None) -> Answer:
        """The daughter's answer."""
        body = {"approve": approve, "amount_fen": request["amount_fen"] if amount_fen is None else amount_fen}
        return await (await self.phone()).call("POST", f"/mutual-aid/confirmations/{request['id']}", body)


async def home(stack: AsyncExitStack, address: Address, folder: Path, safety: Safety | None = None) -> Home:
    bureau = await stack.enter_async_context(open_bureau(address, folder, safety=safety))
    town = await stack.enter_async_context(open_town(bureau))
    daughter, mother = town.family("女儿与不用智能手机的母亲")
    await town.deductible_used(mother, "10.00")
    await town.purchase(mother, [line("A", "20.00")])
    return Home(town, daughter, mother)


async def test_a_raise_is_in_force_after_the_wait_and_a_lowering_at_once(
    stack: AsyncExitStack, address: Address, tmp_path: Path
) -> None:
    at = await home(stack, address, tmp_path, CAREFUL)
    grant = await at.town.granted(at.daughter, at.mother, per_use_fen=50_00, purposes=["pharmacy"])
    raised = (await (await at.phone()).change(grant, per_use_fen=80_00)).done
    assert (raised["per_use_fen"], raised["waiting"]["per_use_fen"]) == (50_00, 80_00)
    assert raised["waiting"]["from_at"] == "2026-03-18T04:00:00Z"
    assert await at.spends("100.00") == 50_00
    at.town.bureau.later(hours=23, minutes=59, seconds=59)
    assert await at.spends("100.00") == 50_00
    at.town.bureau.later(seconds=1)
    assert await at.spends("100.00") == 80_00
    lowered = (await (await at.phone()).change(grant, per_use_fen=10_00)).done
    assert (lowered["per_use_fen"], lowered["waiting"]) == (10_00, None)
    assert await at.spends("100.00") == 10_00


async def test_a_raise_that_waits_can_be_withdrawn_once_and_a_consent_tells_of_both(
    stack: AsyncExitStack, address: Address, tmp_path: Path
) -> None:
    at = await home(stack, address, tmp_path, CAREFUL)
    grant = await at.town.granted(at.daughter, at.mother, per_use_fen=50_00)
    phone = await at.phone()
    await phone.change(grant, per_use_fen=None, last_day="2026-12-31")
    mother = await at.phone(at.mother)
    path = f"/mutual-aid/grants/{grant['id']}/waiting"
    assert (await mother.call("DELETE", path)).refused == "NOT_ALLOWED"
    kept = (await phone.call("DELETE", path)).done
    assert (kept["per_use_fen"], kept["waiting"], kept["last_day"]) == (50_00, None, "2026-12-31")
    assert (await phone.call("DELETE", path)).refused == "GRANT_NOTHING_WAITS"
    at.town.bureau.later(hours=25)
    assert await at.spends("100.00") == 50_00
    consents = await at.town.consents(grant["id"])
    assert "自 2026-03-18 12:00 起" in str(consents["grant.change"]["detail"])
    assert "grant.keep" in consents


async def at_window(at: Home, grant: Json) -> Callable[..., Awaitable[Json]]:
    """How the daughter's wish about this grant is taken down by one clerk and carried out by another."""
    clerk, other = await at.town.clerk("C001"), await at.town.clerk("C002")

    async def done(kind: str, **wish: object) -> Json:
        ask = {
            "recognised_by": "card",
            "number": at.daughter.card_number,
            "reason": "本人持卡到窗口,急用",
            "paper_reference": "窗-0001",
            "wish": {"kind": kind, "grant": grant["id"], **wish},
        }
        act = (await clerk.call("POST", "/staff/window-acts", ask)).done
        return (await other.call("POST", f"/staff/window-acts/{act['id']}/approve")).done

    return done


async def test_what_waits_does_not_come_into_force_by_an_act_at_the_window_that_names_something_else(
    stack: AsyncExitStack, address: Address, tmp_path: Path
) -> None:
    at = await home(stack, address, tmp_path, CAREFUL)
    grant = await at.town.granted(at.daughter, at.mother, per_use_fen=50_00)
    await (await at.phone()).change(grant, per_use_fen=400_00)
    told = (await (await at_window(at, grant))("change_grant", per_day_fen=90_00))["changes"]
    assert [one["label"] for one in told] == ["每日限额", "等待生效"], (
        "both clerks read that the wait falls away"
    )
    assert await at.spends("100.00") == 50_00
    at.town.bureau.later(days=2)
    assert await at.spends("100.00") == 50_00


async def test_what_waits_is_brought_into_force_at_the_window_by_two_and_a_pause_there_leaves_it_waiting(
    stack: AsyncExitStack, address: Address, tmp_path: Path
) -> None:
    at = await home(stack, address, tmp_path, CAREFUL)
    grant = await at.town.granted(at.daughter, at.mother, per_use_fen=50_00)
    await (await at.phone()).change(grant, per_use_fen=80_00, last_day="2026-12-31")
    done = await at_window(at, grant)
    for kind in ("pause_grant", "resume_grant"):
        assert [one["label"] for one in (await done(kind))["changes"]] == ["家庭共济"]
    assert await at.spends("100.00") == 50_00
    told = (await done("change_grant", per_use_fen=80_00))["changes"]
    assert {"label": "单次限额", "before": "50.00 元", "after": "80.00 元"} in told
    assert await at.spends("100.00") == 80_00


async def test_the_last_day_is_included_and_afterwards_a_new_grant_takes_the_place(
    stack: AsyncExitStack, address: Address, tmp_path: Path
) -> None:
    at = await home(stack, address, tmp_path)
    phone = await at.phone()
    assert (await phone.grant(at.mother, last_day="2026-03-16")).refused == "REQUEST_INVALID"
    await phone.grant(at.mother, last_day="2026-03-18")
    at.town.bureau.later(days=1)
    assert await at.spends("10.00") == 10_00
    at.town.bureau.later(days=1)
    assert await at.spends("10.00") == 0
    phone = await at.phone()
    (card_of,) = await phone.items("/mutual-aid/grants")
    assert card_of["state_text"] == "已结束"
    assert (await phone.grant(at.mother)).done
    assert await at.spends("10.00") == 10_00


async def test_only_the_parts_of_a_bill_that_the_grantor_left_are_paid(
    stack: AsyncExitStack, address: Address, tmp_path: Path
) -> None:
    at = await home(stack, address, tmp_path)
    grant = await at.town.granted(at.daughter, at.mother, uses=["deductible", "in_scope_share"])
    assert await at.spends("30.00") == 0
    bill = await at.town.purchase(at.mother, [line("C", "30.00"), line("A", "40.00")])
    assert 0 < bill.paid.mutual_aid <= 40_00
    assert bill.paid.cash >= 30_00
    assert (await (await at.phone()).change(grant, uses=None)).done["uses"] is None
    assert await at.spends("30.00") == 30_00
    assert (await (await at.phone()).change(grant, uses=["aesthetic"])).refused == "REQUEST_INVALID"


async def test_everything_is_paused_in_one_act_and_taken_up_again(
    stack: AsyncExitStack, address: Address, tmp_path: Path
) -> None:
    at = await home(stack, address, tmp_path)
    phone = await at.phone()
    assert (await phone.call("POST", "/mutual-aid/pause-all", {"paused": True})).done["items"] == []
    grant = await at.town.granted(at.daughter, at.mother)
    paused = (await phone.call("POST", "/mutual-aid/pause-all", {"paused": True})).done["items"]
    assert [(one["id"], one["state"]) for one in paused] == [(grant["id"], "paused")]
    assert await at.spends("30.00") == 0
    assert (await phone.call("POST", "/mutual-aid/pause-all", {"paused": True})).done["items"] == []
    taken_up = (await phone.call("POST", "/mutual-aid/pause-all", {"paused": False})).done["items"]
    assert [one["state"] for one in taken_up] == ["active"]
    assert await at.spends("30.00") == 30_00
    assert {"grant.pause", "grant.resume"} <= set(await at.town.consents(grant["id"]))


async def test_a_new_device_lowers_pauses_and_ends_and_the_window_does_the_rest(
    stack: AsyncExitStack, address: Address, tmp_path: Path
) -> None:
    careful = Safety(new_device=HOURS)
    at = await home(stack, address, tmp_path, careful)
    begun = (await at.town.nobody().call("POST", "/sign-ins", {"psn_no": at.daughter.number})).done
    path = f"/sign-ins/{begun['id']}"
    first = (await at.town.nobody().call("POST", path, {"code": begun["sandbox_code"]})).done
    old = Phone(at.town, first["token"], person=at.daughter)
    assert (await old.grant(at.mother)).refused == "DEVICE_TOO_NEW"
    at.town.bureau.later(hours=24)
    begun = (await at.town.nobody().call("POST", "/sign-ins", {"psn_no": at.daughter.number})).done
    body = {"code": begun["sandbox_code"], "device": first["device"]}
    again = (await at.town.nobody().call("POST", f"/sign-ins/{begun['id']}", body)).done
    assert again["device"] == first["device"]
    grant = (
        await Phone(at.town, again["token"], person=at.daughter).grant(at.mother, per_use_fen=50_00)
    ).done
    new = await at.phone()
    assert (await new.change(grant, per_use_fen=60_00)).refused == "DEVICE_TOO_NEW"
    assert (await new.change(grant, per_use_fen=40_00)).done["per_use_fen"] == 40_00
    assert (await new.change(grant, paused=True)).done["state"] == "paused"
    refused = await new.change(grant, paused=False)
    assert refused.refused == "DEVICE_TOO_NEW"
    assert "窗口" in refused.says
    assert (await new.call("POST", "/mutual-aid/pause-all", {"paused": False})).refused == "DEVICE_TOO_NEW"
    assert (await new.revoke(grant)).done["state"] == "ended"


async def test_an_old_proof_is_refused_and_the_same_key_succeeds_after_a_step_up(
    stack: AsyncExitStack, address: Address, tmp_path: Path
) -> None:
    at = await home(stack, address, tmp_path)
    phone = await at.phone()
    at.town.bureau.later(minutes=10)
    assert (await phone.call("GET", "/me")).status == 200
    at.town.bureau.later(seconds=1)
    headers = {"Authorization": f"Bearer {phone.token}", "Idempotency-Key": "one-key"}
    body = {"beneficiary_psn_no": at.mother.number, "relation": at.town.kin(at.daughter, at.mother)}
    first = await at.town.client.post("/api/v1/mutual-aid/grants", json=body, headers=headers)
    assert (first.status_code, first.json()["code"]) == (403, "STEP_UP_REQUIRED")
    assert first.json()["retryable"] is True
    begun = (await phone.call("POST", "/step-ups")).done
    assert (await phone.call("POST", f"/step-ups/{begun['id']}", {"code": "x"})).refused == "SIGN_IN_WRONG"
    other = await at.phone(at.mother)
    code = {"code": begun["sandbox_code"]}
    assert (await other.call("POST", f"/step-ups/{begun['id']}", code)).refused == "SIGN_IN_WRONG"
    proven = await phone.call("POST", f"/step-ups/{begun['id']}", code)
    assert proven.done["until"] == "2026-03-17T04:20:01Z"
    assert (await phone.call("POST", f"/step-ups/{begun['id']}", code)).refused == "SIGN_IN_WRONG"
    second = await at.town.client.post("/api/v1/mutual-aid/grants", json=body, headers=headers)
    assert second.status_code == 201


async def preview(at: Home, lines: list[Line]) -> tuple[client.Bill, client.Settlement]:
    """A visit of the mother, previewed."""
    return await at.town.previewed(at.mother, lines)


async def test_a_large_bill_asks_and_takes_more_only_after_the_yes_and_once(
    stack: AsyncExitStack, address: Address, tmp_path: Path
) -> None:
    at = await home(stack, address, tmp_path)
    await at.town.granted(at.daughter, at.mother, confirm_above_fen=100_00)
    hospital = at.town.bureau.institution(at.mother.region, "1")
    bill, shown = await preview(at, [line("C", "300.00")])
    assert (shown.shared_fen, shown.cash_fen) == (100_00, 200_00)
    assert "需要授权人在手机上确认" in shown.warning
    (request,) = await at.asked()
    assert (request["amount_fen"], request["purpose_text"]) == (300_00, "门诊")
    assert (request["before_fen"], request["after_fen"]) == (500_00, 200_00)
    assert "母亲" in request["patient"]["relation"]
    assert set(request) == {
        "id", "patient", "region_name", "purpose_text", "amount_fen", "before_fen",
        "after_fen", "answer", "answer_text", "asked_at", "until",
    }  # fmt: skip
    assert (await at.answer(request, approve=True, amount_fen=200_00)).refused == "CONFIRMATION_STATE"
    assert (await at.answer(request, approve=True)).done["answer"] == "given"
    assert (await at.answer(request, approve=True)).refused == "CONFIRMATION_STATE"
    again = await at.town.say(hospital, messages.preview_settlement(bill))
    assert (again.shared_fen, again.cash_fen, again.warning) == (300_00, 0, "")
    settled = await at.town.say(hospital, messages.settle(bill, again))
    assert settled.shared_fen == 300_00
    assert await at.asked() == []
    story = (await (await at.phone(at.mother)).call("GET", f"/settlements/{settled.settlement}")).done
    assert "授权人已在手机上确认,最多 300.00" in str(story)
    _, shown = await preview(at, [line("C", "150.00")])
    assert shown.shared_fen == 100_00, "the yes was for that bill alone"


async def test_a_lost_phone_blocks_nothing_and_no_is_no_until_its_time_is_over(
    stack: AsyncExitStack, address: Address, tmp_path: Path
) -> None:
    at = await home(stack, address, tmp_path)
    await at.town.granted(at.daughter, at.mother, confirm_above_fen=100_00)
    hospital = at.town.bureau.institution(at.mother.region, "1")
    bill, _ = await preview(at, [line("C", "180.00")])
    (request,) = await at.asked()
    stranger = await at.phone(at.mother)
    path = f"/mutual-aid/confirmations/{request['id']}"
    answer = {"approve": True, "amount_fen": 180_00}
    assert (await stranger.call("POST", path, answer)).refused == "NOT_FOUND"
    assert (await at.answer(request, approve=False)).done["answer_text"] == "已拒绝"
    again = await at.town.say(hospital, messages.preview_settlement(bill))
    assert "授权人没有同意" in again.warning
    assert await at.asked() == []
    settled = await at.town.say(hospital, messages.settle(bill, again))
    assert (settled.shared_fen, settled.cash_fen) == (100_00, 80_00)
    await preview(at, [line("C", "120.00")])
    (request,) = await at.asked()
    at.town.bureau.later(minutes=10)
    assert (await at.answer(request, approve=True)).refused == "CONFIRMATION_STATE"
    assert await at.asked() == []


async def test_a_yes_falls_when_its_minutes_are_over_or_the_bill_is_taken_back(
    stack: AsyncExitStack, address: Address, tmp_path: Path
) -> None:
    at = await home(stack, address, tmp_path)
    await at.town.granted(at.daughter, at.mother, confirm_above_fen=100_00)
    hospital = at.town.bureau.institution(at.mother.region, "1")
    bill, _ = await preview(at, [line("C", "150.00")])
    await at.answer((await at.asked())[0], approve=True)
    at.town.bureau.later(minutes=10)
    late = await at.town.say(hospital, messages.preview_settlement(bill))
    assert late.shared_fen == 100_00
    await at.answer((await at.asked())[0], approve=True)
    again = await at.town.say(hospital, messages.preview_settlement(bill))
    settled = await at.town.say(hospital, messages.settle(bill, again))
    assert settled.shared_fen == 150_00
    await at.town.say(hospital, messages.cancel_settlement(settled.key))
    once_more = await at.town.say(hospital, messages.preview_settlement(bill))
    assert once_more.shared_fen == 100_00, "the yes was used up by the bill that was taken back"


async def test_a_pharmacy_takes_without_asking_only_up_to_the_amount(
    stack: AsyncExitStack, address: Address, tmp_path: Path
) -> None:
    at = await home(stack, address, tmp_path)
    await at.town.granted(at.daughter, at.mother, confirm_above_fen=0)
    bill = await at.town.purchase(at.mother, [line("A", "30.00")])
    assert (bill.paid.mutual_aid, bill.paid.cash) == (0, 30_00)
    assert "需要授权人在手机上确认" in bill.told.warning
    story = (await (await at.phone(at.mother)).call("GET", f"/settlements/{bill.number}")).done
    assert "需要授权人在手机上确认,没有确认" in str(story)
