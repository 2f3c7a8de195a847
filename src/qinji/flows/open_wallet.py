"""医保钱包: open one's own, or a bound member's with that power (代开通). It moves no money."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.access.model import PersonActor
from qinji.flows.acts import wallets
from qinji.flows.acts.act import Scene, carry_out
from qinji.flows.deps import Deps
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.kernel.actor import Channel
from qinji.platform.keyed_calls import KeyedCall, answer_call
from qinji.wallet.model import Wallet


@dataclass(frozen=True, slots=True)
class OpenWallet:
    """``member_number`` None opens one's own."""

    call: KeyedCall[WithPeople[Wallet]]
    actor: PersonActor
    channel: Channel
    member_number: str | None = None


async def run(command: OpenWallet, deps: Deps) -> bytes:
    """Open a wallet; one that is open stays as it is. Refused: whatever ``acts.wallets.OpenWallet`` names."""
    now = deps.clock()
    act = wallets.OpenWallet(command.member_number)
    hand = Hand(command.actor.person_id, command.channel)

    async def attempt() -> bytes:
        async with deps.database.transaction() as connection:
            scene = Scene(connection, now, deps)
            return await answer_call(
                connection, command.call, now, lambda: carry_out(act, hand, scene), deps.vault
            )

    return await deps.database.repeatedly(attempt)
