"""What of a message may be kept for its sender to look at: what is known to be harmless, and of the rest its beginning.

A vendor may send a real person's data to a sandbox by mistake. So nothing is shown because it does not look dangerous;
a value is shown whole only where its field is known and the value has the form that this field has (an amount, a time,
a code of a dictionary, an identifier of ours). Whatever else was sent is cut to its beginning, its length and a keyed
mark: two values that were equal have the same mark, and the mark tells nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

import msgspec

from qinji.gateway.envelope import DEPTH_MAX, depth_allowed
from qinji.gateway.fields import Field, Kind, Node, OutField, OutNode
from qinji.gateway.registry import SERVED
from qinji.gateway.wire import Json, as_text
from qinji.platform.log import masked_text

Mark = Callable[[str], str]
"""A few characters that are the same for the same text, and tell nothing of it to who has no key."""

SHOWN_MAX = 4
"""Characters that are left of a value that is not shown; never more than half of it."""

SHORT_MAX = 4
"""A hidden value of so few ASCII characters is taken out of a sentence only where it is quoted there."""

MARKS_MAX = 4096
"""Marks of one message that are not computed twice."""

ECHOED_MAX = 40
"""Characters of a value that a refusal repeats."""

_DECODER = msgspec.json.Decoder(float_hook=Decimal)
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NAMES = frozenset({"psn_name", "opter_name", "userName", "dr_name", "bilg_dr_name", "dise_dor_name"})
"""Names of people: one character is left."""

_PERSONAL = _words(
    """psn_no certno mdtrt_cert_no card_sn psn_name tel addr email brdy birthday ecToken ecIndexNo ecQrCode authNo idNo
    userName opter_name dr_name bilg_dr_name dise_dor_name orders_dr_name emp_name ipt_otp_no cainfo memo"""
)
"""Never shown whole, whatever they look like. Fields without a form below are not shown whole either."""

_MOMENT = re.compile(r"(19|20|21)\d\d[-/]\d\d?[-/]\d\d?([ T]\d\d?:\d\d(:\d\d(\.\d+)?)?)?")
_AMOUNT = re.compile(r"[-+]?\d{1,10}(\.\d{1,20})?|[-+0-9.,eE]{1,7}")
_CODE = re.compile(r"-?[0-9A-Za-z]{1,6}")
_VERSION = re.compile(r"[vV]?\d{1,2}(\.\d{1,2}){0,2}")
_SYSTEM = re.compile(r"[A-Za-z_]{1,10}|\d{1,4}")
_OURS = re.compile(r"(?=\d*[A-Z])[0-9A-HJKMNP-TV-Z]{26}")
_STAMP = r"20\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])([01]\d|2[0-3])[0-5]\d[0-5]\d"
_MESSAGE_ID = re.compile(
    rf"[HP]\d{{11}}{_STAMP}\d{{0,6}}|\d{{1,10}}|[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}"
)
_OWN_NUMBER = re.compile(r"(?!1[3-9]\d{9}$)[A-Za-z]{0,3}\d{1,6}|(?!1[3-9]\d{9}$)\d{7,13}")
_ITEM = re.compile(r"\d{15}-\d{9}|C\d{20}|(?!.*\d{16})[A-Z][A-Z0-9]{11,29}")
_DIAGNOSIS = re.compile(r"[A-Z]\d\d(\.[0-9x+]{1,7})?\*?")
_REFERENCE = re.compile(r"\d{30}")
_REPLY_STAMP = re.compile(r"\d{17}")
INSTITUTION = re.compile(r"[HPhp][0-9OoIl]{5,13}")
"""The form of an institution's code, with room for a typing error."""

_FORMS: Mapping[re.Pattern[str], str] = {
    _CODE: """infno oinfno infcode code opter_type signtype enctype encType mdtrtarea_admvs insuplc_admdvs insuOrg
        insu_optins clr_optins fixmedins_poolarea businessInfo caty diag_type inout_diag_type birctrl_type matn_type
        geso_val rx_circ_flag etip_flag dscg_tkdrug_flag matn_fee_flag pub_hosp_rfom_flag tcmdrug_used_way
        dise_type_code naty psn_idet_type psn_type_lv gender idType year flxempe_flag nwb_flag lmtpric_hosp_lv
        dedc_hosp_lv bas_medn_flag hi_nego_drug_flag chld_medc_flag list_sp_item_flag drt_reim_flag hosp_prep_flag
        prodplac_type adm_cond mdtrt_cert_type rlts""",
    _AMOUNT: "diag_srt_no pay_amt prd_days",
    _MOMENT: "inf_time opt_time diag_time birctrl_matn_date",
    _VERSION: "infver",
    _SYSTEM: "recer_sys_code type",
    _OURS: "mdtrt_id setl_id diag_info_id",
    _MESSAGE_ID: "msgid omsgid medins_setl_id",
    _OWN_NUMBER: """chrg_bchno feedetl_sn rxno rx_drord_no invono comb_no sign_no opter opter_no opter_id dev_no termId
        medins_list_codg dept_code bilg_dept_codg acord_dept_codg bilg_dr_codg dise_dor_no orders_dr_code atddr_no
        etip_hosp_code dise_codg""",
    _ITEM: "med_list_codg hilist_code",
    _DIAGNOSIS: "diag_code",
    _REFERENCE: "inf_refmsgid",
    _REPLY_STAMP: "refmsg_time respond_time",
    INSTITUTION: "fixmedins_code",
}

_SENTENCES = frozenset({"err_msg", "warn_msg", "message", "setl_proc_info", "fund_pay_type_name"})
"""Sentences of our own replies: shown, save what the message brought into them."""

ENVELOPE_NAMES = _words(
    """infno msgid mdtrtarea_admvs insuplc_admdvs recer_sys_code dev_no dev_safe_info cainfo signtype infver opter_type
    opter opter_name inf_time fixmedins_code fixmedins_name sign_no input infcode inf_refmsgid refmsg_time respond_time
    err_msg warn_msg output enctype encType code type message success data expContent acct_payers"""
)

_PLAIN_NAME = re.compile(r"(?!.*\d{5})[A-Za-z_][A-Za-z0-9_]{0,39}")
_TOKEN = re.compile(r"[^\s{}\[\]:,\"'=&<>;()]+")
_SHORT_NUMBER = re.compile(r"-?\d{1,5}(\.\d{1,4})?")
_LITERALS = frozenset({"true", "false", "null", "NULL"})


def _form_of(field: Field | OutField) -> re.Pattern[str] | None:
    if field.kind is Kind.NUMBER:
        return _AMOUNT
    if field.kind in {Kind.DATE, Kind.DATETIME}:
        return _MOMENT
    return _CODE if field.dictionary else None


def _nodes() -> Iterator[Node | OutNode]:
    for served in SERVED.values():
        yield from served.message.nodes_in
        yield from served.message.nodes_out


def _forms() -> dict[str, re.Pattern[str]]:
    """The form of each field that may be shown, by its name."""
    found = {name: form for form, names in _FORMS.items() for name in names.split()}
    for node in _nodes():
        for field in node.fields:
            form = _form_of(field)
            if form is not None:
                found.setdefault(field.name, form)
    return {name: form for name, form in found.items() if name not in _PERSONAL}


def _known_names() -> frozenset[str]:
    names = set(ENVELOPE_NAMES) | _PERSONAL
    for node in _nodes():
        names.add(node.name)
        names.update(field.name for field in node.fields)
        names.update(node.aliases if isinstance(node, Node) else ())
    return frozenset(names - {""})


FORMS = _forms()
KNOWN_NAMES = _known_names()


class Masker:
    """Masks one message and its reply. What it has hidden in one of them is hidden wherever else it stands."""

    def __init__(self, mark: Mark) -> None:
        self._mark = lru_cache(maxsize=MARKS_MAX)(mark)
        self._hidden: dict[str, str] = {}

    def document(self, value: Json, *, ours: bool = False) -> Json:
        """A document with every value masked that is not known to be harmless; ``ours`` for the reply."""
        return self._masked(value, "", ours)

    def key(self, name: str) -> str:
        """The name of a field, masked where it may be a value that came to stand in the wrong place."""
        return name if name in KNOWN_NAMES or _PLAIN_NAME.fullmatch(name) else self._hide(name, name="")

    def sentence(self, text: str) -> str:
        """A sentence of ours without what was hidden in the message."""
        for value in sorted(self._hidden, key=len, reverse=True):
            mask = self._hidden[value]
            for part in {value, value[:ECHOED_MAX]}:
                if part.isascii() and len(part) <= SHORT_MAX:
                    text = text.replace(f"“{part}”", f"“{mask}”")
                else:
                    text = text.replace(part, mask)
        return masked_text(text)

    def text(self, body: str) -> str:
        """A body that is no JSON: its marks and known names stay, every other word is cut to its beginning."""
        return _TOKEN.sub(lambda found: self._token(found.group()), body)

    def value(self, name: str, text: str) -> str:
        """One value of a field."""
        form = FORMS.get(name)
        if not text or (form is not None and form.fullmatch(text)):
            return text
        return self._hide(text, name)

    def _token(self, token: str) -> str:
        if token in KNOWN_NAMES or token in _LITERALS or _SHORT_NUMBER.fullmatch(token):
            return token
        return self._hide(token, "")

    def _masked(self, value: Json, name: str, ours: bool) -> Json:
        if isinstance(value, Mapping):
            return {self.key(key): self._masked(inner, key, ours) for key, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._masked(inner, name, ours) for inner in value]
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._masked_text(value, name, ours)
        text = as_text(value) or str(value)
        masked = self.value(name, text)
        return value if masked == text else masked

    def _masked_text(self, text: str, name: str, ours: bool) -> str:
        if as_text(text) == "":
            return text
        if ours and name in _SENTENCES:
            return self.sentence(text)
        inner = _inner(text)
        if inner is not None:
            return _ENCODER.encode(self._masked(inner, "", ours)).decode()
        return self.value(name, text)

    def _hide(self, text: str, name: str) -> str:
        shown = min(1 if name in _NAMES else SHOWN_MAX, len(text) // 2)
        mask = f"{text[:shown]}…[{len(text)}#{self._mark(text)}]"
        self._hidden.setdefault(text, mask)
        stripped = text.strip()
        if stripped:
            self._hidden.setdefault(stripped, mask)
        return mask


def _inner(text: str) -> Json:
    """The document in a text that is one (``exp_content``, an ``input`` sent as text); None for any other text."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        found: Json = _DECODER.decode(text)
    except (msgspec.MsgspecError, RecursionError, UnicodeError):
        return None
    return found if isinstance(found, Mapping | list) and depth_allowed(found, DEPTH_MAX) else None
