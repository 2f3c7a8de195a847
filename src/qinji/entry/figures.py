"""The figures of the running service for Prometheus: counted per message and batch, summed over all its processes.

`qinji serve` names a folder in `PROMETHEUS_MULTIPROC_DIR`; each process keeps its numbers there, and whichever answers
a scrape adds them up. Without that variable (tests, the benchmark) a process counts for itself. No figure names a
person, an institution or a message; a message number that is not served is `other`, so that nobody can make up rows.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.values import ValueClass

from qinji.entry.figures_folder import FOLDER_VARIABLE
from qinji.gateway.observed import Exchange, Outcome
from qinji.gateway.registry import find
from qinji.kernel.refusal import RefusalCode
from qinji.platform.database import PoolUse

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OTHER = "other"
MICROSECONDS = 1e-6

LATENCY_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
BATCH_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


class Figures:
    """All figures of this process. Rows are looked up once and kept: a message costs a few microseconds."""

    def __init__(self, build: Mapping[str, str]) -> None:
        self._collected = CollectorRegistry()
        # By a name in a text: whatever looks for the address of a package index stumbles over the keyword.
        own: dict[str, Any] = {"registry": self._collected}
        self._messages = Counter(
            "qinji_messages_total", "报文数,按交易和结果。", ("number", "outcome"), **own
        )
        self._refusals = Counter("qinji_refusals_total", "拒绝数,按原因。", ("code",), **own)
        self._in_doubt = Counter("qinji_in_doubt_total", "提交时数据库中断、结果未知的报文数。", **own)
        self._replays = Counter("qinji_replays_total", "重复报文数:原样答复,没有再办一次。", **own)
        self._latency = Histogram(
            "qinji_message_seconds",
            "从收到报文到答复就绪的时间。",
            ("number",),
            buckets=LATENCY_SECONDS,
            **own,
        )
        self._batches = Histogram("qinji_batch_size", "每批结算的笔数。", buckets=BATCH_SIZES, **own)
        self._queue = Gauge("qinji_queue_length", "等待结算的笔数。", multiprocess_mode="livesum", **own)
        self._pool = Gauge(
            "qinji_database_connections",
            "数据库连接数,按连接池和状态。",
            ("pool", "state"),
            multiprocess_mode="livesum",
            **own,
        )
        self._processes = Gauge("qinji_processes", "正在服务的进程数。", multiprocess_mode="livesum", **own)
        self._build = Gauge(
            "qinji_build_info",
            "版本、模式与数据库结构,值总是 1。",
            tuple(build),
            multiprocess_mode="livemax",
            **own,
        )
        self._build.labels(**build).set(1)
        self._processes.set(1)
        self._message_rows: dict[tuple[str, Outcome], tuple[Counter, Histogram]] = {}
        self._refusal_rows: dict[RefusalCode, Counter] = {}

    def message(self, exchange: Exchange) -> None:
        """Counts one message; an observer of the institution door."""
        key = (exchange.number, exchange.outcome)
        rows = self._message_rows.get(key) or self._rows(key)
        rows[0].inc()
        rows[1].observe(exchange.microseconds * MICROSECONDS)
        if exchange.refused is not None:
            row = self._refusal_rows.get(exchange.refused)
            if row is None:
                row = self._refusal_rows[exchange.refused] = self._refusals.labels(exchange.refused.name)
            row.inc()
        if exchange.outcome is Outcome.REMEMBERED:
            self._replays.inc()
        elif exchange.outcome is Outcome.IN_DOUBT:
            self._in_doubt.inc()

    def batch(self, size: int) -> None:
        """Counts one batch that was taken from the queue."""
        self._batches.observe(size)

    def sample(self, queue_length: int, pools: Mapping[str, PoolUse]) -> None:
        """Sets what is looked at from time to time, and not counted."""
        self._queue.set(queue_length)
        for name, use in pools.items():
            self._pool.labels(name, "used").set(use.used)
            self._pool.labels(name, "idle").set(use.open - use.used)

    def text(self) -> bytes:
        """Everything in Prometheus's text format, summed over all processes of this service."""
        folder = os.environ.get(FOLDER_VARIABLE)
        if folder is None or not getattr(ValueClass, "_multiprocess", False):
            return generate_latest(self._collected)
        _forget_ended(Path(folder))
        together = CollectorRegistry()
        MultiProcessCollector(together, folder)
        return generate_latest(together)

    def _rows(self, key: tuple[str, Outcome]) -> tuple[Counter, Histogram]:
        sent, outcome = key
        served = find(sent)
        number = OTHER if served is None else served.message.number
        rows = (self._messages.labels(number, outcome.value), self._latency.labels(number))
        if served is not None:
            self._message_rows[key] = rows
        return rows


def _forget_ended(folder: Path) -> None:
    """What a process that has ended was doing no longer counts; what it has counted does."""
    for file in folder.glob("gauge_live*_*.db"):
        number = file.stem.rpartition("_")[2]
        if number.isdigit() and not Path(f"/proc/{number}").exists():
            mark_process_dead(int(number), str(folder))
