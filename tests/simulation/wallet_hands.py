"""Wallets of the bureau with a real database: opened, filled and answered by the flows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows import answer_wallet_transfer, open_wallet, return_unaccepted, send_to_wallet
from qinji.flows.deps import Deps
from qinji.kernel.actor import Channel
from qinji.platform.keyed_calls import KeyedCall
from qinji.wallet import queries as wallets
from qinji.wallet.model import Answer, WalletTransfer
from tests.simulation.booked import DONE
from tests.simulation.operations import Reply, Send

NEWEST = 50


class WalletHands:
    """Does what people do with wallets; ``sent`` is every transfer in the order in which it was sent."""

    def __init__(
        self, deps: Deps, call: Callable[[str], KeyedCall[Any]], number: Callable[[UUID], str]
    ) -> None:
        self._deps = deps
        self._call = call
        self._number = number
        self.sent: list[WalletTransfer] = []

    async def do(self, asked: Send | Reply) -> bytes:
        """One act, and its reply."""
        return await (self._send(asked) if isinstance(asked, Send) else self._answer(asked))

    async def return_late(self) -> str:
        """The timer comes round."""
        while await return_unaccepted.run(self._deps) == return_unaccepted.TRANSFERS_MAX:
            continue
        return DONE

    async def _send(self, asked: Send) -> bytes:
        for person in (asked.sender, asked.receiver):
            opening = open_wallet.OpenWallet(self._call("open"), PersonActor(person), Channel.WEB)
            await open_wallet.run(opening, self._deps)
        command = send_to_wallet.SendToWallet(
            self._call("send"),
            PersonActor(asked.sender),
            Channel.WEB,
            self._number(asked.receiver),
            asked.amount_fen,
        )
        reply = await send_to_wallet.run(command, self._deps)
        known = {one.transfer_id for one in self.sent}
        async with self._deps.database.reading() as connection:
            newest = await wallets.sent(connection, asked.sender, NEWEST)
        self.sent += [one for one in newest if one.transfer_id not in known]
        return reply

    async def _answer(self, asked: Reply) -> bytes:
        transfer = self.sent[asked.transfer]
        answer = Answer.ACCEPT if asked.accepted else Answer.RETURN
        command = answer_wallet_transfer.AnswerWalletTransfer(
            self._call("answer"), PersonActor(transfer.receiver_id), Channel.WEB, transfer.transfer_id, answer
        )
        return await answer_wallet_transfer.run(command, self._deps)
