"""Where pictures of pages are left: the folder that QINJI_PICTURES names, nowhere in an ordinary run."""

from __future__ import annotations

import os

import pytest

KEY = "qinji_pictures"
NAMED = os.environ.pop("QINJI_PICTURES", "")
"""Taken out of the environment at once: the bureau reads every QINJI_ name there as a setting of its own."""


def folder_of(config: pytest.Config) -> str:
    """The folder's name, "" where there is none; a worker is told it by the process that distributes the tests."""
    told: str = getattr(config, "workerinput", {}).get(KEY, "")
    return told or NAMED
