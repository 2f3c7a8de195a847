"""The closed lists of keys are documented whole."""

from pathlib import Path

import pytest

from qinji.flows.parts.trial_input import ACCOUNT_KEYS, LINE_KEYS, PERSON_KEYS, USED_KEYS, VISIT_KEYS
from qinji.flows.parts.trial_rules import RULE_KEYS

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "reference" / "policy-rules.md").read_text(
    encoding="utf-8"
)


@pytest.mark.parametrize(
    "key", [*RULE_KEYS, *ACCOUNT_KEYS, *LINE_KEYS, *PERSON_KEYS, *USED_KEYS, *VISIT_KEYS]
)
def test_every_key_of_a_trial_is_documented(key: str) -> None:
    assert f"`{key}`" in PAGE
