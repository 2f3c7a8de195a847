"""Pure: who pays first and who next, before there is a bill, and what another order would change.

Told as the viewer may know it: a relative's balance never, only whether their account can pay at all. For the same
reason the effect of an order is worked out as if relatives' balances were enough: amounts that follow a balance
would let anybody find it out by asking often.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from qinji.flows.parts.kin import KinName
from qinji.flows.parts.payers import NOT_WISHED
from qinji.funding.model import Payer
from qinji.funding.order import AFTER_OWN, USER_PRIORITY, order
from qinji.funding.plan import plan
from qinji.kernel.bill import WALLET_POCKET, PayerKind
from qinji.kernel.ensure import ensure
from qinji.kernel.money import AMOUNT_FEN_MAX
from qinji.kernel.purpose import AT_THE_TILL, PURPOSE_CHINESE, Purpose, UseClass
from qinji.mutual_aid.model import GrantState
from qinji.policy.trace import why_not

ENDED = GrantState.ENDED.value
ONLY_CASH = "没有可用的个人账户,个人要付的部分付现金"
SPARED = "本次不用家人的钱"


class Standing(StrEnum):
    """Whether an account pays if a bill comes now, and if not, why not."""

    PAYS = "pays"
    PAUSED = "paused"
    FILED = "filed"
    EMPTY = "empty"
    LIMIT_REACHED = "limit_reached"
    NOT_PERMITTED = "not_permitted"
    NOT_WISHED = "not_wished"


@dataclass(frozen=True, slots=True)
class PayerTold:
    """An account, or the patient's wallet, in the order of payment.

    ``purposes``: where it pays; ``reason``: why it does not, else empty.
    """

    kind: PayerKind
    who: KinName
    grant: UUID | None
    standing: Standing
    reason: str
    purposes: frozenset[Purpose]
    wallet: bool = False


@dataclass(frozen=True, slots=True)
class PayersTold:
    """The order in one sentence, and a note for each account that does not pay.

    ``complete`` is False where the viewer may not know the payers: then only the sentence is told.
    """

    sentence: str
    notes: tuple[str, ...] = ()
    payers: tuple[PayerTold, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class PartTold:
    """What one account would pay of the sample bill, in fen."""

    kind: PayerKind
    who: KinName
    grant: UUID | None
    amount_fen: int
    wallet: bool = False


@dataclass(frozen=True, slots=True)
class OrderEffect:
    """A sample bill under the present and under another order, and the other order in one sentence."""

    now: tuple[PartTold, ...]
    then: tuple[PartTold, ...]
    cash_fen: int
    sentence: str


PayersByPurpose = Mapping[Purpose, Sequence[Payer]]
"""For each purpose the same payers in the same order, in funding order."""


def told_payers(by_purpose: PayersByPurpose, names: Mapping[UUID, KinName]) -> tuple[PayerTold, ...]:
    """The accounts in their order; a grant whose last day is over is left out."""
    told = []
    for same in zip(*by_purpose.values(), strict=True):
        standings = {purpose: standing_of(payer) for purpose, payer in zip(by_purpose, same, strict=True)}
        pays = frozenset(purpose for purpose, standing in standings.items() if standing is Standing.PAYS)
        best = next((one for one in same if standing_of(one) is Standing.PAYS), same[0])
        if best.skip_reason == ENDED:
            continue
        told.append(
            PayerTold(
                kind=best.kind,
                who=names[UUID(best.person)],
                grant=None if best.grant is None else UUID(best.grant),
                standing=standing_of(best),
                reason=reason_of(best),
                purposes=pays,
                wallet=best.pocket == WALLET_POCKET,
            )
        )
    return tuple(told)


def standing_of(payer: Payer) -> Standing:
    """Whether this account pays if a bill comes now."""
    if payer.skip_reason in (Standing.PAUSED, Standing.FILED):
        return Standing(payer.skip_reason)
    if payer.skip_reason:
        return Standing.NOT_WISHED if payer.skip_reason == NOT_WISHED else Standing.NOT_PERMITTED
    if payer.room_fen > 0:
        return Standing.PAYS
    return Standing.EMPTY if payer.balance_fen <= payer.floor_fen else Standing.LIMIT_REACHED


def reason_of(payer: Payer) -> str:
    """Why this account would not pay now, in Chinese; empty where it pays."""
    standing = standing_of(payer)
    if standing is Standing.PAYS:
        return ""
    named = {Standing.EMPTY: "no_balance", Standing.LIMIT_REACHED: "limit_reached"}
    return why_not(named.get(standing, payer.skip_reason))


def sentence_of(told: Sequence[PayerTold], *, own_money_only: bool = False) -> str:
    """先扣 您的个人账户,不够时依次扣 … 的个人账户,再不够付现金."""
    paying = [payer for payer in told if payer.standing is Standing.PAYS]
    if not paying:
        text = ONLY_CASH
    else:
        first, *next_ones = paying
        text = f"先扣 {_account(first)}"
        if next_ones:
            text += (
                f",不够时{'依次' if len(next_ones) > 1 else ''}扣 {_next_accounts(next_ones)},再不够付现金"
            )
        else:
            text += ",不够付现金"
    return f"{SPARED}:{text}" if own_money_only else text


def _account(payer: PayerTold) -> str:
    return _narrowed(f"{payer.who.whose}{purse_text(payer)}", payer.purposes)


def _next_accounts(payers: Sequence[PayerTold]) -> str:
    """王**(您的儿子)、李** 的个人账户; each by itself where a wallet is among them."""
    if any(payer.wallet for payer in payers):
        return "、".join(_account(payer) for payer in payers)
    names = "、".join(_narrowed(payer.who.text, payer.purposes) for payer in payers)
    return f"{names} 的个人账户"


def purse_text(payer: PayerTold) -> str:
    """What of somebody pays: 个人账户 or 医保钱包."""
    return "医保钱包" if payer.wallet else "个人账户"


def _narrowed(text: str, purposes: frozenset[Purpose]) -> str:
    """With 只限… behind it where the account does not pay everywhere."""
    if purposes >= frozenset(AT_THE_TILL):
        return text
    return f"{text}[只限{'、'.join(PURPOSE_CHINESE[one] for one in Purpose if one in purposes)}]"


def notes_of(told: Sequence[PayerTold]) -> tuple[str, ...]:
    """One sentence for each account that does not pay; a wish of one's own needs none."""
    silent = (Standing.PAYS, Standing.NOT_WISHED)
    return tuple(
        f"{payer.who.whose}{purse_text(payer)}这次不支付:{payer.reason}"
        for payer in told
        if payer.standing not in silent
    )


def restricted(member: KinName, *, self_first: bool) -> PayersTold:
    """What a holder is told who may show a member's code and not see their costs."""
    first = f"先扣 {member.whose}个人账户(如有)" if self_first else "按参保地规定的次序支付"
    only = f"其余由谁付,只有{member.name}本人和有“查看花费”权限的家人能看到"
    return PayersTold(f"{first};{only}", complete=False)


def order_effect(
    by_purpose: PayersByPurpose,
    wanted: Sequence[UUID],
    sample: tuple[Purpose, int],
    names: Mapping[UUID, KinName],
    self_position: str,
    wallet_position: str = AFTER_OWN,
) -> OrderEffect:
    """What each would pay of a bill of this purpose and personal part (fen), as the order is and as it might be.

    ``wanted`` names each grant once, the first one pays first.
    """
    purpose, amount_fen = sample
    turned = {
        one: _turned(payers, wanted, self_position, wallet_position) for one, payers in by_purpose.items()
    }
    now, cash_fen = _parts(by_purpose[purpose], amount_fen, names)
    then, same_cash_fen = _parts(turned[purpose], amount_fen, names)
    ensure(cash_fen == same_cash_fen, "an order changes who pays, not how much is cash")
    return OrderEffect(now, then, cash_fen, sentence_of(told_payers(turned, names)))


def _turned(
    payers: Sequence[Payer], wanted: Sequence[UUID], self_position: str, wallet_position: str
) -> tuple[Payer, ...]:
    places = {str(grant): place for place, grant in enumerate(wanted, 1)}
    ranked = [replace(payer, rank=places.get(payer.grant or "", payer.rank)) for payer in payers]
    return order(ranked, self_position, USER_PRIORITY, wallet_position)


def _parts(
    payers: Sequence[Payer], amount_fen: int, names: Mapping[UUID, KinName]
) -> tuple[tuple[PartTold, ...], int]:
    paid = plan({UseClass.IN_SCOPE_SHARE: amount_fen}, [_with_enough(payer) for payer in payers])
    amounts = {(share.person, share.grant, share.pocket): share.amount_fen for share in paid.shares}
    parts = tuple(
        PartTold(
            payer.kind,
            names[UUID(payer.person)],
            None if payer.grant is None else UUID(payer.grant),
            amounts.get((payer.person, payer.grant, payer.pocket), 0),
            payer.pocket == WALLET_POCKET,
        )
        for payer in payers
        if payer.skip_reason != ENDED
    )
    return parts, paid.cash_fen


def _with_enough(payer: Payer) -> Payer:
    """A relative's account as if its balance were enough; one that is empty stays so."""
    if payer.kind is PayerKind.OWN or standing_of(payer) is Standing.EMPTY:
        return payer
    return replace(payer, balance_fen=payer.floor_fen + AMOUNT_FEN_MAX)
