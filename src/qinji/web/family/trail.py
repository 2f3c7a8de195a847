"""谁看过我的信息, 谁出示过我的码: each look, each change and each code of one's own, by whom, when and by what right."""

from __future__ import annotations

from starlette.responses import Response

from qinji.complaint.model import SubjectKind
from qinji.credential.model import CodeStage
from qinji.flows import list_codes, read_trail
from qinji.flows.parts.trail import SCANNED, TrailItem, WhoKind
from qinji.kernel.ids import from_wire, to_wire
from qinji.web.answers import page
from qinji.web.guards import PersonVisit
from qinji.web.texts import marked

PAGE = 20
CURSOR_MAX = 60

STAGES: dict[CodeStage, str] = {
    CodeStage.WAITING: marked("等待扫码"),
    CodeStage.SCANNED: marked("已扫码,没有扣款"),
    CodeStage.USED: marked("已结算"),
    CodeStage.EXPIRED: marked("已过期,没有扣款"),
    CodeStage.ENDED: marked("已作废,没有扣款"),
}


async def front(visit: PersonVisit) -> Response:
    """Who looked at or changed something of mine, newest first, in pages."""
    after = from_wire(visit.request.query_params.get("after", ""))
    items = await read_trail.run(visit.person, PAGE, after, visit.deps)
    return page(
        visit,
        "family/trail.html",
        items=items,
        kinds=WhoKind,
        later=after is not None,
        more=to_wire(items[-1].item_id) if len(items) == PAGE else "",
        about=about_item,
    )


def about_item(item: TrailItem) -> str:
    """What a complaint of an item is about: the bill that it leads to, the scan, or the look itself."""
    if item.settlement is not None:
        return f"{SubjectKind.SETTLEMENT}:{to_wire(item.settlement)}"
    kind = SubjectKind.CODE if item.action == SCANNED else SubjectKind.LOOK
    return f"{kind}:{to_wire(item.item_id)}"


async def codes(visit: PersonVisit) -> Response:
    """My codes that were scanned, or that somebody else showed, newest first, in pages."""
    cursor = visit.request.query_params.get("after", "")[:CURSOR_MAX]
    found = await list_codes.run(visit.person, PAGE, cursor or None, visit.deps)
    return page(
        visit,
        "family/codes.html",
        codes=found.codes,
        more=found.cursor or "",
        later=bool(cursor),
        stages=STAGES,
        used=CodeStage.USED,
        wire=to_wire,
    )
