"""The pure tests are run at every change: each property draws fifty cases here, and the simulation draws its own.

In a mutation run (`make mutate`) a property draws ten, and nothing that was computed before the mutant is kept: what
a policy remembers, and what a test module made when it was imported, would otherwise hide that the mutant differs.
"""

from __future__ import annotations

import os
import sys
from datetime import date

from hypothesis import Phase, settings

from qinji.kernel.refusal import Refused
from qinji.policy.book import Book, RegionPolicy

MUTATION_RUN = "MUTANT_UNDER_TEST" in os.environ

settings.register_profile("pure", max_examples=50, deadline=None)
settings.register_profile(
    "mutation", max_examples=10, deadline=None, database=None, derandomize=True, phases=[Phase.generate]
)
settings.load_profile("mutation" if MUTATION_RUN else "pure")

_tests = 0
_MADE = Book.at


def _made_anew(self: Book, region: str, day: date) -> RegionPolicy | Refused:
    """A book that forgets, at the first question of a test, what it made before."""
    if self.__dict__.get("asked_in") != _tests:
        self.__dict__["asked_in"] = _tests
        self._made.clear()
        self._changes.clear()
    return _MADE(self, region, day)


def pytest_configure() -> None:
    """Test modules are imported again for each mutant, which begins as a copy of a process that had run them all."""
    if MUTATION_RUN:
        Book.at = _made_anew  # type: ignore[method-assign]
        for name in [one for one in sys.modules if ".test_" in one]:
            del sys.modules[name]


def pytest_runtest_setup() -> None:
    """The next test begins."""
    global _tests  # noqa: PLW0603  # a hook has no place of its own to keep it
    _tests += 1
