"""The JSON door as one application: routes below /api/v1, OpenAPI at /api/openapi.json, refusals as problems."""

from __future__ import annotations

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

import qinji
from qinji.api.limits import BodyLimit, SandboxMark
from qinji.api.problem import IN_DOUBT, PROBLEM_RESPONSES, CallRefused, internal_problem, problem
from qinji.api.routes import (
    complaint_cases,
    complaints,
    consent_texts,
    credential,
    estimates,
    evidence,
    family,
    files,
    helping,
    homes,
    limits,
    me,
    mutual_aid,
    notices,
    premiums,
    records,
    settlements,
    sign_ins,
    staff,
    step_ups,
    wallet,
    window,
)
from qinji.api.tax import AnswerReader
from qinji.api.wrong_form import wrong_form
from qinji.flows.deps import Deps
from qinji.kernel.refusal import RefusalCode, refuse
from qinji.platform.database import InDoubt, Overloaded

PREFIX = "/api/v1"
ROUTES = (
    sign_ins,
    step_ups,
    me,
    homes,
    helping,
    estimates,
    consent_texts,
    family,
    evidence,
    credential,
    mutual_aid,
    records,
    limits,
    wallet,
    notices,
    premiums,
    settlements,
    staff,
    window,
    complaints,
    complaint_cases,
    files,
)
DESCRIPTION = (
    "亲济的 JSON 接口。金额以分为单位;编号为 26 位字符;办理类请求请带 Idempotency-Key:同一个键得到同一个答复,可放心重试;"
    "拒绝一律为 application/problem+json,detail 说明发生了什么、有没有变动、下一步怎么办。"
)

log = structlog.get_logger("qinji.api")


def create_app(deps: Deps, tax: AnswerReader | None = None) -> FastAPI:
    """The application; in a sandbox every reply says that it is one. ``tax`` reads the tax bureau's callbacks."""
    app = FastAPI(
        title="qinji 亲济",
        version=qinji.__version__,
        description=DESCRIPTION,
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    app.state.deps = deps
    app.state.tax = tax
    for routes in ROUTES:
        app.include_router(routes.router, prefix=PREFIX, responses=PROBLEM_RESPONSES)
    app.add_exception_handler(CallRefused, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Overloaded, _busy)
    app.add_exception_handler(InDoubt, _in_doubt)
    app.add_exception_handler(Exception, _broken)
    app.add_middleware(BodyLimit)
    if not deps.production:
        app.add_middleware(SandboxMark)
    return app


async def _refused(_request: Request, raised: Exception) -> Response:
    if not isinstance(raised, CallRefused):
        raise raised
    return problem(raised.refused)


async def _invalid(_request: Request, raised: Exception) -> Response:
    if not isinstance(raised, RequestValidationError):
        raise raised
    return problem(refuse(RefusalCode.REQUEST_INVALID, reason=wrong_form(raised.errors())))


async def _http(_request: Request, raised: Exception) -> Response:
    if not isinstance(raised, HTTPException):
        raise raised
    if raised.status_code == 404:
        return problem(refuse(RefusalCode.NOT_FOUND))
    return problem(refuse(RefusalCode.REQUEST_INVALID, reason=str(raised.detail)), raised.status_code)


async def _busy(_request: Request, _raised: Exception) -> Response:
    return problem(refuse(RefusalCode.BUSY))


async def _in_doubt(request: Request, _raised: Exception) -> Response:
    log.warning("a call is in doubt", path=request.url.path)
    return internal_problem(IN_DOUBT)


async def _broken(request: Request, raised: Exception) -> Response:
    log.error("a call broke", path=request.url.path, exc_info=raised)
    return internal_problem()
