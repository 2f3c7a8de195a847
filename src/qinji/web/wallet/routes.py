"""Where the pages of 医保钱包 stand."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from qinji.web.guards import for_person
from qinji.web.wallet import answering, home, opening, sending

WALLET_ROUTES: tuple[BaseRoute, ...] = (
    Route("/wallet", for_person(home.front)),
    Route("/wallet/movements", for_person(home.movements)),
    Route("/wallet/open", for_person(opening.begin)),
    Route("/wallet/open", for_person(opening.send), methods=["POST"]),
    Route("/wallet/send", for_person(sending.begin), methods=["GET", "POST"]),
    Route("/wallet/send/check", for_person(sending.check), methods=["POST"]),
    Route("/wallet/send/confirm", for_person(sending.send), methods=["POST"]),
    Route("/wallet/transfers/{transfer}", for_person(answering.one)),
    Route("/wallet/transfers/{transfer}", for_person(answering.send), methods=["POST"]),
)
