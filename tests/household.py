"""A family at both doors of a bureau, for stories: phones and clerks at the JSON door beside the tills."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import httpx
import yaml

from qinji.entry.sandbox.model import Person
from qinji.entry.wiring import Flows
from qinji.gateway.endpoint import Gateway
from qinji.insured.model import Status
from qinji.kernel.dates import CHINA
from qinji.kernel.ids import from_wire
from qinji.policy.book import Book
from qinji.policy.load import default_folder, load_pack
from qinji.policy.parameters import PARAMETERS
from tests.bureau import Bureau
from tests.door import json_door
from tests.till import Bill, Json, Till


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the JSON door."""

    status: int
    body: Json

    @property
    def done(self) -> Json:
        """What was done; fails with the refusal where it was not."""
        assert self.status < 400, self.body
        return self.body

    @property
    def refused(self) -> str:
        """The code of the refusal; fails where there is none."""
        assert self.status >= 400, self.body
        return str(self.body["code"])

    @property
    def says(self) -> str:
        """The refusal's sentence."""
        assert self.status >= 400, self.body
        return str(self.body["detail"])


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in at the JSON door."""

    town: Town
    token: str | None
    channel: str | None = None

    async def call(
        self, method: str, path: str, body: Json | None = None, query: Mapping[str, str] | None = None
    ) -> Answer:
        """One call below /api/v1; a writing one with a fresh Idempotency-Key."""
        headers = {} if self.token is None else {"Authorization": f"Bearer {self.token}"}
        if self.channel is not None:
            headers["X-Qinji-Channel"] = self.channel
        if method != "GET":
            headers["Idempotency-Key"] = f"story-{next(self.town.bureau.numbers)}"
        reply = await self.town.client.request(
            method, f"/api/v1{path}", json=body, params=dict(query or {}), headers=headers
        )
        return Answer(reply.status_code, reply.json())

    async def upload(self, path: str, content: bytes) -> Answer:
        """A photo is sent as it was taken."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "image/jpeg"}
        reply = await self.town.client.post(f"/api/v1{path}", content=content, headers=headers)
        return Answer(reply.status_code, reply.json())

    async def picture(self, path: str) -> bytes:
        """A photo as it is seen; fails where it is refused."""
        headers = {"Authorization": f"Bearer {self.token}"}
        reply = await self.town.client.get(f"/api/v1{path}", headers=headers)
        assert reply.status_code == 200, reply.text
        return reply.content

    async def items(self, path: str, **query: str) -> list[Json]:
        """The items of the first page of a list."""
        found: list[Json] = (await self.call("GET", path, query=query)).done["items"]
        return found


@dataclass(frozen=True, slots=True)
class Phone(Session):
    """A person's own phone, signed in; a relation that is not said is the true one."""

    person: Person = field(kw_only=True)

    async def bind(self, member: Person, relation: str | None = None, **more: Any) -> Answer:
        """Ask to bind a relative into the family account."""
        body = {"psn_no": member.number, "relation": relation or self.town.kin(self.person, member), **more}
        return await self.call("POST", "/family/bindings", body)

    async def confirm(self, binding: Mapping[str, Any]) -> Answer:
        """Agree to be bound."""
        return await self.call("POST", f"/family/bindings/{binding['id']}/confirm")

    async def unbind(self, binding: Mapping[str, Any]) -> Answer:
        """End a binding."""
        return await self.call("DELETE", f"/family/bindings/{binding['id']}")

    async def code(self, member: Person | None = None, *, own_money_only: bool = False) -> Answer:
        """Show one's own code, or a member's, perhaps with 本次不用家人的钱."""
        whose = {"psn_no": member.number} if member else {}
        wish = {"own_money_only": True} if own_money_only else {}
        return await self.call("POST", "/credential/codes", {**whose, **wish} or None)

    async def grant(self, beneficiary: Person, relation: str | None = None, **more: Any) -> Answer:
        """Let a relative spend from one's account."""
        relation = relation or self.town.kin(self.person, beneficiary)
        body = {"beneficiary_psn_no": beneficiary.number, "relation": relation, **more}
        return await self.call("POST", "/mutual-aid/grants", body)

    async def change(self, grant: Mapping[str, Any], **what: Any) -> Answer:
        """Change a grant, pause it or take it up again."""
        return await self.call("PATCH", f"/mutual-aid/grants/{grant['id']}", what)

    async def revoke(self, grant: Mapping[str, Any]) -> Answer:
        """End a grant."""
        return await self.call("DELETE", f"/mutual-aid/grants/{grant['id']}")

    async def bill(self, bill: Bill) -> Json:
        """A bill with its payers and its reasons."""
        return (await self.call("GET", f"/settlements/{bill.number}")).done


@dataclass
class Town(Till):
    """One bureau with its doors open, and who goes in and out."""

    client: httpx.AsyncClient

    def family(self, words: str) -> list[Person]:
        """The people of the family whose title holds these words."""
        return self.bureau.family(words)

    def kin(self, one: Person, other: Person) -> str:
        """What the other truly is to the one."""
        return next(kin.relation.value for kin in one.kin if kin.number == other.number)

    async def set_status(self, person: Person, status: Status) -> None:
        """The register is changed behind the doors: none of today's doors does it."""
        identifier = await self.bureau.person_id(person.number)
        async with self.bureau.runtime.database.transaction() as connection:
            await connection.execute("update person set status = $2 where person_id = $1", identifier, status)

    async def to_be_filed(self, grant: str) -> None:
        """A grant waits for its filing, as in a region that wants one first; no region of the sandbox does."""
        async with self.bureau.runtime.database.transaction() as connection:
            await connection.execute(
                "update mutual_aid_grant set state = 'filed' where grant_id = $1", from_wire(grant)
            )

    async def consents(self, identifier: str) -> dict[str, Json]:
        """The consent records of a binding or grant, by act."""
        async with self.bureau.runtime.database.reading() as connection:
            rows = await connection.fetch(
                "select * from consent where subject_id = $1", from_wire(identifier)
            )
        return {str(row["act"]): dict(row) for row in rows}

    @contextmanager
    def on(self, day: date) -> Iterator[None]:
        """What happens inside happens on this day, at ten."""
        before = self.bureau.clock()
        self.bureau.clock.set(datetime.combine(day, time(10), CHINA))
        try:
            yield
        finally:
            self.bureau.clock.set(before)

    @contextmanager
    def later(self, **passed: float) -> Iterator[None]:
        """What happens inside happens so much later."""
        before = self.bureau.clock()
        self.bureau.later(**passed)
        try:
            yield
        finally:
            self.bureau.clock.set(before)

    def nobody(self) -> Session:
        """Somebody who is not signed in."""
        return Session(self, None)

    async def phone(self, person: Person, channel: str | None = None) -> Phone:
        """The person signs in on their own phone: number, six digits, token."""
        begun = (await self.nobody().call("POST", "/sign-ins", {"psn_no": person.number})).done
        answer = await self.nobody().call("POST", f"/sign-ins/{begun['id']}", {"code": begun["sandbox_code"]})
        return Phone(self, answer.done["token"], channel, person=person)

    async def clerk(self, number: str) -> Session:
        """A member of staff signs in at the window."""
        answer = await self.nobody().call("POST", "/staff/sign-ins", {"name": number})
        return Session(self, answer.done["token"])

    async def bound(self, holder: Person, member: Person, **more: Any) -> Json:
        """The holder binds the member, who agrees from their own phone."""
        asked = (await (await self.phone(holder)).bind(member, **more)).done
        return (await (await self.phone(member)).confirm(asked)).done

    async def bound_at_window(self, holder: Person, member: Person, evidence: str = "户口本 0001") -> Json:
        """Two clerks bind the member: one enters, another approves."""
        entry = {
            "holder_psn_no": holder.number,
            "member_psn_no": member.number,
            "relation": self.kin(holder, member),
            "reason": "成员不用手机,持证件到窗口办理",
            "evidence_reference": evidence,
        }
        entered = (await (await self.clerk("C001")).call("POST", "/staff/bindings", entry)).done
        reviewer = await self.clerk("R001")
        return (await reviewer.call("POST", f"/staff/reviews/{entered['id']}/approve")).done

    async def granted(self, grantor: Person, beneficiary: Person, **more: Any) -> Json:
        """The grantor lets the beneficiary spend from their account."""
        return (await (await self.phone(grantor)).grant(beneficiary, **more)).done

    async def revoked(self, grantor: Person, grant: Mapping[str, Any]) -> Json:
        """The grantor ends the grant."""
        return (await (await self.phone(grantor)).revoke(grant)).done

    @asynccontextmanager
    async def under(self, book: Book) -> AsyncIterator[Town]:
        """The same town on a day on which these packs are in force."""
        before = self.bureau
        runtime = replace(before.runtime, book=book)
        flows = Flows(runtime)
        gateway = Gateway(flows, before.clock, runtime.entropy, production=runtime.production)
        bureau = Bureau(runtime, flows, gateway, before.clock, before.world, before.numbers, before.desks)
        async with open_town(bureau) as opened:
            yield opened


@asynccontextmanager
async def open_town(bureau: Bureau) -> AsyncIterator[Town]:
    """The town around this bureau."""
    with json_door(bureau) as transport:
        async with httpx.AsyncClient(transport=transport, base_url="http://bureau.invalid") as client:
            yield Town(bureau, client)


def packs_with(folder: Path, pack: str, key: str, value: str) -> Path:
    """A copy of the packs in which this one says this value (YAML) of this parameter, from 2025 on."""
    return packs_saying(folder, pack, {key: value})


def packs_saying(folder: Path, pack: str, values: Mapping[str, str]) -> Path:
    """A copy of the packs in which this one says these values (YAML) of these parameters, from 2025 on."""
    copy = folder / "policies"
    shutil.copytree(default_folder(), copy)
    document, *_ = load_pack(copy / pack).documents
    source = f"document: {document}, clause: 第九条, certainty: certain"
    for file in (copy / pack).glob("*.yaml"):
        found = yaml.safe_load(file.read_text(encoding="utf-8"))
        if set(values) & set(found):
            kept = {key: value for key, value in found.items() if key not in values}
            file.write_text(yaml.safe_dump(kept, allow_unicode=True, sort_keys=False), encoding="utf-8")
    rows = [
        f"{key}:\n  - {{from: 2025-01-01, value: {value}, unit: {PARAMETERS[key].form.unit}, {source}}}\n"
        for key, value in values.items()
    ]
    (copy / pack / "changed.yaml").write_text("".join(rows), encoding="utf-8")
    return copy
