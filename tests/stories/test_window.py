"""The mother without a phone at the window: what two clerks do for her, and how the family reads of it."""

from __future__ import annotations

import pytest

from qinji.entry.sandbox.model import Person
from tests.household import Town
from tests.till import BillRefused, Json, line, paid, scanned

pytestmark = pytest.mark.asyncio(loop_scope="module")
REASON = "本人不用手机,持卡到窗口"


async def at_window(town: Town, person: Person, kind: str, **wish: object) -> Json:
    """The person stands at the window with their card and a signed paper; two clerks do what they ask."""
    clerk, reviewer = await town.clerk("C001"), await town.clerk("R001")
    asked = {
        "recognised_by": "card",
        "number": person.card_number,
        "reason": REASON,
        "paper_reference": "窗-0001",
        "wish": {"kind": kind, **wish},
    }
    entered = (await clerk.call("POST", "/staff/window-acts", asked)).done
    waiting = await reviewer.items("/staff/window-acts")
    assert entered["id"] in [one["id"] for one in waiting]
    return (await reviewer.call("POST", f"/staff/window-acts/{entered['id']}/approve")).done


async def test_a_mother_without_a_phone_is_bound_frozen_thawed_and_unbound_each_by_two_clerks(
    town: Town,
) -> None:
    """Bound at the window, her code on the daughter's phone, frozen and thawed, and unbound: each with two clerks."""
    daughter, mother = town.family("女儿与不用智能手机的母亲")
    binding = await town.bound_at_window(daughter, mother)
    phone = await town.phone(daughter)
    bill = await town.purchase(mother, [line("A", "15.00")], shown=scanned((await phone.code(mother)).done))
    assert bill.paid == paid(account="15.00")

    frozen = await at_window(town, mother, "freeze_code")
    assert frozen["state"] == "done"
    assert (await phone.code(mother)).refused == "CODE_FROZEN"
    assert (await town.purchase(mother, [line("A", "1.00")])).paid == paid(account="1.00")
    await at_window(town, mother, "thaw_code")
    shown = (await phone.code(mother)).done

    with town.later(seconds=1):
        await at_window(town, mother, "unbind", binding=binding["id"])
        assert (await phone.code(mother)).refused == "NOT_FOUND"
        with pytest.raises(BillRefused, match="该医保码已失效"):
            await town.purchase(mother, [line("A", "1.00")], shown=scanned(shown))

        clerk = await town.clerk("R001")
        told = await (await town.phone(mother)).items("/me/trail", limit="100")
        (unbound,) = [one for one in told if one["action"] == "unbind"]
        assert (unbound["who"], unbound["behalf"]) == ("经办窗口工作人员 R001,由 C001 录入", "代您办理")
        assert unbound["reason"] == REASON
        (seen,) = [one for one in await phone.items("/me/trail", limit="100") if one["action"] == "unbind"]
        assert (seen["behalf"].endswith("(您的母亲)办理"), seen["reason"]) == (True, None)
        assert (await clerk.call("GET", f"/staff/window-acts/{frozen['id']}/slip")).done[
            "decided_by"
        ] == "R001"
