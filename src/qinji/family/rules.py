"""Pure rules of the family account: may it be bound, confirmed, approved, changed, ended; may a power be used?"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from qinji.family.model import (
    STATE_CHINESE,
    Binding,
    BindingAct,
    BindingState,
    Route,
    Terms,
    WaitsFor,
    Wish,
)
from qinji.kernel.kinship import CHINESE, Relation
from qinji.kernel.purpose import Power
from qinji.kernel.refusal import RefusalCode, Refused, refuse

WAITS_CHINESE: dict[WaitsFor, str] = {
    WaitsFor.MEMBER: "待本人确认",
    WaitsFor.ENTRY: "待窗口录入",
    WaitsFor.REVIEW: "待窗口审核",
}
UNKNOWN_KIN = "登记中没有这一亲属关系,须有关系材料的照片或编号(evidence_reference)"


def may_bind(
    wish: Wish, of_holder: Sequence[Binding], of_member: Sequence[Binding], terms: Terms
) -> Refused | None:
    """Whether a binding may be begun; ``of_holder`` and ``of_member`` are their live bindings, read under lock.

    Refused: oneself, a relation the pack does not allow or the registry contradicts, one it does not know unless a
    clerk enters it with evidence (so nobody learns a stranger's name), an existing one, a full holder or member, and
    consent or evidence that the member's age asks for.
    """
    return (
        _relation(wish, terms)
        or _places(wish, of_holder, of_member, terms)
        or _consent(wish, terms)
        or _powers(wish.powers, terms)
    )


def _relation(wish: Wish, terms: Terms) -> Refused | None:
    if wish.holder_id == wish.member_id:
        return refuse(RefusalCode.BIND_SELF)
    if wish.relation not in terms.relations:
        allowed = "、".join(CHINESE[relation] for relation in Relation if relation in terms.relations)
        return refuse(RefusalCode.BIND_RELATION_NOT_ALLOWED, relation=CHINESE[wish.relation], allowed=allowed)
    unknown = wish.known_relation is None
    contradicted = not unknown and wish.known_relation is not wish.relation
    if contradicted or (unknown and not wish.by_staff):
        return refuse(RefusalCode.BIND_RELATION_DIFFERS, relation=CHINESE[wish.relation])
    if unknown and not wish.has_evidence:
        return refuse(RefusalCode.REQUEST_INVALID, reason=UNKNOWN_KIN)
    return None


def _places(
    wish: Wish, of_holder: Sequence[Binding], of_member: Sequence[Binding], terms: Terms
) -> Refused | None:
    if any(binding.person_id == wish.member_id for binding in of_holder):
        return refuse(RefusalCode.BIND_EXISTS)
    if len(of_holder) >= terms.max_members:
        return refuse(RefusalCode.BIND_HOLDER_FULL, limit=terms.max_members)
    if len(of_member) >= terms.max_holders:
        return refuse(RefusalCode.BIND_MEMBER_FULL, limit=terms.max_holders)
    return None


def _consent(wish: Wish, terms: Terms) -> Refused | None:
    """From the age of consent the member confirms or the window acts; below it the window, with evidence."""
    if wish.member_age >= terms.consent_age:
        return None
    if not wish.has_evidence or wish.route is not Route.WINDOW:
        return refuse(RefusalCode.BIND_EVIDENCE_REQUIRED, age=terms.consent_age)
    return None


def _powers(powers: frozenset[Power], terms: Terms) -> Refused | None:
    beyond = sorted(powers - terms.powers)
    if beyond or not powers:
        reason = f"权限 {'、'.join(beyond)} 不可授予" if beyond else "至少选择一项权限"
        return refuse(RefusalCode.REQUEST_INVALID, reason=reason)
    return None


def waits_for(binding: Binding) -> WaitsFor | None:
    """For whom a binding waits; None when it waits for nobody."""
    if binding.state is not BindingState.PENDING:
        return None
    if binding.route is Route.MEMBER:
        return WaitsFor.MEMBER
    return WaitsFor.REVIEW if binding.entered_by else WaitsFor.ENTRY


def state_text(binding: Binding) -> str:
    """The state in Chinese; a waiting binding says for whom it waits."""
    waiting = waits_for(binding)
    return STATE_CHINESE[binding.state] if waiting is None else WAITS_CHINESE[waiting]


def _in_state(binding: Binding, wanted: BindingState, act: str) -> Refused | None:
    if binding.state is wanted:
        return None
    return refuse(RefusalCode.BIND_STATE, state=state_text(binding), action=act)


def may_confirm(binding: Binding, actor: UUID, member_age: int, terms: Terms) -> Refused | None:
    """Whether this person's own word makes the binding active: only the member's, from the age of consent on."""
    if actor != binding.person_id or member_age < terms.consent_age:
        if actor == binding.person_id:
            return refuse(RefusalCode.BIND_EVIDENCE_REQUIRED, age=terms.consent_age)
        return refuse(RefusalCode.BIND_CONSENT_REQUIRED, age=terms.consent_age)
    return _in_state(binding, BindingState.PENDING, "确认")


def may_decline(binding: Binding, actor: UUID) -> Refused | None:
    """Whether this person may refuse the binding; the holder takes a request back by ending it."""
    if actor != binding.person_id:
        return refuse(RefusalCode.NOT_ALLOWED, action="拒绝绑定")
    return _in_state(binding, BindingState.PENDING, "拒绝")


def may_review(binding: Binding, staff: str) -> Refused | None:
    """Whether this member of staff may decide at the window: entered, still waiting, and entered by another."""
    refusal = _in_state(binding, BindingState.PENDING, "审核")
    if refusal is not None:
        return refusal
    if binding.route is not Route.WINDOW or binding.entered_by is None:
        return refuse(RefusalCode.BIND_STATE, state=state_text(binding), action="审核")
    return refuse(RefusalCode.SAME_CLERK) if binding.entered_by == staff else None


def may_add_evidence(binding: Binding, actor: UUID | None) -> Refused | None:
    """Whether photos of papers may be added: by the holder who asked or by staff (None), while the binding waits."""
    if actor is not None and actor != binding.holder_id:
        return refuse(RefusalCode.NOT_ALLOWED, action="补充材料照片")
    return _in_state(binding, BindingState.PENDING, "补充材料照片")


def may_end(binding: Binding) -> Refused | None:
    """Either side ends a binding at once, whatever its age; an ended one stays ended."""
    if binding.live:
        return None
    return refuse(RefusalCode.BIND_STATE, state=state_text(binding), action="解绑")


def may_set_powers(
    binding: Binding, actor: UUID, powers: frozenset[Power], member_age: int, terms: Terms
) -> Refused | None:
    """The member gives and takes powers; the holder may only give them up, and so does a child's guardian."""
    refusal = _in_state(binding, BindingState.ACTIVE, "修改权限") or _powers(powers, terms)
    if refusal is not None:
        return refusal
    grows = bool(powers - binding.powers)
    if grows and (actor != binding.person_id or member_age < terms.consent_age):
        return refuse(RefusalCode.NOT_ALLOWED, action="增加权限")
    return None


def acts_of(binding: Binding, actor: UUID, member_age: int, terms: Terms) -> frozenset[BindingAct]:
    """What this side may do about the binding now, by the same rules that each act is held to."""
    refused = {
        BindingAct.CONFIRM: may_confirm(binding, actor, member_age, terms),
        BindingAct.DECLINE: may_decline(binding, actor),
        BindingAct.END: may_end(binding),
        BindingAct.DROP_POWERS: may_set_powers(binding, actor, binding.powers, member_age, terms),
        BindingAct.GIVE_POWERS: may_set_powers(binding, actor, terms.powers, member_age, terms),
    }
    return frozenset(act for act, refusal in refused.items() if refusal is None)


def may_use(binding: Binding | None, power: Power, member_name: str, power_chinese: str) -> Refused | None:
    """Whether a holder may use a power over a member; without a binding the member does not exist for them."""
    if binding is None or binding.state is not BindingState.ACTIVE:
        return refuse(RefusalCode.NOT_FOUND)
    if power not in binding.powers:
        return refuse(RefusalCode.POWER_NOT_GIVEN, person=member_name, power=power_chinese)
    return None
