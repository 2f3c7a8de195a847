"""The bills that are settled: purchases of five lines at a pharmacy, as a pharmacy's software sends them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import count
from random import Random

from bench.population import PHARMACY, REGION, Customer
from qinji.flows.parts.commands import Origin, SettlePharmacy
from qinji.gateway.call import Call
from qinji.gateway.envelope import decode_body, digest_of, read_envelope
from qinji.gateway.messages import m2102_settle_pharmacy
from qinji.gateway.parsing import parse
from qinji.gateway.reply import Reply
from qinji.kernel.dates import CHINA
from qinji.kernel.money import round_half_up, yuan
from qinji.kernel.refusal import Refused
from qinji.policy.model import CatalogueItem

LINES = 5
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
    chosen = chance.sample(items, LINES)
    counts = [chance.randint(1, 3) for _ in chosen]
    amounts = [
        round_half_up(_fraction(item.price * times)) for item, times in zip(chosen, counts, strict=True)
    ]
    details = [
        {
            "feedetl_sn": f"{number}{place}",
            "rxno": "",
            "fee_ocur_time": moment,
            "med_list_codg": item.code,
            "medins_list_codg": f"M{place}",
            "det_item_fee_sumamt": yuan(amount),
            "cnt": str(times),
            "pric": f"{item.price // 1_000_000}.{item.price % 1_000_000:06d}",
            "bilg_dr_codg": "D001",
            "bilg_dr_name": "药师",
            "hosp_appr_flag": "1",
        }
        for place, (item, times, amount) in enumerate(zip(chosen, counts, amounts, strict=True))
    ]
    head = {
        "psn_no": customer.number,
        "insutype": "310",
        "mdtrt_cert_type": "03",
        "mdtrt_cert_no": customer.card,
        "begntime": moment,
        "medfee_sumamt": yuan(sum(amounts)),
        "acct_used_flag": "1",
        "med_type": "41",
        "psn_setlway": "01",
    }
    content = {"druginfo": head, "drugdetail": details}
    return Sent(message_id, envelope("2102", message_id, PHARMACY, content, moment))


def _fraction(scaled: int) -> Fraction:
    return Fraction(scaled, 10_000)


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
