"""Writing bindings; called by flows only."""

from __future__ import annotations

from qinji.family.model import Binding
from qinji.kernel.ensure import ensure
from qinji.platform.database import Connection, affected

_ADD = """
insert into binding (person_id, binding_id, holder_id, relation, state, powers, route, channel, evidence_reference,
  evidence_hash, promised_day, entered_by, decided_by, reason, requested_at, active_at, ended_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
"""

_CHANGE = """
update binding set state = $3, powers = $4, promised_day = $5, decided_by = $6, reason = $7, active_at = $8,
  ended_at = $9
where person_id = $1 and binding_id = $2
"""


async def add(connection: Connection, binding: Binding) -> None:
    """Keep a new binding."""
    await connection.execute(
        _ADD,
        binding.person_id,
        binding.binding_id,
        binding.holder_id,
        binding.relation,
        binding.state,
        sorted(binding.powers),
        binding.route,
        binding.channel,
        binding.evidence_reference,
        binding.evidence_hash,
        binding.promised_day,
        binding.entered_by,
        binding.decided_by,
        binding.reason,
        binding.requested_at,
        binding.active_at,
        binding.ended_at,
    )


async def change(connection: Connection, binding: Binding) -> None:
    """Keep a binding's new state and powers; who asked, how, and on what evidence never changes."""
    status = await connection.execute(
        _CHANGE,
        binding.person_id,
        binding.binding_id,
        binding.state,
        sorted(binding.powers),
        binding.promised_day,
        binding.decided_by,
        binding.reason,
        binding.active_at,
        binding.ended_at,
    )
    ensure(affected(status) == 1, "the binding to change is there", status=status)
