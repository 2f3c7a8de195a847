"""Writes contracts/messages/NNNN.{input,output}.schema.json from the tables of the messages."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from qinji.gateway.contract import Schema, input_schema, output_schema
from qinji.gateway.registry import SERVED

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "contracts" / "messages"


def render() -> dict[Path, str]:
    """Every file with its text."""
    files: dict[Path, str] = {}
    for number, served in SERVED.items():
        files[FOLDER / f"{number}.input.schema.json"] = _text(input_schema(served.message))
        files[FOLDER / f"{number}.output.schema.json"] = _text(output_schema(served.message))
    return files


def _text(schema: dict[str, Schema]) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    from tools.generated import write_or_check

    sys.exit(max(write_or_check(path, text, sys.argv[1:]) for path, text in render().items()))
