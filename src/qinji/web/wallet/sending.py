"""用医保钱包转钱: whom and how much, one page to check with before and after, then it is on its way."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from qinji.flows import read_wallet, send_to_wallet
from qinji.flows.parts.consent_texts import ConsentKind, in_force
from qinji.flows.parts.people import WithPeople
from qinji.flows.send_to_wallet import Foreseen, LookAtSending
from qinji.insured.model import Person
from qinji.kernel.actor import Channel
from qinji.kernel.identity import is_identity_number, masked_number
from qinji.kernel.ids import to_wire
from qinji.kernel.kinship import spoken
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.platform.keyed_calls import KeyedCall
from qinji.wallet.model import Terms, WalletTransfer
from qinji.wallet.rules import not_near
from qinji.web.answers import go, page
from qinji.web.forms import Form, FormRefused, carry_out, read_form
from qinji.web.guards import PersonVisit
from qinji.web.relatives import find_relative, invented_kin
from qinji.web.texts import _
from qinji.web.wallet.home import near, why_not

FIELD_OF: dict[RefusalCode, str] = {
    RefusalCode.WALLET_SELF: "certificate",
    RefusalCode.WALLET_RELATION: "certificate",
    RefusalCode.WALLET_RECEIVER_STATUS: "certificate",
    RefusalCode.WALLET_SAME_PROVINCE: "certificate",
    RefusalCode.WALLET_AMOUNT: "amount",
    RefusalCode.WALLET_BALANCE: "amount",
}
"""Beside which field a refusal is told; every other stands on top."""
TELLS = frozenset(
    {RefusalCode.WALLET_MISSING, RefusalCode.WALLET_RECEIVER_STATUS, RefusalCode.WALLET_SAME_PROVINCE}
)
"""The relative reads it too (``wallet.rules.receiver_told``), and this page says so."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What was filled in, with its faults by field; ``amount_fen`` 0 where it is no amount."""

    name: str
    certificate: str
    written: str
    amount_fen: int
    errors: dict[str, str]


async def begin(visit: PersonVisit) -> Response:
    """The form: empty, or as it was when one comes back from the check page."""
    if visit.request.method == "POST":
        sending = _sending(await read_form(visit))
        sending.errors.clear()
    else:
        sending = Sending("", "", "", 0, {})
    return await _form(visit, sending, 200)


async def check(visit: PersonVisit) -> Response:
    """Everything once more, with before and after; nothing was sent yet."""
    sending = _sending(await read_form(visit))
    found = None if sending.errors else await _receiver(visit, sending)
    if found is None or isinstance(found, Refused):
        return await _wrong(visit, sending, found)
    foreseen = await send_to_wallet.look(
        LookAtSending(visit.person, found.number, sending.amount_fen), visit.deps
    )
    if isinstance(foreseen, Refused):
        return await _wrong(visit, sending, foreseen)
    return _check(visit, sending, foreseen)


async def send(visit: PersonVisit) -> Response:
    """Send it. Sent twice it is one transfer, and the same page tells what became of it."""
    form = await read_form(visit)
    sending = _sending(form)
    found = None if sending.errors else await _receiver(visit, sending)
    if found is None or isinstance(found, Refused):
        return await _wrong(visit, sending, found)

    async def act(call: KeyedCall[WithPeople[WalletTransfer]]) -> bytes:
        command = send_to_wallet.SendToWallet(
            call, visit.person, Channel.WEB, found.number, sending.amount_fen
        )
        return await send_to_wallet.run(command, visit.deps)

    done = await carry_out(visit, visit.person, form, act, lambda out: to_wire(out.thing.transfer_id))
    if done.refused:
        return await _told(visit, sending, RefusalCode[done.code], done.refused)
    return go(visit, f"/wallet/transfers/{done.shown}?done=sent")


def _sending(form: Form) -> Sending:
    certificate, errors = form.text("certificate").upper().replace(" ", ""), dict[str, str]()
    if not form.text("name"):
        errors["name"] = _("请写上家人的姓名,和身份证上一样")
    if not is_identity_number(certificate):
        errors["certificate"] = _("身份证号不对:应是 18 位,请对照身份证再看一遍")
    amount_fen = 0
    try:
        amount_fen = form.fen("amount") or 0
    except FormRefused as wrong:
        errors["amount"] = wrong.refused.text
    if not amount_fen and "amount" not in errors:
        errors["amount"] = _("请写转多少,例如 200 或 200.50")
    return Sending(form.text("name"), certificate, form.text("amount"), amount_fen, errors)


async def _terms(visit: PersonVisit) -> Terms | None:
    return (await read_wallet.run(visit.person, visit.deps)).terms


async def _receiver(visit: PersonVisit, sending: Sending) -> Person | Refused | None:
    """Whom the name and the number mean; nobody of this number, another name and no kin are told alike."""
    person = await find_relative(visit, sending.name, sending.certificate)
    terms = await _terms(visit)
    if person is not None or terms is None:
        return person
    return not_near(terms, None)


async def _wrong(visit: PersonVisit, sending: Sending, refused: Refused | None) -> Response:
    if refused is None:
        return await _form(visit, sending, 422)
    return await _told(visit, sending, refused.code, refused.text)


async def _told(visit: PersonVisit, sending: Sending, code: RefusalCode, words: str) -> Response:
    if code in TELLS:
        words += _("。已在对方的“谁看过我的信息”里告诉对方")
    field = FIELD_OF.get(code)
    if field is not None:
        sending.errors[field] = words
    return await _form(visit, sending, 422, "" if field else words, code)


async def _form(
    visit: PersonVisit, sending: Sending, status: int, error: str = "", code: RefusalCode | None = None
) -> Response:
    state = await read_wallet.run(visit.person, visit.deps)
    return page(
        visit,
        "wallet/send.html",
        status,
        sending=sending,
        errors=sending.errors,
        state=state,
        why_not=why_not(state),
        near=near(state.terms),
        error=error,
        same_province=code is RefusalCode.WALLET_SAME_PROVINCE,
        kin=await invented_kin(visit),
    )


def _check(visit: PersonVisit, sending: Sending, foreseen: Foreseen) -> Response:
    return page(
        visit,
        "wallet/send_check.html",
        sending=sending,
        foreseen=foreseen,
        relation=spoken(foreseen.relation, foreseen.receiver.sex),
        masked=masked_number(sending.certificate),
        text=in_force(ConsentKind.SEND_WALLET),
    )
