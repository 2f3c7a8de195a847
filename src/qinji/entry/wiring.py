"""Where the parts meet: what flows are given, and the doors' way to the flows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from qinji.entry.settings import Settings
from qinji.entry.tax_bureau import tax_bureau_of
from qinji.flows import (
    cancel,
    change_visit,
    find_senders,
    hand_over,
    look_at_counter,
    look_up,
    register_visit,
    reverse,
    settle,
    sign_institution,
    use_nonces,
)
from qinji.flows import identify as identify_flow
from qinji.flows.deps import Clock, Entropy, Letters
from qinji.flows.parts.caution import Safety
from qinji.flows.parts.commands import (
    CancelSettlement,
    CancelVisit,
    CodeDecoded,
    Credential,
    CredentialKind,
    IdentifyPerson,
    InstitutionCard,
    Origin,
    PersonCard,
    RecordDiagnoses,
    RegisterVisit,
    ReverseMessage,
    Sender,
    SettlePharmacy,
    SettleVisit,
    SignInstitution,
    UploadFees,
    UsedNonce,
    WithdrawFees,
)
from qinji.flows.parts.counter import CounterBill, CounterDay, HandOverShift, KnownSale, Shift
from qinji.flows.parts.facts import Presented
from qinji.flows.parts.recorded import (
    AskDiagnoses,
    AskSettlement,
    AskVisits,
    RecordedBill,
    RecordedDiagnosis,
    RecordedLines,
    RecordedVisit,
)
from qinji.flows.send_premiums import TaxBureau
from qinji.institution import queries as institutions
from qinji.institution.model import HandOver
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.platform import settings as installation
from qinji.platform.clock import system_clock
from qinji.platform.crypto import KEYS_FILE, Vault, open_vault
from qinji.platform.database import Address, Database, Overloaded
from qinji.platform.entropy import system_entropy
from qinji.platform.queue import BatchQueue
from qinji.policy.book import Book
from qinji.policy.load import default_folder, load

MODE = "mode"
KEYS = "keys"
SECRETS_KEPT = 4096
"""Decrypted secrets of institutions in memory, by their ciphertext: which of them count is read anew each time."""


NOT_CAREFUL = Safety()
"""A sandbox's: nothing waits, and no device is new."""


class WrongMode(Exception):
    """The database belongs to the other mode: production refuses a sandbox, a sandbox refuses production."""


class WrongKeys(Exception):
    """The database was filled with other keys than those of this home, and nobody would be found in it."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """What every flow is given."""

    database: Database
    vault: Vault
    book: Book
    clock: Clock
    entropy: Entropy
    production: bool
    ways: tuple[str, ...] = ()
    safety: Safety = NOT_CAREFUL
    tax: TaxBureau | None = None
    """The tax bureau that collects premiums; None where none is reached over the network."""
    letters: Letters | None = None
    """How a letter leaves at once; None where no gateway takes SMS."""


async def open_runtime(
    address: Address,
    home: Path,
    mode: str,
    *,
    clock: Clock = system_clock,
    entropy: Entropy = system_entropy,
    vault: Vault | None = None,
    book: Book | None = None,
    unsure_admitted: Collection[str] = (),
    ways: tuple[str, ...] = (),
    safety: Safety | None = None,
    tax: TaxBureau | None = None,
    letters: Letters | None = None,
) -> Runtime:
    """Connect; raises WrongMode or WrongKeys when the database was set up otherwise, Overloaded when it is away.

    In production unsure values of policy decide a bill only in the regions of ``unsure_admitted``. Notices are left
    to be sent by ``ways``.
    """
    database = await Database.open(address)
    packs = book or load(default_folder())
    runtime = Runtime(
        database,
        vault or open_vault(home),
        packs.admitting(unsure_admitted) if mode == "production" else packs,
        clock,
        entropy,
        mode == "production",
        ways,
        safety or NOT_CAREFUL,
        tax,
        letters,
    )
    try:
        await _check_installation(runtime, mode)
    except BaseException:
        await database.close()
        raise
    return runtime


async def runtime_of(settings: Settings, letters: Letters | None = None) -> Runtime:
    """The runtime of a process started by ``qinji serve``; ``letters`` is its way to the gateway of SMS."""
    return await open_runtime(
        settings.address,
        settings.home.expanduser(),
        settings.mode,
        unsure_admitted=settings.unsure_regions,
        ways=settings.ways,
        safety=settings.safety,
        tax=tax_bureau_of(settings),
        letters=letters,
    )


async def _check_installation(runtime: Runtime, mode: str) -> None:
    async with runtime.database.transaction() as connection:
        await installation.claim(connection, MODE, mode)
        kept = await installation.read(connection, MODE)
        if kept == mode:
            await installation.claim(connection, KEYS, runtime.vault.fingerprint)
        keys = await installation.read(connection, KEYS)
    if kept != mode:
        raise WrongMode(
            f"数据库属于 {kept},不能以 {mode} 启动。The database belongs to {kept} and is not opened as {mode}."
        )
    if keys != runtime.vault.fingerprint:
        raise WrongKeys(
            f"数据库使用另一组密钥,请把原数据目录中的 {KEYS_FILE} 复制到本数据目录。"
            f"The database was filled with other keys: copy {KEYS_FILE} of the first home into this one."
        )


async def kept_mode(address: Address) -> str | None:
    """The mode that a database is kept in; None when nobody has served from it."""
    database = await Database.open(address, size=1)
    try:
        async with database.reading() as connection:
            return await installation.read(connection, MODE)
    finally:
        await database.close()


class Flows:
    """The way of the institutions' door and of the counter to the flows; overload becomes a refusal, not remembered."""

    def __init__(self, runtime: Runtime, batch_taken: Callable[[int], None] = lambda _size: None) -> None:
        self._deps = runtime
        self._decrypt = lru_cache(SECRETS_KEPT)(runtime.vault.decrypt)
        self._senders: BatchQueue[str, Sender | None] = BatchQueue(self._find_senders, workers=1)
        self._nonces: BatchQueue[UsedNonce, bool] = BatchQueue(self._use_nonces, workers=1)
        self._queue: BatchQueue[settle.Item, bytes] = BatchQueue(self._settle_batch, taken=batch_taken)

    @property
    def queue_length(self) -> int:
        """How many settlements wait for their batch."""
        return len(self._queue)

    async def _settle_batch(self, items: list[settle.Item]) -> list[bytes]:
        return await settle.run(items, self._deps)

    async def _find_senders(self, codes: list[str]) -> list[Sender | None]:
        return await find_senders.run(codes, self._decrypt, self._deps)

    async def _use_nonces(self, nonces: list[UsedNonce]) -> list[bool]:
        return await use_nonces.run(nonces, self._deps)

    async def _busy(self, work: Awaitable[bytes], render: Callable[[Refused], bytes]) -> bytes:
        try:
            return await work
        except Overloaded:
            return render(refuse(RefusalCode.BUSY))

    async def sign(self, command: SignInstitution) -> bytes:
        """9001, 9002."""
        return await self._busy(sign_institution.run(command, self._deps), command.render)

    async def identify(self, command: IdentifyPerson) -> PersonCard | CodeDecoded | Refused:
        """1101, 1162."""
        try:
            return await identify_flow.identify(command, self._deps)
        except Overloaded:
            return refuse(RefusalCode.BUSY)

    async def institution(self, code: str, name: str) -> list[InstitutionCard]:
        """1201: institutions by code or a part of the name."""
        async with self._deps.database.reading() as connection:
            found = await institutions.search(connection, code, name)
        return [InstitutionCard(i.code, i.name, i.level, i.region, i.credit_code) for i in found]

    async def sender(self, code: str) -> Sender | None:
        """The institution that sends. Who asks while a read runs is answered by the next one."""
        return await self._senders.submit(code)

    async def first_use(self, nonce: UsedNonce) -> bool:
        """Whether this value of a signed message comes for the first time, in whichever process."""
        return await self._nonces.submit(nonce)

    async def register_visit(self, command: RegisterVisit) -> bytes:
        """2201."""

        async def work() -> bytes:
            presented = await self._present(command.origin, command.credential)
            return await register_visit.run(command, presented, self._deps)

        return await self._busy(work(), command.render)

    async def cancel_visit(self, command: CancelVisit) -> bytes:
        """2202."""
        return await self._busy(change_visit.cancel(command, self._deps), command.render)

    async def record_diagnoses(self, command: RecordDiagnoses) -> bytes:
        """2203."""
        return await self._busy(change_visit.diagnose(command, self._deps), command.render)

    async def upload_fees(self, command: UploadFees) -> bytes:
        """2204."""
        return await self._busy(change_visit.upload(command, self._deps), command.render)

    async def withdraw_fees(self, command: WithdrawFees) -> bytes:
        """2205."""
        return await self._busy(change_visit.withdraw(command, self._deps), command.render)

    async def settle(self, command: SettleVisit) -> bytes:
        """2206, 2207."""
        return await self._busy(self._settle(command), command.render)

    async def settle_pharmacy(self, command: SettlePharmacy) -> bytes:
        """2101, 2102."""
        return await self._busy(self._settle(command), command.render)

    async def cancel(self, command: CancelSettlement) -> bytes:
        """2208, 2103."""
        return await self._busy(cancel.run(command, self._deps), command.render)

    async def reverse(self, command: ReverseMessage) -> bytes:
        """2601."""
        return await self._busy(reverse.run(command, self._deps), command.render)

    async def recorded_settlement(self, asked: AskSettlement) -> RecordedBill | Refused:
        """5203."""
        return await look_up.settlement(asked, self._deps)

    async def recorded_lines(self, asked: AskSettlement) -> RecordedLines | Refused:
        """5204."""
        return await look_up.lines(asked, self._deps)

    async def recorded_visits(self, asked: AskVisits) -> list[RecordedVisit] | Refused:
        """5201."""
        return await look_up.visits(asked, self._deps)

    async def recorded_diagnoses(self, asked: AskDiagnoses) -> list[RecordedDiagnosis] | Refused:
        """5202."""
        return await look_up.diagnoses(asked, self._deps)

    async def previews(self, commands: Sequence[SettleVisit | SettlePharmacy]) -> list[bytes]:
        """Several ways to settle the bill of one credential, previewed on the facts of one moment."""
        try:
            presented = await self._shown(commands[0])
            return await settle.previews([settle.Item(one, presented) for one in commands], self._deps)
        except Overloaded:
            return [one.render(refuse(RefusalCode.BUSY)) for one in commands]

    async def hand_over(self, command: HandOverShift) -> bytes:
        """A cashier hands a shift over."""
        return await self._busy(hand_over.run(command, self._deps), command.render)

    async def open_shift(self, institution: str, cashier: str) -> Shift:
        """What a cashier would hand over now."""
        return await hand_over.open_shift(institution, cashier, self._deps)

    async def hand_overs(self, institution: str) -> list[HandOver]:
        """The latest shifts that were handed over."""
        return await look_at_counter.hand_overs(institution, self._deps)

    async def counter_sale(self, institution: str, key: str) -> KnownSale | None:
        """What became of a form of the counter."""
        return await look_at_counter.sale(institution, key, self._deps)

    async def counter_bill(self, institution: str, settlement: str) -> CounterBill | None:
        """A bill that a counter of this institution took."""
        return await look_at_counter.bill(institution, settlement, self._deps)

    async def counter_day(self, institution: str, day: date) -> CounterDay:
        """A day of an institution's counters."""
        return await look_at_counter.day(institution, day, self._deps)

    async def _shown(self, command: SettleVisit | SettlePharmacy) -> Presented | None:
        if command.credential is None or command.credential.kind is not CredentialKind.CODE:
            return None
        return await self._present(command.origin, command.credential)

    async def _settle(self, command: SettleVisit | SettlePharmacy) -> bytes:
        item = settle.Item(command, await self._shown(command))
        if command.preview:
            return await settle.preview(item, self._deps)
        return await self._queue.submit(item)

    async def _present(self, origin: Origin, credential: Credential) -> Presented:
        return await identify_flow.present(origin, credential, self._deps)
