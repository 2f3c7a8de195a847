"""Cookies of the pages: read by the server only, sent from this site only, by https where we are served so."""

from __future__ import annotations

from starlette.responses import Response

from qinji.web.visit import Visit

HTTPS = "https"


def remember(
    answer: Response, visit: Visit, name: str, value: str, path: str = "/", seconds: int | None = None
) -> None:
    """Let the browser keep a value; without ``seconds`` until it is closed."""
    forwarded = visit.request.headers.get("x-forwarded-proto", visit.request.url.scheme)
    answer.set_cookie(
        name, value, max_age=seconds, path=path, secure=forwarded == HTTPS, httponly=True, samesite="lax"
    )


def forget(answer: Response, name: str, path: str = "/") -> None:
    """Let the browser drop a value."""
    answer.delete_cookie(name, path=path)
