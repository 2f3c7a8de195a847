"""Who is present at the window: found by the number of the document they show, held against the name that is typed."""

from __future__ import annotations

from qinji.insured import queries as insured
from qinji.insured.model import CARD_KEY, CERTIFICATE_KEY, Person
from qinji.kernel.identity import is_identity_number
from qinji.web.forms import Form
from qinji.web.guards import StaffVisit
from qinji.web.texts import _


def clean(number: str) -> str:
    """A number of a document as it is looked for: no spaces, capitals."""
    return number.upper().replace(" ", "")


async def who_shows(visit: StaffVisit, form: Form, side: str, errors: dict[str, str]) -> Person | None:
    """Who shows this card or identity paper, if the register knows them by this name.

    What is wrong is told beside its field, without the register's own word: it is no way to learn a name.
    """
    number = clean(form.text(f"{side}_number"))
    kind = CERTIFICATE_KEY if is_identity_number(number) else CARD_KEY
    digest = visit.deps.vault.digest(kind, number)
    async with visit.deps.database.reading() as connection:
        who = (await insured.find(connection, kind, [digest])).get(digest)
        person = None if who is None else (await insured.persons(connection, [who]))[who]
    if person is None:
        errors[f"{side}_number"] = _("没有找到这个号码。请对照证件再看一遍;可能不在本系统参保")
        return None
    if person.name != form.text(f"{side}_name"):
        errors[f"{side}_name"] = _("与登记的姓名不一样,请对照证件。证件和登记不一致的,先到参保登记窗口更正")
        return None
    return person
