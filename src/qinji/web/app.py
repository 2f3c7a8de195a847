"""The pages as one application: the family's phone, the counter, the console, and the files they load."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.staticfiles import StaticFiles

from qinji.flows.deps import Deps
from qinji.kernel.refusal import RefusalCode, refuse
from qinji.platform.database import InDoubt, Overloaded
from qinji.web.answers import go, page
from qinji.web.complaint.routes import COMPLAINT_ROUTES
from qinji.web.console.routes import CONSOLE_ROUTES
from qinji.web.cookies import remember
from qinji.web.counter.asks import CounterFlows
from qinji.web.counter.routes import COUNTER_ROUTES
from qinji.web.counter.till import Till
from qinji.web.family import (
    bills,
    bind,
    bindings,
    code,
    me,
    notices,
    records,
    sign_in,
    statements,
    trail,
)
from qinji.web.family import help as help_pages
from qinji.web.forms import FormRefused
from qinji.web.guards import for_anybody, for_person, for_person_or_nobody, visit_of
from qinji.web.limits import BodyLimit
from qinji.web.look import LANGUAGE_COOKIE, SIZE_COOKIE, YEAR_SECONDS, Size
from qinji.web.mutual_aid import changing, confirming, ending, home, opening, ordering, step_up
from qinji.web.premium import checking, enrolling, paying, premiums
from qinji.web.templating import STATIC
from qinji.web.texts import Language, _
from qinji.web.visit import Visit, safe_path
from qinji.web.wallet.routes import WALLET_ROUTES
from qinji.web.world import PickWorld

log = structlog.get_logger("qinji.web")
GZIP_FROM_BYTES = 500
FOR_EVER = "public, max-age=31536000, immutable"


class Files(StaticFiles):
    """Static files under the digest of their content: a browser keeps them for ever."""

    def file_response(self, *args: object, **options: object) -> Response:
        """The file, with leave to keep it."""
        answer = super().file_response(*args, **options)  # type: ignore[arg-type]
        answer.headers["Cache-Control"] = FOR_EVER
        return answer


SHARING_ROUTES: tuple[BaseRoute, ...] = (
    Route("/mutual-aid", for_person(home.front)),
    Route("/mutual-aid/open", for_person(opening.begin), methods=["GET", "POST"]),
    Route("/mutual-aid/open/check", for_person(opening.check), methods=["POST"]),
    Route("/mutual-aid/open/send", for_person(opening.send), methods=["POST"]),
    Route("/mutual-aid/order", for_person(ordering.begin)),
    Route("/mutual-aid/order/save", for_person(ordering.send), methods=["POST"]),
    Route("/mutual-aid/pause-all", for_person(home.pause_all), methods=["POST"]),
    Route("/mutual-aid/step-up", for_person(step_up.send), methods=["POST"]),
    Route("/mutual-aid/confirmations", for_person(confirming.front)),
    Route("/mutual-aid/confirmations/{request}", for_person(confirming.send), methods=["POST"]),
    Route("/mutual-aid/{grant}", for_person(home.one)),
    Route("/mutual-aid/{grant}/pause", for_person(home.pause), methods=["POST"]),
    Route("/mutual-aid/{grant}/withdraw", for_person(changing.withdraw), methods=["POST"]),
    Route("/mutual-aid/{grant}/limits", for_person(changing.begin)),
    Route("/mutual-aid/{grant}/limits", for_person(changing.send), methods=["POST"]),
    Route("/mutual-aid/{grant}/limits/form", for_person(changing.begin), methods=["POST"]),
    Route("/mutual-aid/{grant}/limits/check", for_person(changing.check), methods=["POST"]),
    Route("/mutual-aid/{grant}/end", for_person(ending.begin)),
    Route("/mutual-aid/{grant}/end", for_person(ending.send), methods=["POST"]),
)
PREMIUM_ROUTES: tuple[BaseRoute, ...] = (
    Route("/premiums", for_person(premiums.front)),
    Route("/premiums/pay", for_person(paying.begin)),
    Route("/premiums/pay/check", for_person(paying.check), methods=["POST"]),
    Route("/premiums/pay/send", for_person(paying.send), methods=["POST"]),
    Route("/premiums/enrol", for_person(enrolling.begin)),
    Route("/premiums/enrol", for_person(enrolling.send), methods=["POST"]),
    Route("/premiums/{order}", for_person(premiums.one)),
    Route("/premiums/{order}/receipt", for_person(premiums.receipt)),
    Route("/premiums/{order}/refund", for_person(premiums.refunding)),
    Route("/premiums/{order}/refund", for_person(premiums.refund), methods=["POST"]),
)
FAMILY_ROUTES: tuple[BaseRoute, ...] = (
    Route("/sign-in", sign_in.begin, methods=["GET", "POST"]),
    Route("/sign-in/digits", sign_in.complete, methods=["POST"]),
    Route("/sign-out", sign_in.leave, methods=["POST"]),
    Route("/", for_person(code.front)),
    Route("/acting", for_person(code.act_for), methods=["POST"]),
    Route("/code/activate", for_person(code.activate), methods=["POST"]),
    Route("/code/{code}", for_person(code.follow)),
    Route("/family", for_person(bindings.front)),
    Route("/family/bind", for_person(bind.begin)),
    Route("/family/bind/check", for_person(bind.check), methods=["POST"]),
    Route("/family/bind/send", for_person(bind.send), methods=["POST"]),
    Route("/family/{binding}", for_person(bindings.one)),
    Route("/family/{binding}/answer", for_person(bindings.decide), methods=["POST"]),
    Route("/family/{binding}/powers", for_person(bindings.change_powers), methods=["POST"]),
    Route("/family/{binding}/end", for_person(bindings.ending)),
    Route("/family/{binding}/end", for_person(bindings.end), methods=["POST"]),
    *SHARING_ROUTES,
    *WALLET_ROUTES,
    *PREMIUM_ROUTES,
    Route("/verify", for_anybody(checking.front), methods=["GET", "POST"]),
    *COMPLAINT_ROUTES,
    Route("/help", for_person_or_nobody(help_pages.front)),
    Route("/bills", for_person(bills.listing)),
    Route("/bills/shared", for_person(bills.shared)),
    Route("/bills/{bill}", for_person(bills.one)),
    Route("/bills/{bill}/explanation", for_person(bills.explanation)),
    Route("/records", for_person(records.spending)),
    Route("/records/account", for_person(records.account)),
    Route("/records/statements", for_person(statements.latest)),
    Route("/records/statements/{month}", for_person(statements.one)),
    Route("/records/statements/{month}/pdf", for_person(statements.paper)),
    Route("/records/statements/{month}/xlsx", for_person(statements.workbook)),
    Route("/me/export", for_person(statements.exporting)),
    Route("/me/export", for_person(statements.export), methods=["POST"]),
    Route("/me", for_person(me.front)),
    Route("/me/notices", for_person(notices.front)),
    Route("/me/notices/read", for_person(notices.read_all), methods=["POST"]),
    Route("/me/notices/settings", for_person(notices.wishes)),
    Route("/me/notices/settings", for_person(notices.wish), methods=["POST"]),
    Route("/me/notices/{notice}", for_person(notices.one)),
    Route("/me/notices/{notice}/not-me", for_person(notices.not_me), methods=["POST"]),
    Route("/me/trail", for_person(trail.front)),
    Route("/me/codes", for_person(trail.codes)),
    Route("/me/code", for_person(me.stopping)),
    Route("/me/code", for_person(me.stop), methods=["POST"]),
)


def create_pages(deps: Deps, world: PickWorld | None, flows: CounterFlows) -> Starlette:
    """The application; ``world`` is who can be picked in a sandbox, None in production.

    The counter settles by the ``flows`` of the institutions' door: one queue, one batch.
    """
    routes: list[BaseRoute] = [
        *FAMILY_ROUTES,
        *COUNTER_ROUTES,
        *CONSOLE_ROUTES,
        Route("/look", for_anybody(_look)),
        Mount("/static", Files(directory=STATIC)),
    ]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(GZipMiddleware, minimum_size=GZIP_FROM_BYTES), Middleware(BodyLimit)],
        exception_handlers={
            FormRefused: _form_refused,
            HTTPException: _http,
            Overloaded: _busy,
            InDoubt: _in_doubt,
            Exception: _broken,
        },
    )
    app.state.deps = deps
    app.state.world = world
    app.state.till = Till(flows, deps)
    return app


async def _look(visit: Visit) -> Response:
    """Another size or language, in one tap, and back to where one was."""
    asked: Mapping[str, str] = visit.request.query_params
    answer = go(visit, _to_be_read(visit, safe_path(asked.get("back", "/"))))
    if asked.get("size") in set(Size):
        remember(answer, visit, SIZE_COOKIE, asked["size"], seconds=YEAR_SECONDS)
    if asked.get("language") in set(Language):
        remember(answer, visit, LANGUAGE_COOKIE, asked["language"], seconds=YEAR_SECONDS)
    return answer


def _to_be_read(visit: Visit, path: str) -> str:
    """This page, or the nearest above it that is there without a form: what was sent does not go with a link."""
    bare, question, asked = path.partition("?")
    while bare and not any(
        route.matches({**visit.request.scope, "path": bare})[0] is Match.FULL
        for route in visit.request.app.routes
    ):
        bare, question, asked = bare.rpartition("/")[0], "", ""
    return f"{bare}{question}{asked}" or "/"


def _problem(request: Request, status: int, title: str, text: str) -> Response:
    visit = visit_of(request)
    return page(visit, "parts/problem.html", status, title=title, text=text, back=_back(request))


def _back(request: Request) -> str:
    """The front page of the place where it happened."""
    top = request.url.path.split("/")[1]
    return f"/{top}" if top in {"counter", "console"} else "/"


async def _form_refused(request: Request, raised: Exception) -> Response:
    if not isinstance(raised, FormRefused):
        raise raised
    visit_of(request)
    return _problem(request, 422, _("没有提交"), raised.refused.text)


async def _http(request: Request, raised: Exception) -> Response:
    if not isinstance(raised, HTTPException):
        raise raised
    visit_of(request)
    if raised.status_code == 404:
        return _problem(request, 404, _("没有这个页面"), _("地址可能写错了,或者页面已经搬走。没有任何变动。"))
    return _problem(request, raised.status_code, _("不能这样打开"), _("没有任何变动。请从首页重新进入。"))


async def _busy(request: Request, _raised: Exception) -> Response:
    visit_of(request)
    return _problem(request, 503, _("现在人多,请稍等"), refuse(RefusalCode.BUSY).text)


async def _in_doubt(request: Request, _raised: Exception) -> Response:
    log.warning("a page is in doubt", path=request.url.path)
    visit_of(request)
    text = _("刚才的操作可能已经办成,也可能没有。请先到列表里查看,再决定要不要重做。")
    return _problem(request, 503, _("正在核对"), text)


async def _broken(request: Request, raised: Exception) -> Response:
    log.error("a page broke", path=request.url.path, exc_info=raised)
    visit_of(request)
    return _problem(
        request, 500, _("出错了"), _("系统内部出错,已记录下来。请先到列表里查看是否办成,再重试。")
    )
