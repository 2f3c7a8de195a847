"""Pure rules of mutual aid: may it be granted, changed, ended; may it pay; what do its limits leave?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from qinji.kernel.kinship import CHINESE, Relation
from qinji.kernel.money import AMOUNT_FEN_MAX
from qinji.kernel.purpose import PURPOSE_CHINESE, USE_CHINESE, Purpose, UseClass
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.kernel.region import city_of, same_province
from qinji.mutual_aid.model import (
    ANSWER_CHINESE,
    STATE_CHINESE,
    Answer,
    Bounds,
    Confirmation,
    Grant,
    GrantAct,
    GrantState,
    Limits,
    Party,
    Room,
    Terms,
    Ties,
    Wish,
)

NEXT_DAY = timedelta(days=1)
NO_LIMITS = Limits()
NO_TIES = Ties()


def _left(limit_fen: int | None, used_fen: int) -> int | None:
    return None if limit_fen is None else max(0, limit_fen - used_fen)


def _lower(one: int | None, other: int | None) -> int | None:
    return min((limit for limit in (one, other) if limit is not None), default=None)


def room(grant: Grant, day: date, most: Limits = NO_LIMITS) -> Room:
    """What the grant's limits leave on this day, in fen; None where there is no limit.

    ``most`` are the limits of the grantor's region: of each two the lower one holds.
    """
    limits, used = grant.limits, grant.used.on(day)
    return Room(
        _lower(limits.per_use_fen, most.per_use_fen),
        _left(_lower(limits.per_day_fen, most.per_day_fen), used.day_fen),
        _left(_lower(limits.per_month_fen, most.per_month_fen), used.month_fen),
        _left(_lower(limits.per_year_fen, most.per_year_fen), used.year_fen),
    )


def live(grant: Grant, day: date) -> bool:
    """Whether the grant is neither ended nor past its last day; a later last day that waits keeps it alive."""
    if grant.state is GrantState.ENDED or (grant.ends_on is not None and day >= grant.ends_on):
        return False
    return not (past(grant.last_day, day) and past(grant.wanted.last_day, day))


def past(last_day: date | None, day: date) -> bool:
    """Whether the last day of a grant is over; that day itself still counts."""
    return last_day is not None and day > last_day


def usable(grant: Grant, day: date, purpose: Purpose) -> str | None:
    """None when the grant may pay for this purpose on this day, else the reason, as the trace names it."""
    if not live(grant, day):
        return "ended"
    if grant.state is not GrantState.ACTIVE:
        return grant.state.value
    if past(grant.last_day, day):
        return "past_last_day"
    return None if purpose in grant.purposes else "not_this_purpose"


def may_grant(
    wish: Wish, given: Sequence[Grant], day: date, terms: Terms, ties: Ties = NO_TIES
) -> Refused | None:
    """Whether a grantor may let this relative spend from their account; ``given`` are the grantor's grants.

    ``ties`` are the other grants of both sides, for regions with groups or a limit of grantors.
    The rules are those of the grantor's region today. Refused in the order of the list of refusals, but a stranger
    before anything of them is told: how somebody is insured is for their kin.
    """
    return (
        _grantor(wish.grantor, wish.beneficiary)
        or _stranger(wish)
        or _beneficiary(wish.beneficiary)
        or _kin(wish.relation, wish.known_relation, terms)
        or _reach(wish.grantor, wish.beneficiary, terms)
        or _places(wish.beneficiary.person_id, [grant for grant in given if live(grant, day)], terms)
        or _tied(ties, day, terms)
        or sound(wish.bounds, day, terms)
    )


def may_file(
    grant: Grant, grantor: Party, beneficiary: Party, known: Relation | None, terms: Terms
) -> Refused | None:
    """Whether the bureau may take a grant into its files (备案), on what is true today."""
    if grant.state is not GrantState.FILED:
        return refuse(RefusalCode.GRANT_STATE, state=STATE_CHINESE[grant.state], action="备案")
    return (
        _grantor(grantor, beneficiary)
        or _beneficiary(beneficiary)
        or _kin(grant.relation, known, terms)
        or _reach(grantor, beneficiary, terms)
    )


def _grantor(grantor: Party, beneficiary: Party) -> Refused | None:
    if grantor.person_id == beneficiary.person_id:
        return refuse(RefusalCode.GRANT_SELF)
    if not grantor.has_account:
        return refuse(RefusalCode.GRANTOR_NOT_EMPLOYEE)
    if not grantor.normal:
        return refuse(RefusalCode.GRANTOR_STATUS, status=grantor.status_chinese)
    return None


def _stranger(wish: Wish) -> Refused | None:
    if wish.known_relation is not None:
        return None
    return refuse(RefusalCode.GRANT_RELATION_DIFFERS, relation=CHINESE[wish.relation])


def _beneficiary(beneficiary: Party) -> Refused | None:
    if not beneficiary.normal and not beneficiary.account_frozen:
        return refuse(RefusalCode.BENEFICIARY_STATUS, status=beneficiary.status_chinese)
    return None


def _kin(relation: Relation, known: Relation | None, terms: Terms) -> Refused | None:
    if relation not in terms.relations:
        return refuse(
            RefusalCode.GRANT_RELATION_NOT_ALLOWED,
            region=terms.region_name,
            allowed="、".join(CHINESE[one] for one in Relation if one in terms.relations),
            relation=CHINESE[relation],
            document=terms.document,
            clause=terms.clause,
        )
    if known is not relation:
        return refuse(RefusalCode.GRANT_RELATION_DIFFERS, relation=CHINESE[relation])
    return None


def _reach(grantor: Party, beneficiary: Party, terms: Terms) -> Refused | None:
    near = (
        city_of(grantor.region) == city_of(beneficiary.region)
        if terms.same_pool_only
        else same_province(grantor.region, beneficiary.region)
    )
    if near and beneficiary.insurance in terms.beneficiary_insurance:
        return None
    return refuse(
        RefusalCode.GRANT_OUT_OF_SCOPE,
        beneficiary_region=beneficiary.region_name,
        grantor_region=grantor.region_name,
        scope=terms.scope_chinese,
    )


def _places(beneficiary: UUID, given: Sequence[Grant], terms: Terms) -> Refused | None:
    if any(grant.person_id == beneficiary for grant in given):
        return refuse(RefusalCode.GRANT_EXISTS)
    if terms.max_beneficiaries is not None and len(given) >= terms.max_beneficiaries:
        return refuse(RefusalCode.GRANT_FULL, region=terms.region_name, limit=terms.max_beneficiaries)
    return None


def _tied(ties: Ties, day: date, terms: Terms) -> Refused | None:
    """One group for each person, and no more grantors of one person than the region allows."""

    def any_live(grants: Sequence[Grant]) -> bool:
        return any(live(grant, day) for grant in grants)

    if terms.group and any_live(ties.received_by_grantor):
        return refuse(RefusalCode.GRANT_GROUP_MEMBER, region=terms.region_name)
    if terms.group and (any_live(ties.received) or any_live(ties.given_by_beneficiary)):
        return refuse(RefusalCode.GRANT_GROUP_TAKEN, region=terms.region_name)
    grantors = sum(live(grant, day) for grant in ties.received)
    if terms.max_grantors is not None and grantors >= terms.max_grantors:
        return refuse(RefusalCode.GRANT_GRANTORS_FULL, region=terms.region_name, limit=terms.max_grantors)
    return None


def sound(bounds: Bounds, day: date, terms: Terms) -> Refused | None:
    """Whether bounds make sense: no amount below 0 or beyond the largest, no last day that is over, and of purposes
    and use classes some that the region permits.
    """
    limits = bounds.limits
    amounts = (
        limits.per_use_fen,
        limits.per_day_fen,
        limits.per_month_fen,
        limits.per_year_fen,
        limits.floor_fen,
        limits.confirm_above_fen,
    )
    if any(amount is not None and not 0 <= amount <= AMOUNT_FEN_MAX for amount in amounts):
        return refuse(RefusalCode.REQUEST_INVALID, reason="限额与保底余额须为不小于 0 的整数(分)")
    if not bounds.purposes or bounds.purposes - terms.purposes:
        allowed = "、".join(PURPOSE_CHINESE[one] for one in Purpose if one in terms.purposes)
        return refuse(RefusalCode.REQUEST_INVALID, reason=f"用途须为以下一种或多种:{allowed}")
    if bounds.uses is not None and (not bounds.uses or bounds.uses - terms.uses):
        allowed = "、".join(USE_CHINESE[one] for one in UseClass if one in terms.uses)
        return refuse(RefusalCode.REQUEST_INVALID, reason=f"费用种类须为以下一种或多种:{allowed}")
    if past(bounds.last_day, day):
        return refuse(RefusalCode.REQUEST_INVALID, reason="有效期的最后一天不能早于今天")
    return None


def started(grant: Grant, at: datetime, day: date, terms: Terms) -> Grant:
    """The grant as it begins to pay; from now on the region's lock runs."""
    until = day + timedelta(days=terms.lock_days) if terms.lock_days else None
    return replace(grant, state=GrantState.ACTIVE, active_at=at, locked_until=until)


def may_change(grant: Grant, bounds: Bounds, day: date, terms: Terms) -> Refused | None:
    """Whether a grant's bounds may become these: of any grant that is not over."""
    return sound(bounds, day, terms) if live(grant, day) else _wrong_state(grant, "修改", day)


def may_withdraw(grant: Grant, day: date) -> Refused | None:
    """Whether there are wider bounds that wait and can be withdrawn."""
    if grant.waiting is not None and live(grant, day):
        return None
    return refuse(RefusalCode.GRANT_NOTHING_WAITS)


def may_answer(asked: Confirmation, amount_fen: int, now: datetime) -> Refused | None:
    """Whether a request may be answered now, by a grantor who was shown this amount."""
    state = Answer.EXPIRED if now >= asked.until else asked.answer
    if state is not Answer.WAITING:
        return refuse(RefusalCode.CONFIRMATION_STATE, state=ANSWER_CHINESE[state])
    if asked.amount_fen != amount_fen:
        return refuse(RefusalCode.CONFIRMATION_STATE, state="金额已变")
    return None


def may_pause(grant: Grant, day: date, *, pausing: bool) -> Refused | None:
    """Whether a grant may be paused or taken up again; a pause is allowed while the region's lock runs."""
    wanted = GrantState.ACTIVE if pausing else GrantState.PAUSED
    if live(grant, day) and grant.state is wanted:
        return None
    return _wrong_state(grant, "暂停" if pausing else "恢复", day)


def _wrong_state(grant: Grant, act: str, day: date) -> Refused:
    state = GrantState.ENDED if grant.ends_on is not None or not live(grant, day) else grant.state
    return refuse(RefusalCode.GRANT_STATE, state=STATE_CHINESE[state], action=act)


def ended(grant: Grant, actor: UUID, at: datetime, day: date, terms: Terms) -> Grant | Refused:
    """The grant after one side has ended it, or why it cannot.

    The beneficiary leaves at once. The grantor waits for the region's lock, and where the region says so the grant
    ends on the next day. A filing may be withdrawn at any time.
    """
    if not live(grant, day) or grant.ends_on is not None:
        return _wrong_state(grant, "解除", day)
    over = replace(grant, state=GrantState.ENDED, ended_at=at)
    if actor == grant.person_id or grant.state is GrantState.FILED:
        return over
    if grant.locked_until is not None and day < grant.locked_until:
        return refuse(
            RefusalCode.GRANT_LOCKED,
            region=terms.region_name,
            days=terms.lock_days or (grant.locked_until - grant.asked_at.date()).days,
            day=grant.locked_until.isoformat(),
        )
    return replace(grant, ends_on=day + NEXT_DAY) if terms.ends_next_day else over


def acts_of(grant: Grant, actor: UUID, at: datetime, day: date, terms: Terms) -> frozenset[GrantAct]:
    """What this side may do about the grant now, by the same rules that each act is held to."""
    end = ended(grant, actor, at, day, terms)
    refused = {GrantAct.END: end if isinstance(end, Refused) else None}
    if actor == grant.grantor_id:
        refused |= {
            GrantAct.CHANGE: may_change(grant, grant.wanted, day, terms),
            GrantAct.PAUSE: may_pause(grant, day, pausing=True),
            GrantAct.RESUME: may_pause(grant, day, pausing=False),
            GrantAct.WITHDRAW: may_withdraw(grant, day),
        }
    return frozenset(act for act, refusal in refused.items() if refusal is None)


def closed(grants: Sequence[Grant], day: date, at: datetime) -> list[Grant]:
    """Those whose last day has passed, with the end written down."""
    return [
        replace(grant, state=GrantState.ENDED, ended_at=at)
        for grant in grants
        if grant.state is not GrantState.ENDED and not live(grant, day)
    ]


def may_order(grants: Sequence[Grant], wanted: Sequence[UUID], day: date, *, by_user: bool) -> Refused | None:
    """Whether a beneficiary may set this order: the region leaves it to them, and each grant is named once."""
    if not by_user:
        return refuse(RefusalCode.NOT_ALLOWED, action="调整共济顺序(本地区按规定的顺序支付)")
    if sorted(grant.grant_id for grant in grants if live(grant, day)) != sorted(wanted):
        return refuse(RefusalCode.ORDER_INCOMPLETE)
    return None
