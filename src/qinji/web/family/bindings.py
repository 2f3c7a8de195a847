"""亲情账户: whose code one may show and who may show one's own; one binding by itself, its powers and its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.responses import Response

from qinji.evidence import queries as evidence
from qinji.evidence.model import KEPT_MAX
from qinji.family.model import Binding, BindingAct, BindingState, WaitsFor
from qinji.flows import decide_binding, list_bindings, set_powers, unbind_relative
from qinji.flows.list_bindings import BindingCard, FamilyHome
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.flows.parts.people import WithPeople
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.kernel.ids import from_wire, to_wire
from qinji.kernel.purpose import Power
from qinji.kernel.refusal import RefusalCode, refuse
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import go, page
from qinji.web.forms import Form, Told, carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.offered import offered_powers
from qinji.web.texts import _, marked

POWER_WORDS: dict[Power, str] = {
    Power.SHOW_CODE: marked("替您出示医保码:看病、买药时拿出您的码;花的是您自己的钱"),
    Power.ACTIVATE_CODE: marked("替您激活医保码"),
    Power.QUERY_STATUS: marked("看您的参保状态"),
    Power.QUERY_COST: marked("看您的看病花费和账单"),
    Power.OPEN_WALLET: marked("替您开通医保钱包(不动您的钱)"),
    Power.PAY_PREMIUM: marked("替您办理参保缴费(不动您的钱)"),
}
"""What each power means to the member who is asked for it."""

DONE: dict[str, str] = {
    "asked": marked("申请已提交。"),
    "confirm": marked("您已同意,对方现在可以办理您选的这些事。"),
    "decline": marked("您没有同意,对方不能替您办任何事。"),
    "powers": marked("权限已改好,立即生效。"),
    "end": marked("已解绑,立即生效。已经出示还没用的码作废了。"),
}

Work = Callable[[KeyedCall[WithPeople[Binding]]], Awaitable[bytes]]


async def front(visit: PersonVisit) -> Response:
    """Everybody bound, in both directions; what waits for one's own word first."""
    home = await list_bindings.run(visit.person, visit.deps)
    asked = [card for card in home.member_of if BindingAct.CONFIRM in card.acts]
    shown_by = [card for card in home.member_of if card not in asked]
    return page(
        visit,
        "family/family.html",
        home=home,
        asked=asked,
        shown_by=shown_by,
        states=BindingState,
        show_code=Power.SHOW_CODE,
        wire=to_wire,
    )


async def one(visit: PersonVisit) -> Response:
    """One binding: how it stands, and what one may do about it."""
    return await _show(visit, 200)


async def ending(visit: PersonVisit) -> Response:
    """One page in plain words before a binding is ended."""
    card = await _card(visit)
    if card is None or BindingAct.END not in card.acts:
        return _missing(visit)
    return page(
        visit,
        "family/unbind.html",
        card=card,
        key=to_wire(card.binding.binding_id),
        text=in_force(ConsentKind.UNBIND),
        pending=card.binding.state is BindingState.PENDING,
    )


async def decide(visit: PersonVisit) -> Response:
    """The member's word: yes to exactly the powers that were ticked, or no."""
    form = await read_form(visit)
    card = await _card(visit)
    if card is None:
        return _missing(visit)
    approve = form.text("answer") == "yes"
    binding = card.binding
    wanted = _powers(form)
    if approve and not wanted:
        return await _show(visit, 422, _("您一项也没有选。要么至少选一项,要么点“不同意”。"))

    async def act(call: KeyedCall[WithPeople[Binding]]) -> bytes:
        command = decide_binding.DecideBinding(
            call, visit.person, Channel.WEB, binding.binding_id, approve, powers=wanted if approve else None
        )
        return await decide_binding.run(command, visit.deps)

    return await _answer(visit, form, act, "confirm" if approve else "decline")


async def change_powers(visit: PersonVisit) -> Response:
    """The powers that the holder has from now on."""
    form = await read_form(visit)
    card = await _card(visit)
    if card is None:
        return _missing(visit)
    binding = card.binding

    async def act(call: KeyedCall[WithPeople[Binding]]) -> bytes:
        command = set_powers.SetPowers(call, visit.person, Channel.WEB, binding.binding_id, _powers(form))
        return await set_powers.run(command, visit.deps)

    return await _answer(visit, form, act, "powers")


async def end(visit: PersonVisit) -> Response:
    """End a binding, or take a request back."""
    form = await read_form(visit)
    card = await _card(visit)
    if card is None:
        return _missing(visit)
    binding = card.binding

    async def act(call: KeyedCall[WithPeople[Binding]]) -> bytes:
        command = unbind_relative.UnbindRelative(call, visit.person, Channel.WEB, binding.binding_id)
        return await unbind_relative.run(command, visit.deps)

    return await _answer(visit, form, act, "end")


async def _answer(visit: PersonVisit, form: Form, act: Work, done: str) -> Response:
    told: Told = await carry_out(visit, visit.person, form, act)
    if told.refused:
        return await _show(visit, 422, told.refused)
    return go(visit, f"/family/{visit.request.path_params['binding']}?done={done}")


async def _show(visit: PersonVisit, status: int, error: str = "") -> Response:
    card = await _card(visit)
    if card is None:
        return _missing(visit)
    photos = await _photos(visit, card)
    done = DONE.get(visit.request.query_params.get("done", ""), "")
    return page(
        visit,
        "family/binding.html",
        status,
        card=card,
        key=to_wire(card.binding.binding_id),
        acts=BindingAct,
        states=BindingState,
        waits=WaitsFor,
        power_names=offered_powers(visit.deps.book, local_day(visit.deps.clock())),
        power_words=POWER_WORDS,
        show_code=Power.SHOW_CODE,
        text=in_force(ConsentKind.BIND if BindingAct.CONFIRM in card.acts else ConsentKind.POWERS),
        done=_(done) if done else "",
        photos=photos,
        kept_days=KEPT_MAX.days,
        error=error,
    )


async def _card(visit: PersonVisit) -> BindingCard | None:
    """The binding of the address, if it is one of this person's."""
    wanted = from_wire(visit.request.path_params["binding"])
    home: FamilyHome = await list_bindings.run(visit.person, visit.deps)
    cards = (*home.held, *home.member_of, *home.past)
    return next((card for card in cards if card.binding.binding_id == wanted), None)


async def _photos(visit: PersonVisit, card: BindingCard) -> int:
    """How many photos of papers wait with a request of one's own; they are shown to nobody here."""
    if not card.as_holder or card.binding.state is not BindingState.PENDING:
        return 0
    async with visit.deps.database.reading() as connection:
        papers = await evidence.open_papers(connection, card.binding.person_id, card.binding.binding_id)
    return 0 if papers is None else len(papers.photos)


def _powers(form: Form) -> frozenset[Power]:
    known = {power.value for power in Power}
    return frozenset(Power(name) for name in form.texts("power") if name in known)


def _missing(visit: PersonVisit) -> Response:
    text = refuse(RefusalCode.NOT_FOUND).text
    return page(visit, "parts/problem.html", 404, title=_("没有找到这项绑定"), text=text, back="/family")
