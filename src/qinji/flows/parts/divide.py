"""Pure: one bill from facts to shares: prepay, split, plan. A settlement, a trial and a recomputation take this way."""

from __future__ import annotations

from collections.abc import Sequence

from qinji.funding.model import Payer
from qinji.funding.plan import plan
from qinji.funding.prepay import Prepaid, prepay, with_prepaid
from qinji.kernel.bill import FeeLine, Plan, Split
from qinji.policy.model import Accumulated, Rules
from qinji.policy.split import in_scope_of, split


def divide(
    lines: Sequence[FeeLine], rules: Rules, used: Accumulated, payers: Sequence[Payer]
) -> tuple[Split, Plan]:
    """The bill between funds and person, and who pays the person's part; ``payers`` stand in funding order."""
    before = Prepaid((), tuple(payers))
    if rules.current_year_account_first:
        before = prepay(in_scope_of(lines, rules), payers)
    divided = split(lines, rules, used, before.amount_fen)
    return divided, with_prepaid(before, plan(divided.personal, before.payers))
