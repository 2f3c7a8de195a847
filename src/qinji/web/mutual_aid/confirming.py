"""等您确认: a relative's large bill asks its grantor; two buttons of one size, and the page renews itself."""

from __future__ import annotations

import hashlib

from starlette.responses import Response

from qinji.flows import answer_confirmation, list_confirmations
from qinji.flows.list_confirmations import Asked
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.flows.parts.people import WithPeople
from qinji.kernel.actor import Channel
from qinji.kernel.ids import from_wire, to_wire
from qinji.mutual_aid.model import ANSWER_CHINESE, Confirmation
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import HEADERS, go, page
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.mutual_aid import step_up
from qinji.web.mutual_aid.home import missing
from qinji.web.texts import _, marked

HERE = "/mutual-aid/confirmations"
DONE: dict[str, str] = {
    "yes": marked("已同意。这一笔可以用您的钱,只用一次;现在还没有扣款,请家人告诉收费员重新预结算。"),
    "no": marked("已拒绝。您的账户只付到您设定的金额,家人照常就诊,其余由其本人账户或现金付。"),
}
MARK_LENGTH = 16


async def front(visit: PersonVisit) -> Response:
    """What waits for an answer, then what was answered; asked for a part, only what is new."""
    asked = await list_confirmations.run(visit.person, visit.deps)
    if visit.partial and visit.request.query_params.get("since") == _mark(asked):
        return Response(status_code=204, headers=HEADERS)
    return _show(visit, asked)


async def send(visit: PersonVisit) -> Response:
    """Yes or no to one request, with the amount that the page showed."""
    form = await read_form(visit)
    wanted, amount = from_wire(visit.request.path_params["request"]), form.text("amount")
    if wanted is None or not (amount.isascii() and amount.isdigit()):
        return missing(visit)
    approve = form.text("answer") == "yes"

    async def act(call: KeyedCall[WithPeople[Confirmation]]) -> bytes:
        command = answer_confirmation.AnswerConfirmation(
            call, visit.person, Channel.WEB, wanted, int(amount), approve
        )
        return await answer_confirmation.run(command, visit.deps)

    done = await carry_out(visit, visit.person, form, act)
    if step_up.needed(done):
        return await step_up.ask(visit, form)
    if done.refused:
        return _show(visit, await list_confirmations.run(visit.person, visit.deps), 422, done.refused)
    return go(visit, f"{HERE}?done={'yes' if approve else 'no'}")


def _mark(asked: Asked) -> str:
    """What the page shows, in short: it changes only when something has happened."""
    cards = (*asked.waiting, *asked.answered)
    told = "|".join(f"{one.confirmation_id}{one.answer}{one.amount_fen}" for one in cards)
    return hashlib.sha256(told.encode()).hexdigest()[:MARK_LENGTH]


def _show(visit: PersonVisit, asked: Asked, status: int = 200, error: str = "") -> Response:
    done = "" if error else DONE.get(visit.request.query_params.get("done", ""), "")
    template = "mutual_aid/confirmations_part.html" if visit.partial else "mutual_aid/confirmations.html"
    return page(
        visit,
        template,
        status,
        asked=asked,
        follow=f"{HERE}?since={_mark(asked)}",
        text=in_force(ConsentKind.CONFIRM_PAYMENT),
        answers=ANSWER_CHINESE,
        done=_(done) if done else "",
        error=error,
        wire=to_wire,
    )
