"""Asking to bind and the photos of papers in one act: all of it happens, or nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from qinji.access.model import Actor, PersonActor
from qinji.evidence import queries as evidence
from qinji.evidence.model import PHOTOS_MAX, Papers
from qinji.family import queries as family
from qinji.family.model import Binding
from qinji.flows import bind_relative
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import evidence_hash
from qinji.insured import queries as insured
from qinji.kernel.actor import Channel, StaffActor
from qinji.kernel.kinship import Relation
from qinji.kernel.refusal import Refused
from qinji.platform.database import Address
from qinji.platform.keyed_calls import KeyedCall
from tests.bureau import Bureau, open_bureau
from tests.photos import photo

FATHER, BOY = "9901000000020002", "9901000000020001"
CLERK = StaffActor("C001", "程晓岚")


@dataclass
class Window:
    """A bureau, and what it was told of the last act."""

    bureau: Bureau
    told: Binding | str = ""

    def _render(self, outcome: WithPeople[Binding] | Refused) -> bytes:
        self.told = outcome.code.name if isinstance(outcome, Refused) else outcome.thing
        return b""

    async def bind(self, actor: Actor, *photos: bytes, reference: str | None = None) -> Binding | str:
        """Ask for the boy, or enter him for his father."""
        key = f"key-{next(self.bureau.numbers)}"
        command = bind_relative.BindRelative(
            call=KeyedCall("test", key, b"", self._render),
            actor=actor,
            channel=Channel.WEB,
            member_number=BOY,
            relation=Relation.CHILD,
            holder_number=FATHER,
            evidence_reference=reference,
            reason="父亲带孩子到窗口办理" if isinstance(actor, StaffActor) else None,
            photos=photos,
        )
        await bind_relative.run(command, self.bureau.runtime)
        return self.told

    async def papers(self, binding: Binding) -> Papers | None:
        """The open papers of a binding."""
        async with self.bureau.runtime.database.reading() as connection:
            return await evidence.open_papers(connection, binding.person_id, binding.binding_id)


@pytest.fixture
async def window(address: Address, tmp_path: Path) -> AsyncIterator[Window]:
    """A bureau of its own."""
    async with open_bureau(address, tmp_path) as bureau:
        yield Window(bureau)


async def father(window: Window) -> PersonActor:
    """The father, signed in."""
    return PersonActor(await window.bureau.person_id(FATHER))


async def live(window: Window, person: UUID) -> int:
    """How many bindings a holder has."""
    async with window.bureau.runtime.database.reading() as connection:
        return len(await family.of_holder(connection, person))


async def test_for_a_child_photos_are_the_papers_and_their_consent_stands_by_itself(window: Window) -> None:
    asked = await window.bind(await father(window), photo("1"), photo("2"))
    assert isinstance(asked, Binding)
    papers = await window.papers(asked)
    assert papers is not None
    assert [one.place for one in papers.photos] == [1, 2]
    assert asked.evidence_hash == evidence_hash(None, papers.digests)
    async with window.bureau.runtime.database.reading() as connection:
        consents = await insured.consents(connection, asked.person_id, asked.binding_id)
    assert {one.act: one.evidence_hash for one in consents} == dict.fromkeys(
        ("bind.ask", "bind.evidence"), asked.evidence_hash
    )


async def test_without_papers_of_either_kind_a_child_is_not_bound(window: Window) -> None:
    assert await window.bind(await father(window)) == "BIND_EVIDENCE_REQUIRED"


@pytest.mark.parametrize(
    ("photos", "code"),
    [
        ([photo("1"), b"%PDF-1.7"], "EVIDENCE_KIND"),
        ([photo(str(number)) for number in range(PHOTOS_MAX + 1)], "EVIDENCE_FULL"),
        ([photo(size=1_500_001)], "EVIDENCE_TOO_LARGE"),
    ],
)
async def test_one_wrong_photo_and_nothing_is_asked(window: Window, photos: list[bytes], code: str) -> None:
    actor = await father(window)
    assert await window.bind(actor, *photos) == code
    assert await live(window, actor.person_id) == 0


async def test_the_window_takes_a_request_over_with_its_photos_and_adds_its_own(window: Window) -> None:
    asked = await window.bind(await father(window), photo("1"), photo("2"))
    assert isinstance(asked, Binding)
    entered = await window.bind(CLERK, photo("2"), photo("3"), reference="户口本 1")
    assert isinstance(entered, Binding)
    papers = await window.papers(entered)
    assert papers is not None
    assert [one.added_by.partition(":")[0] for one in papers.photos] == ["person", "person", "staff"]
    assert entered.evidence_hash == evidence_hash("户口本 1", papers.digests)
    assert await window.papers(asked) is None


async def test_what_the_window_takes_over_is_paper_enough(window: Window) -> None:
    await window.bind(await father(window), photo("1"))
    assert isinstance(await window.bind(CLERK), Binding)


async def test_the_request_and_the_window_together_have_no_more_than_four(window: Window) -> None:
    await window.bind(await father(window), *(photo(str(number)) for number in range(PHOTOS_MAX)))
    assert await window.bind(CLERK, photo("one more")) == "EVIDENCE_FULL"
