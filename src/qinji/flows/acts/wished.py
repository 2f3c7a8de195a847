"""Which act carries out a wish that was taken down at the window."""

from __future__ import annotations

from qinji.flows.acts import bindings, codes, grant_order, grants, spared, wallets
from qinji.flows.acts.act import Act
from qinji.insured.model import CodeState
from qinji.mutual_aid.model import Limits
from qinji.wallet.model import Answer
from qinji.window.model import (
    ChangeWish,
    CodeWish,
    EndWish,
    GrantWish,
    OrderWish,
    PauseAllWish,
    PauseWish,
    PowersWish,
    SparedWish,
    TransferWish,
    UnbindWish,
    WalletWish,
    WindowKind,
    Wish,
)

_CODE_STATES: dict[WindowKind, CodeState] = {
    WindowKind.FREEZE_CODE: CodeState.FROZEN,
    WindowKind.REPORT_LOST: CodeState.LOST,
    WindowKind.THAW_CODE: CodeState.ACTIVE,
}


def act_of(wish: Wish) -> Act[object]:
    """The act by which the person would do it alone."""
    match wish:
        case UnbindWish(binding_id=binding):
            return bindings.Unbind(binding)
        case PowersWish(binding_id=binding, powers=powers):
            return bindings.SetPowers(binding, powers)
        case CodeWish(kind=kind):
            state = _CODE_STATES.get(kind)
            return codes.ActivateCode() if state is None else codes.SetCodeState(state)
        case WalletWish():
            return wallets.OpenWallet()
        case TransferWish(transfer_id=transfer, accepted=accepted):
            return wallets.AnswerTransfer(transfer, Answer.ACCEPT if accepted else Answer.RETURN)
        case SparedWish(ground=ground):
            return spared.NoteSpared(ground)
        case _:
            return _of_grant(wish)


def _of_grant(
    wish: GrantWish | ChangeWish | PauseWish | PauseAllWish | EndWish | OrderWish,
) -> Act[object]:
    match wish:
        case GrantWish():
            limits = grants.limits_with(Limits(), wish.limits)
            return grants.GrantMutualAid(
                wish.beneficiary_number, wish.relation, limits, wish.purposes, wish.uses, wish.last_day
            )
        case ChangeWish():
            return grants.ChangeGrant(
                wish.grant_id,
                wish.limits,
                wish.purposes,
                uses=wish.uses,
                last_day=wish.last_day,
                lifted=wish.lifted,
            )
        case PauseWish(grant_id=grant, paused=paused):
            return grants.ChangeGrant(grant, {}, None, paused)
        case PauseAllWish(paused=paused):
            return grants.PauseAll(paused)
        case EndWish(grant_id=grant):
            return grants.EndGrant(grant)
        case OrderWish(grants=order):
            return grant_order.OrderGrantors(order)
