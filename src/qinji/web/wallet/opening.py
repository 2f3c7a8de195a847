"""开通医保钱包: one page in plain words, for oneself or for a bound relative who gave that power."""

from __future__ import annotations

from starlette.responses import Response

from qinji.access.authorize import authorize
from qinji.access.lookup import by_number
from qinji.access.model import Action
from qinji.flows import open_wallet, read_wallet
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.flows.parts.people import WithPeople
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.actor import Channel
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform.keyed_calls import KeyedCall
from qinji.wallet.model import Wallet
from qinji.web.answers import go, page
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import NUMBER_MAX, PersonVisit
from qinji.web.texts import _


async def begin(visit: PersonVisit) -> Response:
    """What opening means; nothing is opened yet."""
    member = await _member(visit, visit.request.query_params.get("member", ""))
    if isinstance(member, Refused):
        return _refused(visit, member)
    if member is None and (await read_wallet.run(visit.person, visit.deps)).wallet is not None:
        return go(visit, "/wallet")
    return _show(visit, member, 200)


async def send(visit: PersonVisit) -> Response:
    """Open it."""
    form = await read_form(visit)
    member = await _member(visit, form.text("member"))
    if isinstance(member, Refused):
        return _refused(visit, member)
    number = None if member is None else member.number

    async def act(call: KeyedCall[WithPeople[Wallet]]) -> bytes:
        command = open_wallet.OpenWallet(call, visit.person, Channel.WEB, number)
        return await open_wallet.run(command, visit.deps)

    done = await carry_out(visit, visit.person, form, act)
    if done.refused:
        return _show(visit, member, 422, done.refused)
    if member is None:
        return go(visit, "/wallet?done=opened")
    return page(visit, "wallet/opened.html", member=member)


async def _member(visit: PersonVisit, number: str) -> Person | Refused | None:
    """The relative who is meant, if one may open a wallet for them; None: oneself."""
    if not number:
        return None
    async with visit.deps.database.reading() as connection:
        member = await by_number(connection, number[:NUMBER_MAX], visit.deps.vault)
        if member is None:
            return refuse(RefusalCode.NOT_FOUND)
        basis = await authorize(connection, visit.person, member, Action.OPEN_WALLET)
        if isinstance(basis, Refused):
            return basis
        return (await insured.persons(connection, [member]))[member]


def _refused(visit: PersonVisit, refused: Refused) -> Response:
    title = _("不能替这位家人开通")
    return page(visit, "parts/problem.html", 404, title=title, text=refused.text, back="/family")


def _show(visit: PersonVisit, member: Person | None, status: int, error: str = "") -> Response:
    text = in_force(ConsentKind.OPEN_WALLET)
    return page(visit, "wallet/open.html", status, member=member, text=text, error=error)
