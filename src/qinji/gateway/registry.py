"""Which message is served by which handler."""

from __future__ import annotations

from collections.abc import Mapping

from qinji.gateway.call import Served
from qinji.gateway.messages import (
    m1101_identify_person,
    m1162_decode_code,
    m1201_find_institution,
    m2101_preview_pharmacy,
    m2102_settle_pharmacy,
    m2103_cancel_pharmacy,
    m2201_register_visit,
    m2202_cancel_visit,
    m2203_record_diagnoses,
    m2204_upload_fees,
    m2205_withdraw_fees,
    m2206_preview_settlement,
    m2207_settle,
    m2208_cancel_settlement,
    m2601_reverse,
    m5201_query_visits,
    m5202_query_diagnoses,
    m5203_query_settlement,
    m5204_query_fees,
    m9001_sign_in,
    m9002_sign_out,
)
from qinji.gateway.reply import Reply

_ALL = (
    Served(m1101_identify_person.MESSAGE, m1101_identify_person.handle),
    Served(m1162_decode_code.MESSAGE, m1162_decode_code.handle, Reply.refused_decoding),
    Served(m1201_find_institution.MESSAGE, m1201_find_institution.handle),
    Served(m2101_preview_pharmacy.MESSAGE, m2101_preview_pharmacy.handle),
    Served(m2102_settle_pharmacy.MESSAGE, m2102_settle_pharmacy.handle),
    Served(m2103_cancel_pharmacy.MESSAGE, m2103_cancel_pharmacy.handle),
    Served(m2201_register_visit.MESSAGE, m2201_register_visit.handle),
    Served(m2202_cancel_visit.MESSAGE, m2202_cancel_visit.handle),
    Served(m2203_record_diagnoses.MESSAGE, m2203_record_diagnoses.handle),
    Served(m2204_upload_fees.MESSAGE, m2204_upload_fees.handle),
    Served(m2205_withdraw_fees.MESSAGE, m2205_withdraw_fees.handle),
    Served(m2206_preview_settlement.MESSAGE, m2206_preview_settlement.handle),
    Served(m2207_settle.MESSAGE, m2207_settle.handle),
    Served(m2208_cancel_settlement.MESSAGE, m2208_cancel_settlement.handle),
    Served(m2601_reverse.MESSAGE, m2601_reverse.handle),
    Served(m5201_query_visits.MESSAGE, m5201_query_visits.handle),
    Served(m5202_query_diagnoses.MESSAGE, m5202_query_diagnoses.handle),
    Served(m5203_query_settlement.MESSAGE, m5203_query_settlement.handle),
    Served(m5204_query_fees.MESSAGE, m5204_query_fees.handle),
    Served(m9001_sign_in.MESSAGE, m9001_sign_in.handle),
    Served(m9002_sign_out.MESSAGE, m9002_sign_out.handle),
)

SERVED: Mapping[str, Served] = {served.message.number: served for served in _ALL}
"""By message number, in ascending order as listed to whoever asks for another one."""

_BY_ANY_NUMBER = {
    number: served for served in _ALL for number in (served.message.number, *served.message.aliases)
}


def find(number: str) -> Served | None:
    """What serves this number; 2203A, 2206A and 2207A are the same messages as 2203, 2206 and 2207."""
    return _BY_ANY_NUMBER.get(number)


def served_numbers() -> str:
    """The numbers served, for people."""
    return "、".join(sorted(_BY_ANY_NUMBER))
