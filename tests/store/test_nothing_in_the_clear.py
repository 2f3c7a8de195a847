"""No identity number and no secret of an institution stands in the clear anywhere in the database.

Not in a packed reply or decision either.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from qinji.flows import issue_key
from qinji.platform.database import Address
from qinji.platform.inbox import REPLIES
from qinji.platform.packing import NotPacked
from qinji.settlement.packing import DECISIONS
from tests.api.purchase import buy
from tests.bureau import open_bureau
from tests.door import open_door

DAUGHTER, MOTHER = "9902000000010001", "9902000000010002"


def readable(stored: bytes) -> Iterator[bytes]:
    """The bytes, and what unpacking makes of them without a key."""
    yield stored
    for unpack in (DECISIONS.unpack, REPLIES.unpack):
        try:
            yield unpack(stored)
        except NotPacked:
            continue


async def test_no_identity_number_and_no_secret_is_found_in_any_column(
    address: Address, tmp_path: Path
) -> None:
    async with open_bureau(address, tmp_path) as bureau, open_door(bureau) as door:
        await door.bound(DAUGHTER, MOTHER, "parent", powers=["show_code"])
        await (await door.sign_in(DAUGHTER)).grant(MOTHER, "parent")
        await buy(bureau, MOTHER, units=3)
        signing = [place for place in bureau.world.institutions if place.secret]
        await bureau.send("1201", signing[0].code, {"medinsinfo": {"fixmedins_code": signing[0].code}})
        issued = await issue_key.run(issue_key.IssueKey(signing[0].code, "os:test"), bureau.runtime)
        assert isinstance(issued, issue_key.KeyIssued)
        numbers = [person.certificate_number.encode() for person in bureau.world.people]
        secrets = [secret.encode() for secret in (issued.secret, *(place.secret for place in signing))]
        async with bureau.runtime.database.reading() as connection:
            tables = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
            for (table,) in tables:
                for row in await connection.fetch(f'select * from "{table}"'):
                    for column, value in row.items():
                        texts = readable(value) if isinstance(value, bytes) else [str(value).encode()]
                        assert not any(number in text for text in texts for number in (*numbers, *secrets)), (
                            table,
                            column,
                        )
            sealed = await connection.fetchval("select reply from inbox where message_number = '2102'")
        assert any(n in REPLIES.unpack(bureau.runtime.vault.unseal(sealed)) for n in numbers)
