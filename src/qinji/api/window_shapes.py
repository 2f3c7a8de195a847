"""What the window's routes take: who stands there, on which paper, and one of the things that may be asked for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from qinji.api.session import identifier
from qinji.api.shapes import ORDER_MAX, USES_MAX, Amount, Asked, PersonNumber, ShortText
from qinji.flows.look_up_person import FoundBy
from qinji.kernel.kinship import Relation
from qinji.kernel.purpose import Power, Purpose, SparedGround, UseClass
from qinji.window import model
from qinji.window.model import Recognised, WindowKind, Wish
from qinji.window.rules import PAPER_MAX, REASON_MAX, REASON_MIN

Identifier = Annotated[str, Field(max_length=40)]
DocumentNumber = Annotated[str, Field(min_length=1, max_length=40, description="所出示证件的号码,不保存")]
Reason = Annotated[str, Field(min_length=REASON_MIN, max_length=REASON_MAX, description="事由")]
Paper = Annotated[str, Field(min_length=1, max_length=PAPER_MAX, description="本人签字的纸质材料编号")]
AMOUNTS = ("per_use_fen", "per_day_fen", "per_month_fen", "per_year_fen", "floor_fen", "confirm_above_fen")
LIFTABLE = ("uses", "last_day")


class _Limits(Asked):
    per_use_fen: Amount | None = None
    per_day_fen: Amount | None = None
    per_month_fen: Amount | None = None
    per_year_fen: Amount | None = None
    floor_fen: Amount | None = None
    confirm_above_fen: Amount | None = None
    purposes: list[Purpose] | None = Field(None, max_length=10)
    uses: list[UseClass] | None = Field(None, max_length=USES_MAX)
    last_day: date | None = None

    def limits(self) -> dict[str, int | None]:
        """The limits that were sent, by name."""
        sent: dict[str, int | None] = self.model_dump(include=set(AMOUNTS) & self.model_fields_set)
        return sent

    def meant_for(self) -> frozenset[Purpose] | None:
        """The purposes that were sent."""
        return None if self.purposes is None else frozenset(self.purposes)

    def classes(self) -> frozenset[UseClass] | None:
        """The use classes that were sent."""
        return None if self.uses is None else frozenset(self.uses)

    def lifted(self) -> frozenset[str]:
        """Which of use classes and last day are to be no bound any more."""
        sent = self.model_fields_set
        return frozenset(name for name in LIFTABLE if name in sent and getattr(self, name) is None)


class UnbindAsk(Asked):
    """解除绑定: end a binding."""

    kind: Literal[WindowKind.UNBIND]
    binding: Identifier

    def wish(self) -> Wish:
        """The wish."""
        return model.UnbindWish(identifier(self.binding))


class SetPowersAsk(Asked):
    """修改权限: from now on the holder has exactly these powers."""

    kind: Literal[WindowKind.SET_POWERS]
    binding: Identifier
    powers: list[Power] = Field(min_length=1, max_length=10)

    def wish(self) -> Wish:
        """The wish."""
        return model.PowersWish(identifier(self.binding), frozenset(self.powers))


class WindowGrantAsk(_Limits):
    """开通共济: let a relative spend; ``relation`` is what the relative is to the person at the window."""

    kind: Literal[WindowKind.GRANT]
    beneficiary_psn_no: PersonNumber
    relation: Relation

    def wish(self) -> Wish:
        """The wish."""
        return model.GrantWish(
            self.beneficiary_psn_no,
            self.relation,
            self.limits(),
            self.meant_for(),
            self.classes(),
            self.last_day,
        )


class ChangeGrantAsk(_Limits):
    """修改共济: only the names that are sent change; null lifts a limit."""

    kind: Literal[WindowKind.CHANGE_GRANT]
    grant: Identifier

    def wish(self) -> Wish:
        """The wish."""
        return model.ChangeWish(
            identifier(self.grant),
            self.limits(),
            self.meant_for(),
            self.classes(),
            self.last_day,
            self.lifted(),
        )


class PauseGrantAsk(Asked):
    """暂停、恢复共济."""

    kind: Literal[WindowKind.PAUSE_GRANT, WindowKind.RESUME_GRANT]
    grant: Identifier

    def wish(self) -> Wish:
        """The wish."""
        return model.PauseWish(identifier(self.grant), self.kind is WindowKind.PAUSE_GRANT)


class PauseAllGrantsAsk(Asked):
    """全部暂停、全部恢复: every grant that the person gave, in one act."""

    kind: Literal[WindowKind.PAUSE_ALL_GRANTS, WindowKind.RESUME_ALL_GRANTS]

    def wish(self) -> Wish:
        """The wish."""
        return model.PauseAllWish(self.kind is WindowKind.PAUSE_ALL_GRANTS)


class EndGrantAsk(Asked):
    """解除共济: as grantor by the rules of the region, as beneficiary at once."""

    kind: Literal[WindowKind.END_GRANT]
    grant: Identifier

    def wish(self) -> Wish:
        """The wish."""
        return model.EndWish(identifier(self.grant))


class OrderGrantorsAsk(Asked):
    """支付顺序: every grant that serves the person, once; the first one pays first."""

    kind: Literal[WindowKind.ORDER_GRANTORS]
    grants: list[Identifier] = Field(min_length=1, max_length=ORDER_MAX)

    def wish(self) -> Wish:
        """The wish."""
        return model.OrderWish(tuple(identifier(text) for text in self.grants))


class WindowCodeAsk(Asked):
    """冻结、挂失、解冻、激活本人的医保码."""

    kind: Literal[
        WindowKind.FREEZE_CODE, WindowKind.REPORT_LOST, WindowKind.THAW_CODE, WindowKind.ACTIVATE_CODE
    ]

    def wish(self) -> Wish:
        """The wish."""
        return model.CodeWish(self.kind)


class OpenWalletAsk(Asked):
    """开通本人的医保钱包."""

    kind: Literal[WindowKind.OPEN_WALLET]

    def wish(self) -> Wish:
        """The wish."""
        return model.WalletWish()


class TransferAsk(Asked):
    """接收、退回家人转来的钱."""

    kind: Literal[WindowKind.ACCEPT_TRANSFER, WindowKind.RETURN_TRANSFER]
    transfer: Identifier

    def wish(self) -> Wish:
        """The wish."""
        return model.TransferWish(identifier(self.transfer), self.kind is WindowKind.ACCEPT_TRANSFER)


class NoteSparedAsk(Asked):
    """登记免等待期身份: what the papers say; only the two members of staff see it, it is told to nobody."""

    kind: Literal[WindowKind.NOTE_SPARED]
    ground: SparedGround

    def wish(self) -> Wish:
        """The wish."""
        return model.SparedWish(self.ground)


WishAsk: TypeAlias = Annotated[
    UnbindAsk
    | SetPowersAsk
    | WindowGrantAsk
    | ChangeGrantAsk
    | PauseGrantAsk
    | PauseAllGrantsAsk
    | EndGrantAsk
    | OrderGrantorsAsk
    | WindowCodeAsk
    | OpenWalletAsk
    | TransferAsk
    | NoteSparedAsk,
    Field(discriminator="kind"),
]


class WindowActAsk(Asked):
    """A clerk takes down what somebody who stands at the window asks for."""

    recognised_by: Recognised
    number: DocumentNumber
    reason: Reason
    paper_reference: Paper
    wish: WishAsk


class LookReasonAsk(Asked):
    """Why staff look; the person reads it in their trail."""

    reason: Reason


class RefusalReasonAsk(Asked):
    """Why a wish is refused; it is told to the person."""

    reason: Reason


class LookUpAsk(Asked):
    """Whom staff look up, and why; the person reads the reason in their trail."""

    found_by: FoundBy
    number: Annotated[str, Field(min_length=1, max_length=40)]
    reason: Reason


class WithdrawAsk(Asked):
    """Why a wish is taken back, where one wants to say it."""

    reason: ShortText | None = None
