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
    Sheet("mutual-aid", "/mutual-aid"),
    Sheet("mutual-aid-received", "/mutual-aid", who="mother"),
    Sheet("grant", "/mutual-aid/{grant}"),
    Sheet("grant-opened", "/mutual-aid/{grant}?done=opened"),
    Sheet("grant-end", "/mutual-aid/{grant}/end"),
    Sheet("grant-end-locked", "/mutual-aid/{locked}/end", who="wuhan"),
    Sheet("limits", "/mutual-aid/{grant}/limits"),
    Sheet("open-aid", "/mutual-aid/open"),
    Sheet("order", "/mutual-aid/order?grant={first}&grant={second}&up={second}&amount=100", who="child"),
    Sheet("help", "/help"),
    Sheet("help-no-region", "/help", who=""),
    Sheet("bills", "/bills", who="mother"),
    Sheet("bill", "/bills/{bill}", who="mother"),
    Sheet("bills-shared", "/bills/shared"),
    Sheet("me", "/me"),
    Sheet("trail", "/me/trail", who="mother"),
    Sheet("codes", "/me/codes", who="mother"),
    Sheet("usage", "/bills/{bill}/explanation", who="mother"),
    Sheet("stop-code", "/me/code"),
    Sheet("counter-sign-in", "/counter/sign-in", who=""),
)
DESK_SHEETS = (
    Sheet("counter", "/counter", who="cashier", desk=True),
    Sheet("counter-bill", "/counter/bills/{receipt}", who="cashier", desk=True),
    Sheet("counter-returned", "/counter/bills/{given_back}", who="cashier", desk=True),
    Sheet("counter-give-back", "/counter/bills/{receipt}/give-back", who="cashier", desk=True),
    Sheet("counter-day", "/counter/day", who="cashier", desk=True),
    Sheet("console-sign-in", "/console/sign-in", who="", desk=True),
    Sheet("queue", "/console", who="clerk", desk=True),
    Sheet("queue-empty", "/console?kind=review&after=7ZZZZZZZZZZZZZZZZZZZZZZZZZ", who="clerk", desk=True),
    Sheet("case-to-enter", "/console/bindings/{waiting}", who="clerk", desk=True),
    Sheet("case-own", "/console/bindings/{entered}", who="clerk", desk=True),
    Sheet("case", "/console/bindings/{entered}", who="reviewer", desk=True),
    Sheet("bind-entry", "/console/bind", who="clerk", desk=True),
    Sheet("bind-take-over", "/console/bind/{waiting}", who="clerk", desk=True),
    Sheet("window", "/console/window", who="clerk", desk=True),
    Sheet("window-act", "/console/window/acts/{frozen}", who="reviewer", desk=True),
    Sheet("window-act-own", "/console/window/acts/{frozen}", who="clerk", desk=True),
    Sheet("slip", "/console/window/acts/{frozen}/slip", who="clerk", desk=True),
    Sheet("window-mine", "/console/window/mine", who="clerk", desk=True),
    Sheet("usage-ask", "/console/bills", who="reviewer", desk=True),
    Sheet("filing", "/console/grants/{filed}", who="reviewer", desk=True),
)
SHEETS = (*PHONE_SHEETS, *DESK_SHEETS)
