"""Alembic's environment: runs on the connection that ``qinji.entry.schema.migrate`` hands over."""

from alembic import context

from qinji.entry.schema import all_tables

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=all_tables(), compare_type=True)
with context.begin_transaction():
    # Two servers of one database that start at once come one after the other; waited for without a limit, so before it.
    context.execute("select pg_advisory_xact_lock(hashtext('qinji schema'))")
    context.execute("set local lock_timeout = '5s'")
    context.run_migrations()
