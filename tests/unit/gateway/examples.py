"""An example of every message with people of the sandbox, and flows that answer it without a database.

The numbers of persons, cards and institutions are the sandbox's own, the same with every seed. What an earlier message
gives (``mdtrt_id``, ``setl_id``, a code) stands here as it might have been answered; tests/wire puts in what was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from fractions import Fraction

from qinji.flows.parts import recorded
from qinji.flows.parts.commands import (
    Bill,
    CancelSettlement,
    CancelVisit,
    CodeDecoded,
    Done,
    IdentifyPerson,
    InstitutionCard,
    LinesPriced,
    PayerNote,
    PersonCard,
    PricedLine,
    RecordDiagnoses,
    RegisterVisit,
    ReverseMessage,
    Sender,
    SettlePharmacy,
    SettleVisit,
    SignInstitution,
    UploadFees,
    UsedNonce,
    VisitOpened,
    WithdrawFees,
)
from qinji.gateway.wire import Json
from qinji.kernel.bill import Approval, Category, LineSplit, PayerKind, Plan, SentLine, Share, Split
from qinji.kernel.identity import check_character
from qinji.kernel.purpose import UseClass
from qinji.kernel.refusal import Refused

NOW = datetime(2026, 3, 17, 4, 0, 0, 123000, tzinfo=UTC)
"""Noon in China."""

HOSPITAL = InstitutionCard("H99010000001", "东澜市桃园社区卫生服务中心", "1", "990100", "92990100000000001A")
PHARMACY = InstitutionCard("P99010000001", "东澜市康宁大药房", "pharmacy", "990100", "92990100000000004B")
PERSON_NUMBER = "9901000000050001"
CARD_NUMBER = "Q00005012"
CODE = "2800000000000000000000000001"
TOKEN = "990100ec" + "0123456789abcdef0123456789abcd"
VISIT = "01KE6P2V7R8WXYZ0123456789A"
SETTLEMENT = "01KE6P9QK3M4N5P6Q7R8S9T0AB"
CANCELLATION = "01KE6PF0A1B2C3D4E5F6G7H8JK"
_FIRST17 = "99990119810510015"
CERTIFICATE = _FIRST17 + check_character(_FIRST17)

PERSON = PersonCard(
    person_number=PERSON_NUMBER,
    certificate_number=CERTIFICATE,
    name="王伟",
    sex="male",
    ethnicity="01",
    birth=date(1981, 5, 10),
    age=44,
    insurance="employee",
    person_type="in_service",
    status="normal",
    insured_since=date(2006, 7, 1),
    suspended_since=None,
    region="990100",
    employer="晴川机械厂",
    civil_servant=False,
    balance_fen=8000,
)

_SETTLING: Mapping[str, Json] = {
    "psn_no": PERSON_NUMBER,
    "mdtrt_cert_type": "03",
    "mdtrt_cert_no": CARD_NUMBER,
    "med_type": "11",
    "medfee_sumamt": 350,
    "psn_setlway": "01",
    "mdtrt_id": VISIT,
    "chrg_bchno": "20260317001",
    "acct_used_flag": "1",
    "insutype": "310",
}
_LINE: Mapping[str, Json] = {
    "feedetl_sn": "1001",
    "fee_ocur_time": "2026-03-17 09:20:00",
    "med_list_codg": "002101020150000-210102015",
    "medins_list_codg": "Y0001",
    "det_item_fee_sumamt": 350,
    "cnt": 5,
    "pric": 70,
    "hosp_appr_flag": "0",
}
_DRUG: Mapping[str, Json] = {
    **_LINE,
    "med_list_codg": "XA10BAE001A001010100002",
    "det_item_fee_sumamt": "19.20",
    "cnt": 2,
    "pric": "9.60",
}
_DRUG_HEAD: Mapping[str, Json] = {
    "psn_no": PERSON_NUMBER,
    "mdtrt_cert_type": "03",
    "mdtrt_cert_no": CARD_NUMBER,
    "begntime": "2026-03-17 12:00:00",
    "medfee_sumamt": "19.20",
    "insutype": "310",
    "acct_used_flag": "1",
    "med_type": "41",
}
_PURCHASE: Mapping[str, Json] = {"druginfo": _DRUG_HEAD, "drugdetail": [_DRUG]}
_UNDOING: Mapping[str, Json] = {"setl_id": SETTLEMENT, "mdtrt_id": VISIT, "psn_no": PERSON_NUMBER}

INPUTS: Mapping[str, Mapping[str, Json]] = {
    "9001": {"signIn": {"opter_no": "0053", "mac": "00-00-5E-00-53-01", "ip": "127.0.0.1"}},
    "9002": {"signOut": {"sign_no": "359754", "opter_no": "0053"}},
    "1101": {"data": {"mdtrt_cert_type": "03", "mdtrt_cert_no": CARD_NUMBER}},
    "1162": {"data": {"ecQrCode": CODE, "businessInfo": "01101", "termId": "T01", "termIp": "127.0.0.1"}},
    "1201": {"medinsinfo": {"fixmedins_type": "1", "fixmedins_code": HOSPITAL.code}},
    "2101": _PURCHASE,
    "2102": _PURCHASE,
    "2103": {"data": _UNDOING},
    "2201": {
        "data": {
            "psn_no": PERSON_NUMBER,
            "insutype": "310",
            "begntime": "2026-03-17 09:00:00",
            "mdtrt_cert_type": "03",
            "mdtrt_cert_no": CARD_NUMBER,
            "ipt_otp_no": "20260317001",
            "dept_name": "全科",
            "dr_name": "程清",
        }
    },
    "2202": {"data": {"psn_no": PERSON_NUMBER, "mdtrt_id": VISIT, "ipt_otp_no": "20260317001"}},
    "2203": {
        "mdtrtinfo": {
            "mdtrt_id": VISIT,
            "psn_no": PERSON_NUMBER,
            "med_type": "11",
            "begntime": "2026-03-17 09:00:00",
        },
        "diseinfo": [
            {
                "diag_type": "1",
                "diag_srt_no": 1,
                "diag_code": "J00.x00",
                "diag_name": "感冒",
                "vali_flag": "1",
            }
        ],
    },
    "2204": {
        "feedetail": [{"mdtrt_id": VISIT, "psn_no": PERSON_NUMBER, "chrg_bchno": "20260317001", **_LINE}]
    },
    "2205": {"data": {"mdtrt_id": VISIT, "chrg_bchno": "0000", "psn_no": PERSON_NUMBER}},
    "2206": {"data": _SETTLING},
    "2207": {
        "data": {
            **_SETTLING,
            "fulamt_ownpay_amt": 0,
            "overlmt_selfpay": 0,
            "preselfpay_amt": 0,
            "inscp_scp_amt": 350,
        }
    },
    "2208": {"data": _UNDOING},
    "5201": {"data": {"psn_no": PERSON_NUMBER, "begntime": "2026-03-17", "endtime": "2026-03-17"}},
    "5202": {"data": {"psn_no": PERSON_NUMBER, "mdtrt_id": VISIT}},
    "5203": {"data": _UNDOING},
    "5204": {"data": _UNDOING},
    "2601": {
        "data": {"psn_no": PERSON_NUMBER, "omsgid": f"{HOSPITAL.code}20260317120000lost", "oinfno": "2207"}
    },
}
"""The ``input`` of every message."""


def request(number: str, content: Mapping[str, Json] | None = None) -> dict[str, Json]:
    """The whole request of a message's example, or with another input."""
    sender = PHARMACY if number in {"2101", "2102", "2103"} else HOSPITAL
    return {
        "infno": number,
        "msgid": f"{sender.code}20260317120000{number}",
        "mdtrtarea_admvs": sender.region,
        "insuplc_admdvs": PERSON.region,
        "recer_sys_code": "QINJI",
        "infver": "1.0.0",
        "opter_type": "1",
        "opter": "0053",
        "opter_name": "程清",
        "inf_time": "2026-03-17 12:00:00",
        "fixmedins_code": sender.code,
        "fixmedins_name": sender.name,
        "sign_no": "",
        "input": dict(INPUTS[number] if content is None else content),
    }


_SPLIT = Split(
    total_fen=35000,
    own_expense_fen=0,
    over_limit_fen=0,
    prior_self_pay_fen=0,
    in_scope_fen=35000,
    prepaid_fen=0,
    deductible_fen=10000,
    fund_fen=20000,
    ratio=Fraction(80, 100),
    personal={UseClass.DEDUCTIBLE: 10000, UseClass.IN_SCOPE_SHARE: 5000},
    lines=(),
    trace=(),
)
_PLAN = Plan(
    shares=(
        Share(PayerKind.OWN, "patient", 0, 8000, {UseClass.DEDUCTIBLE: 8000}),
        Share(
            PayerKind.GRANTOR,
            "wife",
            0,
            7000,
            {UseClass.DEDUCTIBLE: 2000, UseClass.IN_SCOPE_SHARE: 5000},
            "grant",
        ),
    ),
    cash_fen=0,
    trace=(),
)
BILL = Bill(
    settlement=SETTLEMENT,
    visit=VISIT,
    person=PERSON,
    credential_kind="03",
    settled_at=NOW,
    medical_type="11",
    institution_settlement="",
    clearing_region="990100",
    split=_SPLIT,
    plan=_PLAN,
    balance_after_fen=0,
    fund_room_fen=30000,
    payers=(PayerNote("王*", "本人", 8000), PayerNote("崔*", "配偶", 7000)),
    lines=(),
)
"""350 yuan at a hospital of level 1: deductible 100, 80 % of the rest, own account first, then the wife's."""


def priced(line: SentLine) -> PricedLine:
    """A line of category A without a ceiling."""
    return PricedLine(
        number=line.number,
        amount_fen=line.amount_fen,
        price=line.price,
        quantity=line.quantity,
        ceiling_price=None,
        prior_ratio=Fraction(0),
        category=Category.A,
        item_class="09",
        restricted=False,
        parts=LineSplit(line.number, line.amount_fen, 0, 0, 0, line.amount_fen),
    )


Command = (
    SignInstitution
    | IdentifyPerson
    | RegisterVisit
    | CancelVisit
    | RecordDiagnoses
    | UploadFees
    | WithdrawFees
    | SettleVisit
    | SettlePharmacy
    | CancelSettlement
    | ReverseMessage
)


@dataclass(slots=True)
class ExampleFlows:
    """Answers every message with the example's outcome, or with ``refusal``; keeps the commands it was given."""

    refusal: Refused | None = None
    bill: Bill = BILL
    commands: list[Command] = field(default_factory=list)

    async def sender(self, code: str) -> Sender | None:
        """One hospital and one pharmacy, which do not sign."""
        return {card.code: Sender(card, "none", {}) for card in (HOSPITAL, PHARMACY)}.get(code)

    async def first_use(self, nonce: UsedNonce) -> bool:
        """Nobody signs here."""
        raise AssertionError(nonce)

    async def sign(self, command: SignInstitution) -> bytes:
        """9001 and 9002."""
        self.commands.append(command)
        return command.render(self.refusal or Done(NOW, command.sign_number or "359754"))

    async def identify(self, command: IdentifyPerson) -> PersonCard | CodeDecoded | Refused:
        """1101 and 1162."""
        self.commands.append(command)
        decoded = CodeDecoded(PERSON, TOKEN, "A0000000000000000000000000000001", "QINJI", CODE)
        return self.refusal or (decoded if command.scan_only else PERSON)

    async def institution(self, code: str, name: str) -> list[InstitutionCard]:
        """1201."""
        known = (HOSPITAL, PHARMACY)
        return [card for card in known if code in {"", card.code} and name in card.name]

    async def register_visit(self, command: RegisterVisit) -> bytes:
        """2201."""
        self.commands.append(command)
        opened = VisitOpened(VISIT, command.claimed.person_number, command.outpatient_number)
        return command.render(self.refusal or opened)

    async def cancel_visit(self, command: CancelVisit) -> bytes:
        """2202."""
        self.commands.append(command)
        return command.render(self.refusal or Done(NOW))

    async def record_diagnoses(self, command: RecordDiagnoses) -> bytes:
        """2203."""
        self.commands.append(command)
        return command.render(self.refusal or Done(NOW))

    async def upload_fees(self, command: UploadFees) -> bytes:
        """2204."""
        self.commands.append(command)
        return command.render(self.refusal or LinesPriced(tuple(priced(line) for line in command.lines)))

    async def withdraw_fees(self, command: WithdrawFees) -> bytes:
        """2205."""
        self.commands.append(command)
        return command.render(self.refusal or Done(NOW))

    async def settle(self, command: SettleVisit) -> bytes:
        """2206 and 2207."""
        self.commands.append(command)
        kind = command.credential.kind if command.credential else ""
        bill = replace(self.bill, credential_kind=kind)
        if command.preview:
            warning = bill.warning or ("" if command.credential else "没有凭证")
            bill = replace(bill, settlement=None, settled_at=None, warning=warning)
        return command.render(self.refusal or bill)

    async def settle_pharmacy(self, command: SettlePharmacy) -> bytes:
        """2101 and 2102."""
        self.commands.append(command)
        lines = tuple(priced(line) for line in command.lines)
        bill = replace(self.bill, lines=lines, medical_type=command.medical_type, payers=())
        if command.preview:
            bill = replace(bill, settlement=None, settled_at=None)
        return command.render(self.refusal or bill)

    async def cancel(self, command: CancelSettlement) -> bytes:
        """2208 and 2103."""
        self.commands.append(command)
        pharmacy = command.origin.institution == PHARMACY.code
        back = replace(
            self.bill,
            settlement=CANCELLATION,
            sign=-1,
            balance_after_fen=8000,
            medical_type="41" if pharmacy else "11",
            payers=() if pharmacy else self.bill.payers,
        )
        return command.render(self.refusal or back)

    async def reverse(self, command: ReverseMessage) -> bytes:
        """2601."""
        self.commands.append(command)
        return command.render(self.refusal or Done(NOW))

    async def recorded_settlement(self, asked: recorded.AskSettlement) -> recorded.RecordedBill | Refused:
        """5203."""
        return self.refusal or recorded.RecordedBill(self.bill, HOSPITAL, NOW.date(), 2026, "", None)

    async def recorded_lines(self, asked: recorded.AskSettlement) -> recorded.RecordedLines | Refused:
        """5204."""
        sent = SentLine("1", "1", "X", "", 1920, 9_600_000, 20_000, Approval.ABSENT, NOW)
        line = recorded.RecordedLine(priced(sent), sent.item_code, "阿莫西林", "101", "", None)
        return self.refusal or recorded.RecordedLines(VISIT, SETTLEMENT, "11", NOW.date(), (line,))

    async def recorded_visits(self, asked: recorded.AskVisits) -> list[recorded.RecordedVisit] | Refused:
        """5201."""
        return self.refusal or [recorded.RecordedVisit(VISIT, PERSON, NOW.date(), "11", "1", cancelled=False)]

    async def recorded_diagnoses(
        self, asked: recorded.AskDiagnoses
    ) -> list[recorded.RecordedDiagnosis] | Refused:
        """5202."""
        return self.refusal or [recorded.RecordedDiagnosis(1, "J00.x00", "感冒", main=True)]
