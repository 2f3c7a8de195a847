"""Of a person: who they are to the bureau, their balances, transfers, bills, visits, what they paid for others."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from qinji.flows.kept.own import PAGE, Own, Row, paged, places
from qinji.flows.parts.document import read_decision
from qinji.flows.parts.money_words import KIND_CHINESE, pocket_names
from qinji.flows.parts.statement_words import Told, asked_bills, book_line
from qinji.flows.parts.usage import KIND_CHINESE as BILL_CHINESE
from qinji.flows.parts.usage import uses_of
from qinji.insured import queries as insured
from qinji.insured.model import CODE_CHINESE, STATUS_CHINESE
from qinji.kernel.bill import WALLET_POCKET
from qinji.kernel.identity import masked_number
from qinji.kernel.ids import to_wire
from qinji.kernel.search import Terms
from qinji.ledger import queries as ledger
from qinji.ledger import record_queries as records
from qinji.ledger.chart import STORED
from qinji.ledger.model import HELD_POCKET, Moved, SharedPart, Transfer, own_balance
from qinji.ledger.rules import balances_after
from qinji.platform.database import Connection
from qinji.settlement import record_queries as settlements
from qinji.settlement.model import Spent, SpentSearch, VisitKept

PERSON_FIELDS = {
    "number": "人员编号",
    "name": "姓名",
    "identity_number": "证件号码(遮掩)",
    "birth": "出生日期",
    "region": "参保地",
    "insurance": "险种:employee 职工,resident 居民",
    "status": "参保状态",
    "insured_since": "参保日期",
    "employer": "单位",
    "code_state": "医保码状态",
}


async def person(own: Own) -> AsyncIterator[list[Row]]:
    """Who one is to the bureau."""
    async with own.deps.database.reading() as connection:
        found = (await insured.persons(connection, [own.me]))[own.me]
    certificate = own.deps.vault.decrypt(found.certificate, found.certificate_key_version)
    yield [
        {
            "number": found.number,
            "name": found.name,
            "identity_number": masked_number(certificate),
            "birth": found.birth,
            "region": own.deps.book.region_names().get(found.region, found.region),
            "insurance": found.insurance,
            "status": STATUS_CHINESE[found.status],
            "insured_since": found.insured_since,
            "employer": found.employer,
            "code_state": CODE_CHINESE[found.code_state],
        }
    ]


BALANCE_FIELDS = {"account": "账户", "balance_fen": "余额(分)"}


async def stored_balances(own: Own) -> AsyncIterator[list[Row]]:
    """What is in each pocket now."""
    async with own.deps.database.reading() as connection:
        pockets = (await ledger.balances(connection, [own.me])).get(own.me, {})
    names = pocket_names(frozenset(pockets))
    yield [{"account": names[pocket], "balance_fen": fen} for pocket, fen in sorted(pockets.items())]


BOOK_FIELDS = {
    "act": "业务编号",
    "booked_at": "记账时间",
    "kind": "用途",
    "text": "说明",
    "place": "医药机构(只写本人的)",
    "account_change_fen": "个人账户变动(分),支出为负",
    "account_fen": "变动后的个人账户余额(分)",
    "held_change_fen": "在途变动(分)",
    "wallet_change_fen": "医保钱包变动(分)",
    "wallet_fen": "变动后的医保钱包余额(分)",
}


def account_book(own: Own) -> AsyncIterator[list[Row]]:
    """Every transfer of one's own money, oldest first, with the balances that a sum from the first one gives."""
    standing: dict[int, int] = {}

    async def look(
        connection: Connection, after: tuple[UUID, int] | None
    ) -> tuple[list[Transfer], list[Row]]:
        nonlocal standing
        found = await records.every(connection, own.me, PAGE, after)
        mine = [one for one in found if one.debit in STORED or one.credit in STORED]
        moved = []
        for one in mine:
            standing = balances_after(standing, [one])
            held, wallet = standing.get(HELD_POCKET, 0), standing.get(WALLET_POCKET, 0)
            moved.append(Moved(one, own_balance(standing), held, wallet))
        names = await _told(connection, own, moved)
        return found, [_book_row(one, names) for one in moved]

    return paged(own, look, lambda one: (one.act, one.seq))


async def _told(connection: Connection, own: Own, moved: Sequence[Moved]) -> Told:
    others = {one.transfer.other_person for one in moved if one.transfer.other_person is not None}
    codes = {one.transfer.institution for one in moved if one.transfer.institution}
    return Told(
        await own.kin(connection, others),
        await settlements.kinds(connection, asked_bills(moved)),
        await places(connection, codes),
    )


def _book_row(movement: Moved, names: Told) -> Row:
    line = book_line(movement, names)
    return {
        "act": to_wire(line.act),
        "booked_at": line.booked_at,
        "kind": KIND_CHINESE[line.kind],
        "text": line.text,
        "place": line.place,
        "account_change_fen": line.account_change_fen,
        "account_fen": line.account_fen,
        "held_change_fen": line.held_change_fen,
        "wallet_change_fen": line.wallet_change_fen,
        "wallet_fen": line.wallet_fen,
    }


BILL_FIELDS = {
    "settlement": "结算编号",
    "place": "医药机构",
    "kind": "类别",
    "service_day": "就诊日",
    "booked_at": "结算时间",
    "returned_at": "退回时间,没有退回为空",
    "total_fen": "总费用(分)",
    "fund_fen": "医保基金支付(分)",
    "own_fen": "本人账户和钱包支付(分)",
    "relatives": "家人账户支付:谁、多少(分)",
    "cash_fen": "现金(分)",
    "lines": "费用明细:项目编码、名称、金额(分)",
}


def bills(own: Own) -> AsyncIterator[list[Row]]:
    """Every bill of one's own with its lines."""

    async def look(connection: Connection, before: UUID | None) -> tuple[list[Spent], list[Row]]:
        found = await settlements.search(connection, own.me, SpentSearch(), PAGE, before)
        keys = [(own.me, bill.settlement) for bill in found]
        decided = await settlements.decisions_of(connection, keys)
        paid = await records.relatives_paying(connection, own.me, [bill.settlement for bill in found])
        kin = await own.kin(connection, {who for parts in paid.values() for who, _ in parts})
        at = await places(connection, {bill.institution for bill in found})
        return found, [
            {
                "settlement": to_wire(bill.settlement),
                "place": at.get(bill.institution, bill.institution),
                "kind": BILL_CHINESE[bill.kind],
                "service_day": bill.service_day,
                "booked_at": bill.booked_at,
                "returned_at": bill.returned_at,
                "total_fen": bill.total_fen,
                "fund_fen": bill.fund_fen,
                "own_fen": bill.own_fen,
                "relatives": [
                    {"who": kin[who].text, "amount_fen": fen} for who, fen in paid.get(bill.settlement, ())
                ],
                "cash_fen": bill.cash_fen,
                "lines": [
                    {"code": line["item_code"], "name": line["item_name"], "amount_fen": line["amount_fen"]}
                    for line in read_decision(decided[own.me, bill.settlement][1])["lines"]
                ],
            }
            for bill in found
        ]

    return paged(own, look, lambda one: one.settlement)


VISIT_FIELDS = {
    "visit": "就诊编号",
    "place": "医药机构",
    "outpatient_number": "门诊号",
    "service_day": "就诊日",
    "cancelled": "是否撤销",
    "diagnoses": "诊断",
    "department": "科室",
    "doctor": "医师",
    "opened_at": "登记时间",
}


def visits(own: Own) -> AsyncIterator[list[Row]]:
    """Every visit of one's own, with its diagnoses."""

    async def look(connection: Connection, before: UUID | None) -> tuple[list[VisitKept], list[Row]]:
        found = await settlements.visits_of(connection, own.me, PAGE, before)
        at = await places(connection, {one.institution for one in found})
        return found, [
            {
                "visit": to_wire(one.visit),
                "place": at.get(one.institution, one.institution),
                "outpatient_number": one.outpatient_number,
                "service_day": one.service_day,
                "cancelled": one.cancelled,
                "diagnoses": list(one.diagnoses),
                "department": one.department,
                "doctor": one.doctor,
                "opened_at": one.opened_at,
            }
            for one in found
        ]

    return paged(own, look, lambda one: one.visit)


SHARED_FIELDS = {
    "settlement": "结算编号",
    "who": "使用人",
    "kind": "类别",
    "uses": "用途类别和金额(分)",
    "amount_fen": "本人账户支付(分)",
    "booked_at": "时间",
    "returned_at": "退回时间,没有退回为空",
}


def paid_for_relatives(own: Own) -> AsyncIterator[list[Row]]:
    """What one's own account paid for relatives: as a grantor's page tells it."""

    async def look(connection: Connection, before: UUID | None) -> tuple[list[SharedPart], list[Row]]:
        found = await records.shared(connection, own.me, Terms(), None, PAGE, before)
        keys = [(one.beneficiary, one.settlement) for one in found]
        decided = await settlements.decisions_of(connection, keys)
        kin = await own.kin(connection, {one.beneficiary for one in found})
        rows: list[Row] = []
        for one in found:
            kind, decision = decided[one.beneficiary, one.settlement]
            uses = uses_of(read_decision(decision), own.me)
            rows.append(
                {
                    "settlement": to_wire(one.settlement),
                    "who": kin[one.beneficiary].text,
                    "kind": BILL_CHINESE[kind],
                    "uses": [{"use": use, "amount_fen": fen} for use, fen in uses],
                    "amount_fen": one.amount_fen,
                    "booked_at": one.booked_at,
                    "returned_at": one.returned_at,
                }
            )
        return found, rows

    return paged(own, look, lambda one: one.settlement)
