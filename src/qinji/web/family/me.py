"""我的: who one is to the bureau, how one reads, and stopping one's code in one tap."""

from __future__ import annotations

from starlette.responses import Response

from qinji.flows import freeze_code
from qinji.flows.parts.arrears_standing import in_arrears, settles_alone
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.insured import queries as insured
from qinji.insured.model import STATUS_CHINESE, CodeState, Person
from qinji.insured.rules import has_account
from qinji.kernel.actor import Channel
from qinji.kernel.dates import local_day
from qinji.kernel.identity import masked_number
from qinji.ledger import queries as ledger
from qinji.ledger.model import own_balance
from qinji.platform.keyed_calls import KeyedCall
from qinji.web.answers import go, page
from qinji.web.forms import carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.look import LANGUAGE_NAMES, SIZE_NAMES
from qinji.web.texts import _, marked

CODE_STATES: dict[CodeState, str] = {
    CodeState.NOT_ACTIVATED: marked("未激活"),
    CodeState.ACTIVE: marked("正常"),
    CodeState.FROZEN: marked("已冻结"),
    CodeState.LOST: marked("已挂失"),
}
WANTED = {"freeze": CodeState.FROZEN, "lost": CodeState.LOST, "thaw": CodeState.ACTIVE}


async def front(visit: PersonVisit) -> Response:
    """What the bureau knows of oneself, masked; the balance of one's own account."""
    me = visit.person.person_id
    async with visit.deps.database.reading() as connection:
        person = (await insured.persons(connection, [me]))[me]
        pockets = (await ledger.balances(connection, [me])).get(me, {})
    certificate = visit.deps.vault.decrypt(person.certificate, person.certificate_key_version)
    return page(
        visit,
        "family/me.html",
        lapsed=in_arrears(person),
        pays_alone=settles_alone(person, local_day(visit.deps.clock()), visit.deps.book),
        person=person,
        certificate=masked_number(certificate),
        region=visit.deps.book.region_names().get(person.region, person.region),
        insured_as=STATUS_CHINESE[person.status],
        code_state=_(CODE_STATES[person.code_state]),
        balance_fen=own_balance(pockets) if has_account(person) else None,
        sizes=SIZE_NAMES,
        languages=LANGUAGE_NAMES,
    )


async def stopping(visit: PersonVisit) -> Response:
    """One page in plain words before one's code is frozen, reported lost, or thawed."""
    me = visit.person.person_id
    async with visit.deps.database.reading() as connection:
        person = (await insured.persons(connection, [me]))[me]
    text = in_force(ConsentKind.FREEZE_CODE)
    return page(visit, "family/stop_code.html", person=person, states=CodeState, text=text)


async def stop(visit: PersonVisit) -> Response:
    """Freeze, report lost or thaw one's own code."""
    form = await read_form(visit)
    wanted = WANTED.get(form.text("wanted"))
    if wanted is None:
        return go(visit, "/me/code")

    async def act(call: KeyedCall[Person]) -> bytes:
        command = freeze_code.FreezeCode(call, visit.person, Channel.WEB, wanted)
        return await freeze_code.run(command, visit.deps)

    told = await carry_out(visit, visit.person, form, act)
    if told.refused:
        return page(visit, "parts/problem.html", 422, title=_("没有变动"), text=told.refused, back="/me/code")
    return go(visit, "/me/code?done=yes")
