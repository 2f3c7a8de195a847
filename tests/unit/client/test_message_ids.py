"""Message ids are 30 characters and never the same twice: in threads, at several counters, after a restart."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qinji.client.message_ids import MessageIds
from qinji.client.terminal import Terminal
from tests.unit.client.examples import NOON

CODE = "H99010000001"


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def ids(moment: datetime = NOON, counter: int = 0, counters: int = 1) -> MessageIds:
    return MessageIds(CODE, Terminal(counter, counters, at(moment)))


def test_an_id_is_the_institution_the_second_in_china_and_four_digits() -> None:
    assert ids()() == "H99010000001" + "20260317120000" + "1234"


def test_a_clock_that_stands_or_goes_back_gives_new_ids_all_the_same() -> None:
    moments = iter([NOON, NOON, NOON - timedelta(hours=1), NOON + timedelta(seconds=1)])
    source = MessageIds(CODE, Terminal(clock=lambda: next(moments)))
    given_out = [source() for _ in range(4)]
    assert len(set(given_out)) == 4
    assert given_out == sorted(given_out)


def test_more_ids_than_a_second_has_go_on_in_the_next_second() -> None:
    source = ids()
    given_out = [source() for _ in range(10_001)]
    assert len(set(given_out)) == 10_001
    assert given_out[-1].startswith("H99010000001" + "20260317120001")


def test_a_program_that_is_started_again_in_the_same_second_does_not_repeat_itself() -> None:
    before = ids(NOON)
    after = ids(NOON + timedelta(milliseconds=50))
    assert {before() for _ in range(400)} & {after() for _ in range(400)} == set()


def test_threads_share_one_source() -> None:
    source, given_out = ids(), list[str]()
    threads = [Thread(target=lambda: given_out.extend(source() for _ in range(500))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(given_out)) == 8 * 500


@given(counters=st.integers(2, 60), moments=st.lists(st.integers(0, 30), min_size=1, max_size=60))
def test_counters_of_one_institution_never_meet(counters: int, moments: list[int]) -> None:
    clock = [NOON]
    sources = [MessageIds(CODE, Terminal(place, counters, lambda: clock[0])) for place in range(counters)]
    given_out = []
    for milliseconds in moments:
        clock[0] = NOON + timedelta(milliseconds=milliseconds)
        given_out += [source() for source in sources]
    assert len(set(given_out)) == len(given_out)


@pytest.mark.parametrize(("counter", "counters"), [(1, 1), (-1, 4), (0, 0), (0, 10_001)])
def test_a_counter_that_cannot_be_is_refused(counter: int, counters: int) -> None:
    with pytest.raises(ValueError, match="窗口号"):
        Terminal(counter, counters)
