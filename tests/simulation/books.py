"""The same operations through the flows and PostgreSQL: what the bureau with a real database answers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from typing import Any
from uuid import UUID

from qinji.access.model import PersonActor
from qinji.flows import cancel, end_grant, grant_mutual_aid, settle
from qinji.flows.deps import new_id
from qinji.flows.parts.commands import (
    AccountUse,
    CancelSettlement,
    ClaimedIdentity,
    CredentialKind,
    Origin,
    SettlePharmacy,
    SettleVisit,
)
from qinji.flows.parts.facts import Presented
from qinji.institution import queries as institutions
from qinji.institution.model import PHARMACY
from qinji.insured import queries as insured
from qinji.kernel.actor import Channel
from qinji.kernel.bill import SentLine
from qinji.kernel.dates import local_day
from qinji.kernel.ids import to_wire
from qinji.kernel.refusal import RefusalCode
from qinji.ledger import queries as ledger
from qinji.ledger.model import ONLY_POCKET
from qinji.mutual_aid import queries as mutual_aid
from qinji.mutual_aid.model import BillKey, Grant
from qinji.platform.keyed_calls import KeyedCall
from qinji.settlement import store as settlement_store
from qinji.settlement.model import Batch, Visit
from tests.bureau import Bureau, signed_in
from tests.simulation.answers import render_act, render_bill, result_of
from tests.simulation.booked import Booking, Result
from tests.simulation.cast import Cast
from tests.simulation.claiming import ClawHands
from tests.simulation.code_hands import CodeHands
from tests.simulation.complaint_hands import ComplaintHands
from tests.simulation.employer_hands import EmployerHands
from tests.simulation.family_hands import FamilyHands
from tests.simulation.grant_hands import GrantHands
from tests.simulation.operations import (
    Answer,
    Ask,
    AskBack,
    Bind,
    Cancel,
    Change,
    ClawBack,
    Close,
    Complain,
    Contribute,
    Credit,
    Decide,
    Disown,
    Empower,
    Freeze,
    Give,
    Lapse,
    Line,
    Look,
    Operation,
    Order,
    Pause,
    Propose,
    Reply,
    Resume,
    Revoke,
    Say,
    Send,
    Settle,
    Show,
    TakeBack,
    Unbind,
    Wait,
    WorkOn,
    sent,
)
from tests.simulation.premium_hands import PremiumHands
from tests.simulation.wallet_hands import WalletHands


async def cast_of(bureau: Bureau) -> Cast:
    """Who and what there is in the database before anything happens."""
    numbers = [person.number for person in bureau.world.people]
    vault = bureau.runtime.vault
    digests = [vault.digest(insured.NUMBER, number) for number in numbers]
    async with bureau.runtime.database.reading() as connection:
        ids = await insured.find(connection, insured.NUMBER, digests)
        people = await insured.persons(connection, list(ids.values()))
        balances = await ledger.balances(connection, list(people))
        pairs = [(one, other) for one in people for other in people if one != other]
        kin = await insured.kinship(connection, pairs)
        places = await institutions.by_codes(connection, [i.code for i in bureau.world.institutions])
    return Cast(
        people,
        kin,
        {place.code: place for place in places},
        {person: pockets.get(ONLY_POCKET, 0) for person, pockets in balances.items()},
    )


def _found(reply: bytes | None) -> Result:
    """What a reply says; None: there was nothing to ask a flow about."""
    return RefusalCode.NOT_FOUND.name if reply is None else result_of(reply)


class Books:
    """Does operations by the flows; a run of bills goes through in one batch."""

    def __init__(self, bureau: Bureau, cast: Cast) -> None:
        self._bureau = bureau
        self._deps = bureau.runtime
        self._cast = cast
        self._numbers = count(1)
        self.settled: list[Booking] = []
        self.opened: list[tuple[Visit, Batch]] = []
        self._hands = GrantHands(bureau, cast, self.call, bureau.runtime.entropy(8).hex())
        self._claws = ClawHands(self._deps, self._hands.credits)
        self._family = FamilyHands(self._deps, self.call, self._number)
        self._premiums = PremiumHands(self._deps, self.call, self._number)
        self._codes = CodeHands(self._deps, self.origin, self._number)
        self._employers = EmployerHands(self._deps, self._number)
        self._complaints = ComplaintHands(
            bureau,
            self.call,
            lambda number: self.settled[number].settlement,
            self._codes.digest,
            self._codes.look_of,
            self._number,
            self.live_grant,
        )
        self._wallets = WalletHands(self._deps, self.call, self._number)

    async def do(self, operation: Operation) -> Result:
        """One operation that is no bill."""
        match operation:
            case Wait(minutes):
                self._bureau.later(minutes=minutes)
                await self._hands.end_years()
                return await self._wallets.return_late()
            case Send() | Reply():
                return result_of(await self._wallets.do(operation))
            case Ask():
                return await self._ask(operation)
            case Bind():
                return result_of(await self._family.bind(operation))
            case Unbind():
                return _found(await self._family.unbind(operation))
            case Empower():
                return _found(await self._family.empower(operation))
            case Give():
                return await self._give(operation)
            case Revoke():
                return await self._revoke(operation)
            case Cancel(number):
                return await self.cancel(self.settled[number])
        return await self._more(operation)

    async def _more(self, operation: Operation) -> Result:
        match operation:
            case Contribute() | Credit():
                return await self._hands.credit(operation)
            case ClawBack():
                return await self._claws.do(operation)
            case Order():
                return await self._order(operation)
            case Say():
                return await self._premiums.say(operation)
            case AskBack():
                return result_of(await self._premiums.ask_back(operation))
            case Freeze():
                return result_of(await self._hands.freeze(operation))
            case Pause() | Change() | Answer():
                return await self._sharing(operation)
        return await self._doubted(operation)

    async def _doubted(self, operation: Operation) -> Result:
        """What is shown and looked at, what is complained of, and what employers say."""
        match operation:
            case Show():
                return await self._codes.show(operation)
            case Look():
                return await self._codes.look(operation)
            case Lapse() | Resume():
                return await self._employers.do(operation)
            case Complain() | Propose() | Decide() | Close() | Disown() | TakeBack() | WorkOn():
                reply = await self._complaints.do(operation)
                return reply if isinstance(reply, str) else result_of(reply)
        raise TypeError(operation)

    async def _order(self, asked: Order) -> Result:
        grant = None if asked.grantor is None else await self.live_grant(asked.grantor, asked.person)
        return result_of(await self._premiums.order(asked, None if grant is None else grant.grant_id))

    def origin(self, institution: str, message: str) -> Origin:
        """A fresh message."""
        number = next(self._numbers)
        return Origin(institution, message, f"{institution}{number:018d}", number.to_bytes(4, "big"), "01")

    def call(self, name: str) -> KeyedCall[Any]:
        """A fresh call of the JSON door."""
        return KeyedCall(name, str(next(self._numbers)), b"", render_act)

    def _number(self, person: UUID) -> str:
        return self._cast.people[person].number

    async def _give(self, asked: Give) -> Result:
        command = grant_mutual_aid.GrantMutualAid(
            self.call("give"),
            signed_in(asked.grantor, self._bureau.clock()),
            Channel.WEB,
            self._number(asked.beneficiary),
            asked.relation,
            asked.limits,
        )
        return result_of(await grant_mutual_aid.run(command, self._deps))

    async def _revoke(self, asked: Revoke) -> Result:
        grant = await self.live_grant(asked.grantor, asked.beneficiary)
        if grant is None:
            return RefusalCode.NOT_FOUND.name
        command = end_grant.EndGrant(self.call("end"), PersonActor(asked.actor), Channel.WEB, grant.grant_id)
        return result_of(await end_grant.run(command, self._deps))

    async def live_grant(self, grantor: UUID, beneficiary: UUID) -> Grant | None:
        """The grant of these two that is not ended."""
        async with self._deps.database.reading() as connection:
            given = await mutual_aid.live_for(connection, [beneficiary], self._bureau.clock())
        return next((one for one in given.get(beneficiary, []) if one.grantor_id == grantor), None)

    async def _sharing(self, asked: Pause | Change | Answer) -> Result:
        """What a grantor does about a grant that is there, or about all."""
        beneficiary = asked.beneficiary
        grant = None if beneficiary is None else await self.live_grant(asked.grantor, beneficiary)
        if isinstance(asked, Pause) and (beneficiary is None or grant is not None):
            return result_of(await self._hands.pause(asked, grant))
        if isinstance(asked, Change) and grant is not None:
            return result_of(await self._hands.change(asked, grant))
        if isinstance(asked, Answer) and grant is not None:
            known = await self._hands.request(asked, grant, self._bill(asked))
            if known is not None:
                return result_of(await self._hands.answer(asked, known))
        return RefusalCode.NOT_FOUND.name

    def _bill(self, asked: Answer) -> BillKey:
        """The bill that a grantor was asked of."""
        if asked.visit is None:
            return BillKey(asked.institution)
        visit, batch = self.opened[asked.visit]
        return BillKey(asked.institution, visit.visit, batch.batch)

    async def _ask(self, asked: Ask) -> Result:
        begun: list[tuple[Visit, Batch]] = []
        bill = Settle(
            asked.person, asked.institution, asked.lines, AccountUse.SHARED, shown_by=None, visit=asked.visit
        )
        command = replace(self.command(bill, begun), preview=True)
        await self.upload(begun)
        self.opened += begun
        shown = settle.Item(command, Presented(asked.person, None, CredentialKind.CARD))
        return result_of(await settle.preview(shown, self._deps))

    async def cancel(self, bill: Booking) -> Result:
        """Take a settlement back."""
        command = CancelSettlement(
            self.origin(bill.institution, "2208"),
            ClaimedIdentity(person_number=self._number(bill.person)),
            bill.visit,
            bill.settlement,
            render_bill,
        )
        return result_of(await cancel.run(command, self._deps))

    async def prepare(self, asked: Sequence[Settle]) -> list[settle.Item | str]:
        """Bills ready to be settled: visits opened, lines uploaded, codes shown and scanned; or why not."""
        found: list[settle.Item | str] = []
        visits: list[tuple[Visit, Batch]] = []
        for bill in asked:
            presented = await self._codes.present(bill)
            if isinstance(presented, str):
                found.append(presented)
            else:
                found.append(settle.Item(self.command(bill, visits), presented))
        await self.upload(visits)
        return found

    async def upload(self, visits: Sequence[tuple[Visit, Batch]]) -> None:
        """Open visits with one charge batch each."""
        async with self._deps.database.transaction() as connection:
            now = self._bureau.clock()
            await settlement_store.open_visits(connection, [visit for visit, _ in visits], "", "", now)
            await settlement_store.put_batches(connection, [batch for _, batch in visits], now)

    async def settle(self, asked: Sequence[Settle]) -> list[Result]:
        """A run of bills in one batch; codes are shown and scanned before it."""
        prepared = await self.prepare(asked)
        items = [item for item in prepared if not isinstance(item, str)]
        replies = iter(await settle.run(items, self._deps))
        results: list[Result] = []
        for bill, item in zip(asked, prepared, strict=True):
            if isinstance(item, str):
                results.append(item)
                continue
            reply = next(replies)
            results.append(result_of(reply))
            told = json.loads(reply)
            if "settlement" in told:
                self.settled.append(Booking(bill.person, bill.institution, told["visit"], told["settlement"]))
        return results

    def sent_lines(self, lines: Sequence[Line]) -> tuple[SentLine, ...]:
        """The lines as an institution sends them, each with a fresh number."""
        return sent(lines, str(next(self._numbers)), self._bureau.clock())

    def command(self, bill: Settle, visits: list[tuple[Visit, Batch]]) -> SettleVisit | SettlePharmacy:
        """The bill as a command; an outpatient's visit is added to ``visits``, to be uploaded."""
        lines = self.sent_lines(bill.lines)
        total = sum(line.amount_fen for line in lines)
        claimed = ClaimedIdentity(person_number=self._number(bill.person))
        now = self._bureau.clock()
        if self._cast.institutions[bill.institution].level == PHARMACY:
            return SettlePharmacy(
                origin=self.origin(bill.institution, "2102"),
                credential=None,
                claimed=claimed,
                begins_at=now,
                total_fen=total,
                account_use=bill.account_use,
                medical_type="41",
                lines=lines,
                preview=False,
                render=render_bill,
            )
        if bill.visit is not None:
            visit, batch = self.opened[bill.visit]
            return self._of_visit(bill, visit.visit, batch.total_fen)
        fresh = new_id(self._deps, now)
        opened = Visit(
            bill.person,
            fresh,
            bill.institution,
            "1",
            local_day(now),
            cancelled=False,
            medical_type="11",
            session=None,
        )
        visits.append((opened, Batch(bill.person, fresh, "B", lines, total, None)))
        return self._of_visit(bill, fresh, total)

    def _of_visit(self, bill: Settle, visit: UUID, total_fen: int) -> SettleVisit:
        return SettleVisit(
            origin=self.origin(bill.institution, "2207"),
            credential=None,
            claimed=ClaimedIdentity(person_number=self._number(bill.person)),
            visit=to_wire(visit),
            batch="B",
            total_fen=total_fen,
            account_use=bill.account_use,
            medical_type="11",
            expected=None,
            preview=False,
            render=render_bill,
        )
