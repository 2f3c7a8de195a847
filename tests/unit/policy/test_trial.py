"""`qinji policy try`: a closed form, refused by name, and every option of it."""

import copy
from decimal import Decimal

import pytest

from qinji.flows.parts.reading import TrialInvalid
from qinji.flows.parts.trial import try_bill
from qinji.flows.parts.trial_input import ACCOUNTS_MAX, LINES_MAX
from qinji.policy.load import load
from tests.unit.policy.bills import POLICIES, Example

BOOK = load(POLICIES)


def bill(**changes: object) -> Example:
    """A bill of 1000.00 in scope at 60 %, no deductible, with 100.00 of one's own and 500.00 of the mother's."""
    made: Example = {
        "id": "T",
        "fee_lines": [{"category": "A", "amount": "1000.00"}],
        "accounts": [
            {"owner": "self", "relation": "self", "balance": "100.00"},
            {"owner": "mother", "relation": "parent", "balance": "500.00"},
        ],
        "rules": {"bands": [{"ratio": "0.60"}]},
    }
    return made | changes


def with_rules(**rules: object) -> Example:
    return bill(rules={"bands": [{"ratio": "0.60"}], **rules})


def paid(example: Example) -> tuple[object, ...]:
    result = try_bill(example)
    shared = result["mutual_aid"]
    assert isinstance(shared, list)
    return (
        result["fund"],
        result["account"],
        [tuple(one.values()) for one in shared if isinstance(one, dict)],
        result["cash"],
    )


@pytest.mark.parametrize("key", ["expected", "expected_detail", "hand"])
def test_what_a_file_expects_is_never_read(key: str) -> None:
    assert paid(bill(**{key: object()})) == paid(bill())


@pytest.mark.parametrize("key", ["expectation", "expected_cash", "handle"])
def test_a_key_that_only_begins_like_those_is_unknown(key: str) -> None:
    with pytest.raises(TrialInvalid, match=key):
        try_bill(bill(**{key: 1}))


def test_own_money_first_then_a_relatives() -> None:
    assert paid(bill()) == ("600.00", "100.00", [("mother", "300.00")], "0.00")


def test_a_grantor_first_where_the_rules_say_so() -> None:
    assert paid(with_rules(account_order="grantor_first")) == (
        "600.00",
        "0.00",
        [("mother", "400.00")],
        "0.00",
    )


def test_no_account_pays_where_accounts_may_pay_nothing() -> None:
    assert paid(with_rules(account_pays="none")) == ("600.00", "0.00", [], "400.00")


def test_over_limit_cost_is_not_category_c() -> None:
    lines = [
        {"category": "A", "price": "31.00", "quantity": "2", "ceiling_price": "26.00"},
        {"category": "C", "amount": "5"},
    ]
    example = with_rules(account_pays="exclude_C") | {"fee_lines": lines}
    assert paid(example) == ("31.20", "30.80", [], "5.00")


def test_the_current_years_balance_pays_before_the_deductible_and_does_not_fill_it() -> None:
    accounts = [
        {"owner": "self", "relation": "self", "balance": "300.00", "kind": "current_year"},
        {"owner": "self", "relation": "self", "balance": "250.00", "kind": "history"},
    ]
    rules = {
        "current_year_account_first": True,
        "deductible": {"amount": "500"},
        "bands": [{"ratio": "0.70"}],
    }
    result = try_bill(bill(accounts=accounts, rules=rules))
    assert result["detail"] == {
        "total": "1000.00",
        "own_expense_C": "0.00",
        "over_limit": "0.00",
        "prior_self_pay": "0.00",
        "in_scope": "1000.00",
        "deductible_applied": "500.00",
    }
    assert (result["fund"], result["account"], result["cash"]) == ("140.00", "550.00", "310.00")


def test_where_it_does_not_go_first_it_pays_in_its_turn() -> None:
    accounts = [{"owner": "self", "balance": "300.00", "kind": "current_year"}]
    rules = {"deductible": {"amount": "500"}, "bands": [{"ratio": "0.70"}]}
    assert paid(bill(accounts=accounts, rules=rules)) == ("350.00", "300.00", [], "350.00")


def test_a_kind_that_is_not_shared_pays_for_its_owner_only() -> None:
    accounts = [
        {"owner": "self", "balance": "100.00", "kind": "current_year"},
        {"owner": "mother", "relation": "parent", "balance": "500.00", "kind": "current_year"},
    ]
    example = with_rules(kinds_not_shared=["current_year"]) | {"accounts": accounts}
    assert paid(example) == ("600.00", "100.00", [], "300.00")


@pytest.mark.parametrize(
    ("change", "amount"),
    [
        ({"retain": "450.00"}, "50.00"),
        ({"limit_per_tx": "20.00"}, "20.00"),
        ({"limit_year_left": "30.00"}, "30.00"),
        ({"limit_per_tx": "40.00", "limit_year_left": "30.00", "retain": "475.00"}, "25.00"),
        ({"status": "normal"}, "300.00"),
    ],
)
def test_limits_and_what_must_stay_hold(change: dict[str, str], amount: str) -> None:
    example = bill()
    example["accounts"][1] |= change
    assert paid(example)[2] == [("mother", amount)]


@pytest.mark.parametrize("status", ["suspended", "paused", "frozen", "arrears", "anything"])
@pytest.mark.parametrize("place", [0, 1])
def test_an_account_that_is_not_in_order_is_skipped(status: str, place: int) -> None:
    example = bill()
    example["accounts"][place]["status"] = status
    _, own, shared, _ = paid(example)
    assert (own == "0.00") == (place == 0)
    assert (shared == []) == (place == 1)


def test_two_accounts_of_one_relative_are_told_as_one() -> None:
    mother = {"owner": "mother", "relation": "parent", "balance": "50.00"}
    assert paid(bill(accounts=[mother, mother]))[2] == [("mother", "100.00")]


def test_with_a_deductible_of_the_visit_the_accumulator_is_not_used() -> None:
    rules = {"deductible": {"amount": "650", "period": "visit"}, "bands": [{"ratio": "1"}]}
    assert paid(bill(rules=rules, accumulators={"deductible_used": "650"}))[0] == "350.00"


def test_exact_json_numbers_are_taken_like_texts() -> None:
    example = bill(
        fee_lines=[{"category": "B", "amount": Decimal("1000.00"), "prior_self_pay_ratio": Decimal("0.1")}]
    )
    assert paid(example)[0] == "540.00"


def test_every_step_is_told_in_words() -> None:
    steps = try_bill(bill())["trace"]
    assert isinstance(steps, list)
    assert all(isinstance(step, dict) and step["text"] for step in steps)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ((), "foo"),
        (("person",), "person.foo"),
        (("accumulators",), "accumulators.foo"),
        (("fee_lines", 0), "fee_lines[0].foo"),
        (("accounts", 1), "accounts[1].foo"),
        (("rules",), "rules.foo"),
        (("rules", "deductible"), "rules.deductible.foo"),
        (("rules", "bands", 0), "rules.bands[0].foo"),
        (("rules", "remote"), "rules.remote.foo"),
    ],
)
def test_an_unknown_key_is_refused_by_name(path: tuple[str | int, ...], key: str) -> None:
    example = with_rules(deductible={"amount": "0"}, remote={"mode": "none"}) | {
        "person": {},
        "accumulators": {},
    }
    place: Example = copy.deepcopy(example)
    found = place
    for part in path:
        found = found[part]  # type: ignore[index]
    found["foo"] = 1
    with pytest.raises(TrialInvalid) as refused:
        try_bill(place)
    assert key in str(refused.value)


@pytest.mark.parametrize(
    ("example", "named"),
    [
        ([], "对象"),
        (bill(fee_lines=[]), "fee_lines"),
        (bill(fee_lines={}), "fee_lines"),
        (bill(fee_lines=[{"category": "A"}]), "fee_lines[0].amount"),
        (bill(fee_lines=[{"amount": "1"}]), "fee_lines[0].category"),
        (bill(fee_lines=[{"category": "D", "amount": "1"}]), "fee_lines[0].category"),
        (bill(fee_lines=[{"category": "A", "amount": "-1"}]), "fee_lines[0].amount"),
        (bill(fee_lines=[{"category": "A", "amount": "1.005"}]), "fee_lines[0].amount"),
        (bill(fee_lines=[{"category": "A", "amount": 0.1}]), "fee_lines[0].amount"),
        (bill(fee_lines=[{"category": "A", "amount": True}]), "fee_lines[0].amount"),
        (
            bill(fee_lines=[{"category": "B", "amount": "1", "prior_self_pay_ratio": "1.1"}]),
            "prior_self_pay_ratio",
        ),
        (bill(fee_lines=[{"item": "X", "amount": "1"}]), "fee_lines[0].item"),
        (bill(accounts=[{"balance": "1"}]), "accounts[0].owner"),
        (bill(accounts=[{"owner": "self"}]), "accounts[0].balance"),
        (bill(date="2025-13-01"), "date"),
        (with_rules(bands=[{"upto_in_scope": "1"}]), "rules.bands[0].ratio"),
        (with_rules(bands=[{"ratio": "1", "upto_in_scope": "1", "upto_fund_paid": "1"}]), "rules.bands[0]"),
        (with_rules(bands=[{"ratio": "1"}, {"ratio": "1"}]), "rules.bands[1]"),
        (
            with_rules(bands=[{"ratio": "1", "upto_in_scope": "2"}, {"ratio": "1", "upto_in_scope": "2"}]),
            "rules.bands[1]",
        ),
        (with_rules(deductible={"period": "year"}), "rules.deductible.amount"),
        (with_rules(deductible={"amount": "1", "period": "day"}), "rules.deductible.period"),
        (with_rules(remote={"mode": "points"}), "rules.remote.value"),
        (with_rules(remote={"mode": "half", "value": "1"}), "rules.remote.mode"),
        (with_rules(account_pays="some"), "rules.account_pays"),
        (with_rules(account_order="wallet_first"), "rules.account_order"),
        (with_rules(fund_pays="yes"), "rules.fund_pays"),
        (with_rules(kinds_not_shared="history"), "rules.kinds_not_shared"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_key(example: object, named: str) -> None:
    with pytest.raises(TrialInvalid) as refused:
        try_bill(example)
    assert named in str(refused.value)


def test_as_many_lines_and_accounts_as_the_limits_allow_and_not_one_more() -> None:
    line, account = {"category": "A", "amount": "1"}, {"owner": "self", "balance": "1"}
    assert paid(bill(fee_lines=[line] * LINES_MAX, accounts=[account] * ACCOUNTS_MAX))[0] == "300.00"
    for example in (bill(fee_lines=[line] * (LINES_MAX + 1)), bill(accounts=[account] * (ACCOUNTS_MAX + 1))):
        with pytest.raises(TrialInvalid, match="最多"):
            try_bill(example)


def by_pack(**changes: object) -> Example:
    example = bill(
        region="990100",
        date="2025-06-02",
        person={"insurance": "employee", "status": "in_service"},
        institution_level="3",
        **changes,
    )
    del example["rules"]
    return example


def test_a_region_and_a_day_stand_in_for_rules_by_code_or_name() -> None:
    assert try_bill(by_pack(), BOOK) == try_bill(by_pack() | {"region": "东澜市"}, BOOK)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"region": ""}, "region"),
        ({"region": "110000"}, "110000"),
        ({"date": ""}, "date"),
        ({"date": "2024-12-31"}, "2024-12-31"),
        ({"person": {}}, "person.insurance"),
        ({"person": {"insurance": "employee"}}, "person.status"),
        ({"institution_level": "4"}, "institution_level"),
        ({"fee_lines": [{"item": "nothing", "amount": "1"}]}, "fee_lines[0].item"),
        ({"accounts": [{"owner": "x", "relation": "friend", "balance": "1"}]}, "relation"),
    ],
)
def test_a_bill_by_a_pack_needs_what_the_pack_asks_for(changes: Example, named: str) -> None:
    with pytest.raises(TrialInvalid) as refused:
        try_bill(by_pack() | changes, BOOK)
    assert named in str(refused.value)


def test_a_catalogue_item_brings_its_own_category_ratio_and_ceiling() -> None:
    line = {"item": "ZZ99AAX001B001010100015", "price": "31.00", "quantity": 2}
    detail = try_bill(by_pack(fee_lines=[line]), BOOK)["detail"]
    assert isinstance(detail, dict)
    assert (detail["over_limit"], detail["prior_self_pay"], detail["in_scope"]) == ("10.00", "5.20", "46.80")
