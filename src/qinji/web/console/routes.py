"""Where the pages of the console are."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from qinji.web.console import (
    acts,
    bills,
    bindings,
    complaint_entry,
    complaints,
    entry,
    files,
    grants,
    notices,
    one_file,
    queue,
    sign_in,
    window,
    years,
)
from qinji.web.console.desk import at_console

CONSOLE_ROUTES: tuple[BaseRoute, ...] = (
    Route("/console/sign-in", sign_in.begin, methods=["GET", "POST"]),
    Route("/console/sign-out", sign_in.leave, methods=["POST"]),
    Route("/console", at_console(queue.front)),
    Route("/console/bindings/{binding}", at_console(bindings.one)),
    Route("/console/bindings/{binding}/decide", at_console(bindings.decide), methods=["POST"]),
    Route("/console/bindings/{binding}/photos/{photo}", at_console(bindings.photo)),
    Route("/console/bindings/{binding}/slip", at_console(acts.slip_of_binding)),
    Route("/console/bind", at_console(entry.begin)),
    Route("/console/bind", at_console(entry.send), methods=["POST"]),
    Route("/console/bind/{binding}", at_console(entry.take_over)),
    Route("/console/bind/{binding}", at_console(entry.send_over), methods=["POST"]),
    Route("/console/grants/{grant}", at_console(grants.one)),
    Route("/console/grants/{grant}/decide", at_console(grants.decide), methods=["POST"]),
    Route("/console/window", at_console(window.front)),
    Route("/console/window", at_console(window.look), methods=["POST"]),
    Route("/console/window/wish", at_console(window.fill), methods=["POST"]),
    Route("/console/window/enter", at_console(window.enter), methods=["POST"]),
    Route("/console/window/notices", at_console(notices.slip), methods=["POST"]),
    Route("/console/window/mine", at_console(acts.mine)),
    Route("/console/window/acts/{act}", at_console(acts.one)),
    Route("/console/window/acts/{act}/decide", at_console(acts.decide), methods=["POST"]),
    Route("/console/window/acts/{act}/slip", at_console(acts.slip)),
    Route("/console/complaints/new", at_console(complaint_entry.fill), methods=["POST"]),
    Route("/console/complaints/open", at_console(complaint_entry.enter), methods=["POST"]),
    Route("/console/complaints/{complaint}", at_console(complaints.one)),
    Route("/console/complaints/{complaint}", at_console(complaints.act), methods=["POST"]),
    Route("/console/complaints/{complaint}/letters", at_console(complaints.letters)),
    Route("/console/files", at_console(files.front)),
    Route("/console/files/new/{kind}", at_console(files.begin)),
    Route("/console/files/new/{kind}", at_console(files.send), methods=["POST"]),
    Route("/console/files/new/{kind}/empty.xlsx", at_console(files.empty)),
    Route("/console/files/years", at_console(years.front)),
    Route("/console/files/{file}", at_console(one_file.one)),
    Route("/console/files/{file}", at_console(one_file.decide), methods=["POST"]),
    Route("/console/files/{file}/refused.csv", at_console(one_file.refused)),
    Route("/console/bills", at_console(bills.front)),
    Route("/console/bills", at_console(bills.explain), methods=["POST"]),
)
