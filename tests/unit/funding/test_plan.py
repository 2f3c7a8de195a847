"""Who pays how much: parts add up, limits hold, order is kept, cash is least."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from qinji.funding.model import Payer
from qinji.funding.order import order
from qinji.funding.plan import plan
from qinji.kernel.bill import PayerKind
from qinji.kernel.purpose import UseClass

ALL = frozenset(UseClass)
NO_C = ALL - {UseClass.CATEGORY_C}


def own(balance_fen: int, pays: frozenset[UseClass] = ALL) -> Payer:
    return Payer(PayerKind.OWN, "self", "本人", 0, balance_fen, pays)


def grantor(name: str, balance_fen: int, pays: frozenset[UseClass] = ALL, **more: object) -> Payer:
    return Payer(PayerKind.GRANTOR, name, name, 0, balance_fen, pays, grant=name, **more)  # type: ignore[arg-type]


amounts = st.integers(0, 500)
limits = st.one_of(st.none(), amounts)
payers = st.builds(
    Payer,
    kind=st.sampled_from(PayerKind),
    person=st.sampled_from("abcdef"),
    name=st.just("甲"),
    pocket=st.just(0),
    balance_fen=amounts,
    pays=st.frozensets(st.sampled_from(UseClass)),
    floor_fen=st.integers(0, 100),
    limits=st.tuples(limits, limits, limits, limits),
    grant=st.just("g"),
    skip_reason=st.sampled_from(["", "", "", "paused"]),
)
bills = st.fixed_dictionaries(dict.fromkeys(UseClass, amounts))
lists = st.lists(payers, max_size=6)


def most(personal: dict[UseClass, int], some: list[Payer]) -> int:
    """The most that these payers can pay together: the least cut over the sets of classes (Hall)."""
    return min(
        sum(amount for use, amount in personal.items() if use not in cut)
        + sum(payer.room_fen for payer in some if payer.pays & set(cut))
        for size in range(len(UseClass) + 1)
        for cut in combinations(UseClass, size)
    )


@given(bills, lists)
def test_the_parts_add_up_in_every_class(personal: dict[UseClass, int], some: list[Payer]) -> None:
    made = plan(personal, some)
    assert made.own_fen + made.mutual_aid_fen + made.cash_fen == sum(personal.values())
    for use, amount in personal.items():
        assert sum(share.by_class.get(use, 0) for share in made.shares) <= amount
    for share in made.shares:
        assert sum(share.by_class.values()) == share.amount_fen > 0
        assert min(share.by_class.values()) > 0


@given(bills, lists)
def test_nobody_pays_beyond_balance_floor_and_limits_or_what_it_may_not(
    personal: dict[UseClass, int], some: list[Payer]
) -> None:
    numbered = [_named(payer, str(place)) for place, payer in enumerate(some)]
    by_name = {payer.person: payer for payer in numbered}
    for share in plan(personal, numbered).shares:
        payer = by_name[share.person]
        assert share.amount_fen <= payer.balance_fen - payer.floor_fen
        assert all(limit is None or share.amount_fen <= limit for limit in payer.limits)
        assert set(share.by_class) <= payer.pays
        assert not payer.skip_reason


def _named(payer: Payer, name: str) -> Payer:
    return Payer(
        payer.kind,
        name,
        payer.name,
        0,
        payer.balance_fen,
        payer.pays,
        payer.floor_fen,
        payer.limits,
        payer.grant,
        skip_reason=payer.skip_reason,
    )


@given(bills, lists)
def test_cash_is_least(personal: dict[UseClass, int], some: list[Payer]) -> None:
    assert plan(personal, some).cash_fen == sum(personal.values()) - most(personal, some)


@given(bills, lists)
def test_each_payer_pays_all_it_can_before_the_next_is_asked(
    personal: dict[UseClass, int], some: list[Payer]
) -> None:
    numbered = [_named(payer, str(place)) for place, payer in enumerate(some)]
    paid = {share.person: share.amount_fen for share in plan(personal, numbered).shares}
    for end in range(len(numbered) + 1):
        before = numbered[:end]
        assert sum(paid.get(payer.person, 0) for payer in before) == most(personal, before)


@given(bills, lists)
def test_the_trace_has_a_step_for_every_payer_and_sums_to_the_plan(
    personal: dict[UseClass, int], some: list[Payer]
) -> None:
    made = plan(personal, some)
    *steps, last = made.trace
    assert len(steps) == len(some)
    assert sum(int(step.values["amount_fen"] or 0) for step in made.trace) == sum(personal.values())
    assert last.values["amount_fen"] == made.cash_fen
    assert all(step.code == "paid" or step.values["reason"] for step in steps)


def test_own_money_first_pays_what_no_relative_may_pay() -> None:
    made = plan(
        {UseClass.CATEGORY_C: 60, UseClass.IN_SCOPE_SHARE: 60}, [own(60), grantor("mother", 60, NO_C)]
    )
    assert made.cash_fen == 0
    assert made.shares[0].by_class == {UseClass.CATEGORY_C: 60}


def test_where_relatives_may_pay_different_things_the_first_changes_class_and_keeps_its_amount() -> None:
    first = grantor("first", 10, frozenset({UseClass.OVER_LIMIT, UseClass.CATEGORY_C}))
    second = grantor("second", 10, frozenset({UseClass.OVER_LIMIT}))
    third = grantor("third", 1, frozenset({UseClass.CATEGORY_C}))
    made = plan({UseClass.OVER_LIMIT: 10, UseClass.CATEGORY_C: 10}, [first, second, third])
    assert [share.amount_fen for share in made.shares] == [10, 10]
    assert made.cash_fen == 0


def test_one_grantors_limits_leave_the_rest_to_the_next_and_the_rest_to_cash() -> None:
    spouse = grantor("spouse", 200_000, limits=(15_000, None, None, None))
    son = grantor("son", 200_000, limits=(None, None, None, 9_000))
    made = plan({UseClass.IN_SCOPE_SHARE: 40_000}, [own(0), spouse, son])
    assert [share.amount_fen for share in made.shares] == [15_000, 9_000]
    assert made.cash_fen == 16_000


def test_a_floor_stays_in_the_account() -> None:
    made = plan({UseClass.DEDUCTIBLE: 500}, [grantor("mother", 1_000, floor_fen=800)])
    assert made.mutual_aid_fen == 200


def test_reasons_for_not_paying_are_told_apart() -> None:
    personal = {UseClass.CATEGORY_C: 100}
    made = plan(
        personal,
        [
            grantor("paused", 100, skip_reason="paused"),
            grantor("empty", 0),
            grantor("limited", 100, limits=(None, 0, None, None)),
            grantor("strict", 100, NO_C),
            grantor("pays", 100),
            grantor("late", 100),
        ],
    )
    reasons = [step.values["reason"] for step in made.trace[:-1]]
    assert reasons == ["paused", "no_balance", "limit_reached", "class_not_allowed", "", "nothing_left"]


def test_own_account_stands_first_or_last_and_grantors_by_time_or_by_the_order_people_set() -> None:
    early = grantor("early", 1, rank=2, since="2025-01-01T00:00:00+08:00")
    late = grantor("late", 1, rank=1, since="2025-02-01T00:00:00+08:00")
    mine = own(1)
    assert order([late, early, mine], "first", "binding_time") == (mine, early, late)
    assert order([early, late, mine], "last", "user_priority") == (late, early, mine)


def test_no_more_is_exchanged_than_is_still_open() -> None:
    bill = {UseClass.CATEGORY_C: 20, UseClass.DEDUCTIBLE: 10}
    anything, only_c, the_rest = (
        grantor("first", 20),
        grantor("second", 40, frozenset({UseClass.CATEGORY_C})),
        grantor("third", 40, NO_C),
    )
    made = plan(bill, [anything, only_c, the_rest])
    assert [(share.person, dict(share.by_class)) for share in made.shares] == [
        ("first", {UseClass.CATEGORY_C: 10, UseClass.DEDUCTIBLE: 10}),
        ("second", {UseClass.CATEGORY_C: 10}),
    ]
    assert made.cash_fen == 0
