"""Every page that is timed: who opens it, its address, and the forms that lead to one that answers a form."""

from __future__ import annotations

from dataclasses import dataclass

from bench.visitors import REASON, Door
from qinji.kernel.identity import check_character

CODE, FOLLOWED = "code", "followed"
"""What a path or a form names that is shown anew each time on the patient's own phone: the digits of a code, and where
one asks what became of it.
"""

_NOBODY = "99990119600101999"
NUMBER_OF_NOBODY = _NOBODY + check_character(_NOBODY)
ITEM = "XJ01CAA001A001010100006"
RELATIVE = (("name", "测某"), ("certificate", NUMBER_OF_NOBODY))


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that is filled in and sent: where it goes, which one of several by ``act``, and its fields."""

    action: str
    fields: tuple[tuple[str, str], ...]
    act: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page. With ``forms`` it begins at ``path``, and only the answer to the last form is timed.

    Paths and fields may name what the visitor has: ``{bill}`` is one of their bills. ``refusable``: at
    some hours or days what is checked there is refused on the same page, or the page says so and has no form; then that
    page is timed.
    """

    path: str
    door: Door = Door.PHONE
    forms: tuple[Filled, ...] = ()
    told: str = ""
    refusable: bool = False

    @property
    def texts(self) -> str:
        """All that may name something."""
        fields = (value for form in self.forms for _name, value in form.fields)
        return " ".join((self.path, *fields))

    @property
    def name(self) -> str:
        """Under which the page stands in the report."""
        return f"{self.path} {self.told}".strip()


PHONE = (
    Sheet("/"),
    Sheet("/sign-in"),
    Sheet("/family"),
    Sheet("/family/{binding}"),
    Sheet("/family/{binding}/end"),
    Sheet("/family/bind"),
    Sheet(
        "/family/bind",
        forms=(Filled("/family/bind/check", (*RELATIVE, ("relation", "parent"), ("power", "show_code"))),),
        told="(check)",
    ),
    Sheet("/mutual-aid"),
    Sheet("/mutual-aid/{grant}"),
    Sheet("/mutual-aid/{grant}/limits"),
    Sheet(
        "/mutual-aid/{grant}/limits",
        forms=(
            Filled(
                "/mutual-aid/{grant}/limits/check",
                (("per_use_fen", "200"), ("per_month_fen", "600"), ("purpose", "pharmacy")),
            ),
        ),
        told="(check)",
    ),
    Sheet("/mutual-aid/{grant}/end"),
    Sheet("/mutual-aid/open"),
    Sheet(
        "/mutual-aid/open",
        forms=(
            Filled(
                "/mutual-aid/open/check",
                (*RELATIVE, ("relation", "parent"), ("per_use_fen", "200"), ("purpose", "pharmacy")),
            ),
        ),
        told="(check)",
    ),
    Sheet("/mutual-aid/order"),
    Sheet("/mutual-aid/confirmations"),
    Sheet("/help"),
    Sheet("/code/{followed}"),
    Sheet("/bills"),
    Sheet("/bills/{bill}"),
    Sheet("/bills/{bill}/explanation"),
    Sheet("/bills/shared"),
    Sheet("/me"),
    Sheet("/me/trail"),
    Sheet("/me/codes"),
    Sheet("/me/code"),
    Sheet("/me/export"),
)
_MOTHER = (("name", "{mother_name}"), ("certificate", "{mother_certificate}"))
MONEY = (
    Sheet("/wallet"),
    Sheet("/wallet/movements"),
    Sheet("/wallet/send"),
    Sheet(
        "/wallet/send",
        forms=(Filled("/wallet/send/check", (*_MOTHER, ("amount", "5"))),),
        told="(check)",
        refusable=True,
    ),
    Sheet("/wallet/transfers/{arriving}"),
    Sheet("/premiums"),
    Sheet("/premiums/pay"),
    Sheet("/premiums/pay?who={minor}"),
    Sheet(
        "/premiums/pay?who={minor}",
        forms=(Filled("/premiums/pay/check", (("payer", "cash"),)),),
        told="(check)",
        refusable=True,
    ),
    Sheet("/premiums/enrol"),
    Sheet("/premiums/{premium}"),
    Sheet("/premiums/{premium}/receipt"),
    Sheet("/premiums/{premium}/refund"),
    Sheet("/verify"),
    Sheet("/verify", forms=(Filled("/verify", (("code", "{receipt_code}"),)),), told="(a receipt)"),
)
RECORDS = (
    Sheet("/records"),
    Sheet("/records?month={month}"),
    Sheet("/records?month={month}&place=药房&least=1&kind=pharmacy&state=settled", told="(search)"),
    Sheet("/records?who=shared"),
    Sheet("/records/account"),
    Sheet("/records/account?day={day}", told="(balance of a day)"),
    Sheet("/records/statements/{month}"),
    Sheet("/me/notices"),
    Sheet("/me/notices?group=money&unread=yes"),
    Sheet("/me/notices/{notice}"),
    Sheet("/me/notices/settings"),
    Sheet("/complaints"),
    Sheet("/complaints/new?about=settlement:{bill}"),
    Sheet("/complaints/{doubted}"),
    Sheet("/complaints/{explained}/letter"),
)
DOWNLOADS = (
    Sheet("/records/statements/{month}/pdf"),
    Sheet("/records/statements/{month}/xlsx"),
    Sheet("/me/export", forms=(Filled("/me/export", ()),), told="(the zip)"),
    Sheet("/console/files/new/credit/empty.xlsx", Door.CONSOLE),
    Sheet("/console/files/{file_checked}/refused.csv", Door.CONSOLE),
)
_ADD = Filled("/counter", (("item", ITEM), ("quantity", "2")), "add")
_SCAN = Filled("/counter", ((CODE, "{code}"),), "scan")
COUNTER = (
    Sheet("/counter/sign-in", Door.PHARMACY),
    Sheet("/counter", Door.PHARMACY),
    Sheet("/counter/items?item=amxl", Door.PHARMACY),
    Sheet("/counter", Door.PHARMACY, (_ADD,), "(line added)"),
    Sheet("/counter", Door.PHARMACY, (_ADD, _SCAN), "(scan, three ways)"),
    Sheet("/counter", Door.CLINIC, (_ADD, _SCAN), "(scan, three ways, at a clinic)"),
    Sheet("/counter", Door.PHARMACY, (_SCAN, _ADD), "(line added, three ways)"),
    Sheet("/counter/bills/{bill}", Door.PHARMACY),
    Sheet("/counter/bills/{bill}/give-back", Door.PHARMACY),
    Sheet("/counter/day", Door.PHARMACY),
)
_LOOK = Filled("/console/window", (("found_by", "card"), ("number", "{card}"), ("reason", REASON)))
CONSOLE = (
    Sheet("/console/sign-in", Door.CONSOLE),
    Sheet("/console", Door.CONSOLE),
    Sheet("/console?kind=review", Door.CONSOLE),
    Sheet("/console?kind=window", Door.CONSOLE),
    Sheet("/console?kind=filing", Door.CONSOLE),
    Sheet("/console?kind=entry", Door.CONSOLE),
    Sheet("/console?kind=complaint", Door.CONSOLE),
    Sheet("/console?kind=file", Door.CONSOLE),
    Sheet("/console/bindings/{waiting}", Door.CONSOLE),
    Sheet("/console/bindings/{entered}", Door.CONSOLE),
    Sheet("/console/bindings/{entered}/photos/{photo}", Door.CONSOLE),
    Sheet("/console/bindings/{bound}/slip", Door.CONSOLE),
    Sheet("/console/bind", Door.CONSOLE),
    Sheet("/console/bind/{waiting}", Door.CONSOLE),
    Sheet("/console/grants/{filed}", Door.CONSOLE),
    Sheet("/console/window", Door.CONSOLE),
    Sheet("/console/window", Door.CONSOLE, (_LOOK,), "(the person)"),
    Sheet(
        "/console/window",
        Door.CONSOLE,
        (_LOOK, Filled("/console/window/wish", (("what", "change_grant:{grant}"),))),
        "(a wish)",
    ),
    Sheet(
        "/console/window",
        Door.CONSOLE,
        (_LOOK, Filled("/console/window/notices", (("month", "{first}"),))),
        "(notices of a month)",
    ),
    Sheet(
        "/console/window",
        Door.CONSOLE,
        (_LOOK, Filled("/console/complaints/new", (("about", "settlement:{bill}"),))),
        "(a complaint)",
    ),
    Sheet("/console/window/mine", Door.CONSOLE),
    Sheet("/console/window/acts/{act}", Door.CONSOLE),
    Sheet("/console/window/acts/{act}/slip", Door.CONSOLE),
    Sheet("/console/bills", Door.CONSOLE),
    Sheet(
        "/console/bills",
        Door.CONSOLE,
        (Filled("/console/bills", (("bill", "{bill}"), ("reason", REASON))),),
        "(用款说明)",
    ),
)
CASES = (
    Sheet("/console/complaints/{doubted}", Door.CONSOLE),
    Sheet("/console/complaints/{explained}/letters", Door.CONSOLE),
    Sheet("/console/files", Door.CONSOLE),
    Sheet("/console/files?show=all", Door.CONSOLE),
    Sheet("/console/files/{file_checked}", Door.CONSOLE),
    Sheet("/console/files/{file_waiting}", Door.CONSOLE),
    Sheet("/console/files/new/credit", Door.CONSOLE),
    Sheet("/console/files/new/claw_back", Door.CONSOLE),
    Sheet("/console/files/years", Door.CONSOLE),
)
SHEETS = {"phone": (*PHONE, *MONEY, *RECORDS), "counter": COUNTER, "console": (*CONSOLE, *CASES)}
