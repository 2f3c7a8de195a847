"""医保钱包: the receiver accepts money that waits, or gives it back."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows.acts import wallets
from qinji.flows.acts.act import Scene, carry_out
from qinji.flows.deps import Deps
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.kernel.actor import Channel
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.wallet.model import Answer, WalletTransfer


@dataclass(frozen=True, slots=True)
class AnswerWalletTransfer:
    """Which transfer, and what its receiver does about it."""

    call: KeyedCall[WithPeople[WalletTransfer]]
    actor: PersonActor
    channel: Channel
    transfer_id: UUID
    answer: Answer


async def run(command: AnswerWalletTransfer, deps: Deps) -> bytes:
    """Accept or give back, in one transaction. Refused: whatever ``acts.wallets.AnswerTransfer`` names."""
    now = deps.clock()
    act = wallets.AnswerTransfer(command.transfer_id, command.answer)
    hand = Hand(command.actor.person_id, command.channel)

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: carry_out(act, hand, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)
