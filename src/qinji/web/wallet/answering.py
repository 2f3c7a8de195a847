"""One transfer: what was sent or arrives, until when; and the receiver's word, yes and no of equal size."""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from qinji.flows import answer_wallet_transfer, read_wallet
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.flows.parts.people import WithPeople
from qinji.flows.read_wallet import TransferCard
from qinji.kernel.actor import Channel
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.refusal import RefusalCode, refuse
from qinji.platform.keyed_calls import KeyedCall
from qinji.wallet.model import Answer, TransferState, WalletTransfer
from qinji.web.answers import go, page
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.texts import _
from qinji.web.wallet.home import WORDS


async def one(visit: PersonVisit) -> Response:
    """The transfer."""
    card = await _card(visit)
    return _missing(visit) if card is None else await _show(visit, card, 200)


async def send(visit: PersonVisit) -> Response:
    """Accept, or give back."""
    form = await read_form(visit)
    card, said = await _card(visit), form.text("answer")
    if card is None or said not in set(Answer):
        return _missing(visit)
    transfer, answer = card.transfer.transfer_id, Answer(said)

    async def act(call: KeyedCall[WithPeople[WalletTransfer]]) -> bytes:
        command = answer_wallet_transfer.AnswerWalletTransfer(
            call, visit.person, Channel.WEB, transfer, answer
        )
        return await answer_wallet_transfer.run(command, visit.deps)

    done = await carry_out(visit, visit.person, form, act)
    if done.refused:
        return await _show(visit, card, 422, done.refused)
    return go(visit, f"/wallet/transfers/{to_wire(transfer)}?done={answer}")


async def _card(visit: PersonVisit) -> TransferCard | None:
    wanted: UUID | None = from_wire(visit.request.path_params["transfer"])
    return None if wanted is None else await read_wallet.one(visit.person, wanted, visit.deps)


def _missing(visit: PersonVisit) -> Response:
    """Somebody else's transfer is like none."""
    text = refuse(RefusalCode.NOT_FOUND).text
    return page(visit, "parts/problem.html", 404, title=_("没有找到这笔转账"), text=text, back="/wallet")


async def _show(visit: PersonVisit, card: TransferCard, status: int, error: str = "") -> Response:
    state = await read_wallet.run(visit.person, visit.deps)
    transfer = card.transfer
    late = transfer.state is TransferState.PENDING and visit.deps.clock() >= transfer.returns_at
    return page(
        visit,
        "wallet/transfer.html",
        status,
        card=card,
        transfer=transfer,
        key=to_wire(transfer.transfer_id),
        shown=TransferState.EXPIRED if late else transfer.state,
        state=state,
        text=in_force(ConsentKind.ANSWER_WALLET),
        done="" if error else visit.request.query_params.get("done", ""),
        error=error,
        **WORDS,
    )
