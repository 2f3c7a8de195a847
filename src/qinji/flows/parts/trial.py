"""Pure: try a bill without a database: prepay, split, plan, as a settlement does (``qinji policy try``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qinji.flows.parts.divide import divide
from qinji.flows.parts.reading import TrialInvalid
from qinji.flows.parts.trial_input import Trial, TrialAccount, read_trial
from qinji.funding.model import Limit, Payer
from qinji.funding.order import order
from qinji.funding.prepay import CURRENT_POCKET
from qinji.kernel.bill import FeeLine, PayerKind, Plan, Split, TraceStep
from qinji.kernel.kinship import CHINESE, Relation, inverse
from qinji.kernel.money import yuan
from qinji.kernel.purpose import Purpose, UseClass
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.policy.book import Book, RegionPolicy
from qinji.policy.groups import LEVELS, PHARMACY
from qinji.policy.model import Case, Rules, SharingTerms
from qinji.policy.trace import render_step

SELF = "self"
CURRENT_YEAR = "current_year"
HISTORY_POCKET = 0
NOT_DESIGNATED = "none"
_NONE = frozenset[UseClass]()
_USABLE = ("", "normal", "active")
_STATUSES = {"employee": ("in_service", "retired"), "resident": ("adult", "child", "student")}
Json = dict[str, "Json"] | list["Json"] | str | int | None


def try_bill(given: object, book: Book | None = None) -> dict[str, Json]:
    """What becomes of a bill of the form of the worked examples; amounts are yuan with two decimals.

    Raises TrialInvalid with a Chinese text where the object cannot be tried. Without ``rules`` those of its region
    and day in ``book`` hold.
    """
    trial = read_trial(given)
    if trial.rules is not None:
        lines = _own_lines(trial)
        payers = [_payer(account, place, trial.rules, None) for place, account in enumerate(trial.accounts)]
        return _tried(trial, lines, trial.rules, payers)
    policy = _policy(trial, book)
    rules, closed = policy.rules(_case(trial, policy)), _not_online(trial, policy)
    if closed:
        rules = replace(rules, fund_pays=False, own_pays=_NONE, current_pays=_NONE, aid_pays=_NONE)
    _may_be_used(policy, rules)
    sharing = _sharing(trial, policy)
    payers = [_payer(account, place, rules, sharing) for place, account in enumerate(trial.accounts)]
    return _tried(trial, _catalogue_lines(trial, policy), rules, payers, closed)


def _not_online(trial: Trial, policy: RegionPolicy) -> tuple[TraceStep, ...]:
    """Why nothing is settled online, as a step of the trace; empty where it is."""
    if trial.level == NOT_DESIGNATED:
        return (TraceStep("not_designated"),)
    if trial.visit.region and not policy.settles_at(trial.visit.region, trial.level):
        return (TraceStep("not_connected"),)
    return ()


def _may_be_used(policy: RegionPolicy, rules: Rules) -> None:
    unverified = policy.unverified(rules.sources)
    if unverified:
        refused = refuse(
            RefusalCode.POLICY_UNVERIFIED, region=policy.name, parameter=unverified[0], count=len(unverified)
        )
        raise TrialInvalid(refused.text, refused)


def _sharing(trial: Trial, policy: RegionPolicy) -> SharingTerms:
    """Mutual aid, which pays nothing where its region does not open it for this kind of bill."""
    sharing = policy.sharing()
    purpose = Purpose.PHARMACY if trial.level == PHARMACY else Purpose.OUTPATIENT
    if trial.visit.inpatient:
        purpose = Purpose.INPATIENT
    return sharing if purpose in sharing.purposes else replace(sharing, relations=frozenset())


def _own_lines(trial: Trial) -> list[FeeLine]:
    for place, each in enumerate(trial.lines):
        if each.item:
            raise TrialInvalid(f"fee_lines[{place}].item 只能与参保地的政策一起用;自带 rules 时请写 category")
    return [each.line for each in trial.lines]


def _policy(trial: Trial, book: Book | None) -> RegionPolicy:
    if book is None or not trial.region:
        raise TrialInvalid("缺少 rules;或写 region(六位区划代码或名称)与 date,使用政策包的规则")
    if trial.day is None:
        raise TrialInvalid("缺少 date(就诊日期,如 2025-03-17)")
    codes = {name: code for code, name in book.region_names().items()}
    found = book.at(codes.get(trial.region, trial.region), trial.day)
    if isinstance(found, Refused):
        raise TrialInvalid(f"{found.text}。已有政策包:{'、'.join(book.regions())}", found)
    return found


def _case(trial: Trial, policy: RegionPolicy) -> Case:
    person, visit = trial.person, trial.visit
    allowed = _STATUSES.get(person.insurance)
    if allowed is None:
        raise TrialInvalid(
            f"person.insurance 应为 {'、'.join(_STATUSES)} 之一,不是 {person.insurance or '空'}"
        )
    if person.status not in allowed and (person.status or person.insurance == "employee"):
        raise TrialInvalid(f"person.status 应为 {'、'.join(allowed)} 之一,不是 {person.status or '空'}")
    if visit.medical_type in policy.settlement().medical_types_not_served:
        raise TrialInvalid(f"visit.type {visit.medical_type} 的待遇尚未配置,不能按普通门诊试算")
    return Case(
        insurance=person.insurance,
        status=person.status,
        age=person.age,
        level=_level(trial),
        medical_type=visit.medical_type,
        inpatient=visit.inpatient,
        selected=visit.selected,
        referred=visit.referred,
        signed_doctor=person.signed_doctor,
        low_income=person.low_income,
        continuous_years=person.continuous_years,
        claimed_last_year=person.claimed_last_year,
        admission=visit.admission,
        stay_days=visit.stay_days,
        transferred=visit.transferred,
        away=policy.away(visit.region, visit.filing) if visit.region else None,
    )


def _level(trial: Trial) -> str:
    if trial.level not in (*LEVELS, NOT_DESIGNATED):
        allowed = "、".join((*LEVELS, NOT_DESIGNATED))
        raise TrialInvalid(f"institution_level 应为 {allowed} 之一,不是 {trial.level or '空'}")
    return trial.level


def _catalogue_lines(trial: Trial, policy: RegionPolicy) -> list[FeeLine]:
    lines = []
    for place, each in enumerate(trial.lines):
        if not each.item:
            lines.append(each.line)
            continue
        item = policy.item(each.item)
        if item is None:
            raise TrialInvalid(f"fee_lines[{place}].item:目录中没有 {each.item}")
        lines.append(
            replace(
                each.line,
                item_name=item.name,
                category=item.category,
                prior_ratio=item.prior_ratio,
                ceiling_price=item.ceiling_price,
                restricted=item.restricted,
                own_expense_as=item.own_expense_as,
                essential=item.essential,
            )
        )
    return lines


def _payer(account: TrialAccount, place: int, rules: Rules, sharing: SharingTerms | None) -> Payer:
    own = SELF in (account.owner, account.relation)
    floor = (
        account.retain_fen
        if own or sharing is None
        else max(account.retain_fen, sharing.retained_balance_fen)
    )
    return Payer(
        kind=PayerKind.OWN if own else PayerKind.GRANTOR,
        person=account.owner,
        name="" if own else account.owner,
        pocket=CURRENT_POCKET if account.kind == CURRENT_YEAR else HISTORY_POCKET,
        balance_fen=account.balance_fen,
        pays=_pays(account, own, rules),
        floor_fen=floor,
        limits=_limits(account, own, sharing),
        grant=None if own else account.owner,
        relation="" if own else _to_grantor(account.relation, sharing),
        rank=place,
        since=f"{place:04d}",
        skip_reason=_skipped(account, own, rules, sharing),
    )


def _pays(account: TrialAccount, own: bool, rules: Rules) -> frozenset[UseClass]:
    if not own:
        return rules.aid_pays
    return rules.current_pays if account.kind == CURRENT_YEAR else rules.own_pays


def _limits(
    account: TrialAccount, own: bool, sharing: SharingTerms | None
) -> tuple[Limit, Limit, Limit, Limit]:
    """The lower of the account's limits and its region's, by use, day, month and year.

    What was used before is not known here, so that a region's limit of a day is one of this bill.
    """
    region = (None, None, None, None) if own or sharing is None else sharing.limits_fen
    given = (account.per_use_fen, None, None, account.year_left_fen)
    use, day, month, year = (
        min((limit for limit in pair if limit is not None), default=None)
        for pair in zip(given, region, strict=True)
    )
    return use, day, month, year


def _to_grantor(relation: str, sharing: SharingTerms | None) -> str:
    """What the patient is to the owner; the object says what the owner is to the patient."""
    if relation in CHINESE:
        return inverse(Relation(relation)).value
    if sharing is None:
        return relation
    raise TrialInvalid(
        f"accounts.relation 应为 {'、'.join(each.value for each in Relation)} 之一,不是 {relation or '空'}"
    )


def _skipped(account: TrialAccount, own: bool, rules: Rules, sharing: SharingTerms | None) -> str:
    if account.status not in _USABLE:
        return f"{'own' if own else 'grantor'}_{account.status}"
    if own:
        return ""
    if account.kind in rules.kinds_not_shared:
        return "kind_not_shared"
    if sharing is not None and _to_grantor(account.relation, sharing) not in sharing.relations:
        return "relation_not_allowed"
    return ""


def _tried(
    trial: Trial,
    lines: Sequence[FeeLine],
    rules: Rules,
    payers: Sequence[Payer],
    told_first: Sequence[TraceStep] = (),
) -> dict[str, Json]:
    ordered = order(payers, "first" if rules.self_first else "last", "binding_time")
    divided, paid = divide(lines, rules, trial.used, _balances_in_order(ordered, rules))
    layers: dict[str, Json] = {layer.name: yuan(layer.fund_fen) for layer in divided.layers}
    return {
        "id": trial.identifier,
        "fund": yuan(divided.fund_fen),
        **layers,
        "account": yuan(paid.own_fen),
        "mutual_aid": _by_owner(paid),
        "cash": yuan(paid.cash_fen),
        "detail": _detail(divided),
        "trace": [_told(step) for step in (*told_first, *divided.trace, *paid.trace)],
    }


def _balances_in_order(payers: Sequence[Payer], rules: Rules) -> tuple[Payer, ...]:
    """The patient's two balances in the region's order; everybody else stays in place."""
    own = sorted(
        (payer for payer in payers if payer.kind is PayerKind.OWN),
        key=lambda payer: (payer.pocket == CURRENT_POCKET) != rules.current_first,
    )
    waiting = iter(own)
    return tuple(next(waiting) if payer.kind is PayerKind.OWN else payer for payer in payers)


def _by_owner(paid: Plan) -> list[Json]:
    amounts: dict[str, int] = {}
    for share in paid.shares:
        if share.kind is PayerKind.GRANTOR:
            amounts[share.person] = amounts.get(share.person, 0) + share.amount_fen
    return [{"owner": owner, "amount": yuan(amount)} for owner, amount in amounts.items()]


def _detail(divided: Split) -> Json:
    return {
        "total": yuan(divided.total_fen),
        "own_expense_C": yuan(divided.own_expense_fen),
        "over_limit": yuan(divided.over_limit_fen),
        "prior_self_pay": yuan(divided.prior_self_pay_fen),
        "in_scope": yuan(divided.in_scope_fen),
        "deductible_applied": yuan(divided.deductible_fen),
    }


def _told(step: TraceStep) -> Json:
    told: dict[str, Json] = {"step": step.code, "text": render_step(step)}
    if step.document:
        told |= {
            "parameter": step.parameter,
            "document": step.document,
            "clause": step.clause,
            "certainty": step.certainty,
        }
    return told
