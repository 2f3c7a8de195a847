"""家庭共济: a grantor says yes or no to one bill that would take more than the amount above which they are asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from qinji.access.model import Right
from qinji.flows.acts.act import Decision, Scene, keep_record
from qinji.flows.parts.caution import may_widen
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import Subject, deed_of
from qinji.flows.parts.sharing_words import tell_answer
from qinji.insured import queries as insured
from qinji.insured.model import Person
from qinji.kernel.ensure import ensure
from qinji.kernel.money import yuan
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.mutual_aid import queries, store
from qinji.mutual_aid.model import Answer, Confirmation
from qinji.mutual_aid.rules import may_answer

SUBJECT = "grant"


@dataclass(frozen=True, slots=True)
class AnswerConfirmation:
    """``amount_fen`` is the amount that the grantor was shown: a request for another one is not answered by it.

    Refused: NOT_FOUND for somebody else's, CONFIRMATION_STATE for one that is over, was answered, or asks for another
    amount by now, and for a yes what ``caution.may_widen`` names.
    """

    confirmation_id: UUID
    amount_fen: int
    approve: bool

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """Beneficiary and grantor."""
        asked = await queries.confirmation(scene.connection, self.confirmation_id, hand.person_id)
        return refuse(RefusalCode.NOT_FOUND) if asked is None else [asked.person_id, asked.grantor_id]

    async def decide(self, hand: Hand, scene: Scene) -> Decision[WithPeople[Confirmation]] | Refused:
        """The request with its answer; a yes may be used from now on for as long as a request waits."""
        asked = await queries.confirmation(scene.connection, self.confirmation_id, hand.person_id)
        if asked is None:
            return refuse(RefusalCode.NOT_FOUND)
        safety = scene.deps.safety
        refusal = may_answer(asked, self.amount_fen, scene.now)
        if refusal is None and self.approve:
            refusal = may_widen(hand, safety, scene.now)
        if refusal is not None:
            return refusal
        answered = replace(
            asked,
            answer=Answer.GIVEN if self.approve else Answer.REFUSED,
            answered_at=scene.now,
            until=scene.now + safety.confirm,
        )
        people = await insured.persons(scene.connection, [asked.person_id, asked.grantor_id])
        return Decision(
            WithPeople(answered, people),
            asked.grant_id,
            partial(tell_answer, asked, answered, people),
            partial(_record, answered, people, hand, scene),
        )


async def _record(answered: Confirmation, people: Mapping[UUID, Person], hand: Hand, scene: Scene) -> None:
    ensure(await store.answer(scene.connection, answered), "a request is answered once")
    act = DeedKind.GRANT_CONFIRM if answered.answer is Answer.GIVEN else DeedKind.GRANT_CONFIRM_REFUSE
    deed = deed_of(
        hand,
        Subject(SUBJECT, answered.grant_id, answered.person_id),
        act,
        ConsentKind.CONFIRM_PAYMENT,
        Right.OWN,
        scene.now,
        detail=f"一笔费用,至多 {yuan(answered.amount_fen)} 元,机构 {answered.bill.institution}",
    )
    await keep_record([deed], tuple(people), scene)
