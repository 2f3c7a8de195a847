"""`pg_dump` and `pg_restore` of the wheel, run by the caller's own account."""

from __future__ import annotations

from qinji.platform.postgres_place import client_programs

__all__ = ["client_programs"]
