"""Pure: the stored input of a decision, from which the bill can be recomputed and explained years later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from fractions import Fraction
from typing import Any, Protocol

import msgspec

from qinji.funding.model import Payer
from qinji.insured.model import Person
from qinji.kernel.bill import FeeLine, Plan, Split
from qinji.kernel.packing import Packing
from qinji.policy.model import Accumulated, Rules, to_plain

VERSION = 1

Document = Mapping[str, Any]
"""A stored decision: JSON written by ``packed_decision``, so its inner types are known by its version."""


class RequestFacts(Protocol):
    """What the document keeps of the request itself."""

    @property
    def institution(self) -> str:
        """Where."""

    @property
    def service_day(self) -> date:
        """When the service was."""

    @property
    def medical_type(self) -> str:
        """Which kind of visit."""

    @property
    def account_use(self) -> Enum:
        """Which accounts might pay."""


def _exact(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise TypeError(f"no plain form for {type(value).__name__}")


_ENCODER = msgspec.json.Encoder(enc_hook=_exact)
_DECODER = msgspec.json.Decoder()

DECISIONS = Packing(
    (
        '"sources":{"account.own_pays":["","第四条","certain","2025-01-01"],"mutual_aid.pays":["","","believed",""],'
        '"outpatient.day_fund_cap":[""],"outpatient.deductible":["","","believed","2025-01-01"],"outpatient.fund_'
        'pays":["亲济默认值","定点药店","believed","2021-04-22"],"outpatient.ratio":["","第三条","unsure",""]}}{"version":1,"'
        'pack":"","institution":"","level":"pharmacy","service_day":"2026-","booked_at":"2026-","medical_type":"4'
        '1","account_use":"1","patient":{"person":"019","region":"","insurance":"employee","person_status":"in_se'
        'rvice","birth":"19","status":"normal"},"lines":[{"number":"","item_code":"XA01AAA001A001010100001","item'
        '_name":"胶囊","category":"A","amount_fen":1000,"price":10000000,"quantity":10000,"prior_ratio":"0/1","ceil'
        'ing_price":null,"restricted":false,"approval":"1"},{"number":"","item_code":"","item_name":"注射液","catego'
        'ry":"B","amount_fen":,"price":,"quantity":20000,"prior_ratio":"1/10","ceiling_price":,"restricted":true,'
        '"approval":""}],"rules":{"deductible_fen":10000,"deductible_period":"year","bands":[{"ratio":"4/5","basi'
        's":"in_scope_including_deductible","upto_fen":null}],"fund_pays":true,"visit_fund_cap_fen":null,"day_fun'
        'd_cap_fen":null,"year_fund_cap_fen":null,"own_pays":["deductible","in_scope_share","over_limit","prior_s'
        'elf_pay"],"aid_pays":["deductible","in_scope_share","over_limit","prior_self_pay"],"self_first":true,"cu'
        'rrent_year_account_first":false,"kinds_not_shared":[],"remote_mode":"none","remote_value":"0"},"used":{"'
        'deductible_used_fen":0,"fund_paid_year_fen":0,"fund_paid_day_fen":0,"in_scope_year_fen":0},"payers":[{"k'
        'ind":"own","person":"019","name":"","pocket":0,"balance_fen":,"pays":["over_limit","deductible","prior_s'
        'elf_pay","in_scope_share"],"floor_fen":0,"limits":[null,null,null,null],"grant":null,"relation":"","rank'
        '":0,"since":"","skip_reason":"","document":"","clause":"第四条"},{"kind":"grantor","person":"019","name":""'
        ',"pocket":0,"balance_fen":,"pays":["category_c","over_limit","deductible","prior_self_pay","in_scope_sha'
        're"],"floor_fen":0,"limits":[null,null,null,null],"grant":"019","relation":"parent","rank":1,"since":"20'
        '26-","skip_reason":"","document":"","clause":"第二条"}],"split":{"total_fen":,"own_expense_fen":0,"over_lim'
        'it_fen":0,"prior_self_pay_fen":,"in_scope_fen":,"prepaid_fen":0,"deductible_fen":0,"fund_fen":0,"ratio":'
        '"0/1","personal":{"over_limit":0,"category_c":0,"prior_self_pay":,"deductible":0,"in_scope_share":},"lin'
        'es":[{"number":"","amount_fen":1000,"own_expense_fen":0,"over_limit_fen":0,"prior_self_pay_fen":0,"in_sc'
        'ope_fen":1000},{"number":""}],"trace":[{"code":"scope","values":{"total_fen":,"own_expense_fen":0,"over_'
        'limit_fen":0,"prior_self_pay_fen":,"in_scope_fen":},"parameter":"","document":"","clause":"","certainty"'
        ':""},{"code":"fund_pays_not","values":{},"parameter":"outpatient.fund_pays","document":"","clause":"","c'
        'ertainty":"believed"},{"code":"deductible","values":{"amount_fen":,"used_fen":0,"now_fen":,"period":"yea'
        'r"},"parameter":"outpatient.deductible"},{"code":"band","values":{"amount_fen":,"ratio_bp":8000,"fund_fe'
        'n":},"parameter":"outpatient.ratio"},{"code":"fund","values":{"fund_fen":0}}]},"plan":{"shares":[{"kind"'
        ':"own","person":"019","pocket":0,"amount_fen":,"by_class":{"over_limit":,"prior_self_pay":,"in_scope_sha'
        're":},"grant":null},{"kind":"grantor","person":"019","pocket":0,"amount_fen":,"by_class":{"in_scope_shar'
        'e":},"grant":"019"}],"cash_fen":0,"trace":[{"code":"paid","values":{"kind":"own","name":"","relation":""'
        ',"grant":null,"amount_fen":,"balance_fen":,"floor_fen":0,"per_use_fen":null,"day_left_fen":null,"month_l'
        'eft_fen":null,"year_left_fen":null,"reason":""},"parameter":"account.own_pays","document":"","clause":""'
        ',"certainty":""},{"code":"not_paid","values":{"kind":"grantor","name":"","relation":"parent","grant":"01'
        '9","amount_fen":0,"balance_fen":,"floor_fen":0,"per_use_fen":null,"day_left_fen":null,"month_left_fen":n'
        'ull,"year_left_fen":null,"reason":"nothing_left"},"parameter":"mutual_aid.relations","document":"","clau'
        'se":"","certainty":""},{"code":"cash","values":{"amount_fen":0},"parameter":"","document":"","clause":""'
        ',"certainty":""}]}}'
    ).encode()
)
"""The words of a decision. Changing them would make what is stored unreadable: new words are a new version."""

_RULES_KEPT_MAX = 1024
_rules_kept: dict[int, tuple[Rules, msgspec.Raw]] = {}


def _encoded(rules: Rules) -> msgspec.Raw:
    """The rules as JSON, made once: a book hands out the same object for all bills of a group and level."""
    kept = _rules_kept.get(id(rules))
    if kept is not None and kept[0] is rules:
        return kept[1]
    made = msgspec.Raw(_ENCODER.encode(to_plain(rules)))
    if len(_rules_kept) >= _RULES_KEPT_MAX:
        _rules_kept.clear()
    _rules_kept[id(rules)] = (rules, made)
    return made


def packed_decision(
    *,
    request: RequestFacts,
    patient: Person,
    level: str,
    booked_at: datetime,
    lines: Sequence[FeeLine],
    rules: Rules,
    used: Accumulated,
    payers: Sequence[Payer],
    split: Split,
    plan: Plan,
    pack: str,
) -> bytes:
    """Everything the decision used, and what it came to, as it is stored; no identity number is in it.

    Fractions are ``n/d``, days and moments in ISO form, sets lists.
    """
    document = {
        "version": VERSION,
        "pack": pack,
        "institution": request.institution,
        "level": level,
        "service_day": request.service_day,
        "booked_at": booked_at,
        "medical_type": request.medical_type,
        "account_use": request.account_use,
        "patient": {
            "person": patient.person_id,
            "region": patient.region,
            "insurance": patient.insurance,
            "person_status": patient.person_status,
            "birth": patient.birth,
            "status": patient.status,
        },
        "lines": lines,
        "rules": _encoded(rules),
        "used": used,
        "payers": payers,
        "split": split,
        "plan": plan,
    }
    return DECISIONS.pack(_ENCODER.encode(document))


def read_decision(stored: bytes) -> Document:
    """The decision of a settlement as it was stored."""
    document: Document = _DECODER.decode(DECISIONS.unpack(stored))
    return document
