"""`qinji status`: how the service of this home is."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from qinji.entry.commands.ending import in_words

if TYPE_CHECKING:
    from qinji.entry.condition import Condition, Fact

app = typer.Typer()

NOT_READY = 1
STOPPED = 3
LABELS = {
    "running": "运行 running",
    "ready": "就绪 ready",
    "says": "它说 it says",
    "address": "地址 address",
    "process": "进程 process",
    "processes": "工作进程 workers",
    "since": "启动于 since",
    "uptime_seconds": "已运行 uptime",
    "served_version": "运行的版本 running version",
    "version": "程序版本 program version",
    "mode": "模式 mode",
    "schema": "数据库结构 schema",
    "newest_schema": "程序的结构 program's schema",
    "home": "数据目录 home",
    "data": "数据库文件 data",
    "database": "数据库 database",
    "database_bytes": "数据库大小 database size",
    "disk_free_bytes": "磁盘剩余 disk room",
    "keys": "密钥在 keys there",
    "persons": "参保人 persons",
    "settlements": "结算 settlements",
    "cancellations": "撤销 cancellations",
    "messages_waiting": "待发短信微信 messages waiting",
    "messages_given_up": "七天内没发出 given up in 7 days",
    "files_at_work": "正在办的批量文件 files at work",
    "files_waiting": "待复核的批量文件 files to approve",
    "files_broken": "遇到问题的批量文件 files that broke",
    "last_timers": "定时任务最近一遍 timers last ran",
    "queue_length": "排队 queue",
    "in_doubt": "启动以来结果未知 in doubt since start",
    "replays": "启动以来重复报文 replays since start",
    "last_backup": "上次备份 last backup",
    "last_backup_place": "备份位置 its place",
    "last_audit": "上次核对账本 last audit",
    "last_audit_findings": "核对发现 its findings",
}
MOMENTS = {"since", "last_timers", "last_backup", "last_audit"}
NEVER = {"last_timers": "从未 never", "last_backup": "从未 never", "last_audit": "从未 never"}
WORDS = {
    "running": "运行中 running",
    "stopped": "已停止 stopped",
    "no answer": "没有答复 no answer",
    "sandbox": "沙箱 sandbox",
    "production": "正式环境 production",
}
MIB = 1024 * 1024
DAY, HOUR, MINUTE = 86_400, 3_600, 60


@app.command()
def status(
    as_json: Annotated[bool, typer.Option("--json", help="一个 JSON 对象 · one JSON object")] = False,
) -> None:
    """服务的状况。退出码:0 就绪,1 运行但未就绪,3 已停止 · how the service is; status 0 ready, 1 not ready, 3 stopped."""
    with in_words():
        from qinji.entry.condition import look
        from qinji.entry.settings import read_settings

        found = look(read_settings())
    if as_json:
        typer.echo(json.dumps(found.facts, ensure_ascii=False))
    else:
        _show(found)
    raise typer.Exit((0 if found.ready else NOT_READY) if found.serving else STOPPED)


def _show(found: Condition) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(show_header=False, box=None, pad_edge=False)
    for name, label in LABELS.items():
        if name in found.facts and (found.facts[name] is not None or name in NEVER):
            table.add_row(label, shown(name, found.facts[name]))
    Console(soft_wrap=True).print(table, highlight=False)


def shown(name: str, value: Fact) -> str:
    """A fact as a person reads it."""
    if value is None:
        return NEVER.get(name, "")
    if isinstance(value, bool):
        return "是 yes" if value else "否 no"
    if isinstance(value, int):
        if name.endswith("_bytes"):
            return f"{value // MIB:,} MiB"
        if name == "process":
            return str(value)
        return _lasting(value) if name == "uptime_seconds" else f"{value:,}"
    return _clock_time(value) if name in MOMENTS else WORDS.get(value, value)


def _clock_time(moment: str) -> str:
    from qinji.kernel.dates import CHINA

    return datetime.fromisoformat(moment).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")


def _lasting(seconds: int) -> str:
    days, rest = divmod(seconds, DAY)
    hours, rest = divmod(rest, HOUR)
    return f"{days} 天 days {hours:02}:{rest // MINUTE:02}" if days else f"{hours:02}:{rest // MINUTE:02}"
