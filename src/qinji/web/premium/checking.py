"""Whether a receipt is this bureau's, and unaltered: whoever holds the paper may ask, and nobody has to sign in."""

from __future__ import annotations

from starlette.responses import Response

from qinji.flows.parts.premium_receipt import Receipt
from qinji.flows.read_premium import verify_here
from qinji.kernel.refusal import RefusalCode, refuse
from qinji.platform.signatures import CODE_LENGTH_MAX, public_key
from qinji.web.answers import page
from qinji.web.forms import read_form
from qinji.web.texts import _
from qinji.web.visit import Visit


async def front(visit: Visit) -> Response:
    """A field for the code, and what the code says."""
    if visit.request.method != "POST":
        return _shown(visit, "", None, "")
    form = await read_form(visit, signed_in=False)
    code = form.whole("code").strip()[: CODE_LENGTH_MAX + 1]
    if not code:
        return _shown(visit, "", None, _("请把凭证上的验证码扫描或粘贴进来"))
    found = verify_here(code, visit.deps)
    error = "" if found else refuse(RefusalCode.RECEIPT_CODE_WRONG).text
    return _shown(visit, code, found, error)


def _shown(visit: Visit, code: str, receipt: Receipt | None, error: str) -> Response:
    status = 422 if error else 200
    key = public_key(visit.deps.vault)
    return page(visit, "premium/verify.html", status, code=code, receipt=receipt, error=error, key=key)
