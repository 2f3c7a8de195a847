"""Alembic's environment: runs on the connection that ``qinji.entry.schema.migrate`` hands over."""

from alembic import context

from qinji.entry.schema import all_tables

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=all_tables(), compare_type=True)
with context.begin_transaction():
    context.execute("set local lock_timeout = '5s'")
    context.run_migrations()
