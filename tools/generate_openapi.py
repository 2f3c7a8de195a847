"""Writes contracts/openapi.json, the contract of the JSON door, from its routes."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from qinji.api.app import create_app
from qinji.flows.deps import Deps

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "contracts" / "openapi.json"


@dataclass(frozen=True)
class _NoDeps:
    """What the routes are described without: no call is made."""

    production: bool = True


def render() -> str:
    """The contract as text."""
    app = create_app(cast("Deps", _NoDeps()))
    return json.dumps(app.openapi(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from tools.generated import write_or_check

    sys.exit(write_or_check(TARGET, render(), sys.argv[1:]))
