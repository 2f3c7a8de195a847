"""家庭共济: the order in which grantors pay for somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID

from qinji.access.model import Right
from qinji.flows.acts.act import Decision, Scene, keep_trail
from qinji.flows.parts.consent_texts import ConsentKind
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.hands import Hand
from qinji.flows.parts.people import WithPeople
from qinji.flows.parts.records import Subject, audit_of, consent_of, deed_of
from qinji.flows.parts.sharing_terms import user_orders
from qinji.flows.parts.sharing_words import tell_order
from qinji.flows.parts.telling import of_order
from qinji.insured import queries as insured
from qinji.insured import store as insured_store
from qinji.kernel.refusal import Refused
from qinji.mutual_aid import queries, store
from qinji.mutual_aid.model import Grant
from qinji.mutual_aid.rules import live, may_order

SUBJECT = "grant"


@dataclass(frozen=True, slots=True)
class OrderGrantors:
    """``grants``: every live grant that serves the beneficiary, once, the first one pays first.

    Refused: NOT_ALLOWED where the region fixes the order, ORDER_INCOMPLETE when one is missing.
    """

    grants: tuple[UUID, ...]

    async def concerned(self, hand: Hand, scene: Scene) -> Sequence[UUID] | Refused:
        """The beneficiary alone."""
        del scene
        return [hand.person_id]

    async def decide(self, hand: Hand, scene: Scene) -> Decision[WithPeople[Sequence[Grant]]] | Refused:
        """The grants in their new order."""
        actor = hand.person_id
        grants = (await queries.live_for(scene.connection, [actor], scene.now)).get(actor, [])
        people = await insured.persons(scene.connection, [actor, *(grant.grantor_id for grant in grants)])
        by_user = user_orders(scene.deps.book, people[actor].region, scene.today)
        if isinstance(by_user, Refused):
            return by_user
        refusal = may_order(grants, self.grants, scene.today, by_user=by_user)
        if refusal is not None:
            return refusal
        by_id = {grant.grant_id: grant for grant in grants if live(grant, scene.today)}
        ordered = [replace(by_id[name], rank=place) for place, name in enumerate(self.grants, 1)]
        return Decision(
            WithPeople(ordered, people),
            actor,
            partial(tell_order, list(by_id.values()), ordered, people),
            partial(_record_order, list(by_id.values()), ordered, hand, scene),
        )


async def _record_order(before: Sequence[Grant], ordered: Sequence[Grant], hand: Hand, scene: Scene) -> None:
    await store.rank(scene.connection, hand.person_id, [grant.grant_id for grant in ordered])
    deeds = [
        deed_of(
            hand,
            Subject(SUBJECT, grant.grant_id, grant.person_id),
            DeedKind.GRANT_ORDER,
            ConsentKind.ORDER_GRANTORS,
            Right.OWN,
            scene.now,
            detail=str(grant.rank),
        )
        for grant in ordered
    ]
    consents = [consent_of(deed, scene.new_id()) for deed in deeds]
    rows = [audit_of(deed, hand.person_id, scene.new_id()) for deed in deeds]
    await insured_store.record_consents(scene.connection, consents)
    moved = [one for was, one in zip(before, ordered, strict=True) if was.grant_id != one.grant_id]
    await keep_trail(scene.connection, rows, of_order(rows, moved, scene.new_id()), scene.deps)
