"""One story on its stage: the sandbox, the screen, and a list of what has to be undone when the curtain falls."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from qinji import client
from qinji.api.bills import BillDetail
from qinji.entry.demo.calls import Declined, Sandbox, Unexpected
from qinji.entry.demo.cashier import Cashier, Credential
from qinji.entry.demo.phone import Phone, Window
from qinji.entry.demo.screen import AID, Screen
from qinji.entry.demo.world import BillItem, Person, World, balances_of


class Stage:
    """What every story is given. Whatever it began is ended when the ``with`` is left, in reverse order."""

    def __init__(self, sandbox: Sandbox, world: World, screen: Screen) -> None:
        self._sandbox = sandbox
        self.world = world
        self.screen = screen
        self._phones: dict[str, Phone] = {}
        self._undoing = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._undoing.close()

    def phone(self, owner: Person) -> Phone:
        """This person's signed-in phone."""
        if owner.number not in self._phones:
            self._phones[owner.number] = Phone(self._sandbox, owner)
        return self._phones[owner.number]

    def window(self, role: str) -> Window:
        """A member of staff of this role."""
        return Window(self._sandbox, self.world.staff(role))

    def clear(self, *people: Person) -> None:
        """Ends grants that serve these people and bindings among them that an earlier run left behind."""
        for person in people:
            for grant in self.phone(person).live_grants():
                self.phone(person).end_grant(grant)
                self.screen.step(AID, f"沙箱里原有一项给{person.name}的授权,先结束")
            for other in people:
                for binding in self.phone(person).live_bindings(other):
                    self.phone(person).unbind(binding)

    def bind(self, holder: Person, member: Person, relation: str, *, window: bool = False) -> str:
        """Asks to bind, and remembers to unbind; answers the binding."""
        powers = ["show_code", "query_status"]
        binding = self.phone(holder).bind(member, relation, window=window, powers=powers).id
        self.unbind_later(holder, member)
        return binding

    def unbind_later(self, holder: Person, member: Person) -> None:
        """Whatever binding of the two lives at the end is ended."""

        def end() -> None:
            for binding in self.phone(holder).live_bindings(member):
                self.phone(holder).unbind(binding)

        self._undoing.callback(end)

    def grant(self, grantor: Person, beneficiary: Person, relation: str, **limits: int) -> str:
        """Grants, and remembers to end it; answers the grant."""
        grant = self.phone(grantor).grant(beneficiary, relation, **limits).id
        self._undoing.callback(_unless_declined, lambda: self.phone(grantor).end_grant(grant))
        return grant

    def code(self, holder: Person, member: Person | None = None) -> Credential:
        """A code on the holder's phone: their own, or a bound member's."""
        digits = self.phone(holder).code(member)
        owner = holder if member is None else member
        return Credential(client.Credential.code(digits), f"{owner.name}的医保码")

    def settle(
        self, cashier: Cashier, patient: Person, credential: Credential, items: Sequence[BillItem]
    ) -> tuple[client.Settlement, BillDetail]:
        """Settles a bill, shows who paid and why, and remembers to cancel it."""
        paid = cashier.settle(patient, credential, items)
        self._undoing.callback(_unless_declined, lambda: cashier.cancel(paid))
        detail = self.phone(patient).bill(paid.settlement)
        self.screen.bill(detail, credential.told, items)
        told = (
            detail.total_fen,
            detail.fund_fen,
            detail.own_account_fen,
            detail.mutual_aid_fen,
            detail.cash_fen,
        )
        wire = (paid.total_fen, paid.fund_fen, paid.own_fen, paid.shared_fen, paid.cash_fen)
        if told != wire or sum(told[1:]) != told[0]:
            raise Unexpected(f"机构得到的金额 {wire} 与家人看到的 {told} 不同,或各项相加不等于总费用")
        return paid, detail

    def cashier(self, region: str, level: str) -> Cashier:
        """The counter of an institution."""
        return Cashier(self._sandbox, self.world.place(region, level))

    def balances(self, people: Sequence[Person]) -> dict[str, int]:
        """The own accounts of these people now."""
        return balances_of(self._sandbox.world(), people)

    def declined(self, code: str, act: Callable[[], object]) -> str:
        """The words with which an act was refused for this reason ("" for any at the institution door)."""
        try:
            act()
        except Declined as no:
            if code != no.code:
                raise
            self.screen.refusal(no.text)
            return no.text
        raise Unexpected("应当被拒绝的办理成功了")

    def expect(self, true: bool, text: str) -> None:
        """Says what was shown, or that it was not so."""
        if not true:
            raise Unexpected(f"没有做到:{text}")
        self.screen.found(text)


def _unless_declined(act: Callable[[], object]) -> None:
    """A thing that the story itself has ended already is refused a second time; that is as it should be."""
    try:
        act()
    except Declined:
        return
