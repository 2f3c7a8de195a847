"""The bills that are settled: purchases of five lines at a pharmacy, as a pharmacy's software sends them."""

from __future__ import annotations

import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from random import Random
from typing import Any

from bench.population import HOSPITAL, PHARMACY, REGION, Customer
from qinji.flows.parts.commands import Origin, SettlePharmacy
from qinji.gateway.call import Call
from qinji.gateway.envelope import decode_body, digest_of, read_envelope
from qinji.gateway.messages import m2102_settle_pharmacy
from qinji.gateway.parsing import parse
from qinji.gateway.reply import Reply
from qinji.kernel.dates import CHINA, milliseconds
from qinji.kernel.money import PRICE_UNITS_PER_YUAN, QUANTITY_UNITS, line_amount, yuan
from qinji.kernel.refusal import Refused
from qinji.kernel.signing import A_PATH, headers_a
from qinji.policy.model import CatalogueItem

LINES = 5
AGREED = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
"""The amounts that 2207 repeats from its preview."""

_serial = count(1)


@dataclass(frozen=True, slots=True)
class Sent:
    """One message: its id and its bytes."""

    message_id: str
    body: bytes


def purchase(customer: Customer, items: Sequence[CatalogueItem], chance: Random, now: datetime) -> Sent:
    """A purchase of five lines (2102)."""
    moment = now.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    number = next(_serial)
    message_id = f"{PHARMACY}{now:%Y%m%d%H%M%S}{number:08d}"
    details, total = _lines(items, chance, moment, str(number))
    head = {
        "psn_no": customer.number,
        "insutype": "310",
        "mdtrt_cert_type": "03",
        "mdtrt_cert_no": customer.card,
        "begntime": moment,
        "medfee_sumamt": yuan(total),
        "acct_used_flag": "1",
        "med_type": "41",
        "psn_setlway": "01",
    }
    content = {"druginfo": head, "drugdetail": details}
    return Sent(message_id, envelope("2102", message_id, PHARMACY, content, moment))


def _lines(
    items: Sequence[CatalogueItem], chance: Random, moment: str, serial: str
) -> tuple[list[dict[str, str]], int]:
    """Five lines of different items, and what they come to in fen."""
    lines, total = [], 0
    for place, item in enumerate(chance.sample(items, LINES)):
        times = chance.randint(1, 3)
        amount = line_amount(item.price, times * QUANTITY_UNITS)
        total += amount
        lines.append(
            {
                "feedetl_sn": f"{serial}{place}",
                "rxno": "",
                "fee_ocur_time": moment,
                "med_list_codg": item.code,
                "medins_list_codg": f"M{place}",
                "det_item_fee_sumamt": yuan(amount),
                "cnt": str(times),
                "pric": f"{item.price // PRICE_UNITS_PER_YUAN}.{item.price % PRICE_UNITS_PER_YUAN:06d}",
                "bilg_dr_codg": "D001",
                "bilg_dr_name": "药师",
                "hosp_appr_flag": "1",
            }
        )
    return lines, total


def envelope(number: str, message_id: str, institution: str, content: object, moment: str) -> bytes:
    """A whole message as bytes."""
    body = {
        "infno": number,
        "msgid": message_id,
        "mdtrtarea_admvs": REGION,
        "insuplc_admdvs": "",
        "recer_sys_code": "99",
        "dev_no": "",
        "dev_safe_info": "",
        "cainfo": "",
        "signtype": "",
        "infver": "V1.0",
        "opter_type": "1",
        "opter": "001",
        "opter_name": "收费员",
        "inf_time": moment,
        "fixmedins_code": institution,
        "fixmedins_name": "测试机构",
        "sign_no": "",
        "input": content,
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def command_of(sent: Sent, reply: Reply) -> SettlePharmacy:
    """The command that the door makes of a message; its reply is rendered by the door's own function."""
    document = decode_body("application/json", sent.body)
    assert not isinstance(document, Refused)
    head = read_envelope(document)
    assert not isinstance(head, Refused)
    message = m2102_settle_pharmacy.MESSAGE
    values = parse(message, head.document)
    assert not isinstance(values, Refused), values.text
    origin = Origin(
        institution=head.institution,
        message_number=message.number,
        message_id=head.message_id,
        digest=digest_of(message.number, head.document, message.numbers),
        operator=head.operator,
    )
    return m2102_settle_pharmacy.command(Call(head, origin, values, reply))


def signed(number: str, body: bytes, key: tuple[str, str], now: datetime) -> bytes:
    """A whole HTTP request, signed by scheme A."""
    headers = headers_a(number, *key, milliseconds(now))
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = (
        f"POST {A_PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n{lines}\r\n"
    )
    return head.encode() + body


Told = dict[str, Any] | None


def chain_messages(
    customer: Customer, items: Sequence[CatalogueItem], chance: Random, now: datetime
) -> Generator[tuple[str, bytes], Told, None]:
    """An outpatient bill from registration to settlement; it is sent the output of each message before the next."""
    moment = now.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
    serial = next(_serial)

    def message(number: str, content: object) -> tuple[str, bytes]:
        message_id = f"{HOSPITAL}{now:%Y%m%d%H%M%S}{next(_serial):08d}"
        return number, envelope(number, message_id, HOSPITAL, content, moment)

    shown = {"mdtrt_cert_type": "03", "mdtrt_cert_no": customer.card}
    begun = {
        "psn_no": customer.number,
        "insutype": "310",
        "begntime": moment,
        **shown,
        "ipt_otp_no": str(serial),
    }
    told = yield message("2201", {"data": {**begun, "dept_code": "A03", "dept_name": "全科", "caty": "A03"}})
    assert told is not None
    visit = told["data"]["mdtrt_id"]
    lines, total = _lines(items, chance, moment, str(serial))
    named = {"mdtrt_id": visit, "psn_no": customer.number, "chrg_bchno": "1"}
    yield message("2204", {"feedetail": [{**line, **named} for line in lines]})
    bill = {
        **named,
        **shown,
        "medfee_sumamt": yuan(total),
        "psn_setlway": "01",
        "acct_used_flag": "1",
        "insutype": "310",
        "med_type": "11",
    }
    told = yield message("2206", {"data": bill})
    assert told is not None
    agreed = {name: str(told["setlinfo"][name]) for name in AGREED}
    yield message("2207", {"data": {**bill, **agreed}})
