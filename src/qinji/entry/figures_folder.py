"""The folder in which all processes of one service keep their figures.

Apart from the figures themselves: prometheus_client looks for the folder when it is imported, so it must be there
before.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree

FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
FOLDER_PREFIX = "figures-"


@contextmanager
def shared_figures(home: Path) -> Iterator[None]:
    """An empty folder for the figures of all processes that are started meanwhile; gone afterwards.

    What a killed server left is deleted.
    """
    for left in home.glob(f"{FOLDER_PREFIX}*"):
        if not Path("/proc", left.name.removeprefix(FOLDER_PREFIX)).exists():
            rmtree(left, ignore_errors=True)
    folder = home / f"{FOLDER_PREFIX}{os.getpid()}"
    rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    os.environ[FOLDER_VARIABLE] = str(folder)
    try:
        yield
    finally:
        del os.environ[FOLDER_VARIABLE]
        rmtree(folder, ignore_errors=True)
