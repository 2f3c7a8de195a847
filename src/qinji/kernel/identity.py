"""Identity numbers (GB 11643-1999): the check character, the birth date within, and the mask for people."""

from __future__ import annotations

import re
from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
NUMBER_LENGTH = 18
_FORM = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")


def check_character(first17: str) -> str:
    """The 18th character of an identity number (ISO 7064 MOD 11-2)."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def is_identity_number(text: str) -> bool:
    """Whether the form, the date and the check character are right."""
    if len(text) != NUMBER_LENGTH or not text.isascii() or not text[:17].isdigit():
        return False
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    return text[17].upper() == check_character(text[:17])


def holds_identity_number(text: str) -> bool:
    """Whether an identity number stands somewhere in the text."""
    places = range(len(text) - NUMBER_LENGTH + 1)
    return any(is_identity_number(text[place : place + NUMBER_LENGTH]) for place in places)


def masked_within(text: str) -> str:
    """The text, with whatever has the form of an identity number masked, also one that was typed wrongly."""
    return _FORM.sub(lambda found: masked_number(found[0]), text)


def masked_number(text: str) -> str:
    """First four and last four characters; the rest hidden."""
    if len(text) <= 8:
        return "*" * len(text)
    return text[:4] + "*" * (len(text) - 8) + text[-4:]


def masked_name(name: str) -> str:
    """The family name, the rest hidden: 张**."""
    return name[:1] + "*" * max(len(name) - 1, 1)
