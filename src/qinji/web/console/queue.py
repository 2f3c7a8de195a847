"""待办: what waits for a decision, oldest first, in pages; how much of each kind, and what is late."""

from __future__ import annotations

from starlette.responses import Response

from qinji.flows import list_reviews
from qinji.flows.list_reviews import ReviewItem, ReviewKind
from qinji.kernel.dates import local_day
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.kinship import spoken
from qinji.kernel.refusal import Refused
from qinji.web.console.desk import desk_page, problem
from qinji.web.guards import StaffVisit
from qinji.web.texts import _, marked

PAGE_ITEMS = 20

KIND_WORDS: dict[ReviewKind, str] = {
    ReviewKind.ENTRY: marked("待录入"),
    ReviewKind.REVIEW: marked("待审核"),
    ReviewKind.FILING: marked("共济备案"),
    ReviewKind.WINDOW: marked("窗口代办"),
    ReviewKind.COMPLAINT: marked("异议"),
    ReviewKind.FILE: marked("批量文件"),
}
KIND_HINTS: dict[ReviewKind, str] = {
    ReviewKind.ENTRY: marked("家人已提交申请,等窗口核对材料后录入"),
    ReviewKind.REVIEW: marked("一位同事已录入,等另一位审核"),
    ReviewKind.FILING: marked("按参保地规定先备案、后生效"),
    ReviewKind.WINDOW: marked("一位同事为到场的人录入,等另一位审核;当天没人审核就作废"),
    ReviewKind.FILE: marked("一位同事上传、核对并提交的名单,等另一位复核后由系统办理"),
    ReviewKind.COMPLAINT: marked("家人对账单、出码、查看提出的,经办人要在承诺的日期前给结果"),
}
DONE: dict[str, str] = {
    "filed": marked("已备案,授权现在生效。双方都能看到。"),
    "not_filed": marked("已按“不通过”办结,授权没有生效,没有动任何人的钱。"),
}


async def front(visit: StaffVisit) -> Response:
    """The queue, or one kind of it."""
    asked = visit.request.query_params
    kind = ReviewKind(asked["kind"]) if asked.get("kind") in set(ReviewKind) else None
    found = await list_reviews.run(
        visit.staff, kind, PAGE_ITEMS, from_wire(asked.get("after", "")), visit.deps
    )
    if isinstance(found, Refused):
        return problem(visit, found)
    done = DONE.get(asked.get("done", ""), "")
    return desk_page(
        visit,
        "queue.html",
        done=_(done) if done else "",
        found=found,
        kind=kind,
        kinds=ReviewKind,
        counts={kind: getattr(found.counts, kind.value) for kind in ReviewKind},
        kind_words=KIND_WORDS,
        kind_hints=KIND_HINTS,
        later=bool(asked.get("after")),
        today=local_day(visit.deps.clock()),
        spoken=spoken,
        path_of=_path,
        wire=to_wire,
    )


_PLACES: dict[ReviewKind, str] = {
    ReviewKind.ENTRY: "/console/bindings",
    ReviewKind.REVIEW: "/console/bindings",
    ReviewKind.FILING: "/console/grants",
    ReviewKind.WINDOW: "/console/window/acts",
    ReviewKind.COMPLAINT: "/console/complaints",
    ReviewKind.FILE: "/console/files",
}


def _path(item: ReviewItem) -> str:
    """Where one thing that waits is decided on."""
    return f"{_PLACES[item.kind]}/{to_wire(item.item_id)}"
