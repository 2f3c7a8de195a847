"""`qinji ledger audit` says in Chinese what is wrong, and its exit status tells a script."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from qinji.entry.commands.ledger import app
from qinji.platform.database import Address
from qinji.platform.postgres_server import RunningServer


def audit(address: Address) -> tuple[int, str]:
    """The exit status and what is printed."""
    environment = {"QINJI_DATABASE_HOST": address.host, "QINJI_DATABASE_NAME": address.name}
    result = CliRunner(env={**environment, "COLUMNS": "160"}).invoke(app, ["audit"])
    return result.exit_code, result.output


def test_right_books_end_with_status_0_and_wrong_ones_with_1(
    postgres: RunningServer, address: Address
) -> None:
    status, said = audit(address)
    assert (status, "账本核对无误" in said) == (0, True)
    postgres.execute(
        "insert into personal_account values ('019cf9f3-5600-7000-8000-000000000001', 0, 5)",
        address.name,
        "qinji_owner",
    )
    status, said = audit(address)
    assert status == 1
    assert "I3 账户余额等于分录合计" in said
    assert "0.05 元与分录合计 0.00 元不符" in said
    assert "发现 1 处问题" in said


def test_a_home_without_data_is_said_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QINJI_DATABASE_HOST", raising=False)
    result = CliRunner(env={"QINJI_HOME": str(tmp_path / "none")}).invoke(app, ["audit"])
    assert result.exit_code == 2
    assert "请先运行" in result.output
    assert not (tmp_path / "none").exists()
