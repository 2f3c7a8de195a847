"""Which act carries out a wish that was taken down at the window."""

from __future__ import annotations

from qinji.flows.acts import bindings, codes, grants, wallets
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
    PauseWish,
    PowersWish,
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
        case _:
            return _of_grant(wish)


def _of_grant(wish: GrantWish | ChangeWish | PauseWish | EndWish | OrderWish) -> Act[object]:
    match wish:
        case GrantWish(beneficiary_number=number, relation=relation, limits=limits, purposes=purposes):
            return grants.GrantMutualAid(number, relation, grants.limits_with(Limits(), limits), purposes)
        case ChangeWish(grant_id=grant, limits=limits, purposes=purposes):
            return grants.ChangeGrant(grant, limits, purposes)
        case PauseWish(grant_id=grant, paused=paused):
            return grants.ChangeGrant(grant, {}, None, paused)
        case EndWish(grant_id=grant):
            return grants.EndGrant(grant)
        case OrderWish(grants=order):
            return grants.OrderGrantors(order)
