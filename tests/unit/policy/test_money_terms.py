"""The terms of personal accounts and of the wallet are exactly what a region writes, each with its source."""

from __future__ import annotations

from datetime import date, time
from fractions import Fraction

import pytest

from qinji.kernel.kinship import Relation
from qinji.policy.accounts import account_terms
from qinji.policy.book import RegionPolicy
from qinji.policy.forms import Value
from qinji.policy.load import default_folder, load
from qinji.policy.pack import MissingParameter
from qinji.policy.terms import family_terms
from qinji.policy.wallet import OF_SENDING, offers_wallet, wallet_terms
from tests.unit.policy.written_values import values_of

WALLET: dict[str, Value] = {
    "wallet.offered": True,
    "wallet.purposes": ["outpatient"],
    "wallet.required_when": "cross_province",
    "wallet.transfers_per_day": 3,
    "wallet.max_per_transfer": "2000.00",
    "wallet.closes_at": "22:00",
    "wallet.opens_at": "06:30",
    "wallet.pending_returned_at": "05:15",
    "wallet.relations": ["spouse", "child"],
    "wallet.receiver_insured": True,
    "wallet.onward_transfer": False,
    "wallet.open_by_proxy": True,
}


def test_an_account_with_one_balance_and_nothing_else_written() -> None:
    terms = account_terms(values_of({"balance.kinds": "single"}))
    assert (terms.two_balances, terms.rollover, terms.interest_rate) == (False, None, Fraction(0))
    assert set(terms.sources) == {"balance.kinds"}
    assert terms.year_began(date(2026, 3, 1)) is None
    assert not terms.is_past_year(date(2020, 1, 1), date(2026, 3, 1))


def test_an_account_whose_year_begins_on_a_day_and_bears_interest() -> None:
    written: dict[str, Value] = {
        "balance.kinds": "current_and_history",
        "balance.rollover_day": "07-01",
        "balance.interest_rate": "0.015",
    }
    terms = account_terms(values_of(written))
    assert (terms.two_balances, terms.rollover) == (True, "07-01")
    assert terms.interest_rate == Fraction(15, 1000)
    assert set(terms.sources) == set(written)
    assert terms.sources["balance.rollover_day"].document == "测试文件"
    assert terms.year_began(date(2026, 6, 30)) == date(2025, 7, 1)
    assert terms.year_began(date(2026, 7, 1)) == date(2026, 7, 1)
    assert terms.is_past_year(date(2025, 6, 1), date(2026, 6, 30))
    assert not terms.is_past_year(date(2025, 7, 1), date(2026, 6, 30))


def test_an_account_says_whether_it_has_two_balances() -> None:
    with pytest.raises(MissingParameter):
        account_terms(values_of({"balance.interest_rate": "0.01"}))


def test_the_wallet_as_it_is_written() -> None:
    terms = wallet_terms(values_of(WALLET), "东澜市")
    assert terms is not None
    assert (terms.region_name, terms.per_day, terms.max_fen) == ("东澜市", 3, 200_000)
    assert (terms.closes, terms.opens, terms.returned) == (time(22), time(6, 30), time(5, 15))
    assert terms.relations == {Relation.SPOUSE, Relation.CHILD}
    assert (terms.everywhere, terms.receiver_insured, terms.onward, terms.by_proxy) == (
        False,
        True,
        False,
        True,
    )
    assert (terms.document, terms.clause) == ("测试文件", "第一条")
    assert set(terms.sources) == {*OF_SENDING, "wallet.onward_transfer", "wallet.open_by_proxy"}


@pytest.mark.parametrize(
    ("name", "value", "attribute", "told"),
    [
        ("wallet.required_when", "always", "everywhere", True),
        ("wallet.receiver_insured", False, "receiver_insured", False),
        ("wallet.onward_transfer", True, "onward", True),
        ("wallet.open_by_proxy", False, "by_proxy", False),
    ],
)
def test_what_a_region_does_otherwise_with_the_wallet(
    name: str, value: Value, attribute: str, told: bool
) -> None:
    assert getattr(wallet_terms(values_of({**WALLET, name: value}), "东澜市"), attribute) is told


@pytest.mark.parametrize("name", [*OF_SENDING, "wallet.purposes"])
def test_a_wallet_without_one_of_its_terms_is_not_offered(name: str) -> None:
    written = {one: value for one, value in WALLET.items() if one != name}
    assert wallet_terms(values_of(written), "东澜市") is None


@pytest.mark.parametrize("name", ["wallet.onward_transfer", "wallet.open_by_proxy"])
def test_what_need_not_be_written_of_a_wallet_is_then_not_allowed(name: str) -> None:
    terms = wallet_terms(values_of({one: value for one, value in WALLET.items() if one != name}), "东澜市")
    assert terms is not None
    assert not (terms.onward and terms.by_proxy)
    assert name not in terms.sources


def test_a_wallet_is_offered_where_it_is_said_and_where_one_pays_by_it() -> None:
    assert offers_wallet(values_of(WALLET))
    assert not offers_wallet(values_of({**WALLET, "wallet.offered": False}))
    assert wallet_terms(values_of({**WALLET, "wallet.offered": False}), "东澜市") is None
    assert not offers_wallet(values_of({"wallet.offered": True}))


def test_a_family_account_of_which_no_number_is_written_lets_nobody_in() -> None:
    terms = family_terms(
        values_of(
            {
                "family_account.relations": ["child"],
                "family_account.evidence_under_age": [],
                "family_account.powers": ["show_code"],
            }
        )
    )
    assert (terms.max_members, terms.max_holders_per_member, terms.face_age) == (0, 0, 0)
    assert (terms.code_ttl_seconds, terms.promised_days, terms.face_age_inclusive) == (0, 0, False)
    assert terms.relations == {Relation.CHILD}
    assert terms.powers == {"show_code"}
    assert terms.evidence_under_age == frozenset()


def test_a_family_account_as_it_is_written() -> None:
    terms = family_terms(
        values_of(
            {
                "family_account.max_members": 5,
                "family_account.max_holders_per_member": 2,
                "family_account.relations": ["child"],
                "family_account.face_age": 16,
                "family_account.face_age_inclusive": True,
                "family_account.evidence_under_age": ["household_book"],
                "family_account.powers": ["show_code"],
                "family_account.promised_days": 3,
                "code.ttl_seconds": 60,
            }
        )
    )
    assert (terms.max_members, terms.max_holders_per_member, terms.face_age) == (5, 2, 16)
    assert (terms.code_ttl_seconds, terms.promised_days, terms.face_age_inclusive) == (60, 3, True)
    assert terms.evidence_under_age == {"household_book"}


def test_a_region_tells_its_accounts_and_its_wallet() -> None:
    policy = load(default_folder()).at("420100", date(2026, 3, 1))
    assert isinstance(policy, RegionPolicy)
    assert not policy.accounts().two_balances
    wallet = policy.wallet()
    assert wallet is not None
    assert (wallet.region_name, wallet.per_day, wallet.max_fen) == ("武汉市", 3, 200_000)
