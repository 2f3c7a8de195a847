"""The same message gets the same answer: what was answered to which message, kept as bytes.

Key: institution, message number, message id; beside it the hash of the canonical content. A row is written in the
transaction of the work it answers. The bytes are packed with a dictionary of what every reply repeats,
and sealed: replies of the national interface carry the identity number, which is never stored in the clear.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from qinji.platform.crypto import Vault
from qinji.platform.database import Connection, copy_in, lock_persons
from qinji.platform.packing import Packing

_DEFLATED_WITH = (
    b'{"infcode":0,"inf_refmsgid":"","refmsg_time":"","respond_time":"","err_msg":null,"warn_msg":null,"output":{'
    b'"setlinfo":{"setl_id":"","mdtrt_id":"","psn_no":"","psn_name":"","psn_cert_type":"01","certno":"","gend":"1",'
    b'"naty":"01","brdy":"","age":,"insutype":"310","psn_type":"11","cvlserv_flag":"0","setl_time":"",'
    b'"mdtrt_cert_type":"02","med_type":"11","medfee_sumamt":,"fulamt_ownpay_amt":0,"overlmt_selfpay":0,'
    b'"preselfpay_amt":0,"inscp_scp_amt":,"act_pay_dedc":0,"hifp_pay":,"pool_prop_selfpay":0.8,"cvlserv_pay":0,'
    b'"hifes_pay":0,"hifmi_pay":0,"hifob_pay":0,"maf_pay":0,"oth_pay":0,"fund_pay_sumamt":,"psn_part_amt":,'
    b'"acct_pay":,"psn_cash_pay":0,"balc":,"acct_mulaid_pay":0,"medins_setl_id":"","clr_optins":"","clr_way":"1",'
    b'"clr_type":"11","exp_content":null,"hosp_part_amt":0,"hifdm_pay":0},"setldetail":[{"fund_pay_type":"310100",'
    b'"inscp_scp_amt":,"crt_payb_lmt_amt":,"fund_payamt":,"fund_pay_type_name":"","setl_proc_info":""}],'
    b'"expContent":null},"cainfo":null,"signtype":null,"enctype":null}'
)
"""The words with which the first release deflated replies."""

REPLIES = Packing([Path(__file__).with_name("reply.1.zdict")], _DEFLATED_WITH)

OPEN_PREFETCH = 500
ANSWERED = 0
REVERSED = 1


@dataclass(frozen=True, slots=True)
class MessageKey:
    """Which message: the institution's code (or ``api``), the message number and the sender's id."""

    institution: str
    number: str
    identifier: str

    @property
    def text(self) -> str:
        """The key in one line."""
        return f"{self.institution}/{self.number}/{self.identifier}"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the inbox knows of a message. ``act`` is what it did (a settlement, a visit), if anything, to ``person``."""

    digest: bytes
    reversed: bool
    reply: bytes
    act: UUID | None
    person: UUID | None


_RECALL = """
select i.institution, i.message_number, i.message_id, i.digest, i.state, i.reply, i.act_id, i.person_id
from inbox i join unnest($1::text[], $2::text[], $3::text[]) as k(institution, number, identifier)
on i.institution = k.institution and i.message_number = k.number and i.message_id = k.identifier
"""

_COLUMNS = (
    *("institution", "message_number", "message_id", "digest", "state", "reply", "person_id", "act_id", "at"),
)


async def recall(
    connection: Connection, keys: Sequence[MessageKey], vault: Vault
) -> Mapping[MessageKey, Remembered]:
    """What was answered to these messages; those never seen are not in the result."""
    rows = await connection.fetch(
        _RECALL, [k.institution for k in keys], [k.number for k in keys], [k.identifier for k in keys]
    )
    return {
        MessageKey(row["institution"], row["message_number"], row["message_id"]): Remembered(
            row["digest"],
            row["state"] == REVERSED,
            REPLIES.unpack(vault.unseal(row["reply"])),
            row["act_id"],
            row["person_id"],
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer to keep; with ``reversed`` a tombstone, which refuses whatever comes later under the key."""

    key: MessageKey
    digest: bytes
    reply: bytes
    person: UUID | None
    act: UUID | None
    reversed: bool = False


def tombstone(key: MessageKey) -> Entry:
    """The mark that a message which was never seen is reversed; it has neither content, answer nor person."""
    return Entry(key, b"", b"", None, None, reversed=True)


async def remember(connection: Connection, entries: Sequence[Entry], at: datetime, vault: Vault) -> None:
    """Keep these answers, sorted by key; an answer that another transaction has kept first breaks the key.

    The work is run again from its first step then, and finds the answer (``Database.repeatedly``).
    """
    ordered = sorted(entries, key=lambda e: (e.key.institution, e.key.number, e.key.identifier))
    rows = [
        (
            e.key.institution,
            e.key.number,
            e.key.identifier,
            e.digest,
            REVERSED if e.reversed else ANSWERED,
            vault.seal(REPLIES.pack(e.reply), e.key.text),
            e.person,
            e.act,
            at,
        )
        for e in ordered
    ]
    await copy_in(connection, "inbox", _COLUMNS, rows)


async def mark_reversed(connection: Connection, key: MessageKey) -> None:
    """From now on this message is refused as reversed; called behind the lock of the person it was done for."""
    await connection.execute(
        "update inbox set state = $4 where institution = $1 and message_number = $2 and message_id = $3",
        key.institution,
        key.number,
        key.identifier,
        REVERSED,
    )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a piece of work answered: the bytes, whether they are kept, and what it did."""

    reply: bytes
    kept: bool
    act: UUID | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One message to answer once: its key, content hash, and how to answer a copy that was seen before."""

    key: MessageKey
    digest: bytes
    replay: Callable[[Remembered], bytes]


async def answer_once(
    connection: Connection,
    message: Message,
    person: UUID | None,
    at: datetime,
    work: Callable[[], Awaitable[Answer]],
    vault: Vault,
) -> bytes:
    """Answer from the inbox, or do the work behind the person's lock and keep its answer.

    The inbox is read twice: before the lock, to spare a replay the wait, and after it, because a copy that came at
    the same time may have been answered while this one waited.
    """
    before = (await recall(connection, [message.key], vault)).get(message.key)
    if before is None and person is not None:
        await lock_persons(connection, [person])
        before = (await recall(connection, [message.key], vault)).get(message.key)
    if before is not None:
        return message.replay(before)
    answer = await work()
    if answer.kept:
        entry = Entry(message.key, message.digest, answer.reply, person, answer.act)
        await remember(connection, [entry], at, vault)
    return answer.reply


async def open_all(connection: Connection, vault: Vault) -> int:
    """Opens every kept reply and answers how many there are; raises InvalidTag where the keys are others."""
    opened = 0
    async for row in connection.cursor("select reply from inbox", prefetch=OPEN_PREFETCH):
        REPLIES.unpack(vault.unseal(row["reply"]))
        opened += 1
    return opened
