"""Pure: what the state of a person's own code allows."""

from __future__ import annotations

from qinji.insured.model import CodeState, Person
from qinji.kernel.refusal import RefusalCode, Refused, refuse


def code_usable(person: Person) -> Refused | None:
    """Whether a code of this person may be shown: activated, not frozen, not lost."""
    if person.code_state is CodeState.ACTIVE:
        return None
    frozen = person.code_state in (CodeState.FROZEN, CodeState.LOST)
    return refuse(RefusalCode.CODE_FROZEN if frozen else RefusalCode.CODE_NOT_ACTIVATED)


def code_after(person: Person, wanted: CodeState) -> CodeState | Refused:
    """The state after freezing, reporting lost or thawing; a code never activated cannot be thawed."""
    if wanted is CodeState.ACTIVE and person.code_state is CodeState.NOT_ACTIVATED:
        return refuse(RefusalCode.CODE_NOT_ACTIVATED)
    return wanted
