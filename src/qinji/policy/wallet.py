"""Pure: the terms of 医保钱包, which carries money to a relative insured in another province."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time

from qinji.kernel.kinship import Relation
from qinji.policy.model import Source
from qinji.policy.pack import Values

OFFERED = "wallet.offered"
PURPOSES = "wallet.purposes"
POSITION = "order.wallet_position"
REFUND_TO = "wallet.refund_to"
ONWARD = "wallet.onward_transfer"
BY_PROXY = "wallet.open_by_proxy"
ALWAYS = "always"

OF_SENDING = (
    OFFERED,
    "wallet.required_when",
    "wallet.transfers_per_day",
    "wallet.max_per_transfer",
    "wallet.closes_at",
    "wallet.opens_at",
    "wallet.pending_returned_at",
    "wallet.relations",
    "wallet.receiver_insured",
)
"""What decides whether money may be sent; where one of them is not written, the wallet is not offered."""


@dataclass(frozen=True, slots=True)
class WalletTerms:
    """What the region of whoever opens a wallet, or sends, says: how much, how often, when, to whom.

    ``max_fen`` a transfer and ``per_day`` transfers a day; nothing is sent from ``closes`` to ``opens``; at
    ``returned`` of the next day what was not accepted goes back. ``everywhere``: also within the province.
    ``onward``: what was received may be sent on. ``sources`` by parameter.
    """

    region_name: str
    per_day: int
    max_fen: int
    closes: time
    opens: time
    returned: time
    relations: frozenset[Relation]
    everywhere: bool
    receiver_insured: bool
    onward: bool
    by_proxy: bool
    document: str
    clause: str
    sources: Mapping[str, Source]


def offers_wallet(values: Values) -> bool:
    """Whether wallets are offered here on this day; where it is not said where one pays, they are not."""
    return values.switch(OFFERED) and values.dated(PURPOSES) is not None


def wallet_terms(values: Values, region_name: str) -> WalletTerms | None:
    """The terms that hold; None where no wallet is offered, or one of them is not written."""
    per_day, max_fen = values.number("wallet.transfers_per_day"), values.money("wallet.max_per_transfer")
    written = all(values.dated(one) is not None for one in OF_SENDING)
    if not offers_wallet(values) or not written or per_day is None or max_fen is None:
        return None
    source = values.found("wallet.relations").source
    return WalletTerms(
        region_name=region_name,
        per_day=per_day,
        max_fen=max_fen,
        closes=time.fromisoformat(values.word("wallet.closes_at")),
        opens=time.fromisoformat(values.word("wallet.opens_at")),
        returned=time.fromisoformat(values.word("wallet.pending_returned_at")),
        relations=frozenset(Relation(word) for word in values.words("wallet.relations")),
        everywhere=values.word("wallet.required_when") == ALWAYS,
        receiver_insured=values.switch("wallet.receiver_insured"),
        onward=values.switch(ONWARD),
        by_proxy=values.switch(BY_PROXY),
        document=source.document,
        clause=source.clause,
        sources=values.sources({one: (one,) for one in (*OF_SENDING, ONWARD, BY_PROXY)}),
    )
