"""The institution door as a hospital's or pharmacy's software uses it: read the credential, bill, settle, cancel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qinji.entry.demo.calls import Json, Sandbox
from qinji.entry.demo.world import BillItem, Person, Place
from qinji.kernel.dates import CHINA
from qinji.kernel.money import parse_yuan, yuan
from qinji.platform.clock import system_clock
from qinji.platform.entropy import system_entropy

CODE, CARD = "01", "03"
OUTPATIENT, PHARMACY = "11", "41"
OWN_AND_SHARED = "1"
EMPLOYEE, RESIDENT = "310", "390"
AGREED = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
"""The four amounts that 2207 repeats from its preview."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What was laid on the counter: a code or a card, by whom and of whom, in words."""

    kind: str
    text: str
    told: str


@dataclass(frozen=True, slots=True)
class Paid:
    """A settled bill as the institution was told, in fen."""

    settlement: str
    visit: str
    patient: Person
    total_fen: int
    fund_fen: int
    own_fen: int
    shared_fen: int
    cash_fen: int


def card_of(person: Person) -> Credential:
    """The person's social-security card."""
    return Credential(CARD, person.card, f"{person.name}的社会保障卡")


class Cashier:
    """The counter of one institution."""

    def __init__(self, sandbox: Sandbox, place: Place) -> None:
        self._sandbox = sandbox
        self.place = place

    def settle(self, patient: Person, credential: Credential, items: Sequence[BillItem]) -> Paid:
        """From the credential to the settled bill; raises Declined with the words of the bureau."""
        self._send("1101", {"data": {**_shown(credential), "psn_cert_type": "01", "certno": ""}})
        if self.place.level == "pharmacy":
            return self._sell(patient, credential, items)
        visit = self._register(patient, credential)
        batch = system_entropy(8).hex()
        lines = [
            {**_line(item), "mdtrt_id": visit, "psn_no": patient.number, "chrg_bchno": batch}
            for item in items
        ]
        self._send("2204", {"feedetail": lines})
        bill = {
            **_head(patient, credential, items),
            "mdtrt_id": visit,
            "chrg_bchno": batch,
            "med_type": OUTPATIENT,
        }
        shown = self._send("2206", {"data": bill})["setlinfo"]
        agreed = {name: str(shown[name]) for name in AGREED}
        return _paid(patient, self._send("2207", {"data": bill | agreed})["setlinfo"])

    def cancel(self, paid: Paid) -> None:
        """Takes a settlement back."""
        number = "2103" if self.place.level == "pharmacy" else "2208"
        named = {"setl_id": paid.settlement, "mdtrt_id": paid.visit, "psn_no": paid.patient.number}
        self._send(number, {"data": named})

    def _register(self, patient: Person, credential: Credential) -> str:
        begun = {
            "psn_no": patient.number,
            "insutype": _insurance(patient),
            "begntime": _now(),
            **_shown(credential),
            "ipt_otp_no": system_entropy(6).hex(),
            "dept_code": "A03",
            "dept_name": "全科医疗科",
            "caty": "A03",
        }
        visit: str = self._send("2201", {"data": begun})["data"]["mdtrt_id"]
        named = {"mdtrt_id": visit, "psn_no": patient.number, "med_type": OUTPATIENT, "begntime": _now()}
        self._send("2203", {"mdtrtinfo": named, "diseinfo": [_diagnosis()]})
        return visit

    def _sell(self, patient: Person, credential: Credential, items: Sequence[BillItem]) -> Paid:
        head = {**_head(patient, credential, items), "begntime": _now(), "med_type": PHARMACY}
        sold = self._send("2102", {"druginfo": head, "drugdetail": [_line(item) for item in items]})
        return _paid(patient, sold["setlinfo"])

    def _send(self, number: str, sent: Mapping[str, object]) -> Json:
        return self._sandbox.message(
            {
                "infno": number,
                "msgid": self.place.code + system_entropy(9).hex(),
                "mdtrtarea_admvs": self.place.code[1:7],
                "insuplc_admdvs": "",
                "recer_sys_code": "qinji-demo",
                "infver": "V1.0",
                "opter_type": "1",
                "opter": "demo",
                "opter_name": "演示收费员",
                "inf_time": _now(),
                "fixmedins_code": self.place.code,
                "fixmedins_name": self.place.name,
                "input": sent,
            }
        )


def _now() -> str:
    moment: datetime = system_clock().astimezone(CHINA)
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _shown(credential: Credential) -> dict[str, str]:
    return {"mdtrt_cert_type": credential.kind, "mdtrt_cert_no": credential.text}


def _insurance(patient: Person) -> str:
    return EMPLOYEE if patient.employee else RESIDENT


def _head(patient: Person, credential: Credential, items: Sequence[BillItem]) -> dict[str, str]:
    return {
        "psn_no": patient.number,
        **_shown(credential),
        "medfee_sumamt": yuan(sum(item.price_fen * item.count for item in items)),
        "psn_setlway": "01",
        "acct_used_flag": OWN_AND_SHARED,
        "insutype": _insurance(patient),
    }


def _line(item: BillItem) -> dict[str, str]:
    return {
        "feedetl_sn": system_entropy(10).hex(),
        "fee_ocur_time": _now(),
        "med_list_codg": item.code,
        "medins_list_codg": item.code,
        "det_item_fee_sumamt": yuan(item.price_fen * item.count),
        "cnt": str(item.count),
        "pric": yuan(item.price_fen),
        "bilg_dept_codg": "A03",
        "bilg_dept_name": "全科医疗科",
        "bilg_dr_codg": "D001",
        "bilg_dr_name": "演示医生",
    }


def _diagnosis() -> dict[str, str]:
    return {
        "diag_type": "1",
        "diag_srt_no": "1",
        "diag_code": "I10.x00",
        "diag_name": "高血压",
        "diag_dept": "A03",
        "dise_dor_no": "D001",
        "dise_dor_name": "演示医生",
        "diag_time": _now(),
        "vali_flag": "1",
    }


def _paid(patient: Person, told: Mapping[str, Any]) -> Paid:
    shared = _fen(told, "acct_mulaid_pay")
    return Paid(
        settlement=told["setl_id"],
        visit=told["mdtrt_id"],
        patient=patient,
        total_fen=_fen(told, "medfee_sumamt"),
        fund_fen=_fen(told, "fund_pay_sumamt"),
        own_fen=_fen(told, "acct_pay") - shared,
        shared_fen=shared,
        cash_fen=_fen(told, "psn_cash_pay"),
    )


def _fen(told: Mapping[str, Any], name: str) -> int:
    return parse_yuan(str(told[name] or 0))
