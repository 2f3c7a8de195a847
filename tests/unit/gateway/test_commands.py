"""What was sent becomes the command that the flow is given, in our words."""

from datetime import date, datetime

import pytest

from qinji.flows.parts.commands import (
    AccountUse,
    CancelSettlement,
    Credential,
    CredentialKind,
    IdentifyPerson,
    RecordDiagnoses,
    RegisterVisit,
    SettlePharmacy,
    SettleVisit,
    UploadFees,
    WithdrawFees,
)
from qinji.gateway.dictionaries import person_type_code, person_type_word
from qinji.gateway.wire import Json
from qinji.kernel.bill import Approval
from qinji.kernel.dates import CHINA
from tests.unit.gateway.door import asked, sent
from tests.unit.gateway.examples import CARD_NUMBER, INPUTS, PERSON_NUMBER, ExampleFlows, request


def data(number: str, **changed: Json) -> dict[str, Json]:
    found = INPUTS[number]["data"]
    assert isinstance(found, dict)
    return {"data": {**found, **changed}}


async def test_a_settlement_says_who_what_and_what_was_expected() -> None:
    flows = ExampleFlows()
    await asked("2207", data("2207", fulamt_ownpay_amt="", overlmt_selfpay="1.5", acct_used_flag="2"), flows)
    (command,) = flows.commands
    assert isinstance(command, SettleVisit)
    assert command.credential == Credential(CredentialKind.CARD, CARD_NUMBER)
    assert command.claimed.person_number == PERSON_NUMBER
    assert command.claimed.insurance == "employee"
    assert command.total_fen == 35000
    assert command.account_use is AccountUse.SHARED
    assert command.expected is not None
    assert command.expected.own_expense_fen is None
    assert command.expected.over_limit_fen == 150
    assert command.expected.in_scope_fen == 35000
    assert not command.preview
    assert command.origin.message_number == "2207"
    assert command.origin.institution == "H99010000001"
    assert command.origin.operator == "0053"
    assert len(command.origin.digest) == 32


@pytest.mark.parametrize(("sent_flag", "use"), [("0", "0"), ("1", "1"), ("2", "2"), ("", "1"), ("9", "1")])
async def test_absent_or_unknown_account_use_is_the_own_account(sent_flag: str, use: str) -> None:
    flows = ExampleFlows()
    await asked("2206", data("2206", acct_used_flag=sent_flag), flows)
    (command,) = flows.commands
    assert isinstance(command, SettleVisit)
    assert command.account_use is AccountUse(use)


async def test_a_total_that_was_not_sent_is_left_to_the_lines() -> None:
    flows = ExampleFlows()
    await asked("2206", data("2206", medfee_sumamt=None), flows)
    (command,) = flows.commands
    assert isinstance(command, SettleVisit)
    assert command.total_fen is None


@pytest.mark.parametrize(("alias", "number"), [("2203A", "2203"), ("2206A", "2206"), ("2207A", "2207")])
async def test_the_newer_numbers_are_the_same_messages(alias: str, number: str) -> None:
    origins = []
    for sent_number in (alias, alias.lower(), number):
        flows = ExampleFlows()
        reply = await sent({**request(number), "infno": sent_number}, flows)
        assert reply["infcode"] == 0
        (command,) = flows.commands
        origins.append(command.origin)
    assert origins[0] == origins[1] == origins[2]
    assert origins[0].message_number == number


async def test_a_message_number_may_be_a_json_number() -> None:
    assert (await sent({**request("2207"), "infno": 2207}))["infcode"] == 0


async def test_a_preview_without_a_credential_has_none() -> None:
    flows = ExampleFlows()
    await asked("2206", data("2206", mdtrt_cert_no="null"), flows)
    (command,) = flows.commands
    assert isinstance(command, SettleVisit)
    assert command.credential is None
    assert command.preview


async def test_a_credential_without_its_kind_is_refused() -> None:
    reply = await asked("1101", data("1101", mdtrt_cert_type="", certno="x"))
    assert reply["infcode"] == -1
    assert "mdtrt_cert_type" in reply["err_msg"]


@pytest.mark.parametrize(
    ("number", "kind"),
    [("Q00005012", "03"), ("99990119830724072X", "02"), ("7" * 28, "01"), ("990100ec" + "a" * 30, "01")],
)
async def test_the_credential_of_a_preview_need_not_say_its_kind(number: str, kind: str) -> None:
    flows = ExampleFlows()
    await asked("2206", data("2206", mdtrt_cert_type="", mdtrt_cert_no=number), flows)
    (command,) = flows.commands
    assert isinstance(command, SettleVisit)
    assert command.credential == Credential(CredentialKind(kind), number)


async def test_a_person_is_found_by_certificate_when_no_credential_was_read() -> None:
    flows = ExampleFlows()
    await asked("1101", {"data": {"certno": "99999919800101010x", "psn_name": "王伟"}}, flows)
    (command,) = flows.commands
    assert isinstance(command, IdentifyPerson)
    assert command.credential == Credential(CredentialKind.IDENTITY_NUMBER, "99999919800101010X")
    assert command.claimed.name == "王伟"
    assert not command.scan_only


async def test_a_registration_begins_in_chinas_time() -> None:
    flows = ExampleFlows()
    await asked("2201", flows=flows)
    (command,) = flows.commands
    assert isinstance(command, RegisterVisit)
    assert command.begins_at == datetime(2026, 3, 17, 9, tzinfo=CHINA)
    assert (command.department, command.doctor) == ("全科", "程清")


async def test_diagnoses_keep_their_order_and_what_is_void_is_void() -> None:
    flows = ExampleFlows()
    diagnoses: list[Json] = [
        {"diag_srt_no": "2", "diag_code": "A", "vali_flag": "0"},
        {"diag_srt_no": "x", "diag_code": "B"},
    ]
    await asked("2203", {"mdtrtinfo": INPUTS["2203"]["mdtrtinfo"], "diseinfo": diagnoses}, flows)
    (command,) = flows.commands
    assert isinstance(command, RecordDiagnoses)
    assert [(d.order, d.code, d.valid) for d in command.diagnoses] == [(2, "A", False), (2, "B", True)]


async def test_a_visit_may_have_no_diagnosis_yet() -> None:
    nothing: tuple[Json, ...] = ([], None, "")
    for empty in nothing:
        reply = await asked("2203", {"mdtrtinfo": INPUTS["2203"]["mdtrtinfo"], "diseinfo": empty})
        assert reply["infcode"] == 0


async def test_lines_are_exact_integers_of_several_batches() -> None:
    lines = INPUTS["2204"]["feedetail"]
    assert isinstance(lines, list)
    changed = {**lines[0], "chrg_bchno": "B2", "pric": "0.123456", "cnt": "1.2345", "hosp_appr_flag": "1"}
    flows = ExampleFlows()
    await asked("2204", {"feedetail": [lines[0], {**changed, "feedetl_sn": "x" * 40}]}, flows)
    (command,) = flows.commands
    assert isinstance(command, UploadFees)
    assert [line.batch for line in command.lines] == ["20260317001", "B2"]
    second = command.lines[1]
    assert (second.price, second.quantity, second.approval) == (123456, 12345, Approval.APPROVED)
    assert second.occurred_at.date() == date(2026, 3, 17)


@pytest.mark.parametrize("name", ["mdtrt_id", "psn_no"])
async def test_lines_of_two_visits_or_persons_in_one_message_are_refused(name: str) -> None:
    lines = INPUTS["2204"]["feedetail"]
    assert isinstance(lines, list)
    reply = await asked("2204", {"feedetail": [lines[0], {**lines[0], name: "other"}]})
    assert reply["infcode"] == -1
    assert name in reply["err_msg"]


async def test_four_zeros_mean_every_unsettled_batch() -> None:
    for sent_batch, batch in (("0000", None), ("0001", "0001")):
        flows = ExampleFlows()
        await asked("2205", data("2205", chrg_bchno=sent_batch), flows)
        (command,) = flows.commands
        assert isinstance(command, WithdrawFees)
        assert command.batch == batch


async def test_a_purchase_brings_its_lines_and_without_a_total_their_sum() -> None:
    head = INPUTS["2102"]["druginfo"]
    assert isinstance(head, dict)
    content: dict[str, Json] = {**INPUTS["2102"], "druginfo": {**head, "medfee_sumamt": ""}}
    flows = ExampleFlows()
    await asked("2102", content, flows)
    (command,) = flows.commands
    assert isinstance(command, SettlePharmacy)
    assert command.total_fen == 1920
    assert command.medical_type == "41"
    assert len(command.lines) == 1


@pytest.mark.parametrize("number", ["2103", "2208"])
async def test_a_cancellation_names_settlement_visit_and_person(number: str) -> None:
    flows = ExampleFlows()
    await asked(number, flows=flows)
    (command,) = flows.commands
    assert isinstance(command, CancelSettlement)
    assert command.claimed.person_number == PERSON_NUMBER


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("11", "in_service"),
        ("1101", "in_service"),
        ("12", "retired"),
        ("15", "adult"),
        ("1560", "adult"),
        ("1402", "child"),
        ("1403", "child"),
        ("1404", "student"),
        ("99", "99"),
        ("13", "13"),
        ("zz", ""),
        ("7", ""),
    ],
)
def test_a_person_type_is_read_by_its_national_stem(code: str, word: str) -> None:
    assert person_type_word(code) == word


@pytest.mark.parametrize("age", [0, 5, 6, 9, 17, 20, 44, 80])
@pytest.mark.parametrize("word", ["in_service", "retired", "adult", "student", "child"])
def test_a_person_type_that_we_told_is_understood_when_it_comes_back(word: str, age: int) -> None:
    assert person_type_word(person_type_code(word, age)) == word
