"""What a page is sent with: what it may load, that nobody keeps it, and which mode it belongs to."""

from __future__ import annotations

from starlette.responses import HTMLResponse, RedirectResponse, Response

from qinji.web.templating import templates
from qinji.web.visit import Visit

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing from elsewhere, and no script or style that stands in a page."""

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": POLICY,
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Cookie, HX-Request",
}
SEE_OTHER, SEND_AGAIN = 303, 307


def page(visit: Visit, template: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page, or the part of one, with the values its template needs beside ``visit``."""
    text = templates.get_template(template).render(visit=visit, look=visit.look, **values)
    return HTMLResponse(text, status, {**HEADERS, **_mode(visit)})


def go(visit: Visit, path: str) -> Response:
    """Another page instead; after a form, so that loading again sends nothing twice."""
    return RedirectResponse(path, SEE_OTHER, {**HEADERS, **_mode(visit)})


def resend(visit: Visit, path: str) -> Response:
    """The same form sent on to another page of this site, as it is."""
    return RedirectResponse(path, SEND_AGAIN, {**HEADERS, **_mode(visit)})


def _mode(visit: Visit) -> dict[str, str]:
    return {"X-Qinji-Mode": "sandbox"} if visit.sandbox else {}
