"""The ledger audits itself by queries: every invariant that its own tables can show. It can fail.

I1 each clearing account is zero per act · I2 amounts are positive · I3 a stored balance equals its transfers ·
I4 no balance below zero · I12 what a line of a run or of a clawback says it booked is booked, once · I14 each reversal
mirrors its original, no credit is taken back beyond itself, and flows hold no UPDATE or DELETE on transfers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from qinji.kernel.money import yuan
from qinji.ledger.chart import CLEARING, Account
from qinji.ledger.model import POCKET_OF
from qinji.platform.database import Connection

FINDINGS_MAX = 100
FROZEN_TABLES = ("transfer", "settlement", "cancellation", "wallet_part", "consent", "audit")
ENGINE = "qinji_engine"


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken promise: which invariant, where, and a sentence."""

    invariant: str
    place: str
    chinese: str


_CLEARING = """
select act_id, a.account,
  sum(case when t.debit = a.account then t.amount_fen else -t.amount_fen end)::bigint as standing
from transfer t join unnest($1::text[]) as a(account) on t.debit = a.account or t.credit = a.account
group by act_id, a.account having sum(case when t.debit = a.account then t.amount_fen else -t.amount_fen end) <> 0
limit $2
"""

_STORED = """
with stored as (select * from unnest($1::text[], $2::smallint[]) as k(account, place)),
moved as (
  select t.person_id, coalesce(k.place, t.pocket, 0) as pocket, t.amount_fen
  from transfer t join stored k on t.credit = k.account
  union all
  select t.person_id, coalesce(k.place, t.pocket, 0), -t.amount_fen
  from transfer t join stored k on t.debit = k.account
),
sums as (select person_id, pocket, sum(amount_fen) as total from moved group by person_id, pocket)
select coalesce(a.person_id, s.person_id) as person_id, coalesce(a.pocket, s.pocket) as pocket,
  coalesce(a.balance_fen, 0)::bigint as balance_fen, coalesce(s.total, 0)::bigint as total
from personal_account a full join sums s on s.person_id = a.person_id and s.pocket = a.pocket
where coalesce(a.balance_fen, 0) <> coalesce(s.total, 0) limit $3
"""

_LINES = """
select l.person_id, l.line, l.amount_fen from account_run_line l
left join transfer t on t.person_id = l.person_id and t.act_id = l.act_id and t.credit = $1
where t.act_id is null or t.amount_fen <> l.amount_fen
union all
select person_id, min(line), min(amount_fen) from account_run_line group by person_id, act_id having count(*) > 1
limit $2
"""

_CLAWED = """
with taken as (
  select person_id, act_id, sum(amount_fen) as amount_fen, count(*) as rows from transfer
  where debit = $1 and credit = $2 and reverses is null group by person_id, act_id)
select coalesce(l.person_id, t.person_id) as person_id, coalesce(l.act_id, t.act_id) as act_id,
  coalesce(l.amount_fen, t.amount_fen)::bigint as amount_fen
from clawback_line l full join taken t on t.person_id = l.person_id and t.act_id = l.act_id
where l.amount_fen is distinct from t.amount_fen
union all
select person_id, act_id, min(amount_fen) from clawback_line group by person_id, act_id having count(*) > 1
limit $3
"""

_CLAWED_BEYOND = """
select l.person_id, l.credit_act_id, l.taken::bigint as taken, t.amount_fen from (
  select person_id, credit_act_id, sum(amount_fen) as taken from clawback_line group by person_id, credit_act_id) l
left join transfer t on t.person_id = l.person_id and t.act_id = l.credit_act_id and t.debit = $1 and t.credit = $2
where t.act_id is null or l.taken > t.amount_fen limit $3
"""

_MIRROR = """
select r.person_id, r.act_id, r.seq from transfer r
left join transfer o on o.person_id = r.person_id and o.act_id = r.reverses and o.seq = r.seq
where r.reverses is not null and (o.act_id is null or o.debit <> r.credit or o.credit <> r.debit
  or o.amount_fen <> r.amount_fen or o.book <> r.book or (o.institution, o.pocket, o.other_person_id, o.other_book)
  is distinct from (r.institution, r.pocket, r.other_person_id, r.other_book)) limit $1
"""

_HALF_REVERSED = """
select o.act_id from transfer o join (
  select distinct reverses from transfer where reverses is not null and act_id <> all($2::uuid[])) u
on u.reverses = o.act_id
where not exists (select 1 from transfer r where r.person_id = o.person_id and r.reverses = o.act_id and r.seq = o.seq)
limit $1
"""


async def audit(connection: Connection, corrections: Sequence[UUID] = ()) -> list[Finding]:
    """Every broken promise, at most a hundred of each kind; an empty list means that the books are right.

    ``corrections`` are the acts that may take back a part of another (decision 0038); every other act takes back all
    that still stood.
    """
    return [
        *await _acts(connection),
        *await _balances(connection),
        *await _lines(connection),
        *await _clawbacks(connection),
        *await _reversals(connection, corrections),
        *await _rights(connection),
    ]


async def _acts(connection: Connection) -> list[Finding]:
    open_rows = await connection.fetch(_CLEARING, list(CLEARING), FINDINGS_MAX)
    wrong = await connection.fetch(
        "select act_id, seq, amount_fen from transfer where amount_fen <= 0 limit $1", FINDINGS_MAX
    )
    return [
        Finding("I1", str(row["act_id"]), f"过渡科目 {row['account']} 未平,差 {yuan(row['standing'])} 元")
        for row in open_rows
    ] + [
        Finding("I2", f"{row['act_id']}/{row['seq']}", f"分录金额 {yuan(row['amount_fen'])} 元不大于零")
        for row in wrong
    ]


async def _balances(connection: Connection) -> list[Finding]:
    differing = await connection.fetch(_STORED, list(POCKET_OF), list(POCKET_OF.values()), FINDINGS_MAX)
    below = await connection.fetch(
        "select person_id, pocket, balance_fen from personal_account where balance_fen < 0 limit $1",
        FINDINGS_MAX,
    )
    return [
        Finding(
            "I3",
            f"{row['person_id']}/{row['pocket']}",
            f"账户余额 {yuan(row['balance_fen'])} 元与分录合计 {yuan(row['total'])} 元不符",
        )
        for row in differing
    ] + [
        Finding("I4", f"{row['person_id']}/{row['pocket']}", f"账户余额 {yuan(row['balance_fen'])} 元低于零")
        for row in below
    ]


async def _lines(connection: Connection) -> list[Finding]:
    unlike = await connection.fetch(_LINES, Account.PERSONAL, FINDINGS_MAX)
    return [
        Finding(
            "I12",
            f"{row['person_id']}/{row['line']}",
            f"批次行的 {yuan(row['amount_fen'])} 元与分录不符",
        )
        for row in unlike
    ]


async def _clawbacks(connection: Connection) -> list[Finding]:
    source, personal = Account.SOURCE_CONTRIBUTION, Account.PERSONAL
    unlike = await connection.fetch(_CLAWED, personal, source, FINDINGS_MAX)
    beyond = await connection.fetch(_CLAWED_BEYOND, source, personal, FINDINGS_MAX)
    return [
        Finding(
            "I12",
            f"{row['person_id']}/{row['act_id']}",
            f"扣回行的 {yuan(row['amount_fen'])} 元与分录不符",
        )
        for row in unlike
    ] + [
        Finding(
            "I14",
            f"{row['person_id']}/{row['credit_act_id']}",
            f"扣回合计 {yuan(row['taken'])} 元多于原划入,或没有这笔划入",
        )
        for row in beyond
    ]


async def _reversals(connection: Connection, corrections: Sequence[UUID]) -> list[Finding]:
    unlike = await connection.fetch(_MIRROR, FINDINGS_MAX)
    half = await connection.fetch(_HALF_REVERSED, FINDINGS_MAX, list(corrections))
    return [Finding("I14", f"{row['act_id']}/{row['seq']}", "冲销分录与原分录不对应") for row in unlike] + [
        Finding("I14", str(row["act_id"]), "撤销不完整:有分录未冲回") for row in half
    ]


async def _rights(connection: Connection) -> list[Finding]:
    found = []
    for table in FROZEN_TABLES:
        for right in ("UPDATE", "DELETE", "TRUNCATE"):
            held = await connection.fetchval("select has_table_privilege($1, $2, $3)", ENGINE, table, right)
            if right == "UPDATE":
                held = held or await connection.fetchval(
                    "select has_any_column_privilege($1, $2, $3)", ENGINE, table, right
                )
            if held:
                found.append(Finding("I14", table, f"应用角色 {ENGINE} 拥有 {table} 的 {right} 权限"))
    return found
