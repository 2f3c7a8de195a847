"""The addresses of the counter."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from qinji.web.counter import day, paid_bills, sale, sign_in
from qinji.web.counter.guard import at_counter

COUNTER_ROUTES: tuple[BaseRoute, ...] = (
    Route("/counter/sign-in", sign_in.begin, methods=["GET", "POST"]),
    Route("/counter/sign-out", sign_in.leave, methods=["POST"]),
    Route("/counter", at_counter(sale.front)),
    Route("/counter", at_counter(sale.act), methods=["POST"]),
    Route("/counter/items", at_counter(sale.items)),
    Route("/counter/bills", at_counter(paid_bills.find)),
    Route("/counter/bills/{bill}", at_counter(paid_bills.one)),
    Route("/counter/bills/{bill}/give-back", at_counter(paid_bills.giving_back)),
    Route("/counter/bills/{bill}/give-back", at_counter(paid_bills.give_back), methods=["POST"]),
    Route("/counter/day", at_counter(day.front)),
    Route("/counter/day", at_counter(day.hand_over), methods=["POST"]),
)
