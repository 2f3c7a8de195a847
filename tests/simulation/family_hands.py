"""Bindings of the bureau with a real database: asked for, confirmed, changed and ended by the flows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.family import queries as family
from qinji.flows import bind_relative, decide_binding, set_powers, unbind_relative
from qinji.flows.deps import Deps
from qinji.kernel.actor import Channel
from qinji.platform.keyed_calls import KeyedCall
from tests.simulation.operations import Bind, Empower, Unbind


@dataclass(slots=True)
class FamilyHands:
    """Does what people do about bindings. None: there is no binding of these two."""

    deps: Deps
    call: Callable[[str], KeyedCall[Any]]
    number: Callable[[UUID], str]

    async def bind(self, asked: Bind) -> bytes:
        """Ask, and say yes where one was asked."""
        command = bind_relative.BindRelative(
            self.call("bind"),
            PersonActor(asked.holder),
            Channel.WEB,
            self.number(asked.member),
            asked.relation,
        )
        reply = await bind_relative.run(command, self.deps)
        if b"refused" in reply:
            return reply
        async with self.deps.database.reading() as connection:
            binding = await family.between(connection, asked.holder, asked.member)
        assert binding is not None
        confirm = decide_binding.DecideBinding(
            self.call("confirm"), PersonActor(asked.member), Channel.WEB, binding.binding_id, approve=True
        )
        return await decide_binding.run(confirm, self.deps)

    async def unbind(self, asked: Unbind) -> bytes | None:
        """End it, where there is one."""
        async with self.deps.database.reading() as connection:
            binding = await family.between(connection, asked.holder, asked.member)
        if binding is None:
            return None
        command = unbind_relative.UnbindRelative(
            self.call("unbind"), PersonActor(asked.actor), Channel.WEB, binding.binding_id
        )
        return await unbind_relative.run(command, self.deps)

    async def empower(self, asked: Empower) -> bytes | None:
        """One side says what the holder may do, where there is a binding."""
        async with self.deps.database.reading() as connection:
            binding = await family.between(connection, asked.holder, asked.member)
        if binding is None:
            return None
        command = set_powers.SetPowers(
            self.call("powers"), PersonActor(asked.actor), Channel.WEB, binding.binding_id, asked.powers
        )
        return await set_powers.run(command, self.deps)
