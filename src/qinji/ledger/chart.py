"""The chart of accounts and the entries of each act (ARCHITECTURE 6). Names are stored as text."""

from __future__ import annotations

from enum import StrEnum


class Account(StrEnum):
    """Accounts of the books of a region. ``personal``, ``held`` and ``wallet`` are owed to the person of the row.

    ``held`` is money on its way: it has left the account and is nobody else's yet.
    """

    PERSONAL = "personal"
    HELD = "held"
    WALLET = "wallet"
    FUND_POOLED_EMPLOYEE = "fund.pooled.310100"
    FUND_POOLED_RESIDENT = "fund.pooled.390100"
    INSTITUTION_PAYABLE = "institution_payable"
    PREMIUM_PAYABLE = "premium_payable"
    CLEARING_MUTUAL_AID = "clearing.mutual_aid"
    CLEARING_WALLET = "clearing.wallet"
    CLEARING_ROLL_OVER = "clearing.roll_over"
    SOURCE_CONTRIBUTION = "source.contribution"
    SOURCE_INTEREST = "source.interest"


STORED = (Account.PERSONAL, Account.HELD, Account.WALLET)
"""Accounts whose balance is stored beside the transfers; everything else is a sum."""

CLEARING = (Account.CLEARING_MUTUAL_AID, Account.CLEARING_WALLET, Account.CLEARING_ROLL_OVER)
"""Accounts that are zero for every act, over all books."""


def pooled_fund(insurance: str) -> Account:
    """The pooled fund of an insurance."""
    return Account.FUND_POOLED_EMPLOYEE if insurance == "employee" else Account.FUND_POOLED_RESIDENT
