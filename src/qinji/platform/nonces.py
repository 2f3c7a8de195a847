"""Values that may come once, and what is old enough to be forgotten (decision 0016)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from qinji.platform.database import Connection

Nonce: TypeAlias = tuple[str, str, datetime]
"""By whose key, the value, and the time of the message that brought it."""

# Inserted in one order by everybody, so that two processes wait for each other and do not block each other. The delete
# runs after the insert: PostgreSQL finishes the part that nobody reads at the end.
_REMEMBER = """
with forgotten as (delete from nonce where at < $4)
insert into nonce (access_key, nonce, at)
select * from unnest($1::text[], $2::text[], $3::timestamptz[])
on conflict do nothing returning access_key, nonce
"""


async def remember(
    connection: Connection, nonces: Iterable[Nonce], forget_before: datetime
) -> set[tuple[str, str]]:
    """Keep values, and answer those that were not known; forget those of messages older than this moment."""
    ordered = sorted(set(nonces))
    rows = await connection.fetch(
        _REMEMBER,
        [access_key for access_key, _, _ in ordered],
        [value for _, value, _ in ordered],
        [at for _, _, at in ordered],
        forget_before,
    )
    return {(row["access_key"], row["nonce"]) for row in rows}
