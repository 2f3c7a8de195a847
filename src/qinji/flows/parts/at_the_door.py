"""Pure: what decides which rules hold, as far as it is known when a bill is settled."""

from __future__ import annotations

from datetime import date

from qinji.kernel.dates import age_on
from qinji.policy.model import Case


def case_at_the_door(
    insurance: str,
    person_status: str,
    birth: date,
    service_day: date,
    level: str,
    medical_type: str,
    *,
    lapsed: bool,
) -> Case:
    """All that is known of a person and a visit when a bill is settled; past bills are decided again on the same.

    ``lapsed``: payments stopped, and the region lets the own account pay meanwhile.
    """
    return Case(insurance, person_status, age_on(birth, service_day), level, medical_type, lapsed=lapsed)
