"""Refusals as HTTP answers: one table from code to status, one shape (RFC 9457, application/problem+json)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from fastapi import Response

from qinji.kernel.refusal import RefusalCode, Refused

MEDIA_TYPE = "application/problem+json"
BUSY_SECONDS = 1
INTERNAL = "系统内部错误,本次操作没有生效。请稍后重试;若仍出现请联系经办机构"

IN_DOUBT = "数据库中断,结果未知。请用同一个 Idempotency-Key 重试,即可得知结果"

_BY_STATUS: dict[HTTPStatus, tuple[RefusalCode, ...]] = {
    HTTPStatus.BAD_REQUEST: (
        RefusalCode.MESSAGE_UNREADABLE,
        RefusalCode.MESSAGE_UNKNOWN,
        RefusalCode.FIELD_MISSING,
        RefusalCode.FIELD_INVALID,
        RefusalCode.TOO_MANY_ITEMS,
        RefusalCode.REQUEST_INVALID,
    ),
    HTTPStatus.UNAUTHORIZED: (
        RefusalCode.SIGNATURE_REQUIRED,
        RefusalCode.SIGNATURE_HEADER,
        RefusalCode.SIGNATURE_TIME,
        RefusalCode.SIGNER_UNKNOWN,
        RefusalCode.SIGNATURE_DIFFERS,
        RefusalCode.NONCE_USED,
        RefusalCode.NOT_SIGNED_IN,
        RefusalCode.SIGN_IN_WRONG,
        RefusalCode.STAFF_SIGN_IN_WRONG,
    ),
    HTTPStatus.FORBIDDEN: (
        RefusalCode.KIND_NOT_SERVED,
        RefusalCode.NOT_ALLOWED,
        RefusalCode.SANDBOX_ONLY,
        RefusalCode.PASSWORD_TO_CHANGE,
        RefusalCode.POWER_NOT_GIVEN,
        RefusalCode.SAME_CLERK,
        RefusalCode.DEVICE_TOO_NEW,
        RefusalCode.STEP_UP_REQUIRED,
    ),
    HTTPStatus.NOT_FOUND: (
        RefusalCode.INSTITUTION_UNKNOWN,
        RefusalCode.PERSON_UNKNOWN,
        RefusalCode.VISIT_UNKNOWN,
        RefusalCode.SETTLEMENT_UNKNOWN,
        RefusalCode.SETTLEMENT_OF_MESSAGE_UNKNOWN,
        RefusalCode.NOT_FOUND,
        RefusalCode.KEY_UNKNOWN,
        RefusalCode.STAFF_UNKNOWN,
    ),
    HTTPStatus.CONFLICT: (
        RefusalCode.MESSAGE_ALTERED,
        RefusalCode.MESSAGE_REVERSED,
        RefusalCode.KEY_ALTERED,
        RefusalCode.KEYS_FULL,
        RefusalCode.INSTITUTION_EXISTS,
        RefusalCode.STAFF_EXISTS,
        RefusalCode.CODE_USED_ELSEWHERE,
        RefusalCode.CODE_VOID,
        RefusalCode.CODE_SESSION_CONSUMED,
        RefusalCode.CODE_SESSION_OVER,
        RefusalCode.VISIT_CLOSED,
        RefusalCode.VISIT_HAS_LINES,
        RefusalCode.VISIT_HAS_SETTLEMENT,
        RefusalCode.LINE_NUMBER_TAKEN,
        RefusalCode.BATCH_SETTLED,
        RefusalCode.PREVIEW_CHANGED,
        RefusalCode.ALREADY_SETTLED,
        RefusalCode.SETTLEMENT_CANCELLED,
        RefusalCode.REVERSAL_OTHER_PERSON,
        RefusalCode.REVERSAL_NOT_SERVED,
        RefusalCode.BIND_EXISTS,
        RefusalCode.BIND_HOLDER_FULL,
        RefusalCode.BIND_MEMBER_FULL,
        RefusalCode.BIND_STATE,
        RefusalCode.EVIDENCE_FULL,
        RefusalCode.CODE_NOT_ACTIVATED,
        RefusalCode.CODE_FROZEN,
        RefusalCode.GRANT_EXISTS,
        RefusalCode.GRANT_FULL,
        RefusalCode.GRANT_GROUP_MEMBER,
        RefusalCode.GRANT_GROUP_TAKEN,
        RefusalCode.GRANT_GRANTORS_FULL,
        RefusalCode.GRANT_LOCKED,
        RefusalCode.GRANT_STATE,
        RefusalCode.GRANT_NOTHING_WAITS,
        RefusalCode.CONFIRMATION_STATE,
        RefusalCode.ORDER_INCOMPLETE,
        RefusalCode.WALLET_MISSING,
        RefusalCode.WALLET_CLOSED,
        RefusalCode.WALLET_DAY_COUNT,
        RefusalCode.WALLET_BALANCE,
        RefusalCode.WALLET_TRANSFER_STATE,
        RefusalCode.ENROL_KNOWN,
        RefusalCode.ENROL_STATE,
        RefusalCode.PREMIUM_COVERED,
        RefusalCode.PREMIUM_ORDERED,
        RefusalCode.PREMIUM_CHANGED,
        RefusalCode.PREMIUM_BALANCE,
        RefusalCode.PREMIUM_STATE,
        RefusalCode.WINDOW_ACT_STATE,
        RefusalCode.WINDOW_ACT_WAITS,
        RefusalCode.COMPLAINT_EXISTS,
        RefusalCode.COMPLAINT_STATE,
        RefusalCode.COMPLAINT_OUTCOME,
        RefusalCode.CORRECTION_NOTHING,
        RefusalCode.CORRECTION_CHANGED,
        RefusalCode.CLAWBACK_STATE,
        RefusalCode.BULK_STATE,
    ),
    HTTPStatus.GONE: (RefusalCode.EVIDENCE_GONE,),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (RefusalCode.MESSAGE_TOO_LARGE, RefusalCode.EVIDENCE_TOO_LARGE),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (RefusalCode.EVIDENCE_KIND,),
    HTTPStatus.UNPROCESSABLE_ENTITY: (
        RefusalCode.CREDENTIAL_WRONG_KIND,
        RefusalCode.SCANNED_PAYMENT_CODE,
        RefusalCode.SCANNED_BANK_CARD,
        RefusalCode.SCANNED_IDENTITY_NUMBER,
        RefusalCode.SCANNED_CARD_NUMBER,
        RefusalCode.SCANNED_GOODS_CODE,
        RefusalCode.SCANNED_LINK,
        RefusalCode.CODE_INCOMPLETE,
        RefusalCode.CODE_WRONG,
        RefusalCode.CODE_EXPIRED,
        RefusalCode.CREDENTIAL_OTHER_PERSON,
        RefusalCode.CREDENTIAL_REQUIRED,
        RefusalCode.IDENTITY_DIFFERS,
        RefusalCode.INSURED_ELSEWHERE,
        RefusalCode.INSURANCE_DIFFERS,
        RefusalCode.BENEFIT_STOPPED,
        RefusalCode.BENEFIT_WAITING,
        RefusalCode.BENEFIT_LAPSED,
        RefusalCode.ONLINE_SUSPENDED,
        RefusalCode.SERVICE_DAY_FUTURE,
        RefusalCode.SERVICE_DAY_TOO_OLD,
        RefusalCode.ITEM_UNKNOWN,
        RefusalCode.AMOUNT_NOT_PRODUCT,
        RefusalCode.BATCH_EMPTY,
        RefusalCode.TOTAL_DIFFERS,
        RefusalCode.MEDICAL_TYPE_NOT_SERVED,
        RefusalCode.POLICY_UNVERIFIED,
        RefusalCode.REGION_WITHOUT_POLICY,
        RefusalCode.BIND_SELF,
        RefusalCode.BIND_RELATION_NOT_ALLOWED,
        RefusalCode.BIND_RELATION_DIFFERS,
        RefusalCode.BIND_CONSENT_REQUIRED,
        RefusalCode.BIND_EVIDENCE_REQUIRED,
        RefusalCode.GRANT_SELF,
        RefusalCode.GRANTOR_NOT_EMPLOYEE,
        RefusalCode.GRANTOR_STATUS,
        RefusalCode.BENEFICIARY_STATUS,
        RefusalCode.GRANT_RELATION_NOT_ALLOWED,
        RefusalCode.GRANT_RELATION_DIFFERS,
        RefusalCode.GRANT_OUT_OF_SCOPE,
        RefusalCode.WALLET_NOT_OFFERED,
        RefusalCode.WALLET_SELF,
        RefusalCode.WALLET_RELATION,
        RefusalCode.WALLET_NOT_ONWARD,
        RefusalCode.WALLET_NO_ACCOUNT,
        RefusalCode.WALLET_SENDER_STATUS,
        RefusalCode.WALLET_RECEIVER_STATUS,
        RefusalCode.WALLET_SAME_PROVINCE,
        RefusalCode.WALLET_AMOUNT,
        RefusalCode.ENROL_NEWBORN_LATE,
        RefusalCode.ENROL_NOT_CHILD,
        RefusalCode.PREMIUM_NOT_OFFERED,
        RefusalCode.PREMIUM_EMPLOYEE,
        RefusalCode.PREMIUM_YEAR,
        RefusalCode.PREMIUM_PAYER,
        RefusalCode.PREMIUM_REFUND_LATE,
        RefusalCode.RECEIPT_CODE_WRONG,
        RefusalCode.TAX_ANSWER_WRONG,
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (RefusalCode.TOO_MANY_TRIES,),
    HTTPStatus.SERVICE_UNAVAILABLE: (RefusalCode.BUSY, RefusalCode.DIGITS_NOT_SENT),
}

STATUS: dict[RefusalCode, HTTPStatus] = {
    code: status for status, codes in _BY_STATUS.items() for code in codes
}
"""The HTTP status of every refusal."""


PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "拒绝:detail 说明发生了什么、有没有变动、下一步怎么办",
        "content": {
            MEDIA_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["type", "title", "status", "detail", "code", "retryable"],
                    "properties": {
                        "type": {"type": "string"},
                        "title": {"type": "string"},
                        "status": {"type": "integer"},
                        "detail": {"type": "string"},
                        "code": {"type": "string"},
                        "retryable": {"type": "boolean"},
                    },
                }
            }
        },
    }
}
"""How the contract describes every refusal."""


class CallRefused(Exception):
    """A call is refused before a flow begins; the application answers it as a problem."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.code.name)
        self.refused = refused


def problem_body(refused: Refused, status: int | None = None) -> dict[str, str | int | bool]:
    """The JSON of a refusal; ``detail`` says what happened, whether anything changed, what to do."""
    code = refused.code
    return {
        "type": f"urn:qinji:refusal:{code.name.lower()}",
        "title": code.name,
        "status": STATUS[code].value if status is None else status,
        "detail": refused.text,
        "code": code.name,
        "retryable": code.retryable,
    }


def problem(refused: Refused, status: int | None = None) -> Response:
    """A refusal as a response; says after how many seconds to try again where that is known."""
    body = problem_body(refused, status)
    headers = {}
    if refused.code is RefusalCode.TOO_MANY_TRIES:
        headers["Retry-After"] = str(refused.facts["seconds"])
    elif refused.code is RefusalCode.BUSY:
        headers["Retry-After"] = str(BUSY_SECONDS)
    elif refused.code is RefusalCode.NOT_SIGNED_IN:
        headers["WWW-Authenticate"] = "Bearer"
    content = json.dumps(body, ensure_ascii=False).encode()
    return Response(content, int(body["status"]), headers, MEDIA_TYPE)


def internal_problem(detail: str = INTERNAL) -> Response:
    """The answer to a bug or a broken commit: never a refusal, and nothing is told but that it happened."""
    body = {
        "type": "about:blank",
        "title": "INTERNAL",
        "status": 500,
        "detail": detail,
        "code": "INTERNAL",
        "retryable": True,
    }
    return Response(json.dumps(body, ensure_ascii=False).encode(), 500, media_type=MEDIA_TYPE)
