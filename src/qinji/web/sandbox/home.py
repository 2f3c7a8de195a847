"""``/sandbox``, where a developer begins: what this is, who lives here, which calls to try."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.web.templating import templates

LEVELS = {"1": "一级(社区)", "2": "二级", "3": "三级", "pharmacy": "药店"}


@dataclass(frozen=True, slots=True)
class HomePerson:
    """Somebody of the sandbox, with the own account's balance in fen."""

    number: str
    name: str
    region: str
    balance_fen: int


@dataclass(frozen=True, slots=True)
class HomeFamily:
    """A family of the sandbox and its story."""

    title: str
    story: str
    people: tuple[HomePerson, ...]


@dataclass(frozen=True, slots=True)
class HomePlace:
    """A hospital or pharmacy of the sandbox."""

    code: str
    name: str
    level: str
    region: str


@dataclass(frozen=True, slots=True)
class HomeWorld:
    """What the page shows of the sandbox world; the example is an invented identity number to read with 1101."""

    families: tuple[HomeFamily, ...]
    places: tuple[HomePlace, ...]
    example_certificate: str


def render_home(world: HomeWorld, base: str) -> str:
    """The page with calls against ``base``."""
    return templates.get_template("sandbox/home.html").render(world=world, base=base, levels=LEVELS)
