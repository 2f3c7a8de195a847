"""Where the pages of 异议 stand."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from qinji.web.complaint import cases, opening
from qinji.web.guards import for_person

COMPLAINT_ROUTES: tuple[BaseRoute, ...] = (
    Route("/complaints", for_person(cases.listing)),
    Route("/complaints/new", for_person(opening.begin)),
    Route("/complaints/new", for_person(opening.send), methods=["POST"]),
    Route("/complaints/letters/{complaint}", for_person(cases.letter_to_me)),
    Route("/complaints/{complaint}", for_person(cases.one)),
    Route("/complaints/{complaint}", for_person(cases.answer), methods=["POST"]),
    Route("/complaints/{complaint}/letter", for_person(cases.letter)),
)
