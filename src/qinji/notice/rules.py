"""Pure rules of notices: what 不是我 stops, and whether it may be said."""

from __future__ import annotations

from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.notice.model import Notice, Remedy
from qinji.notice.wording import line_of


def remedy_of(notice: Notice) -> Remedy:
    """What saying 不是我 to this notice stops."""
    return line_of(notice.kind, owner=notice.owner).remedy


def may_disown(notice: Notice | None) -> Refused | None:
    """Whether 不是我 may be said to it: only to what concerns something of one's own that can be stopped."""
    if notice is None or remedy_of(notice) is Remedy.NONE:
        return refuse(RefusalCode.NOT_FOUND)
    return None
