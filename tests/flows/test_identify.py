"""Who stands behind a credential: card, identity number, code, session token."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from qinji.access.model import PersonActor
from qinji.flows import identify, show_code
from qinji.flows.parts.commands import (
    ClaimedIdentity,
    CodeDecoded,
    Credential,
    CredentialKind,
    IdentifyPerson,
    Origin,
    PersonCard,
)
from qinji.insured import store as insured
from qinji.insured.model import CodeState
from qinji.kernel.refusal import RefusalCode, Refused
from qinji.platform.database import Address
from qinji.platform.inbox import REPLIES
from tests.bureau import Bureau, open_bureau

PATIENT = "9902000000010001"
ELSEWHERE = "4201000000110001"
HOSPITAL, OTHER = "H99020000001", "H99020000002"


@pytest.fixture
async def bureau(address: Address, tmp_path: Path) -> AsyncIterator[Bureau]:
    """A bureau with the sandbox world."""
    async with open_bureau(address, tmp_path) as opened:
        yield opened


def origin(institution: str = HOSPITAL, message: str = "m1") -> Origin:
    """Where a message comes from."""
    return Origin(institution, "1101", message, b"digest", "01")


async def asked(
    bureau: Bureau,
    kind: CredentialKind,
    number: str,
    *,
    claimed: ClaimedIdentity | None = None,
    scan_only: bool = False,
    institution: str = HOSPITAL,
) -> PersonCard | CodeDecoded | RefusalCode:
    """What 1101 or 1162 would answer; of a refusal its code."""
    command = IdentifyPerson(
        origin(institution), Credential(kind, number), claimed or ClaimedIdentity(), scan_only=scan_only
    )
    found = await identify.identify(command, bureau.runtime)
    return found.code if isinstance(found, Refused) else found


async def code(bureau: Bureau, number: str = PATIENT) -> str:
    """A code of this person."""
    actor = PersonActor(await bureau.person_id(number))
    shown = await show_code.run(show_code.ShowCode(actor), bureau.runtime)
    assert isinstance(shown, show_code.CodeShown)
    return shown.code


@pytest.mark.parametrize("number", [PATIENT, ELSEWHERE])
async def test_card_and_identity_number_name_the_person_wherever_insured(bureau: Bureau, number: str) -> None:
    person = bureau.world.person(number)
    for kind, credential in (
        (CredentialKind.CARD, person.card_number),
        (CredentialKind.IDENTITY_NUMBER, person.certificate_number),
    ):
        card = await asked(bureau, kind, credential)
        assert isinstance(card, PersonCard)
        assert (card.person_number, card.name, card.balance_fen) == (number, person.name, person.balance_fen)


@pytest.mark.parametrize("kind", [CredentialKind.CARD, CredentialKind.IDENTITY_NUMBER])
async def test_a_number_nobody_has_is_unknown(bureau: Bureau, kind: CredentialKind) -> None:
    assert await asked(bureau, kind, "nobody") is RefusalCode.PERSON_UNKNOWN


async def test_the_decode_call_takes_codes_and_tokens_only(bureau: Bureau) -> None:
    person = bureau.world.person(PATIENT)
    card = await asked(bureau, CredentialKind.CARD, person.card_number, scan_only=True)
    assert card is RefusalCode.SCANNED_CARD_NUMBER
    scanned = await asked(bureau, CredentialKind.CODE, await code(bureau), scan_only=True)
    assert isinstance(scanned, CodeDecoded)
    again = await asked(bureau, CredentialKind.CODE, scanned.token, scan_only=True)
    assert isinstance(again, CodeDecoded)
    assert (again.token, again.person, again.code) == (scanned.token, scanned.person, "")


async def test_a_token_that_is_not_ours_is_a_wrong_code(bureau: Bureau) -> None:
    assert await asked(bureau, CredentialKind.CODE, "990200ec" + "a" * 30) is RefusalCode.CODE_WRONG


async def test_filled_identity_fields_have_to_agree(bureau: Bureau) -> None:
    person = bureau.world.person(PATIENT)
    right = ClaimedIdentity(PATIENT, person.certificate_number.lower(), person.name)
    assert isinstance(await asked(bureau, CredentialKind.CARD, person.card_number, claimed=right), PersonCard)
    for claimed, refusal in (
        (ClaimedIdentity(person_number=ELSEWHERE), RefusalCode.CREDENTIAL_OTHER_PERSON),
        (ClaimedIdentity(name="别人"), RefusalCode.IDENTITY_DIFFERS),
        (ClaimedIdentity(certificate_number="999901198001010011"), RefusalCode.IDENTITY_DIFFERS),
    ):
        assert await asked(bureau, CredentialKind.CARD, person.card_number, claimed=claimed) is refusal


async def test_a_message_that_was_answered_before_redeems_nothing(bureau: Bureau) -> None:
    fresh = await code(bureau)
    first = await identify.present(origin(), Credential(CredentialKind.CODE, fresh), bureau.runtime)
    assert first.person == await bureau.person_id(PATIENT)
    second = await code(bureau)
    async with bureau.runtime.database.transaction() as connection:
        await connection.execute(
            "insert into inbox (institution, message_number, message_id, digest, state, reply, at) "
            "values ($1, '2207', 'seen', 'd', 0, $2, now())",
            HOSPITAL,
            bureau.runtime.vault.seal(REPLIES.pack(b"answer"), "seen"),
        )
    seen = Origin(HOSPITAL, "2207", "seen", b"d", "01")
    nobody = await identify.present(seen, Credential(CredentialKind.CODE, second), bureau.runtime)
    assert (nobody.person, nobody.session, nobody.refusal) == (None, None, None)
    assert (
        await asked(bureau, CredentialKind.CODE, second, institution=OTHER)
        is not RefusalCode.CODE_USED_ELSEWHERE
    )


async def test_a_code_that_was_never_activated_cannot_be_shown(bureau: Bureau) -> None:
    person = await bureau.person_id(PATIENT)
    async with bureau.runtime.database.transaction() as connection:
        await insured.set_code_state(connection, person, CodeState.NOT_ACTIVATED)
    shown = await show_code.run(show_code.ShowCode(PersonActor(person)), bureau.runtime)
    assert isinstance(shown, Refused)
    assert shown.code is RefusalCode.CODE_NOT_ACTIVATED
