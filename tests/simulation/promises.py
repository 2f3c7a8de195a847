"""Each invariant of ARCHITECTURE 5 with what looks after it.

A method of the auditor, or, where the paper bureau cannot be asked, the test that does.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.simulation.operations import (
    Answer,
    Ask,
    Bind,
    Change,
    Close,
    Complain,
    Disown,
    Empower,
    Freeze,
    Give,
    Lapse,
    Look,
    Pause,
    Propose,
    Resume,
    Revoke,
    Show,
    TakeBack,
    Unbind,
    WorkOn,
)

POSTGRES = "tests/simulation/test_postgres.py"

INVARIANTS: Mapping[str, tuple[str, ...]] = {
    "I1": ("_rows",),
    "I2": ("_rows",),
    "I3": ("_owed", "from_scratch"),
    "I4": ("_owed",),
    "I5": ("_settled",),
    "I6": ("_in_order",),
    "I7": ("_lawful", "everything"),
    "I8": ("step",),
    "I9": (
        "_tied",
        "tests/api/test_family.py::test_the_limits_of_five_and_two_hold_under_64_parallel_requests",
    ),
    "I10": ("_tied",),
    "I11": ("_cancelled",),
    "I12": ("tests/flows/test_settle.py::test_the_same_message_gets_the_same_bytes_and_moves_money_once",),
    "I13": (
        "tests/flows/test_concurrency.py::test_two_copies_of_a_message_at_once_have_one_effect_and_the_same_bytes",
    ),
    "I14": ("from_scratch",),
    "I16": (
        "tests/simulation/test_deciding_again.py::test_under_the_same_packs_nothing_comes_out_otherwise",
    ),
    "I17": ("from_scratch",),
    "I18": (
        "tests/api/test_look_up.py::test_every_look_is_noted_anew_whatever_key_it_brings",
        f"{POSTGRES}::test_five_thousand_operations_through_postgresql_agree_with_the_paper_bureau",
    ),
}
"""I15, a hash chain over the ledger, is not built; the auditor keeps one of its own to hold I14."""

MOVES_NOTHING = (
    *(
        Complain,
        Propose,
        Close,
        WorkOn,
        TakeBack,
        Disown,
        Look,
        Show,
        Bind,
        Unbind,
        Empower,
        Give,
        Revoke,
        Pause,
    ),
    *(Change, Ask, Answer, Freeze, Lapse, Resume),
)
