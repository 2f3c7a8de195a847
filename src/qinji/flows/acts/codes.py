"""医保码: freezing one's own code, reporting it lost, thawing and activating it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from qinji.access.authorize import authorize
from qinji.access.lookup import by_number
from qinji.access.model import Action, PersonActor
from qinji.credential import store as credential_store
from qinji.flows.acts.act import Decision, Scene, differing, keep_record
from qinji.flows.parts.code_states import code_after
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.records import Deed, Subject, deed_of
from qinji.insured import queries as insured
from qinji.insured import store
from qinji.insured.model import CODE_CHINESE, CodeState, Person
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.window.model import Change, Told

SUBJECT = "code"
_SET: dict[CodeState, DeedKind] = {
    CodeState.ACTIVE: DeedKind.CODE_ACTIVE,
    CodeState.FROZEN: DeedKind.CODE_FROZEN,
    CodeState.LOST: DeedKind.CODE_LOST,
}
_WORDS: dict[CodeState, str] = {
    CodeState.ACTIVE: "解冻",
    CodeState.FROZEN: "冻结",
    CodeState.LOST: "挂失",
}


@dataclass(frozen=True, slots=True)
class SetCodeState:
    """``wanted``: frozen, lost, or active again; only of one's own code.

    Freezing ends every code and session, whoever showed it; thawing revives none of them. Refused:
    CODE_NOT_ACTIVATED where there is nothing to thaw.
    """

    wanted: CodeState

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """The person alone."""
        del scene
        return [hand.person_id]

    async def decide(self, hand: Hand, scene: Scene) -> Decision[Person] | Refused:
        """The person with the code's new state."""
        actor = PersonActor(hand.person_id)
        basis = await authorize(scene.connection, actor, hand.person_id, Action.FREEZE_CODE)
        if isinstance(basis, Refused):
            return basis
        person = (await insured.persons(scene.connection, [hand.person_id]))[hand.person_id]
        state = code_after(person, self.wanted)
        if isinstance(state, Refused):
            return state
        changed = replace(person, code_state=state)
        subject = Subject(SUBJECT, person.person_id, person.person_id)
        deed = deed_of(hand, subject, _SET[state], ConsentKind.FREEZE_CODE, basis.text, scene.now)
        ends_codes = state is not CodeState.ACTIVE
        return Decision(
            changed,
            person.person_id,
            partial(_tell, _WORDS[state], person, state),
            partial(_record, changed, deed, scene, ends_codes=ends_codes),
        )


@dataclass(frozen=True, slots=True)
class ActivateCode:
    """``member_number`` None activates one's own code, else a bound member's with that power (代激活).

    An active code stays so. Refused: no binding or power, a code frozen or lost.
    """

    member_number: str | None = None

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """The person, and the member whose code it is."""
        subject = await self._subject(hand, scene)
        return refuse(RefusalCode.NOT_FOUND) if subject is None else [hand.person_id, subject]

    async def decide(self, hand: Hand, scene: Scene) -> Decision[Person] | Refused:
        """The person whose code is active now."""
        subject = await self._subject(hand, scene)
        if subject is None:
            return refuse(RefusalCode.NOT_FOUND)
        actor = PersonActor(hand.person_id)
        basis = await authorize(scene.connection, actor, subject, Action.ACTIVATE_CODE)
        if isinstance(basis, Refused):
            return basis
        person = (await insured.persons(scene.connection, [subject]))[subject]
        if person.code_state in (CodeState.FROZEN, CodeState.LOST):
            return refuse(RefusalCode.CODE_FROZEN)
        changed = replace(person, code_state=CodeState.ACTIVE)
        text = ConsentKind.ACTIVATE_CODE
        deed = deed_of(
            hand, Subject(SUBJECT, subject, subject), DeedKind.CODE_ACTIVATE, text, basis.text, scene.now
        )
        return Decision(
            changed,
            subject,
            partial(_tell, "激活", person, CodeState.ACTIVE),
            partial(_record, changed, deed, scene, ends_codes=False),
        )

    async def _subject(self, hand: Hand, scene: Scene) -> UUID | None:
        if self.member_number is None:
            return hand.person_id
        return await by_number(scene.connection, self.member_number, scene.deps.vault)


def _tell(verb: str, before: Person, after: CodeState) -> Told:
    changes = differing(Change("医保码", CODE_CHINESE[before.code_state], CODE_CHINESE[after]))
    return Told(f"{verb}本人的医保码", changes)


async def _record(person: Person, deed: Deed, scene: Scene, *, ends_codes: bool) -> None:
    await store.set_code_state(scene.connection, person.person_id, person.code_state)
    if ends_codes:
        await credential_store.void(scene.connection, person.person_id, None, scene.now)
    await keep_record([deed], [person.person_id], scene)
