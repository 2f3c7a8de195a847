"""A vendor who imports the client gets the client and httpx, not the server."""

import subprocess
import sys
from pathlib import Path

import qinji

SERVER = (
    "asyncpg",
    "granian",
    "fastapi",
    "sqlalchemy",
    "starlette",
    "pydantic",
    "msgspec",
    "structlog",
    "jinja2",
)


def test_importing_the_client_imports_nothing_of_the_server() -> None:
    code = "import sys, qinji.client; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = set(done.stdout.split())
    assert {name.partition(".")[0] for name in loaded} & set(SERVER) == set()
    ours = {".".join(name.split(".")[:2]) for name in loaded if name.startswith("qinji.")}
    assert ours == {"qinji.client", "qinji.kernel"}


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(qinji.__file__).parent / "py.typed").is_file()
