"""Where we listen, and how to know that a server answers."""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable

HOST = "127.0.0.1"
POLL_SECONDS = 0.03


def wait_until_ready(port: int, seconds: float, alive: Callable[[], bool] = lambda: True) -> bool:
    """True as soon as a request is answered; False when the time is over or the server is no longer alive."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and alive():
        time.sleep(POLL_SECONDS)
        connection = http.client.HTTPConnection(HOST, port, timeout=seconds)
        try:
            connection.request("GET", "/")
            if connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR:
                return True
        except (OSError, http.client.HTTPException):
            continue
        finally:
            connection.close()
    return False
