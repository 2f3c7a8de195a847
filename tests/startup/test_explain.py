"""`qinji policy explain` reads a settlement from the home's database, whether or not it is being served."""

from __future__ import annotations

import subprocess
from pathlib import Path

from qinji.entry.demo.calls import Sandbox
from qinji.entry.demo.cashier import Cashier, card_of
from qinji.entry.demo.phone import Phone
from qinji.entry.demo.world import World
from qinji.entry.throwaway import free_port, sandbox_environment
from qinji.kernel.dates import local_day
from qinji.platform.clock import system_clock
from tests.startup.conftest import QINJI, data_directory, served


def _explain(home: Path, settlement: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [QINJI, "policy", "explain", settlement],
        env=sandbox_environment(home, free_port()),
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def _settled_with_a_grant(base: str) -> str:
    with Sandbox(base) as sandbox:
        world = World(sandbox.world(), local_day(system_clock()))
        daughter, mother = world.family("女儿与不用智能手机的母亲")
        Phone(sandbox, daughter).grant(mother, "parent", per_use_fen=5_000)
        cashier = Cashier(sandbox, world.place("990200", "1"))
        paid = cashier.settle(mother, card_of(mother), world.bill(("胸部数字化摄影", 2)))
        return paid.settlement


def test_it_says_by_what_right_each_payer_paid_while_the_server_runs_and_afterwards(home: Path) -> None:
    with served(home) as running:
        settlement = _settled_with_a_grant(f"http://127.0.0.1:{running.port}")
        first = _explain(home, settlement)
    again = _explain(home, settlement)
    assert first.returncode == 0, first.stderr
    assert "第 1 位 本人个人账户:支付 20.00 元" in first.stdout
    assert "使用人是授权人的父母,依据 西澜医保规〔2025〕1号 第二条" in first.stdout
    assert "限制:单次限额 50.00 元" in first.stdout
    assert "结果相同" in first.stdout
    assert again.stdout == first.stdout, again.stderr
    assert not (data_directory(home) / "postmaster.pid").exists()


def test_what_is_no_settlement_or_has_no_data_is_said_in_one_sentence(home: Path) -> None:
    wrong, nowhere = _explain(home, "12345"), _explain(home, "0" * 26)
    assert (wrong.returncode, nowhere.returncode) == (1, 1)
    assert "26 位" in wrong.stderr
    assert "没有数据" in nowhere.stderr
