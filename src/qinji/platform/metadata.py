"""Helpers for table definitions: one metadata, and the class that each table declares for a cluster.

Classes (ARCHITECTURE 7): ``distributed`` by person_id, ``keyed`` by its own key, ``reference``, ``local``.
"""

from __future__ import annotations

from typing import Literal, TypeVar

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.elements import TextClause
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

Kind = TypeVar("Kind")
TableClass = Literal["distributed", "keyed", "reference", "local"]
Moment = DateTime(timezone=True)
Id = postgresql.UUID(as_uuid=True)


def table(name: str, kind: TableClass, *items: SchemaItem) -> Table:
    """A table of the one metadata with its declared class."""
    return Table(name, metadata, *items, info={"class": kind})


def key(name: str, kind: TypeEngine[Kind]) -> Column[Kind]:
    """A column of the primary key."""
    return Column(name, kind, primary_key=True)


def need(name: str, kind: TypeEngine[Kind], default: str | TextClause | None = None) -> Column[Kind]:
    """A column that is never null."""
    return Column(name, kind, nullable=False, server_default=default)


def may(name: str, kind: TypeEngine[Kind]) -> Column[Kind]:
    """A column that may be null."""
    return Column(name, kind, nullable=True)


def fen(name: str, default: str | None = None) -> Column[int]:
    """An amount in fen."""
    return Column(name, BigInteger(), nullable=False, server_default=default)


def check(condition: str, name: str) -> CheckConstraint:
    """A named CHECK."""
    return CheckConstraint(condition, name=name)


__all__ = ["Id", "LargeBinary", "Moment", "Text", "check", "fen", "key", "may", "metadata", "need", "table"]
