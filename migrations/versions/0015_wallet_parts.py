"""Of which received money a wallet paid: what came first goes first, so that a refund finds whose money it was."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

ENGINE, READERS = "qinji_engine", ("qinji_engine", "qinji_reader", "qinji_auditor")

# What was accepted, and what was taken since and not given back, each as a stretch of one line of fen: where two
# stretches of a person overlap, that act took of that transfer.
PARTS = """
with come as (
  select receiver_id as person_id, transfer_id as origin_id, ending_act as act_id, amount_fen,
    case when purse = 'account' then person_id end as giver_id,
    sum(amount_fen) over (partition by receiver_id order by ending_act) as upto
  from wallet_transfer where state = 'accepted'),
gone as (
  select person_id, act_id, sum(amount_fen) as amount_fen,
    sum(sum(amount_fen)) over (partition by person_id order by act_id) as upto
  from transfer t where debit = 'wallet' and reverses is null
    and not exists (select 1 from transfer r where r.person_id = t.person_id and r.reverses = t.act_id)
  group by person_id, act_id)
insert into wallet_part (person_id, act_id, origin_id, giver_id, change_fen)
select person_id, act_id, origin_id, giver_id, amount_fen from come
union all
select c.person_id, g.act_id, c.origin_id, c.giver_id,
  -(least(c.upto, g.upto) - greatest(c.upto - c.amount_fen, g.upto - g.amount_fen))
from come c join gone g on g.person_id = c.person_id
  and least(c.upto, g.upto) > greatest(c.upto - c.amount_fen, g.upto - g.amount_fen)
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '5s'")
    op.create_table(
        "wallet_part",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("act_id", sa.UUID(), nullable=False),
        sa.Column("origin_id", sa.UUID(), nullable=False),
        sa.Column("giver_id", sa.UUID(), nullable=True),
        sa.Column("change_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("change_fen <> 0", name=op.f("ck_wallet_part_changes_something")),
        sa.PrimaryKeyConstraint("person_id", "act_id", "origin_id", name=op.f("pk_wallet_part")),
    )
    op.execute(PARTS)
    for role in READERS:
        op.execute(f"grant select on wallet_part to {role}")
    # Rows are only added: what an act took never changes.
    op.execute(f"grant insert on wallet_part to {ENGINE}")


def downgrade() -> None:
    op.drop_table("wallet_part")
