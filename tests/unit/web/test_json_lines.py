"""A document becomes lines, and a remark stands where it belongs."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from qinji.web.sandbox.json_lines import Line, Remark, lines_of, with_remarks

DOCUMENT = '{"infno": "2204", "input": {"feedetail": [{"cnt": 5, "pric": 70.50}, {"cnt": 1.0}]}, "empty": []}'


def at(lines: list[Line], place: str) -> Line:
    return next(line for line in lines if line.place == place)


def test_numbers_stay_as_they_were_written() -> None:
    lines = lines_of(DOCUMENT)
    assert at(lines, "$.input.feedetail[0].pric").value == "70.50"
    assert at(lines, "$.input.feedetail[1].cnt").value == "1.0"


def test_a_remark_stands_at_its_place_at_the_object_around_it_or_on_the_whole() -> None:
    remarks = [
        Remark("$.input.feedetail[0].cnt", True, "here", ""),
        Remark("$.input.feedetail[1].missing", True, "around", ""),
        Remark("$.missing", False, "whole", ""),
        Remark("$", False, "all", ""),
    ]
    lines, whole = with_remarks(lines_of(DOCUMENT), remarks)
    assert [one.text for one in at(lines, "$.input.feedetail[0].cnt").remarks] == ["here"]
    assert [one.text for one in at(lines, "$.input.feedetail[1]").remarks] == ["around"]
    assert [one.text for one in whole] == ["whole", "all"]


def test_what_is_no_json_is_shown_line_by_line() -> None:
    assert [line.value for line in lines_of("{broken\nhere")] == ["{broken", "here"]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=12,
    )
)
def test_the_lines_are_the_document(value: object) -> None:
    lines = lines_of(json.dumps(value))
    assert json.loads("".join(line.name + line.value for line in lines)) == value
