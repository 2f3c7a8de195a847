"""The three paths that whoever runs the service asks; a command knows them without loading the server."""

from __future__ import annotations

HEALTH_PATH, READY_PATH, FIGURES_PATH = "/healthz", "/readyz", "/metrics"
OPERATING_PATHS = frozenset((HEALTH_PATH, READY_PATH, FIGURES_PATH))
