"""The command line. Each command is a module of `entry/commands/` and is imported only when it is called."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module

import typer

COMMANDS = ("serve", "sandbox", "demo", "watch", "status", "backup", "verify", "restore", "version")
GROUPS = {
    "policy": "新建、检查、列出、比较政策包, 试算, 解释结算 · make, check, show, compare packs; try and explain bills",
    "ledger": "核对账本 · audit the ledger",
    "account": "个人账户划入、结转、参保登记 · credit and roll over accounts, enrol people from a file",
    "premium": "居民医保缴费:税务回盘、凭证核对;职工断缴与续缴 · answers of the tax bureau, receipts, breaks",
    "institution": "机构、密钥与签名方式 · institutions, their keys and how they sign",
    "staff": "工作人员与登录 · staff, and what they sign in with",
}


def build(arguments: Sequence[str]) -> typer.Typer:
    """The command line for these arguments: with the one command they name, or with all of them for the help."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    app.callback(help="亲济:家庭医保的经办端 · the bureau side of a family's medical insurance.")(
        lambda: None
    )
    named = arguments[0] if arguments else ""
    for name in [named] if named in (*COMMANDS, *GROUPS) else (*COMMANDS, *GROUPS):
        command = import_module(f"qinji.entry.commands.{name}").app
        if name in GROUPS:
            app.add_typer(command, name=name, help=GROUPS[name])
        else:
            app.add_typer(command)
    return app


def run() -> None:
    """Runs what the command line says."""
    build(sys.argv[1:])()
