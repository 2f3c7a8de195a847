"""Grants, accounts and codes of the bureau with a real database: what people do about them, by the flows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from qinji.access.model import PersonActor
from qinji.flows import (
    answer_confirmation,
    change_grant,
    credit_accounts,
    freeze_code,
    pause_all_grants,
    roll_over_balances,
)
from qinji.flows.parts.crediting import CreditFile, CreditRow
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.mutual_aid import queries as mutual_aid
from qinji.mutual_aid.model import BillKey, Confirmation, Grant
from qinji.platform.keyed_calls import KeyedCall
from tests.bureau import Bureau, signed_in
from tests.simulation.accounts import result_of as credited
from tests.simulation.accounts import row_of
from tests.simulation.booked import DONE
from tests.simulation.cast import Cast
from tests.simulation.granting import named
from tests.simulation.operations import Answer, Change, Contribute, Credit, Freeze, Pause

REQUESTS_MAX = 1_000


@dataclass(slots=True)
class GrantHands:
    """Does what people do about grants, codes and accounts. ``mark`` names the files of this run."""

    bureau: Bureau
    cast: Cast
    call: Callable[[str], KeyedCall[Any]]
    mark: str
    files: int = 0
    credits: list[tuple[str, CreditRow]] = field(default_factory=list)

    async def pause(self, asked: Pause, grant: Grant | None) -> bytes:
        """One grant or all; ``grant`` is the one where one is named."""
        deps, actor = self.bureau.runtime, signed_in(asked.grantor, self.bureau.clock())
        if grant is None:
            every = pause_all_grants.PauseAllGrants(self.call("all"), actor, Channel.WEB, asked.paused)
            return await pause_all_grants.run(every, deps)
        command = change_grant.ChangeGrant(
            self.call("pause"), actor, Channel.WEB, grant.grant_id, {}, paused=asked.paused
        )
        return await change_grant.run(command, deps)

    async def change(self, asked: Change, grant: Grant) -> bytes:
        """Other limits."""
        actor = signed_in(asked.grantor, self.bureau.clock())
        limits = named(asked.limits)
        command = change_grant.ChangeGrant(self.call("change"), actor, Channel.WEB, grant.grant_id, limits)
        return await change_grant.run(command, self.bureau.runtime)

    async def request(self, asked: Answer, grant: Grant, bill: BillKey) -> Confirmation | None:
        """What this grantor was asked of a bill."""
        async with self.bureau.runtime.database.reading() as connection:
            every = await mutual_aid.asked_of(connection, asked.grantor, self.bureau.clock(), REQUESTS_MAX)
        return next((one for one in every if (one.grant_id, one.bill) == (grant.grant_id, bill)), None)

    async def answer(self, asked: Answer, known: Confirmation) -> bytes:
        """Yes or no."""
        actor = signed_in(asked.grantor, self.bureau.clock())
        command = answer_confirmation.AnswerConfirmation(
            self.call("answer"),
            actor,
            Channel.WEB,
            known.confirmation_id,
            known.amount_fen,
            asked.approve,
        )
        return await answer_confirmation.run(command, self.bureau.runtime)

    async def freeze(self, asked: Freeze) -> bytes:
        """The own code."""
        actor = PersonActor(asked.person)
        command = freeze_code.FreezeCode(self.call("code"), actor, Channel.WEB, asked.wanted)
        return await freeze_code.run(command, self.bureau.runtime)

    async def credit(self, asked: Contribute | Credit) -> str:
        """A file of one row; a contribution is a supplement, which may come as often as it likes."""
        deps, person = self.bureau.runtime, self.cast.people[asked.person]
        self.files += 1
        file = CreditFile(
            f"{self.mark}/{self.files}", "os:simulation", supplement=isinstance(asked, Contribute)
        )
        run = await credit_accounts.begin(file, deps)
        row = row_of(asked, person.number, person.person_status, local_day(self.bureau.clock()))
        made = await credit_accounts.run(credit_accounts.CreditAccounts(run, file, [row]), deps)
        self.credits += [(file.name, one.row) for one in made.booked]
        return credited(made)

    async def end_years(self) -> str:
        """The timer of account years comes round."""
        while await roll_over_balances.run(self.bureau.runtime):
            continue
        return DONE
