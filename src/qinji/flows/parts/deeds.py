"""Every kind of deed that leaves a consent or an audit row, in Chinese words for whom it concerns."""

from __future__ import annotations

from enum import StrEnum


class DeedKind(StrEnum):
    """What was done about a binding, grant, wallet or code, or at the window; the values are kept in rows and stay."""

    SIGN_IN = "sign_in"
    IDENTIFY = "identify"
    ENROL = "enrol"
    BIND_ASK = "bind.ask"
    BIND_ENTER = "bind.enter"
    BIND_EVIDENCE = "bind.evidence"
    EVIDENCE_EXPIRE = "evidence.expire"
    BIND_CONFIRM = "bind.confirm"
    BIND_REFUSE = "bind.refuse"
    BIND_POWERS = "bind.powers"
    UNBIND = "unbind"
    GRANT = "grant"
    GRANT_FILE = "grant.file"
    GRANT_FILED = "grant.filed"
    GRANT_TURNED_DOWN = "grant.turned_down"
    GRANT_CHANGE = "grant.change"
    GRANT_PAUSE = "grant.pause"
    GRANT_RESUME = "grant.resume"
    GRANT_END = "grant.end"
    GRANT_ORDER = "grant.order"
    WALLET_OPEN = "wallet.open"
    WALLET_SEND = "wallet.send"
    WALLET_ACCEPT = "wallet.accept"
    WALLET_RETURN = "wallet.return"
    WALLET_EXPIRE = "wallet.expire"
    WALLET_REFUND = "wallet.refund"
    CODE_ACTIVATE = "code.activate"
    CODE_ACTIVE = "code.active"
    CODE_FROZEN = "code.frozen"
    CODE_LOST = "code.lost"
    WINDOW_ENTER = "window.enter"
    WINDOW_CONFIRM = "window.confirm"
    WINDOW_REFUSE = "window.refuse"
    WINDOW_WITHDRAW = "window.withdraw"
