"""Pure rules on institutions: which messages a kind of institution may use."""

from __future__ import annotations

from qinji.institution.model import PHARMACY, Institution

PHARMACY_PREFIX = "P"


def is_pharmacy(institution: Institution) -> bool:
    """Whether it is a retail pharmacy; everything else is a hospital or clinic."""
    return institution.level == PHARMACY
