"""A purchase at a pharmacy in one message, to see what codes, bindings and grants do to a bill."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any

from qinji.kernel.money import parse_yuan, yuan
from tests.bureau import Bureau

_serial = count(1)
CARD = "03"
CODE = "01"
DRUG_FEN = 960


@dataclass(frozen=True)
class Paid:
    """What a bill came to, in fen."""

    settlement: str
    own: int
    relatives: int
    cash: int


def pharmacy(bureau: Bureau, number: str) -> str:
    """The pharmacy of the person's own city."""
    return bureau.institution(bureau.world.person(number).region, "pharmacy")


async def decode(bureau: Bureau, code: str, institution: str) -> dict[str, Any]:
    """1162: an institution scans a code."""
    return await bureau.send("1162", institution, {"data": {"ecQrCode": code}})


async def reply(
    bureau: Bureau,
    number: str,
    code: str | None = None,
    units: int = 1,
    institution: str = "",
    message_id: str = "",
) -> dict[str, Any]:
    """2102 with a code, session token or (None) the card; so many units of a drug of category A, 9.60 each."""
    place = institution or pharmacy(bureau, number)
    drug = next(item for item in bureau.world.items if item.category == "A" and item.price_fen == DRUG_FEN)
    total = yuan(drug.price_fen * units)
    head = {
        "psn_no": number,
        "mdtrt_cert_type": CARD if code is None else CODE,
        "mdtrt_cert_no": bureau.world.person(number).card_number if code is None else code,
        "begntime": "2026-03-17 12:00:00",
        "medfee_sumamt": total,
        "insutype": "310" if bureau.world.person(number).insurance == "employee" else "390",
        "acct_used_flag": "1",
        "med_type": "41",
    }
    line = {
        "feedetl_sn": f"L{next(_serial):06d}",
        "fee_ocur_time": "2026-03-17 12:00:00",
        "med_list_codg": drug.code,
        "medins_list_codg": "Y0001",
        "det_item_fee_sumamt": total,
        "cnt": units,
        "pric": yuan(drug.price_fen),
        "hosp_appr_flag": "0",
    }
    return await bureau.send(
        "2102", place, {"druginfo": head, "drugdetail": [line]}, message_id=message_id or None
    )


async def buy(
    bureau: Bureau, number: str, code: str | None = None, units: int = 1, institution: str = ""
) -> Paid:
    """A purchase that is settled."""
    answer = await reply(bureau, number, code, units, institution)
    assert answer["infcode"] == 0, answer["err_msg"]
    info = answer["output"]["setlinfo"]
    shared = parse_yuan(str(info["acct_mulaid_pay"]))
    own = parse_yuan(str(info["acct_pay"])) - shared
    return Paid(info["setl_id"], own, shared, parse_yuan(str(info["psn_cash_pay"])))


async def error(bureau: Bureau, number: str, code: str | None = None, institution: str = "") -> str:
    """A purchase that is refused; the words of the refusal."""
    answer = await reply(bureau, number, code, institution=institution)
    assert answer["infcode"] == -1, answer
    text: str = answer["err_msg"]
    return text
