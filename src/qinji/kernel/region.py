"""Administrative divisions of medical insurance: six digits, province first (GB/T 2260)."""

from __future__ import annotations

NATION = "000000"
REGION_LENGTH = 6


def is_region(text: str) -> bool:
    """Whether the text has the form of a division code."""
    return len(text) == REGION_LENGTH and text.isascii() and text.isdigit()


def city_of(region: str) -> str:
    """The pooling area (统筹区, a prefecture) that a division belongs to."""
    return region[:4] + "00"


def province_of(region: str) -> str:
    """The province that a division belongs to."""
    return region[:2] + "0000"


def same_province(one: str, other: str) -> bool:
    """Whether two divisions lie in one province."""
    return province_of(one) == province_of(other)
