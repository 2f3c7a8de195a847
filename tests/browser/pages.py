"""Every page, with who opens it: what the sweep looks at. A page that is not here is looked at by nobody.

A path may name what the stage has made: ``{bill}`` is the mother's bill.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its name in file names, its path, who opens it, and whether it is a phone's or a desk's."""

    name: str
    path: str
    who: str = "daughter"
    desk: bool = False


PHONE_SHEETS = (
    Sheet("sign-in", "/sign-in", who=""),
    Sheet("code", "/"),
    Sheet("family", "/family"),
    Sheet("binding", "/family/{binding}"),
    Sheet("binding-asked", "/family/{asked}", who="elder"),
    Sheet("unbind", "/family/{binding}/end"),
    Sheet("bind", "/family/bind"),
    Sheet("bills", "/bills", who="mother"),
    Sheet("bill", "/bills/{bill}", who="mother"),
    Sheet("bills-shared", "/bills/shared"),
    Sheet("me", "/me"),
    Sheet("stop-code", "/me/code"),
)
DESK_SHEETS: tuple[Sheet, ...] = ()
SHEETS = (*PHONE_SHEETS, *DESK_SHEETS)
