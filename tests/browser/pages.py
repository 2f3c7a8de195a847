"""Every page, with who opens it: what the sweep looks at. A page that is not here is looked at by nobody.

A path may name what the stage has made: ``{bill}`` is the mother's bill. A page that answers a form is prepared: the
form is filled in and sent from the page at the path, and what then stands there is looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.browser import answered
from tests.browser.answered import Prepare


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its name in file names, its path, who opens it, and whether it is a phone's or a desk's.

    ``refused``: what is prepared is refused, and the browser notes an answer of 422.
    """

    name: str
    path: str
    who: str = "daughter"
    desk: bool = False
    prepare: Prepare | None = None
    refused: bool = False


def named(sheet: Sheet) -> str:
    """A sheet's name."""
    return sheet.name


def at_counter(name: str, prepare: Prepare, *, refused: bool = False) -> Sheet:
    """A sale under way."""
    return Sheet(name, "/counter", "cashier", desk=True, prepare=prepare, refused=refused)


def at_window(name: str, prepare: Prepare, *, refused: bool = False) -> Sheet:
    """Somebody before a clerk."""
    return Sheet(name, "/console/window", "clerk", desk=True, prepare=prepare, refused=refused)


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
    Sheet("confirmations", "/mutual-aid/confirmations"),
    Sheet("confirmation-asked", "/mutual-aid/confirmations", who="wuhan"),
    Sheet("order", "/mutual-aid/order?grant={first}&grant={second}&up={second}&amount=100", who="child"),
    Sheet("premiums", "/premiums", who="guardian"),
    Sheet("premium-pay", "/premiums/pay?who={minor}", who="guardian"),
    Sheet("premium-check", "/premiums/pay?who={minor}", who="guardian", prepare=answered.premium_chosen),
    Sheet(
        "premium-pay-refused",
        "/premiums/pay?who={minor}",
        who="guardian",
        prepare=answered.nothing_filled_in("下一步:核对"),
        refused=True,
    ),
    Sheet("premium-covered", "/premiums/pay", who="child"),
    Sheet("premium", "/premiums/{premium}", who="guardian"),
    Sheet("premium-receipt", "/premiums/{premium}/receipt", who="guardian"),
    Sheet("premium-refund", "/premiums/{premium}/refund", who="guardian"),
    Sheet("premium-enrol", "/premiums/enrol", who="guardian"),
    Sheet(
        "premium-enrol-refused",
        "/premiums/enrol",
        who="guardian",
        prepare=answered.nothing_filled_in("登记,然后缴费"),
        refused=True,
    ),
    Sheet("verify", "/verify", who=""),
    Sheet("verify-told", "/verify", who="", prepare=answered.receipt_verified),
    Sheet("verify-refused", "/verify", who="", prepare=answered.nothing_filled_in("核对"), refused=True),
    Sheet("help", "/help"),
    Sheet("help-no-region", "/help", who=""),
    Sheet("bills", "/bills", who="mother"),
    Sheet("bill", "/bills/{bill}", who="mother"),
    Sheet("bills-shared", "/bills/shared"),
    Sheet("records", "/records?month=2026-03", who="mother"),
    Sheet("records-shared", "/records?who=shared"),
    Sheet("account-book", "/records/account?day=2026-03-17", who="mother"),
    Sheet("statement", "/records/statements/2026-03"),
    Sheet("export", "/me/export"),
    Sheet("me", "/me"),
    Sheet("notices", "/me/notices", who="mother"),
    Sheet("notices-none", "/me/notices?group=looks&after=00000000000000000000000000", who="mother"),
    Sheet("notice", "/me/notices/{bill}", who="mother"),
    Sheet("notice-settings", "/me/notices/settings", who="mother"),
    Sheet("trail", "/me/trail", who="mother"),
    Sheet("codes", "/me/codes", who="mother"),
    Sheet("usage", "/bills/{bill}/explanation", who="mother"),
    Sheet("stop-code", "/me/code"),
    Sheet("complaint-new", "/complaints/new?about=settlement:{cancelled_bill}&kind=not_mine", who="mother"),
    Sheet(
        "complaint-refused",
        "/complaints/new?about=settlement:{cancelled_bill}",
        who="mother",
        prepare=answered.nothing_filled_in("提出异议"),
        refused=True,
    ),
    Sheet("complaints", "/complaints"),
    Sheet("complaints-none", "/complaints", who="wuhan"),
    Sheet("complaint", "/complaints/{doubted}", who="mother"),
    Sheet("complaint-opened", "/complaints/{doubted}?done=opened", who="mother"),
    Sheet("complaint-letter", "/complaints/{explained}/letter"),
    Sheet("counter-sign-in", "/counter/sign-in", who=""),
    Sheet("sign-in-digits", "/sign-in", who="", prepare=answered.told),
    Sheet("code-of-another", "/family", prepare=answered.showing),
    Sheet("bind-check", "/family/bind", prepare=answered.bound("mother", "parent")),
    Sheet("bind-check-young", "/family/bind", prepare=answered.bound("young", "child")),
    Sheet("bind-refused", "/family/bind", prepare=answered.nothing_filled_in("下一步:核对"), refused=True),
    Sheet("open-aid-check", "/mutual-aid/open", prepare=answered.shared),
    Sheet(
        "open-aid-refused",
        "/mutual-aid/open",
        prepare=answered.nothing_filled_in("下一步:核对"),
        refused=True,
    ),
    Sheet("wallet", "/wallet", who="away"),
    Sheet("wallet-arriving", "/wallet", who="receiver"),
    Sheet("wallet-none", "/wallet"),
    Sheet("wallet-open", "/wallet/open"),
    Sheet("wallet-send", "/wallet/send", who="away"),
    Sheet("wallet-send-check", "/wallet/send", who="away", prepare=answered.purse_filled),
    Sheet(
        "wallet-send-refused",
        "/wallet/send",
        "away",
        prepare=answered.nothing_filled_in("下一步:核对"),
        refused=True,
    ),
    Sheet("wallet-transfer", "/wallet/transfers/{arriving}", who="receiver"),
    Sheet("wallet-sent", "/wallet/transfers/{arriving}?done=sent", who="away"),
    Sheet("wallet-movements", "/wallet/movements", who="receiver"),
    Sheet("limits-check", "/mutual-aid/{grant}/limits", prepare=answered.limited),
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
    Sheet("window-act-spared", "/console/window/acts/{spared}", who="reviewer", desk=True),
    Sheet("slip", "/console/window/acts/{frozen}/slip", who="clerk", desk=True),
    Sheet("window-mine", "/console/window/mine", who="clerk", desk=True),
    Sheet("usage-ask", "/console/bills", who="reviewer", desk=True),
    Sheet("case-of-complaint", "/console/complaints/{doubted}", who="clerk", desk=True),
    Sheet(
        "case-refused",
        "/console/complaints/{doubted}",
        who="clerk",
        desk=True,
        prepare=answered.nothing_filled_in("记下"),
        refused=True,
    ),
    Sheet("case-to-approve", "/console/complaints/{doubted}", who="reviewer", desk=True),
    Sheet("complaint-letters", "/console/complaints/{explained}/letters", who="clerk", desk=True),
    Sheet("files", "/console/files", who="clerk", desk=True),
    Sheet("files-end", "/console/files?after=00000000000000000000000001", who="clerk", desk=True),
    Sheet("file-new", "/console/files/new/credit", who="clerk", desk=True),
    Sheet("file-new-people", "/console/files/new/enrol", who="clerk", desk=True),
    Sheet("file-new-too-much", "/console/files/new/claw_back?credit={credit}", who="clerk", desk=True),
    Sheet("file-checking", "/console/files/{file_checking}", who="clerk", desk=True),
    Sheet("file-checked", "/console/files/{file_checked}", who="clerk", desk=True),
    Sheet("file-nothing", "/console/files/{file_nothing}", who="clerk", desk=True),
    Sheet("file-own", "/console/files/{file_waiting}", who="clerk", desk=True),
    Sheet("file-to-approve", "/console/files/{file_waiting}", who="reviewer", desk=True),
    Sheet("file-running", "/console/files/{file_running}", who="reviewer", desk=True),
    Sheet("file-stopped", "/console/files/{file_stopped}", who="clerk", desk=True),
    Sheet("file-done", "/console/files/{file_done}", who="clerk", desk=True),
    Sheet("account-years", "/console/files/years", who="clerk", desk=True),
    Sheet("filing", "/console/grants/{filed}", who="reviewer", desk=True),
    at_counter("counter-items", answered.items),
    at_counter("counter-ways", answered.ways),
    at_counter("counter-settled", answered.settled),
    at_counter("counter-too-little", answered.too_little, refused=True),
    at_counter("counter-unsent", answered.unsent),
    at_counter("counter-wrong-scan", answered.wrong_scan, refused=True),
    at_window("window-person", answered.at_window),
    at_window("window-notices", answered.month_of_notices),
    at_window("window-refused", answered.nothing_filled_in("查找"), refused=True),
    at_window("wish-freeze", answered.wish("冻结医保码")),
    at_window("wish-powers", answered.wish("改权限")),
    at_window("wish-wallet", answered.wish("开通医保钱包")),
    at_window("wish-spared", answered.wish("登记免等待期身份", "resident")),
    at_window("wish-spared-refused", answered.spared_refused, refused=True),
    at_window("wish-grant", answered.wish("为本人开通新的共济")),
    at_window("wish-change", answered.wish("改限额", "daughter")),
    at_window("wish-pause-all", answered.wish("全部暂停本人给出的", "daughter")),
    at_window("window-complaint", answered.complaint_at_window),
    at_window("window-complaint-refused", answered.complaint_at_window_refused, refused=True),
    at_window("wish-refused", answered.wish_refused, refused=True),
    Sheet("usage-told", "/console/bills", who="reviewer", desk=True, prepare=answered.explained),
    Sheet(
        "file-new-refused",
        "/console/files/new/claw_back",
        who="clerk",
        desk=True,
        prepare=answered.nothing_filled_in("上传并核对"),
        refused=True,
    ),
    Sheet(
        "file-to-approve-refused",
        "/console/files/{file_waiting}",
        who="reviewer",
        desk=True,
        prepare=answered.nothing_filled_in("不通过"),
        refused=True,
    ),
    Sheet(
        "bind-entry-refused",
        "/console/bind",
        who="clerk",
        desk=True,
        prepare=answered.nothing_filled_in("录入,交同事审核"),
        refused=True,
    ),
)
SHEETS = (*PHONE_SHEETS, *DESK_SHEETS)
