"""医保钱包: what is in it, what is on its way, what can be done now and why not; and every movement."""

from __future__ import annotations

from starlette.responses import Response

from qinji.flows import read_wallet
from qinji.kernel.ids import to_wire
from qinji.kernel.kinship import CHINESE, Relation
from qinji.wallet.model import STATE_CHINESE, Terms, TransferState
from qinji.web.answers import page
from qinji.web.guards import PersonVisit
from qinji.web.texts import _, marked

DONE: dict[str, str] = {"opened": marked("已开通。没有动用任何钱。")}
WORDS = {"states": TransferState, "state_words": STATE_CHINESE, "wire": to_wire}
"""What every template about transfers uses."""


async def front(visit: PersonVisit) -> Response:
    """One's wallet at one glance."""
    home = await read_wallet.home(visit.person, visit.deps)
    done = DONE.get(visit.request.query_params.get("done", ""), "")
    return page(
        visit,
        "wallet/home.html",
        200,
        home=home,
        state=home.state,
        why_not=why_not(home.state),
        near=near(home.state.terms),
        done=_(done) if done else "",
        **WORDS,
    )


async def movements(visit: PersonVisit) -> Response:
    """What came in and what left, newest first."""
    rows = await read_wallet.movements(visit.person, visit.deps)
    state = await read_wallet.run(visit.person, visit.deps)
    return page(visit, "wallet/movements.html", rows=rows, state=state, most=read_wallet.MOVEMENTS_MAX)


def near(terms: Terms | None) -> str:
    """The relatives to whom one may send, in words."""
    return "" if terms is None else "、".join(CHINESE[one] for one in Relation if one in terms.relations)


def why_not(state: read_wallet.WalletState) -> str:
    """Why nothing can be sent at this moment; empty where something can."""
    terms = state.terms
    if terms is None:
        return state.why_not
    if state.closed_now:
        hours = _("每天 {closes} 到次日 {opens} 不能转出,请在 {opens} 以后再来。接收和退回不受影响。")
        return hours.format(closes=f"{terms.closes:%H:%M}", opens=f"{terms.opens:%H:%M}")
    if not state.left_today:
        return _("今天已经转了 {most} 次,到了每天的次数。请明天再转。").format(most=terms.per_day)
    if not state.account_fen:
        return _("您的个人账户里没有可以转的钱。您可以接收家人转来的钱。")
    return ""
