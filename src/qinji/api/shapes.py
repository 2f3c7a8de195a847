"""What the JSON door takes. Amounts are fen; ``psn_no`` is the national name of a person's number."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from qinji.credential.rules import DEVICE_LENGTH_MAX, PASSWORD_MAX
from qinji.family.model import Route
from qinji.kernel.kinship import Relation
from qinji.kernel.money import AMOUNT_FEN_MAX
from qinji.kernel.purpose import Power, Purpose, UseClass

PersonNumber = Annotated[str, Field(min_length=1, max_length=40, description="人员编号")]
ShortText = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Amount = Annotated[int, Field(ge=0, le=AMOUNT_FEN_MAX, strict=True, description="分")]
Device = Annotated[
    str, Field(max_length=DEVICE_LENGTH_MAX, description="本设备以前登录时得到的 device,不填就算新设备")
]
ORDER_MAX = 50
USES_MAX = len(UseClass)


class Asked(BaseModel):
    """A body: unknown names are refused, so that a misspelt limit is not silently left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SignInAsk(Asked):
    """Who wants to sign in; ``device`` is the secret that an earlier sign-in on this device was answered with."""

    psn_no: PersonNumber
    device: Device = ""


class SignInCode(Asked):
    """The six digits; ``device`` is the secret that an earlier sign-in on this device was answered with."""

    code: Annotated[str, Field(min_length=1, max_length=12)]
    device: Device = ""


class StepUpCode(Asked):
    """The six digits with which somebody who is signed in proves anew who they are."""

    code: Annotated[str, Field(min_length=1, max_length=12)]


class StaffSignInAsk(Asked):
    """A member of staff: ``name`` is the staff id, with password and the six digits of the authenticator app.

    Without a password it is whom the sandbox picks, by name or staff id.
    """

    name: ShortText
    password: Annotated[str, Field(max_length=PASSWORD_MAX)] | None = None
    code: Annotated[str, Field(max_length=12)] = Field("", description="动态码,每个只能用一次")
    new_password: Annotated[str, Field(max_length=PASSWORD_MAX)] | None = Field(
        None, description="首次登录必填;以后填写即改密码,其他登录随之失效"
    )


class BindAsk(Asked):
    """A holder binds a relative: ``relation`` is what the relative is to the holder."""

    psn_no: PersonNumber
    relation: Relation
    route: Route | None = Field(None, description="member 本人确认,window 到窗口办理;不填则按年龄决定")
    powers: list[Power] | None = Field(None, max_length=10)
    evidence_reference: ShortText | None = Field(None, description="监护或亲属关系材料的编号,不传材料本身")
    consent_version: ShortText | None = None


class WindowBindAsk(Asked):
    """A clerk enters a binding at the window; another one approves it."""

    holder_psn_no: PersonNumber
    member_psn_no: PersonNumber
    relation: Relation
    reason: ShortText
    promised_day: date | None = None
    powers: list[Power] | None = Field(None, max_length=10)
    evidence_reference: ShortText | None = None


class ReasonAsk(Asked):
    """A decision in words, where one wants to give them."""

    reason: ShortText | None = None


class PowersAsk(Asked):
    """From now on the holder has exactly these powers."""

    powers: list[Power] = Field(min_length=1, max_length=10)


class CodeAsk(Asked):
    """Whose code: one's own, or a bound member's."""

    psn_no: PersonNumber | None = None


class ShowAsk(CodeAsk):
    """The code to show, and a wish for this one scan."""

    own_money_only: bool = Field(default=False, description="本次不用家人的钱:只动本人账户,不够的部分付现金")


class FreezeAsk(Asked):
    """Frozen for now, or reported lost, perhaps with a reason (不是我操作)."""

    lost: bool = False
    reason: ShortText | None = None


class GrantAsk(Asked):
    """A grantor lets a relative spend: ``relation`` is what the relative is to the grantor. No limit where null."""

    beneficiary_psn_no: PersonNumber
    relation: Relation
    per_use_fen: Amount | None = None
    per_day_fen: Amount | None = None
    per_month_fen: Amount | None = None
    per_year_fen: Amount | None = None
    floor_fen: Amount = Field(0, description="账户保底余额(分)")
    confirm_above_fen: Amount | None = Field(None, description="一笔费用超过这么多(分),须在手机上确认")
    purposes: list[Purpose] | None = Field(None, max_length=10)
    uses: list[UseClass] | None = Field(
        None, max_length=USES_MAX, description="费用种类;null 是当地允许的全部"
    )
    last_day: date | None = Field(None, description="有效期的最后一天,含当天;null 是长期")
    consent_version: ShortText | None = None


class GrantChange(Asked):
    """Only the names that are sent change; null lifts a limit. What is tightened holds at once, the rest may wait."""

    per_use_fen: Amount | None = None
    per_day_fen: Amount | None = None
    per_month_fen: Amount | None = None
    per_year_fen: Amount | None = None
    floor_fen: Amount | None = None
    confirm_above_fen: Amount | None = None
    purposes: list[Purpose] | None = Field(None, max_length=10)
    uses: list[UseClass] | None = Field(None, max_length=USES_MAX)
    last_day: date | None = Field(None, description="有效期的最后一天,含当天")
    paused: bool | None = Field(None, description="true 暂停,false 恢复")


class PauseAllAsk(Asked):
    """Pause everything I gave, or take everything that is paused up again."""

    paused: bool = Field(description="true 全部暂停,false 全部恢复")


class AnswerAsk(Asked):
    """A yes or no to one request, with the amount that was shown."""

    approve: bool
    amount_fen: Amount


class OrderAsk(Asked):
    """Every grant that serves me, once; the first one pays first."""

    grants: list[Annotated[str, Field(max_length=40)]] = Field(min_length=1, max_length=ORDER_MAX)
