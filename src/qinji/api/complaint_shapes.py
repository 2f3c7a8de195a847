"""What the routes of complaints take."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from qinji.api.problem import CallRefused
from qinji.api.shapes import Asked, PersonNumber, ShortText
from qinji.api.window_shapes import DocumentNumber, Identifier, Paper, Reason
from qinji.complaint.model import ComplaintKind, FreezeWish, Outcome, about_from, wish_from
from qinji.complaint.rules import FREEZES_MAX, TEXT_MAX, WORDS_MAX, WORDS_MIN
from qinji.flows.open_complaint import Complained
from qinji.kernel.refusal import RefusalCode, refuse
from qinji.window.model import Recognised

AboutText = Annotated[str, Field(max_length=80, description="settlement:编号、code:编号 或 look:编号")]
FreezeText = Annotated[
    str, Field(max_length=80, description="code、grant(全部授权)、grant:编号、binding:编号")
]
Words = Annotated[str, Field(min_length=WORDS_MIN, max_length=WORDS_MAX)]


class ComplaintAsk(Asked):
    """有疑问 or 不是我, about what, and what is to be stopped at once."""

    about: AboutText
    kind: ComplaintKind
    text: Annotated[str, Field(max_length=TEXT_MAX)] = ""
    freezes: list[FreezeText] = Field([], max_length=FREEZES_MAX)
    lift_at_close: bool = Field(default=False, description="办结时自动恢复")

    def said(self) -> Complained:
        """What somebody says."""
        about = about_from(self.about)
        if about is None:
            raise CallRefused(refuse(RefusalCode.NOT_FOUND))
        return Complained(
            about, self.kind, self.text, [_wish(one) for one in self.freezes], self.lift_at_close
        )


def _wish(text: str) -> FreezeWish:
    wish = wish_from(text)
    if wish is None:
        raise CallRefused(refuse(RefusalCode.REQUEST_INVALID, reason="没有这种可停用的内容"))
    return wish


class WindowComplaintAsk(ComplaintAsk):
    """A clerk takes it down for somebody who stands at the window."""

    recognised_by: Recognised
    number: DocumentNumber
    reason: Reason
    paper_reference: Paper


class WithdrawComplaintAsk(Asked):
    """Take a case back; ``lift``: what was stopped goes on again."""

    lift: bool = False


class WordsAsk(Asked):
    """A note, or what the institution reads."""

    words: Words


class ToAsk(Asked):
    """To whom (a staff number, or another office by name), and why."""

    to: ShortText
    words: Words


class CorrectAsk(Asked):
    """Whose accounts get back what they paid; nobody named: everybody whom the case allows."""

    reason: Words
    payers: list[PersonNumber] = Field([], max_length=FREEZES_MAX)


class GrantEndAsk(Asked):
    """Which grant is to end."""

    reason: Words
    grant: Identifier


class CloseAsk(Asked):
    """How it ends, and what the person reads."""

    outcome: Outcome
    resolution: Words


class DecisionAsk(Asked):
    """Why a measure is refused."""

    reason: Words
