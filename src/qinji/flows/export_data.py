"""Everything that the bureau keeps of somebody, for them to take away (PIPL article 45): a zip, written as it is read.

Each part is a JSON file that says what its fields mean; ``PARTS`` is the closed list of them, and a room adds a line.
Of relatives it tells what the pages tell: masked names, what was paid, never a balance or what they were treated for.
A part is read in pages, each in a snapshot of its own, so that nothing is held for longer than a page takes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from qinji.access.model import PersonActor
from qinji.flows.acts.act import keep_look
from qinji.flows.deps import Deps, new_id
from qinji.flows.kept import complaints, money, premiums, ties
from qinji.flows.kept.own import Own, Row
from qinji.flows.parts.deeds import DeedKind
from qinji.flows.parts.export_words import MonthSums, explained, months_page, plain
from qinji.insured.model import AuditEntry
from qinji.kernel.dates import CHINA


@dataclass(frozen=True, slots=True)
class Part:
    """One file: its name, what it is, what its fields mean, and how it is read, page by page."""

    name: str
    title: str
    fields: Mapping[str, str]
    read: Callable[[Own], AsyncIterator[list[Row]]]


PARTS: tuple[Part, ...] = (
    Part("person", "参保信息", money.PERSON_FIELDS, money.person),
    Part("balances", "现在的余额", money.BALANCE_FIELDS, money.stored_balances),
    Part("account_book", "个人账户和医保钱包的每一笔收支", money.BOOK_FIELDS, money.account_book),
    Part("bills", "本人的每一张结算单", money.BILL_FIELDS, money.bills),
    Part("visits", "本人的就诊登记", money.VISIT_FIELDS, money.visits),
    Part("paid_for_relatives", "本人账户为家人支付的每一笔", money.SHARED_FIELDS, money.paid_for_relatives),
    Part("bindings", "亲情账户绑定", ties.BINDING_FIELDS, ties.family_bindings),
    Part("grants", "家庭共济授权", ties.GRANT_FIELDS, ties.grants),
    Part("consents", "同意记录", ties.CONSENT_FIELDS, ties.consents),
    Part("codes", "被扫过或由别人出示的医保码", ties.CODE_FIELDS, ties.codes),
    Part("wallet", "医保钱包和转账", ties.WALLET_FIELDS, ties.wallet),
    Part("premiums", "居民医保缴费", premiums.ORDER_FIELDS, premiums.orders),
    Part("coverage", "缴费后的待遇期", premiums.COVERAGE_FIELDS, premiums.coverage),
    Part("complaints", "异议", complaints.CASE_FIELDS, complaints.cases),
    Part("notices", "通知", ties.NOTICE_FIELDS, ties.notices),
    Part("trail", "谁看过我的信息", ties.TRAIL_FIELDS, ties.trail),
)
"""Everything that is kept of a person, in the order of the file."""


@dataclass
class _Sink(io.RawIOBase):
    """Takes what the zip writes; nothing of it can be sought again."""

    written: bytearray = field(default_factory=bytearray)

    def writable(self) -> bool:
        """Always."""
        return True

    def write(self, content: object) -> int:
        """Keeps the bytes until they are taken."""
        content = bytes(memoryview(content))  # type: ignore[arg-type]
        self.written += content
        return len(content)

    def take(self) -> bytes:
        """What was written since the last time."""
        taken = bytes(self.written)
        self.written.clear()
        return taken


async def run(actor: PersonActor, deps: Deps) -> AsyncIterator[bytes]:
    """One's own zip, in pieces; that it was asked for stands in the trail before the first of them.

    Only one's own can be asked for.
    """
    now = deps.clock()
    await _noted(actor, now, deps)
    own = Own(actor.person_id, deps)
    months = MonthSums()
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:
        moment = now.astimezone(CHINA)
        for part in PARTS:
            with file.open(_entry(f"{part.name}.json", moment), "w") as written:
                head = {"part": part.name, "title": part.title, "fields": part.fields, "made_at": moment}
                written.write(plain(head)[:-1] + b',"rows":[')
                first = True
                async for page in part.read(own):
                    for row in page:
                        written.write((b"" if first else b",\n") + plain(row))
                        first = False
                        if part.read is money.account_book:
                            months.add(row)
                    yield sink.take()
                written.write(b"]}\n")
        file.writestr(_entry("对账单.html", moment), months_page(months, moment))
        file.writestr(
            _entry("说明.txt", moment), explained([(p.name, p.title, p.fields) for p in PARTS], moment)
        )
    yield sink.take()


def _entry(name: str, moment: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, moment.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


async def _noted(actor: PersonActor, now: datetime, deps: Deps) -> None:
    me = actor.person_id
    row = AuditEntry(me, new_id(deps, now), f"person:{me}", DeedKind.EXPORT, "own", None, now)

    async def attempt() -> None:
        async with deps.database.transaction() as connection:
            await keep_look(connection, [row], deps)

    await deps.database.repeatedly(attempt)
