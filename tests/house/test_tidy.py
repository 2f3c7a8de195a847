"""The house rules keep what they promise: each passes its good example, catches its bad one, and holds for the tree."""

import pytest

from tools.tidy import RULES, Finding, Rule, check, files, findings, place_of, read_exceptions

by_name = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)


@by_name
def test_a_rule_accepts_its_good_example(rule: Rule) -> None:
    path = "src/qinji/kernel/example.py" if rule.name == "telling-names" else rule.example_path
    assert findings(rule, path, rule.good) == []


@by_name
def test_a_rule_catches_its_bad_example(rule: Rule) -> None:
    assert findings(rule, rule.example_path, rule.bad) != []


@by_name
def test_a_rule_says_why_and_what_instead(rule: Rule) -> None:
    assert rule.reason
    assert rule.instead


def test_the_whole_tree_keeps_the_rules() -> None:
    assert check(files(), read_exceptions()) == []


def test_an_exception_lets_its_own_size_pass_and_no_more() -> None:
    rule = RULES[0]
    place = place_of(rule.example_path, Finding(1, "pay"))
    size = findings(rule, rule.example_path, rule.bad)[0].size
    sources = [(rule.example_path, rule.bad)]
    assert check(sources, {rule.name: {place: size}}) == []
    assert len(check(sources, {rule.name: {place: size - 1}})) == 1


def test_an_exception_that_is_larger_than_needed_has_to_shrink() -> None:
    rule = RULES[0]
    place = place_of(rule.example_path, Finding(1, "pay"))
    size = findings(rule, rule.example_path, rule.bad)[0].size
    complaints = check([(rule.example_path, rule.bad)], {rule.name: {place: size + 1}})
    assert complaints == [
        f"tools/tidy_exceptions.toml: {rule.name} of {place} allows {size + 1}: lower it to {size}."
    ]


def test_an_exception_that_nothing_needs_has_to_go() -> None:
    complaints = check([], {"module-size": {"src/qinji/gone.py": 500}})
    assert complaints == [
        "tools/tidy_exceptions.toml: module-size of src/qinji/gone.py allows 500: take it away."
    ]
