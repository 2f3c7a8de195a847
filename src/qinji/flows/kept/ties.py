"""Of a person: bindings, grants, consents, codes, the wallet and the trail."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from qinji.credential import queries as credentials
from qinji.credential.model import CodeFacts
from qinji.family import queries as bindings
from qinji.family.model import Binding
from qinji.family.rules import state_text
from qinji.flows.kept.own import PAGE, Own, Row, paged, places
from qinji.flows.kept.trail import gathered
from qinji.flows.parts.kin import KinName
from qinji.flows.parts.notice_words import Everybody, people_in, places_in, told
from qinji.flows.parts.trail import WHAT_CHINESE, TrailItem
from qinji.insured import queries as insured
from qinji.insured.model import Consent
from qinji.kernel.actor import CHANNEL_CHINESE
from qinji.kernel.ids import to_wire
from qinji.kernel.purpose import POWER_CHINESE, PURPOSE_CHINESE, USE_CHINESE
from qinji.mutual_aid import queries as mutual_aid
from qinji.mutual_aid.model import STATE_CHINESE, Grant, Limits
from qinji.notice import queries as notice_queries
from qinji.notice.model import Notice
from qinji.platform.database import Connection
from qinji.wallet import queries as wallets
from qinji.wallet.model import STATE_CHINESE as TRANSFER_CHINESE
from qinji.wallet.model import WalletTransfer

ReadTransfers = Callable[[Connection, UUID, int, UUID | None], Awaitable[list[WalletTransfer]]]

BINDING_FIELDS = {
    "binding": "绑定编号",
    "holder": "主账户人",
    "member": "成员",
    "state": "状态",
    "powers": "权限",
    "channel": "渠道",
    "requested_at": "申请时间",
    "active_at": "生效时间",
    "ended_at": "结束时间",
}


async def family_bindings(own: Own) -> AsyncIterator[list[Row]]:
    """Bindings on both sides, past ones too."""
    async for page, kin in _binding_pages(own):
        yield [
            {
                "binding": to_wire(one.binding_id),
                "holder": kin[one.holder_id].text,
                "member": kin[one.person_id].text,
                "state": state_text(one),
                "powers": [POWER_CHINESE[power] for power in sorted(one.powers)],
                "channel": CHANNEL_CHINESE[one.channel],
                "requested_at": one.requested_at,
                "active_at": one.active_at,
                "ended_at": one.ended_at,
            }
            for one in page
        ]


def _binding_pages(own: Own) -> AsyncIterator[tuple[list[Binding], Mapping[UUID, KinName]]]:

    async def look(
        connection: Connection, before: UUID | None
    ) -> tuple[list[Binding], tuple[list[Binding], Mapping[UUID, KinName]]]:
        page = await bindings.listing(connection, own.me, PAGE, before)
        kin = await own.kin(connection, {who for one in page for who in (one.holder_id, one.person_id)})
        return page, (page, kin)

    return paged(own, look, lambda one: one.binding_id)


GRANT_FIELDS = {
    "grant": "授权编号",
    "grantor": "授权人",
    "beneficiary": "使用人",
    "state": "状态",
    "purposes": "可用于",
    "limits": "限额(分):只写本人给别人的",
    "uses": "可付的费用种类,不限为空:只写本人给别人的",
    "last_day": "最后一天,没有为空:只写本人给别人的",
    "asked_at": "办理时间",
    "active_at": "生效时间",
    "ended_at": "结束时间",
}


async def grants(own: Own) -> AsyncIterator[list[Row]]:
    """Grants on both sides, ended ones too; limits and floor of those alone that one gave."""
    async for page, kin in _grant_pages(own):
        yield [
            {
                "grant": to_wire(one.grant_id),
                "grantor": kin[one.grantor_id].text,
                "beneficiary": kin[one.person_id].text,
                "state": STATE_CHINESE[one.state],
                "purposes": [PURPOSE_CHINESE[purpose] for purpose in sorted(one.purposes)],
                **_bounds(one, given=one.grantor_id == own.me),
                "asked_at": one.asked_at,
                "active_at": one.active_at,
                "ended_at": one.ended_at,
            }
            for one in page
        ]


def _bounds(grant: Grant, *, given: bool) -> Row:
    uses = grant.uses if given else None
    return {
        "limits": _limits(grant.limits) if given else None,
        "uses": None if uses is None else [USE_CHINESE[use] for use in sorted(uses)],
        "last_day": grant.last_day if given else None,
    }


def _limits(limits: Limits) -> Row:
    return {
        "per_use_fen": limits.per_use_fen,
        "per_day_fen": limits.per_day_fen,
        "per_month_fen": limits.per_month_fen,
        "per_year_fen": limits.per_year_fen,
        "floor_fen": limits.floor_fen,
        "confirm_above_fen": limits.confirm_above_fen,
    }


def _grant_pages(own: Own) -> AsyncIterator[tuple[list[Grant], Mapping[UUID, KinName]]]:

    async def look(
        connection: Connection, before: UUID | None
    ) -> tuple[list[Grant], tuple[list[Grant], Mapping[UUID, KinName]]]:
        page = await mutual_aid.listing(connection, own.me, PAGE, own.deps.clock(), before)
        kin = await own.kin(connection, {who for one in page for who in (one.grantor_id, one.person_id)})
        return page, (page, kin)

    return paged(own, look, lambda one: one.grant_id)


CONSENT_FIELDS = {
    "consent": "记录编号",
    "act": "办了什么",
    "given_by": "谁同意的",
    "channel": "渠道",
    "text_version": "告知文本版本",
    "text_hash": "告知文本的 SHA-256",
    "at": "时间",
    "detail": "当时同意的内容:只写本人同意的",
}


async def consents(own: Own) -> AsyncIterator[list[Row]]:
    """What was agreed to about oneself, and what one agreed to oneself as a holder or grantor."""

    async def look(connection: Connection, after: UUID | None) -> tuple[list[Consent], list[Row]]:
        page = await insured.consents_of(connection, own.me, PAGE, after)
        return page, await _consent_rows(connection, own, page)

    async for rows in paged(own, look, lambda one: one.consent_id):
        yield rows
    async for held, _kin in _binding_pages(own):
        yield await _given(own, [(one.person_id, one.binding_id) for one in held if one.holder_id == own.me])
    async for given, _kin in _grant_pages(own):
        yield await _given(own, [(one.person_id, one.grant_id) for one in given if one.grantor_id == own.me])


async def _given(own: Own, subjects: Sequence[tuple[UUID, UUID]]) -> list[Row]:
    """One's own consents that serve a relative: about these bindings or grants, by (whom it serves, which)."""
    served: dict[UUID, list[UUID]] = {}
    for person_id, subject in subjects:
        served.setdefault(person_id, []).append(subject)
    rows: list[Row] = []
    async with own.deps.database.reading() as connection:
        for person_id, which in served.items():
            found = await insured.consents_about(connection, person_id, which)
            mine = [one for kept in found.values() for one in kept if one.given_by == own.me]
            rows += await _consent_rows(connection, own, mine)
    return rows


async def _consent_rows(connection: Connection, own: Own, page: Sequence[Consent]) -> list[Row]:
    kin = await own.kin(connection, {one.given_by for one in page if one.given_by is not None})
    return [
        {
            "consent": to_wire(one.consent_id),
            "act": WHAT_CHINESE.get(one.act, one.act),
            "given_by": "" if one.given_by is None else kin[one.given_by].text,
            "channel": CHANNEL_CHINESE[one.channel],
            "text_version": one.text_version,
            "text_hash": one.text_hash.hex(),
            "at": one.at,
            "detail": one.detail if one.given_by == own.me else None,
        }
        for one in page
    ]


CODE_FIELDS = {
    "shown_by": "谁出示的",
    "shown_at": "出示时间",
    "expires_at": "失效时间",
    "place": "扫码的医药机构,没有被扫为空",
    "own_money_only": "是否选了“本次不用家人的钱”",
}


def codes(own: Own) -> AsyncIterator[list[Row]]:
    """Codes of one's own that were scanned, or that somebody else showed; the digits themselves are kept nowhere."""

    async def look(
        connection: Connection, before: tuple[datetime, bytes] | None
    ) -> tuple[list[CodeFacts], list[Row]]:
        page = await credentials.shown(connection, own.me, PAGE, before)
        kin = await own.kin(connection, {one.shown_by for one in page})
        at = await places(connection, {one.institution for one in page if one.institution})
        return page, [
            {
                "shown_by": kin[one.shown_by].text,
                "shown_at": one.issued_at,
                "expires_at": one.expires_at,
                "place": at.get(one.institution or "", one.institution),
                "own_money_only": one.own_money_only,
            }
            for one in page
        ]

    return paged(own, look, lambda one: (one.issued_at, one.digest))


WALLET_FIELDS = {
    "what": "opened 开通钱包,sent 转出,received 转入",
    "who": "对方",
    "amount_fen": "金额(分)",
    "state": "状态",
    "at": "时间",
    "ended_at": "办结时间",
}


async def wallet(own: Own) -> AsyncIterator[list[Row]]:
    """One's wallet, and every transfer that one sent or was sent."""
    async with own.deps.database.reading() as connection:
        opened = (await wallets.wallets(connection, [own.me])).get(own.me)
    if opened is not None:
        yield [
            {
                "what": "opened",
                "who": "",
                "amount_fen": 0,
                "state": "",
                "at": opened.opened_at,
                "ended_at": None,
            }
        ]
    for what, read in (("sent", wallets.sent), ("received", wallets.received)):
        async for rows in _transfers(own, what, read):
            yield rows


def _transfers(own: Own, what: str, read: ReadTransfers) -> AsyncIterator[list[Row]]:
    async def look(connection: Connection, before: UUID | None) -> tuple[list[WalletTransfer], list[Row]]:
        page = await read(connection, own.me, PAGE, before)
        kin = await own.kin(connection, {_other(one, own.me) for one in page})
        return page, [
            {
                "what": what,
                "who": kin[_other(one, own.me)].text,
                "amount_fen": one.amount_fen,
                "state": TRANSFER_CHINESE[one.state],
                "at": one.sent_at,
                "ended_at": one.ended_at,
            }
            for one in page
        ]

    return paged(own, look, lambda one: one.transfer_id)


def _other(transfer: WalletTransfer, me: UUID) -> UUID:
    return transfer.receiver_id if transfer.person_id == me else transfer.person_id


TRAIL_FIELDS = {
    "at": "时间",
    "who": "谁",
    "what": "做了什么",
    "right": "凭什么",
    "behalf": "代谁办理",
    "reason": "事由",
    "amount_fen": "金额(分),没有为空",
}


def trail(own: Own) -> AsyncIterator[list[Row]]:
    """Who looked at or changed something of one's own."""

    async def look(connection: Connection, before: UUID | None) -> tuple[list[TrailItem], list[Row]]:
        page = await gathered(connection, own.me, own.deps.book.region_names(), PAGE, before)
        return page, [
            {
                "at": item.at,
                "who": item.who,
                "what": item.what,
                "right": item.right,
                "behalf": item.behalf,
                "reason": item.reason,
                "amount_fen": item.amount_fen,
            }
            for item in page
        ]

    return paged(own, look, lambda one: one.item_id)


NOTICE_FIELDS = {
    "at": "时间",
    "title": "标题",
    "sentence": "内容",
    "said": "补充",
    "read_at": "读过的时间,没有读过为空",
    "disowned_at": "点“不是我”的时间,没有点过为空",
}


def notices(own: Own) -> AsyncIterator[list[Row]]:
    """What one was told of, in the words of the page."""

    async def look(connection: Connection, before: UUID | None) -> tuple[list[Notice], list[Row]]:
        page = await notice_queries.listing(connection, own.me, PAGE, before)
        everybody = Everybody(
            await own.kin(connection, people_in(page)),
            await places(connection, places_in(page)),
            own.deps.book.region_names(),
        )
        words = [told(one, everybody) for one in page]
        return page, [
            {
                "at": one.notice.at,
                "title": one.title,
                "sentence": one.sentence,
                "said": one.said,
                "read_at": one.notice.read_at,
                "disowned_at": one.notice.disowned_at,
            }
            for one in words
        ]

    return paged(own, look, lambda one: one.event_id)
