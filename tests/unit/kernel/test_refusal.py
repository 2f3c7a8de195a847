"""Refusals are a closed, ordered list, and each is a whole sentence."""

import re

import pytest

from qinji.kernel.refusal import RefusalCode, earliest, refuse


@pytest.mark.parametrize("code", RefusalCode, ids=lambda code: code.name)
def test_a_refusal_becomes_a_sentence_with_its_facts(code: RefusalCode) -> None:
    facts = dict.fromkeys(re.findall(r"\{(\w+)\}", code.chinese), "甲")
    text = refuse(code, **facts).text
    assert len(text) > len("未扣款。")
    assert not {"{", "}"} & set(text)


def test_no_two_refusals_have_the_same_text() -> None:
    assert len({code.chinese for code in RefusalCode}) == len(RefusalCode)


def test_of_several_refusals_the_first_of_the_list_is_answered() -> None:
    late, early = refuse(RefusalCode.GRANT_SELF), refuse(RefusalCode.BUSY)
    assert earliest([late, early]) is early
    assert earliest([]) is None
