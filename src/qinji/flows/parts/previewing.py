"""Pure: whether what a preview showed still holds when the bill is settled."""

from __future__ import annotations

from qinji.flows.parts.commands import AccountUse, ExpectedAmounts, ShownPayment
from qinji.flows.parts.decide import Decided
from qinji.kernel.money import yuan
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.settlement.model import PreviewNote


def note_of(decided: Decided, use: AccountUse) -> PreviewNote:
    """What a preview showed of a charge batch."""
    settled, divided, paid = decided.settlement, decided.bill.split, decided.bill.plan
    return PreviewNote(
        settled.person,
        settled.visit,
        settled.batch,
        divided.own_expense_fen,
        divided.over_limit_fen,
        divided.prior_self_pay_fen,
        divided.in_scope_fen,
        paid.own_fen,
        paid.mutual_aid_fen,
        paid.cash_fen,
        use,
    )


def preview_holds(
    decided: Decided, expected: ExpectedAmounts | None, note: PreviewNote | ShownPayment | None
) -> Refused | None:
    """The amounts sent from the preview, and what the last preview showed of the payers, still hold (2207)."""
    divided, paid = decided.bill.split, decided.bill.plan
    compared: list[tuple[str, int | None, int]] = []
    if expected is not None:
        compared += [
            ("全自费", expected.own_expense_fen, divided.own_expense_fen),
            ("超限价", expected.over_limit_fen, divided.over_limit_fen),
            ("先行自付", expected.prior_self_pay_fen, divided.prior_self_pay_fen),
            ("符合政策范围", expected.in_scope_fen, divided.in_scope_fen),
        ]
    if note is not None:
        compared += [
            ("本人账户", note.own_fen, paid.own_fen),
            ("家人共济", note.mutual_aid_fen, paid.mutual_aid_fen),
            ("现金", note.cash_fen, paid.cash_fen),
        ]
    changes = [
        f"{name} {yuan(was)} 元变为 {yuan(now)} 元"
        for name, was, now in compared
        if was is not None and was != now
    ]
    if not changes:
        return None
    return refuse(RefusalCode.PREVIEW_CHANGED, changes=";".join(changes))
