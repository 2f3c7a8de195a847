"""Of a person: the cases of 异议 that one opened, as one's own page tells them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import UUID

from qinji.complaint import queries
from qinji.complaint.model import (
    KIND_CHINESE,
    OUTCOME_CHINESE,
    STEP_CHINESE,
    SUBJECT_CHINESE,
    Complaint,
    Step,
)
from qinji.complaint.rules import STATE_CHINESE, told_to_person
from qinji.flows.kept.own import PAGE, Own, Row, paged
from qinji.kernel.actor import CHANNEL_CHINESE
from qinji.kernel.ids import to_wire
from qinji.platform.database import Connection

CASE_FIELDS = {
    "complaint": "异议编号",
    "kind": "提出的是",
    "about": "关于",
    "text": "本人写的话",
    "stopped": "当时停用的",
    "explanation": "提出时的用款说明",
    "state": "状态",
    "promised_day": "承诺日期",
    "outcome": "结果,没有办结为空",
    "resolution": "经办人的答复,没有为空",
    "steps": "经过:什么、时间、对本人说的话",
    "channel": "渠道",
    "opened_at": "提出时间",
    "ended_at": "结束时间",
}


def cases(own: Own) -> AsyncIterator[list[Row]]:
    """One's own cases, those that are over too."""

    async def look(connection: Connection, before: UUID | None) -> tuple[list[Complaint], list[Row]]:
        page = await queries.listing(connection, own.me, PAGE, before)
        return page, [_row(one, await queries.steps(connection, own.me, one.complaint_id)) for one in page]

    return paged(own, look, lambda one: one.complaint_id)


def _row(one: Complaint, steps: list[Step]) -> Row:
    return {
        "complaint": to_wire(one.complaint_id),
        "kind": KIND_CHINESE[one.kind],
        "about": SUBJECT_CHINESE[one.about.kind],
        "text": one.text,
        "stopped": [freeze.words for freeze in one.freezes],
        "explanation": [{"label": fact.label, "text": fact.text} for fact in one.explanation.facts],
        "state": STATE_CHINESE[one.state],
        "promised_day": one.promised_day,
        "outcome": None if one.outcome is None else OUTCOME_CHINESE[one.outcome],
        "resolution": one.resolution,
        "steps": [
            {"what": STEP_CHINESE[step.kind], "at": step.at, "words": step.text}
            for step in told_to_person(steps)
        ],
        "channel": CHANNEL_CHINESE[one.channel],
        "opened_at": one.opened_at,
        "ended_at": one.ended_at,
    }
