"""The tax bureau's word about orders, from its callback or its answer file: each in a transaction of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qinji.flows.acts.act import Scene
from qinji.flows.acts.premiums import take_answer
from qinji.flows.deps import Deps
from qinji.premium.model import BureauAnswer, Taken


@dataclass(frozen=True, slots=True)
class AnswerPremiums:
    """Some answers; the same one may come often, in a file and in a call."""

    answers: Sequence[BureauAnswer]


async def run(command: AnswerPremiums, deps: Deps) -> list[Taken]:
    """What became of each, in order; safe to run twice. What contradicts the books is left for people to look at."""
    return [await _take(answer, deps) for answer in command.answers]


async def _take(answer: BureauAnswer, deps: Deps) -> Taken:
    now = deps.clock()

    async def attempt() -> Taken:
        async with deps.database.transaction() as connection:
            return await take_answer(answer, Scene(connection, now, deps))

    return await deps.database.repeatedly(attempt)
