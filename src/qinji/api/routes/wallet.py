"""医保钱包: open one, send to a near relative, accept or give back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from qinji.access.model import PersonActor
from qinji.api.session import (
    PAGE_DEFAULT,
    ChannelOf,
    DepsOf,
    Keyed,
    KeyedOf,
    Limit,
    Person,
    answer,
    check_text,
    identifier,
    shown,
    shown_text,
)
from qinji.api.views import Page, page
from qinji.api.wallet_views import (
    SendAsk,
    WalletAsk,
    WalletStateView,
    WalletTransferView,
    WalletView,
    transfer_shown,
    transfer_view,
    wallet_state_view,
    wallet_view,
)
from qinji.flows import answer_wallet_transfer, open_wallet, read_wallet, send_to_wallet
from qinji.flows.deps import Deps
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.insured import queries as insured
from qinji.kernel.actor import Channel
from qinji.kernel.ids import to_wire
from qinji.platform.database import Connection
from qinji.wallet import queries
from qinji.wallet.model import Answer, WalletTransfer

router = APIRouter(prefix="/wallet", tags=["医保钱包 wallet"])

After = Annotated[str | None, Query(max_length=40)]


@router.get("", response_model=WalletStateView)
async def state(person: Person, deps: DepsOf) -> Response:
    """My wallet: what is in it, what I have sent and nobody has accepted, what I may still send today."""
    return shown(wallet_state_view(await read_wallet.run(person, deps)))


@router.post("", status_code=201, response_model=WalletView)
async def open_one(
    ask: WalletAsk, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf
) -> Response:
    """Open my wallet, or with that power a bound member's (代开通); one that is open stays so."""
    check_text(ConsentKind.OPEN_WALLET, ask.consent_version)
    call = keyed.call("wallet.open", person, wallet_view, 201)
    return answer(await open_wallet.run(open_wallet.OpenWallet(call, person, channel, ask.psn_no), deps))


@router.get("/transfers/received")
async def received(
    person: Person,
    deps: DepsOf,
    limit: Limit = PAGE_DEFAULT,
    after: After = None,
    waiting: Annotated[bool, Query(description="只看等待接收的")] = False,
) -> Page[WalletTransferView]:
    """What was sent to me, newest first."""
    before = None if after is None else identifier(after)
    async with deps.database.reading() as connection:
        found = await queries.received(connection, person.person_id, limit, before, waiting=waiting)
        return await _page(found, limit, connection)


@router.get("/transfers/sent")
async def sent(
    person: Person, deps: DepsOf, limit: Limit = PAGE_DEFAULT, after: After = None
) -> Page[WalletTransferView]:
    """What I have sent, newest first."""
    before = None if after is None else identifier(after)
    async with deps.database.reading() as connection:
        return await _page(await queries.sent(connection, person.person_id, limit, before), limit, connection)


async def _page(
    found: Sequence[WalletTransfer], limit: int, connection: Connection
) -> Page[WalletTransferView]:
    ids = sorted({who for one in found for who in (one.person_id, one.receiver_id)})
    people = await insured.persons(connection, ids)
    cursor = to_wire(found[-1].transfer_id) if found else None
    return page([transfer_view(one, people) for one in found], limit, cursor)


@router.post("/transfers", status_code=201, response_model=WalletTransferView)
async def send(ask: SendAsk, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf) -> Response:
    """Send to a near relative's wallet. It leaves my account at once and waits until they accept it."""
    check_text(ConsentKind.SEND_WALLET, ask.consent_version)
    command = send_to_wallet.SendToWallet(
        keyed.call("wallet.send", person, transfer_shown, 201),
        person,
        channel,
        ask.receiver_psn_no,
        ask.amount_fen,
        ask.purse,
    )
    return answer(await send_to_wallet.run(command, deps))


_TEXT = shown_text(ConsentKind.ANSWER_WALLET)


@router.post("/transfers/{transfer_id}/accept", response_model=WalletTransferView, dependencies=[_TEXT])
async def accept(
    transfer_id: str, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf
) -> Response:
    """Accept what was sent to me: from now on it is in my wallet."""
    return await _answered(identifier(transfer_id), Answer.ACCEPT, person, channel, keyed, deps)


@router.post("/transfers/{transfer_id}/return", response_model=WalletTransferView, dependencies=[_TEXT])
async def give_back(
    transfer_id: str, person: Person, channel: ChannelOf, keyed: KeyedOf, deps: DepsOf
) -> Response:
    """Give back what was sent to me, while it waits; it returns to the account it came from."""
    return await _answered(identifier(transfer_id), Answer.RETURN, person, channel, keyed, deps)


async def _answered(
    transfer: UUID, what: Answer, person: PersonActor, channel: Channel, keyed: Keyed, deps: Deps
) -> Response:
    call = keyed.call(f"wallet.{what}", person, transfer_shown)
    command = answer_wallet_transfer.AnswerWalletTransfer(call, person, channel, transfer, what)
    return answer(await answer_wallet_transfer.run(command, deps))
