"""The JSON door as a family's phone and as the bureau's window use it."""

from __future__ import annotations

from collections.abc import Sequence

from qinji.api.bills import BillDetail
from qinji.api.views import Begun, BindingView, CodeView, GrantView, Page, StaffToken, Token
from qinji.entry.demo.calls import Sandbox
from qinji.entry.demo.world import Person

LIVE_BINDINGS = ("pending", "active")
LIVE_GRANTS = ("filed", "active", "paused")
PAGE = "100"


class Phone:
    """Somebody signed in at the JSON door."""

    def __init__(self, sandbox: Sandbox, owner: Person) -> None:
        self._sandbox = sandbox
        self.owner = owner
        begun = Begun.model_validate_json(sandbox.call("POST", "/sign-ins", {"psn_no": owner.number}))
        answer = sandbox.call("POST", f"/sign-ins/{begun.id}", {"code": begun.sandbox_code})
        self._token = Token.model_validate_json(answer).token

    def bind(self, member: Person, relation: str, *, window: bool, powers: Sequence[str]) -> BindingView:
        """Asks to bind; it then waits for the member's word, or for the window."""
        body = {
            "psn_no": member.number,
            "relation": relation,
            "route": "window" if window else "member",
            "powers": list(powers),
        }
        return BindingView.model_validate_json(
            self._sandbox.call("POST", "/family/bindings", body, self._token)
        )

    def confirm(self, binding: str) -> BindingView:
        """The member agrees."""
        answer = self._sandbox.call("POST", f"/family/bindings/{binding}/confirm", token=self._token)
        return BindingView.model_validate_json(answer)

    def unbind(self, binding: str) -> None:
        """Ends a binding."""
        self._sandbox.call("DELETE", f"/family/bindings/{binding}", token=self._token)

    def live_bindings(self, member: Person) -> list[str]:
        """My bindings of this member that are not over."""
        answer = self._sandbox.call("GET", "/family/bindings", token=self._token, query={"limit": PAGE})
        return [
            one.id
            for one in Page[BindingView].model_validate_json(answer).items
            if one.member.psn_no == member.number and one.state in LIVE_BINDINGS
        ]

    def grant(self, beneficiary: Person, relation: str, **limits: int) -> GrantView:
        """Lets a relative spend from my account; ``limits`` in fen by the names of the JSON door."""
        body = {"beneficiary_psn_no": beneficiary.number, "relation": relation, **limits}
        return GrantView.model_validate_json(
            self._sandbox.call("POST", "/mutual-aid/grants", body, self._token)
        )

    def end_grant(self, grant: str) -> GrantView:
        """Ends a grant."""
        answer = self._sandbox.call("DELETE", f"/mutual-aid/grants/{grant}", token=self._token)
        return GrantView.model_validate_json(answer)

    def live_grants(self) -> list[str]:
        """Grants that serve me and are not over."""
        answer = self._sandbox.call("GET", "/mutual-aid/grants", token=self._token, query={"limit": PAGE})
        return [
            one.id
            for one in Page[GrantView].model_validate_json(answer).items
            if one.beneficiary.psn_no == self.owner.number and one.state in LIVE_GRANTS
        ]

    def code(self, member: Person | None = None) -> str:
        """Shows my code, or a bound member's: 28 digits."""
        body = {} if member is None else {"psn_no": member.number}
        answer = self._sandbox.call("POST", "/credential/codes", body, self._token)
        return CodeView.model_validate_json(answer).code

    def bill(self, settlement: str) -> BillDetail:
        """One of my bills with its payers and its reasons."""
        answer = self._sandbox.call("GET", f"/settlements/{settlement}", token=self._token)
        return BillDetail.model_validate_json(answer)


class Window:
    """A member of staff signed in at the bureau's window."""

    def __init__(self, sandbox: Sandbox, name: str) -> None:
        self._sandbox = sandbox
        self.name = name
        answer = sandbox.call("POST", "/staff/sign-ins", {"name": name})
        self._token = StaffToken.model_validate_json(answer).token

    def enter(self, holder: Person, member: Person, relation: str, reason: str) -> BindingView:
        """Enters a binding; a request of the same two is taken over."""
        body = {
            "holder_psn_no": holder.number,
            "member_psn_no": member.number,
            "relation": relation,
            "reason": reason,
        }
        answer = self._sandbox.call("POST", "/staff/bindings", body, self._token)
        return BindingView.model_validate_json(answer)

    def approve(self, binding: str, reason: str) -> BindingView:
        """Approves what another has entered; raises Declined for one's own."""
        body = {"reason": reason}
        answer = self._sandbox.call("POST", f"/staff/reviews/{binding}/approve", body, self._token)
        return BindingView.model_validate_json(answer)
