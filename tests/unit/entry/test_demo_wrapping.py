"""Lines of the demo: as wide as the terminal allows, numbers whole, no closing mark at the beginning."""

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from qinji.entry.demo.wrapping import wrap

TEXTS = st.text(alphabet="医保账户付了 12.50元,。()“”abc%", max_size=120)


def test_a_number_and_its_unit_stay_together() -> None:
    assert wrap("一共付了 142.00 元现金", 14) == "一共付了\n142.00 元现金"


def test_no_line_begins_with_a_closing_mark() -> None:
    assert wrap("母亲的账户先付,不够再付", 14) == "母亲的账户先\n付,不够再付"


def test_lines_that_were_made_stay() -> None:
    assert wrap("一\n二", 10) == "一\n二"


@given(st.lists(st.sampled_from(["个人账户", "支付 ", "12.50 ", "基金"])), st.integers(20, 60))
def test_no_line_is_wider_than_asked(words: list[str], width: int) -> None:
    text = "".join(words)
    assert all(cell_len(line) <= width for line in wrap(text, width).split("\n"))


@given(TEXTS, st.integers(20, 60))
def test_nothing_but_spaces_is_lost(text: str, width: int) -> None:
    assert "".join(wrap(text, width).split()) == "".join(text.split())
