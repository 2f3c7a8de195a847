"""Every message that the door serves, by the name that its method has: what goes into ``input``, and how it is read.

These functions only build a message. ``Client.settle(…)`` builds and sends; ``client.prepare(messages.settle(…))``
gives it its id, so that you can store its bytes before you send it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from qinji.client import results
from qinji.client.message import Message, Prepared, Reply
from qinji.client.model import (
    Bill,
    Credential,
    Diagnosis,
    FeeLine,
    Patient,
    Purchase,
    SettlementKey,
    moment_text,
    total_fen,
)
from qinji.client.results import Settlement
from qinji.kernel.money import yuan

ALL_BATCHES = "0000"
SETTLING = ("2207", "2102")
"""The messages whose lost reply has to be resolved: a settlement at a hospital, a purchase at a pharmacy."""


def anything(number: str, content: Mapping[str, object], insured_region: str = "") -> Message[Reply]:
    """Any message by its number and its ``input``; its result is the reply itself."""
    return Message(number, content, results.whole, insured_region)


def sign_in(operator: str, *, mac: str = "", address: str = "") -> Message[results.SignedIn]:
    """9001 签到: a member of staff begins to work; the number may go into ``Operator.sign_number``."""
    content = {"signIn": {"opter_no": operator, "mac": mac, "ip": address}}
    return Message("9001", content, results.signed_in)


def sign_out(sign_number: str, operator: str) -> Message[None]:
    """9002 签退: the sign-in of this number ends."""
    content = {"signOut": {"sign_no": sign_number, "opter_no": operator}}
    return Message("9002", content, results.nothing)


def identify_person(
    credential: Credential | None = None, *, certificate_number: str = "", name: str = ""
) -> Message[results.InsuredPerson]:
    """1101 人员基本信息获取: who is behind a credential or, without one, behind an identity number."""
    data = {**_shown(credential), "psn_cert_type": "", "certno": certificate_number, "psn_name": name}
    return Message("1101", {"data": {**data, "begntime": ""}}, results.insured_person)


def decode_code(digits: str, *, terminal: str = "", purpose: str = "01101") -> Message[results.DecodedCode]:
    """1162 医保码解码: redeems a scanned code (28 digits, valid for 60 seconds) into the visit's credential."""
    content = {"data": {"ecQrCode": digits, "businessInfo": purpose, "termId": terminal, "termIp": ""}}
    return Message("1162", content, results.decoded_code)


def find_institution(
    *, code: str = "", name: str = "", kind: str = ""
) -> Message[tuple[results.FoundInstitution, ...]]:
    """1201 医药机构信息获取: institutions by code or a part of the name; ``kind`` 1 hospitals, 2 pharmacies."""
    asked = {"fixmedins_type": kind, "fixmedins_name": name, "fixmedins_code": code}
    return Message("1201", {"medinsinfo": asked}, results.found_institutions)


def register_visit(
    patient: Patient,
    credential: Credential,
    *,
    begins_at: datetime,
    outpatient_number: str,
    department: str = "",
    department_name: str = "",
    specialty: str = "",
    doctor: str = "",
    doctor_name: str = "",
) -> Message[results.RegisteredVisit]:
    """2201 门诊挂号: opens a visit; the day on which it begins is the day of service."""
    data = {
        **_of(patient),
        **_shown(credential),
        "begntime": moment_text(begins_at),
        "ipt_otp_no": outpatient_number,
        "atddr_no": doctor,
        "dr_name": doctor_name,
        "dept_code": department,
        "dept_name": department_name,
        "caty": specialty,
    }
    return Message("2201", {"data": data}, results.registered_visit, patient.region)


def cancel_visit(patient: Patient, visit: str, *, outpatient_number: str = "") -> Message[None]:
    """2202 门诊挂号撤销: a visit without lines and settlements is closed."""
    data = {"psn_no": patient.number, "mdtrt_id": visit, "ipt_otp_no": outpatient_number}
    return Message("2202", {"data": data}, results.nothing, patient.region)


def record_diagnoses(
    patient: Patient,
    visit: str,
    diagnoses: Sequence[Diagnosis],
    *,
    begins_at: datetime,
    medical_type: str = "11",
) -> Message[None]:
    """2203 就诊信息上传: the medical type and the diagnoses of a visit."""
    about = {
        "mdtrt_id": visit,
        "psn_no": patient.number,
        "med_type": medical_type,
        "begntime": moment_text(begins_at),
    }
    rows = [
        {
            "diag_type": "1",
            "diag_srt_no": str(one.order),
            "diag_code": one.code,
            "diag_name": one.name,
            "diag_time": moment_text(begins_at),
            "vali_flag": "1" if one.valid else "0",
        }
        for one in diagnoses
    ]
    return Message("2203", {"mdtrtinfo": about, "diseinfo": rows}, results.nothing, patient.region)


def upload_fees(
    patient: Patient, visit: str, batch: str, lines: Sequence[FeeLine]
) -> Message[tuple[results.PricedLine, ...]]:
    """2204 费用明细上传: at most 500 lines of one charge batch."""
    named = {"mdtrt_id": visit, "psn_no": patient.number, "chrg_bchno": batch}
    content = {"feedetail": [{**named, **_line(one)} for one in lines]}
    return Message("2204", content, results.uploaded_lines, patient.region)


def withdraw_fees(patient: Patient, visit: str, batch: str = ALL_BATCHES) -> Message[None]:
    """2205 费用明细撤销: takes away lines that are not settled, of one batch or of all."""
    data = {"mdtrt_id": visit, "chrg_bchno": batch, "psn_no": patient.number}
    return Message("2205", {"data": data}, results.nothing, patient.region)


def preview_settlement(bill: Bill) -> Message[Settlement]:
    """2206 门诊预结算: what the bill would come to; no money moves."""
    return Message("2206", {"data": _bill(bill)}, results.settlement, bill.patient.region)


def settle(bill: Bill, shown: Settlement | None = None) -> Message[Settlement]:
    """2207 门诊结算: settles the bill; refused when it is no longer what the patient was ``shown`` (2206)."""
    agreed = {} if shown is None else _agreed(shown)
    return Message("2207", {"data": {**_bill(bill), **agreed}}, results.settlement, bill.patient.region)


def cancel_settlement(key: SettlementKey) -> Message[Settlement]:
    """2208 门诊结算撤销: takes a settlement back, every fen to whom it came from; the amounts told are negative."""
    return Message("2208", {"data": _undone(key)}, results.settlement)


def preview_pharmacy(purchase: Purchase) -> Message[Settlement]:
    """2101 药店预结算: what the purchase would come to; no money moves."""
    return Message("2101", _purchase(purchase), results.settlement, purchase.patient.region)


def settle_pharmacy(purchase: Purchase) -> Message[Settlement]:
    """2102 药店结算: settles the purchase."""
    return Message("2102", _purchase(purchase), results.settlement, purchase.patient.region)


def cancel_pharmacy(key: SettlementKey) -> Message[Settlement]:
    """2103 药店结算撤销: takes a purchase back."""
    return Message("2103", {"data": _undone(key)}, results.settlement)


def reverse(person_number: str, message_id: str, number: str) -> Message[None]:
    """2601 冲正: undoes the message of this id and number, or sees to it that it is refused should it still come."""
    data = {"psn_no": person_number, "omsgid": message_id, "oinfno": number}
    return Message("2601", {"data": data}, results.nothing)


def query_visits(
    patient: Patient, *, since: datetime, until: datetime, visit: str = "", medical_type: str = ""
) -> Message[tuple[results.FoundVisit, ...]]:
    """5201 就诊信息查询: visits of a person at this institution, the latest first."""
    data = {
        "psn_no": patient.number,
        "begntime": moment_text(since),
        "endtime": moment_text(until),
        "med_type": medical_type,
        "mdtrt_id": visit,
    }
    return Message("5201", {"data": data}, results.found_visits, patient.region)


def query_diagnoses(patient: Patient, visit: str) -> Message[tuple[results.FoundDiagnosis, ...]]:
    """5202 诊断信息查询: the diagnoses of a visit."""
    data = {"psn_no": patient.number, "mdtrt_id": visit}
    return Message("5202", {"data": data}, results.found_diagnoses, patient.region)


def query_settlement(key: SettlementKey) -> Message[Settlement]:
    """5203 结算信息查询: a settlement as it was decided; ``taken_back`` when it does not stand any more."""
    return Message("5203", {"data": _asked(key)}, results.settlement)


def query_fees(key: SettlementKey) -> Message[tuple[results.PricedLine, ...]]:
    """5204 费用明细查询: the lines of a settlement."""
    return Message("5204", {"data": _asked(key)}, results.found_lines)


def stored_settlement(body: bytes) -> Prepared[Settlement]:
    """A settling message (2207, 2102) whose bytes were stored before it was sent, ready to be sent again.

    Raises ValueError for other bytes.
    """
    envelope = json.loads(body)
    if not isinstance(envelope, dict) or envelope.get("infno") not in SETTLING:
        raise ValueError(f"这不是结算报文(应为 {'、'.join(SETTLING)})")
    return Prepared(str(envelope["infno"]), str(envelope["msgid"]), body, results.settlement)


def key_of(message: Prepared[Settlement]) -> SettlementKey:
    """By what the settlement is asked for that this message should have made."""
    content = json.loads(message.body)["input"]
    head = content["druginfo" if message.number == "2102" else "data"]
    return SettlementKey(head["psn_no"], message_id=message.message_id)


def _shown(credential: Credential | None) -> dict[str, str]:
    if credential is None:
        return {"mdtrt_cert_type": "", "mdtrt_cert_no": "", "card_sn": ""}
    return {"mdtrt_cert_type": credential.kind, "mdtrt_cert_no": credential.number, "card_sn": ""}


def _of(patient: Patient) -> dict[str, str]:
    return {"psn_no": patient.number, "insutype": patient.insurance}


def _line(line: FeeLine) -> dict[str, str]:
    return {
        "feedetl_sn": line.number,
        "fee_ocur_time": moment_text(line.occurred_at),
        "med_list_codg": line.item,
        "medins_list_codg": line.local_item or line.item,
        "det_item_fee_sumamt": yuan(line.amount_fen),
        "cnt": str(line.quantity),
        "pric": str(line.price),
        "hosp_appr_flag": line.approval,
    }


def _bill(bill: Bill) -> dict[str, str]:
    return {
        **_of(bill.patient),
        **_shown(bill.credential),
        "med_type": bill.medical_type,
        "medfee_sumamt": "" if bill.total_fen is None else yuan(bill.total_fen),
        "psn_setlway": "01",
        "mdtrt_id": bill.visit,
        "chrg_bchno": bill.batch,
        "acct_used_flag": bill.accounts,
    }


def _agreed(shown: Settlement) -> dict[str, str]:
    """The four amounts that 2207 repeats from its preview."""
    return {
        "fulamt_ownpay_amt": yuan(shown.own_expense_fen),
        "overlmt_selfpay": yuan(shown.over_limit_fen),
        "preselfpay_amt": yuan(shown.prior_self_pay_fen),
        "inscp_scp_amt": yuan(shown.in_scope_fen),
    }


def _purchase(purchase: Purchase) -> dict[str, object]:
    head = {
        **_of(purchase.patient),
        **_shown(purchase.credential),
        "begntime": moment_text(purchase.begins_at),
        "medfee_sumamt": yuan(total_fen(purchase.lines)),
        "acct_used_flag": purchase.accounts,
        "med_type": purchase.medical_type,
        "psn_setlway": "01",
    }
    return {"druginfo": head, "drugdetail": [_line(one) for one in purchase.lines]}


def _undone(key: SettlementKey) -> dict[str, str]:
    return {"setl_id": key.settlement, "mdtrt_id": key.visit, "psn_no": key.person_number}


def _asked(key: SettlementKey) -> dict[str, str]:
    return {**_undone(key), "medins_setl_id": key.message_id}
