"""What every page of the console shares: its frame, who may come in, and how a case that is not there is told."""

from __future__ import annotations

from starlette.responses import Response

from qinji.access.model import ROLE_ACTIONS
from qinji.kernel.actor import ROLE_CHINESE, StaffRole
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.web import answers
from qinji.web.guards import CONSOLE, Endpoint, StaffPage, StaffVisit, for_staff
from qinji.web.texts import _

BUREAU = frozenset(role for role in StaffRole if ROLE_ACTIONS[role])
"""The roles that may do anything about an insured person: everybody but the cashiers."""

_NOT_THERE = frozenset({RefusalCode.NOT_FOUND})


def at_console(show: StaffPage) -> Endpoint:
    """A page of the console."""
    return for_staff(show, CONSOLE, BUREAU)


def desk_page(visit: StaffVisit, template: str, status: int = 200, **values: object) -> Response:
    """A page in the console's frame."""
    return answers.page(visit, f"console/{template}", status, role_names=ROLE_CHINESE, **values)


def problem(visit: StaffVisit, refused: Refused, back: str = "/console") -> Response:
    """What cannot be shown, with the reason."""
    missing = refused.code in _NOT_THERE
    return desk_page(
        visit,
        "problem.html",
        404 if missing else 422,
        title=_("没有找到") if missing else _("不能打开"),
        text=_("可能已经办结,或者编号不对。办结后只有录入和审核的两位同事能再打开。没有任何变动。")
        if missing
        else refused.text,
        back=back,
    )
