"""Pure: a pharmacy's bill as the visit that it is."""

from __future__ import annotations

from qinji.flows.parts.decide import Decided
from qinji.settlement.model import Visit


def purchase_of(one: Decided) -> Visit:
    """A pharmacy's bill is a visit of its own."""
    settled = one.settlement
    return Visit(
        settled.person,
        settled.visit,
        settled.institution,
        "",
        settled.service_day,
        cancelled=False,
        medical_type=one.bill.medical_type,
        session=one.session,
    )
