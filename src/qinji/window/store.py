"""Writing window acts; called by flows only."""

from __future__ import annotations

from qinji.kernel.ensure import ensure
from qinji.platform.database import Connection, affected
from qinji.window.model import WindowAct, told_to_json, wish_to_json

_ADD = """
insert into window_act (person_id, act_id, kind, wish, reason, paper_reference, recognised_by, state, told,
  entered_by, entered_at, expires_at, in_force_at, subject_id, decided_by, decided_at, decision_reason)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
"""

_CHANGE = """
update window_act set state = $3, told = $4, in_force_at = $5, subject_id = $6, decided_by = $7, decided_at = $8,
  decision_reason = $9
where person_id = $1 and act_id = $2 and state = 'waiting'
"""


async def add(connection: Connection, act: WindowAct) -> None:
    """Keep a wish that was taken down."""
    await connection.execute(
        _ADD,
        act.person_id,
        act.act_id,
        act.wish.kind,
        wish_to_json(act.wish),
        act.reason,
        act.paper_reference,
        act.recognised_by,
        act.state,
        told_to_json(act.told),
        act.entered_by,
        act.entered_at,
        act.expires_at,
        act.in_force_at,
        act.subject_id,
        act.decided_by,
        act.decided_at,
        act.decision_reason,
    )


async def change(connection: Connection, act: WindowAct) -> None:
    """Keep what was decided; a decision is made once, and who asked for what on which paper never changes."""
    status = await connection.execute(
        _CHANGE,
        act.person_id,
        act.act_id,
        act.state,
        told_to_json(act.told),
        act.in_force_at,
        act.subject_id,
        act.decided_by,
        act.decided_at,
        act.decision_reason,
    )
    ensure(affected(status) == 1, "the window act to decide waits", status=status)
