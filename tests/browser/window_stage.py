"""What waits at the bureau before the sweep looks: bindings with photos, a filing, wishes; and two clerks."""

from __future__ import annotations

from tests.household import Town
from tests.photos import picture

STAFF = {"clerk": "C001", "reviewer": "R001"}
"""The bureau's staff, each with a desk."""


async def at_window(town: Town) -> dict[str, str]:
    """What waits at the bureau: a child's binding with photos, one that a clerk has entered, a filing, wishes."""
    family = town.family("九岁的孩子")
    child = min(family, key=lambda person: -person.birth.toordinal())
    parent = next(one for one in family if any(kin.number == child.number for kin in one.kin))
    phone = await town.phone(parent)
    waiting = (await phone.bind(child, evidence_reference="出生证 A123")).done["id"]
    await phone.upload(f"/family/bindings/{waiting}/photos", picture("出生医学证明"))
    grandmother, mother, granddaughter = town.family("外祖母带大的外孙女")
    entry = {
        "holder_psn_no": grandmother.number,
        "member_psn_no": granddaughter.number,
        "relation": "daughters_child",
        "reason": "外祖母带孩子到窗口",
        "evidence_reference": "户口本 0077",
    }
    clerk = await town.clerk(STAFF["clerk"])
    entered = (await clerk.call("POST", "/staff/bindings", entry)).done["id"]
    for text in ("户口本首页", "户口本内页"):
        await clerk.upload(f"/staff/bindings/{entered}/photos", picture(text))
    filed = (await town.granted(mother, grandmother, per_month_fen=30_000))["id"]
    await town.to_be_filed(filed)
    freeze = {
        "recognised_by": "card",
        "number": grandmother.card_number,
        "reason": "本人不用手机,卡包被偷,来冻结医保码",
        "paper_reference": "窗-2026-0031",
        "wish": {"kind": "freeze_code"},
    }
    frozen = (await clerk.call("POST", "/staff/window-acts", freeze)).done["id"]
    resident, *_ = town.family("停保的外祖母")
    papers = {
        "recognised_by": "card",
        "number": resident.card_number,
        "reason": "本人持材料来登记",
        "paper_reference": "窗-2026-0077",
        "wish": {"kind": "note_spared", "ground": "released"},
    }
    spared = (await clerk.call("POST", "/staff/window-acts", papers)).done["id"]
    return {"waiting": waiting, "entered": entered, "filed": filed, "frozen": frozen, "spared": spared}
