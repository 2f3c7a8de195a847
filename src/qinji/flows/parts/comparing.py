"""Pure: does a settlement agree with itself, with its stored plan, with its transfers, and with its cancellation?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from qinji.flows.parts.document import Document
from qinji.flows.parts.stored import stored_shares, stored_split
from qinji.kernel.bill import WALLET_POCKET, PayerKind
from qinji.kernel.money import yuan
from qinji.kernel.region import city_of
from qinji.ledger.chart import Account, pooled_fund
from qinji.ledger.model import Transfer
from qinji.settlement.model import Settlement

Row = tuple[str, Account, Account, int, str, int | None]
"""Whose row, debit, credit, fen, the relative on the other side, the pocket."""


def expected_rows(settled: Settlement, document: Document) -> Counter[Row]:
    """Whose account pays what, by the plan that was stored with the settlement."""
    rows: list[Row] = []
    fund = stored_split(document).fund_fen
    patient, place = str(settled.person), Account.INSTITUTION_PAYABLE
    if fund:
        rows.append((patient, pooled_fund(settled.insurance), place, fund, "", None))
    for share in stored_shares(document):
        amount = share.amount_fen
        if share.kind is PayerKind.OWN:
            account = Account.WALLET if share.pocket == WALLET_POCKET else Account.PERSONAL
            rows.append((patient, account, place, amount, "", share.pocket))
            continue
        clearing = Account.CLEARING_MUTUAL_AID
        rows.append((share.person, Account.PERSONAL, clearing, amount, patient, share.pocket))
        rows.append((patient, clearing, place, amount, share.person, None))
    return Counter(rows)


def _booked_rows(transfers: Sequence[Transfer]) -> Counter[Row]:
    return Counter(
        (str(t.person), t.debit, t.credit, t.amount_fen, str(t.other_person or ""), t.pocket)
        for t in transfers
    )


def _where_and_when(settled: Settlement, transfers: Sequence[Transfer]) -> bool:
    """Every row names the place, the day and the moment of the settlement, and the two books of a pair agree."""
    home = city_of(settled.region)
    same = all(
        (t.institution, t.service_day, t.booked_at, t.reverses)
        == (settled.institution, settled.service_day, settled.booked_at, None)
        and home == (t.book if t.person == settled.person else t.other_book)
        for t in transfers
    )
    given = Counter((t.person, t.book) for t in transfers if t.person != settled.person)
    used = Counter(
        (t.other_person, t.other_book) for t in transfers if t.debit is Account.CLEARING_MUTUAL_AID
    )
    return same and given == used


def _amounts_as_decided(settled: Settlement, document: Document) -> bool:
    divided, shares = stored_split(document), stored_shares(document)
    own = sum(share.amount_fen for share in shares if share.kind is PayerKind.OWN)
    aid = sum(share.amount_fen for share in shares if share.kind is PayerKind.GRANTOR)
    kept = (divided.total_fen, divided.fund_fen, own, aid, divided.deductible_fen, divided.in_scope_fen)
    return kept == (
        settled.total_fen,
        settled.fund_fen,
        settled.own_fen,
        settled.mutual_aid_fen,
        settled.deductible_fen,
        settled.in_scope_fen,
    )


def compare_settlement(
    settled: Settlement, document: Document, transfers: Sequence[Transfer]
) -> list[tuple[str, str]]:
    """Broken promises of one settlement: I5 its parts add up, I14 its transfers are its plan."""
    found = []
    parts = settled.fund_fen + settled.own_fen + settled.mutual_aid_fen + settled.cash_fen
    if parts != settled.total_fen:
        found.append(("I5", f"各方合计 {yuan(parts)} 元不等于总额 {yuan(settled.total_fen)} 元"))
    elif not _amounts_as_decided(settled, document):
        found.append(("I14", "结算金额与结算时保存的支付方案不一致"))
    if _booked_rows(transfers) != expected_rows(settled, document):
        found.append(("I14", "分录与结算时保存的支付方案不一致"))
    elif not _where_and_when(settled, transfers):
        found.append(("I14", "分录的机构、日期或账簿与结算不一致"))
    return found


def compare_cancellation(
    transfers: Sequence[Transfer], back: Sequence[Transfer], onward: Mapping[UUID, int] | None = None
) -> list[tuple[str, str]]:
    """Broken promises of one cancellation: I14 each row of the settlement is taken back once, and nothing else.

    ``back`` are its rows and those of the corrections that came before it. ``onward``: what of the wallet's money goes
    on to whose accounts, in fen.
    """
    mirrored = [row for row in back if row.reverses is not None]
    taken, given = _mirrored(transfers), _taken(mirrored)
    out, into = Counter[UUID](), Counter[UUID]()
    for row in back:
        if row.reverses is None and row.debit is Account.WALLET and row.other_person is not None:
            out[row.other_person] += row.amount_fen
        elif row.reverses is None and row.credit is Account.PERSONAL:
            into[row.person] += row.amount_fen
    found = [] if taken == given else [("I14", "撤销分录与原结算分录不对应")]
    if not out == into == Counter(onward or {}):
        found.append(("I14", "医保钱包的退款与转出人应收回的钱不一致"))
    return found


def compare_corrections(
    settled: Settlement, transfers: Sequence[Transfer], back: Sequence[Transfer]
) -> list[tuple[str, str]]:
    """Broken promises of the corrections of one settlement: I14 they give back accounts' rows, each once."""
    wanted, given = Counter(_mirrored(transfers)), Counter(_taken(back))
    from_accounts = all(
        t.reverses == settled.settlement
        and t.debit in (Account.INSTITUTION_PAYABLE, Account.CLEARING_MUTUAL_AID)
        and t.credit in (Account.PERSONAL, Account.CLEARING_MUTUAL_AID)
        for t in back
    )
    return [] if given <= wanted and from_accounts else [("I14", "更正分录与原结算分录不对应")]


def _mirrored(transfers: Sequence[Transfer]) -> list[tuple[UUID, int, Account, Account, int]]:
    return sorted((t.person, t.seq, t.debit, t.credit, t.amount_fen) for t in transfers)


def _taken(back: Sequence[Transfer]) -> list[tuple[UUID, int, Account, Account, int]]:
    return sorted((t.person, t.seq, t.credit, t.debit, t.amount_fen) for t in back)
