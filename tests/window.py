"""Somebody without a phone at the window, for tests: what a clerk sends, and a cashier who may do none of it."""

from __future__ import annotations

from typing import Any

from qinji.institution import store as institutions
from qinji.institution.model import StaffMember
from qinji.kernel.actor import StaffRole
from tests.door import Caller, Door

REASON = "本人没有手机,持卡到窗口"
PAPER = "窗口-2026-0031"


def asked(door: Door, number: str, kind: str, **wish: Any) -> dict[str, Any]:
    """The body by which a clerk takes down what this person asks for, recognised by the card."""
    return {
        "recognised_by": "card",
        "number": door.bureau.world.person(number).card_number,
        "reason": REASON,
        "paper_reference": PAPER,
        "wish": {"kind": kind, **wish},
    }


async def entered(door: Door, number: str, kind: str, **wish: Any) -> Any:
    """A wish that the first clerk has taken down."""
    clerk = await door.staff(0)
    return await clerk.ok("POST", "/staff/window-acts", asked(door, number, kind, **wish))


async def done(door: Door, number: str, kind: str, **wish: Any) -> Any:
    """A wish that the first clerk has taken down and another has carried out."""
    act = await entered(door, number, kind, **wish)
    return await (await door.staff(1)).ok("POST", f"/staff/window-acts/{act['id']}/approve")


async def cashier(door: Door) -> Caller:
    """A cashier of a pharmacy signs in."""
    member = StaffMember("T901", "收费员甲", StaffRole.CASHIER, door.bureau.world.institutions[0].code)
    async with door.bureau.runtime.database.transaction() as connection:
        await institutions.employ(connection, [member])
    signed_in = await door.client.post("/staff/sign-ins", json={"name": member.staff_id})
    return Caller(door.client, signed_in.json()["token"])
