"""常见问题: what families ask of the two functions, with the numbers and relations of the region that is chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from qinji.insured import queries as insured
from qinji.kernel.dates import local_day
from qinji.kernel.region import NATION, REGION_LENGTH
from qinji.policy.help import HelpFacts, help_facts
from qinji.web.answers import page
from qinji.web.guards import PersonVisit
from qinji.web.texts import marked
from qinji.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Compared:
    """One question and what is true of each of the two functions."""

    question: str
    family: str
    sharing: str


COMPARED: Sequence[Compared] = (
    Compared(marked("办什么事"), marked("替家人拿出他的医保码"), marked("用个人账户的钱替家人付费")),
    Compared(marked("动不动钱"), marked("不动任何人的钱"), marked("动授权人个人账户里的钱")),
    Compared(
        marked("看病花谁的钱"),
        marked("家人自己的待遇和账户"),
        marked("报销仍是家人自己的;个人要付的部分可以用授权人的账户"),
    ),
    Compared(
        marked("用谁的码或卡"),
        marked("家人的码,在您的手机上出示"),
        marked("家人用自己的码或社会保障卡,不出示您的"),
    ),
    Compared(marked("谁来开通"), marked("您申请,家人本人同意"), marked("出钱的人自己开通,对方不用办")),
    Compared(
        marked("要不要有个人账户"), marked("不用,居民医保也能办"), marked("出钱的人要有,也就是参加职工医保")
    ),
    Compared(marked("怎么停"), marked("任何一方解绑,立即生效"), marked("暂停立即生效;解除按参保地的规定")),
    Compared(marked("两样都要呢"), marked("分别办,互不影响"), marked("分别办,互不影响")),
)


async def front(visit: Visit) -> Response:
    """The questions; with the rules of one's own region, or of the one that was picked."""
    names = {code: name for code, name in visit.deps.book.region_names().items() if code != NATION}
    region = await _region(visit)
    facts: HelpFacts | None = None
    if region:
        facts = help_facts(visit.deps.book, region, local_day(visit.deps.clock()))
    return page(
        visit,
        "family/help.html",
        frame="parts/phone.html" if isinstance(visit, PersonVisit) else "parts/bare.html",
        signed_in=isinstance(visit, PersonVisit),
        region=region,
        regions=names,
        facts=facts,
        compared=COMPARED,
    )


async def _region(visit: Visit) -> str:
    """The region that was picked, else where whoever is signed in is insured, else ""."""
    picked = visit.request.query_params.get("region", "")
    if len(picked) == REGION_LENGTH and picked.isascii() and picked.isdigit():
        return picked
    if not isinstance(visit, PersonVisit):
        return ""
    me = visit.person.person_id
    async with visit.deps.database.reading() as connection:
        return (await insured.persons(connection, [me]))[me].region
