"""/estimates: what would become of a bill, before it is paid. Anybody may ask; nothing is kept."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Annotated, Any, NoReturn

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field

from qinji.api.problem import CallRefused
from qinji.api.session import DepsOf
from qinji.flows.parts.reading import TrialInvalid
from qinji.flows.parts.trial import try_bill
from qinji.flows.parts.trial_input import ACCOUNT_KEYS, LINE_KEYS, PERSON_KEYS, USED_KEYS, VISIT_KEYS
from qinji.kernel.refusal import RefusalCode, refuse

router = APIRouter(prefix="/estimates", tags=["试算 estimates"])

LINES_MAX = 200
_NOT_HERE = ("rules", "expected", "expected_detail", "hand")
_YUAN = "元,文字或数,最多两位小数"


def _table(keys: tuple[str, ...], told: str) -> dict[str, object]:
    names: dict[str, object] = {key: {} for key in keys}
    return {"type": "object", "additionalProperties": False, "properties": names, "description": told}


_BODY = {
    "type": "object",
    "additionalProperties": False,
    "required": ["region", "date", "person", "institution_level", "fee_lines"],
    "properties": {
        "id": {"type": "string", "description": "原样返回"},
        "region": {"type": "string", "description": "参保地,六位区划代码或名称"},
        "date": {"type": "string", "format": "date", "description": "就诊日期;住院为出院日期"},
        "person": _table(PERSON_KEYS, "险种 employee、resident,状态,年龄等"),
        "visit": _table(VISIT_KEYS, "门诊或住院、医疗类别、第几次住院、异地等"),
        "institution_level": {"enum": ["village", "community", "1", "2", "3", "pharmacy", "none"]},
        "accumulators": _table(tuple(USED_KEYS), f"本年在这张账单之前已用的({_YUAN})"),
        "fee_lines": {
            "type": "array",
            "minItems": 1,
            "maxItems": LINES_MAX,
            "items": _table(LINE_KEYS, f"类别 A、B、C 与金额({_YUAN}),或目录编码与金额"),
        },
        "accounts": {
            "type": "array",
            "maxItems": 50,
            "items": _table(ACCOUNT_KEYS, f"谁的账户、是本人的什么人、余额({_YUAN})"),
        },
    },
}
_OPENAPI: dict[str, Any] = {
    "requestBody": {"required": True, "content": {"application/json": {"schema": _BODY}}}
}


class AidView(BaseModel):
    """What a relative's account would pay, in yuan."""

    owner: str
    amount: str


class DetailView(BaseModel):
    """How the bill was taken apart, in yuan."""

    total: str
    own_expense: Annotated[str, Field(alias="own_expense_C")]
    over_limit: str
    prior_self_pay: str
    in_scope: str
    deductible_applied: str


class EstimateStepView(BaseModel):
    """One step of the trace in Chinese; with the parameter and its document where it rests on a value."""

    step: str
    text: str
    parameter: str | None = None
    document: str | None = None
    clause: str | None = None
    certainty: str | None = None


class EstimateView(BaseModel):
    """Who would pay what, in yuan with two decimals, and why; nothing of it is kept."""

    id: str
    fund: str
    large_amount: str | None = None
    catastrophic: str | None = None
    account: str
    mutual_aid: list[AidView]
    cash: str
    detail: DetailView
    trace: list[EstimateStepView]


async def _asked(request: Request) -> dict[str, object]:
    """The bill as it was sent, its amounts exact; refused where it brings rules of its own."""
    try:
        given: object = json.loads(await request.body(), parse_float=Decimal, parse_constant=_no_number)
        json.dumps(given, ensure_ascii=False, default=str).encode()  # refuses half of a character, \ud800
    except (ValueError, RecursionError) as wrong:
        raise _refused("请求体 不是正确的 JSON") from wrong
    if not isinstance(given, dict):
        raise _refused("请求体 应为 JSON 对象")
    for name in _NOT_HERE:
        if name in given:
            raise _refused(f"{name} 这里不用:按参保地和日期的政策试算")
    lines = given.get("fee_lines")
    if isinstance(lines, list) and len(lines) > LINES_MAX:
        raise _refused(f"fee_lines 最多 {LINES_MAX} 条,现有 {len(lines)} 条")
    return given


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _refused(reason: str) -> CallRefused:
    return CallRefused(refuse(RefusalCode.REQUEST_INVALID, reason=reason))


@router.post("", openapi_extra=_OPENAPI, response_model_exclude_none=True)
async def estimate(asked: Annotated[dict[str, object], Depends(_asked)], deps: DepsOf) -> EstimateView:
    """Try a bill by the policy of a region and a day, before paying: the form of `qinji policy try`, the same answer.

    No sign-in is needed, nobody is looked up and nothing is kept. At most 64 KiB and 200 lines. Unsure values of
    policy are refused where a settlement would be refused for them.
    """
    try:
        found = try_bill(asked, deps.book)
    except TrialInvalid as wrong:
        if wrong.refused is not None:
            raise CallRefused(wrong.refused) from wrong
        raise _refused(str(wrong)) from wrong
    return EstimateView.model_validate(found)
