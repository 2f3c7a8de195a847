"""Runs a workload and its peer in turn, the peer first and last, and says what came of it in one line of JSON."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.cpu import used_seconds
from bench.place import Peer, Place

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench" / "results"


@dataclass(frozen=True, slots=True)
class Run:
    """One run of ours: what was done, how fast, with how much CPU (everything counted), and how long one took.

    ``own_cpu_seconds`` is the part of the measuring process itself.
    """

    done: int
    per_second: float
    cpu_seconds: float
    latencies_ms: Sequence[float]
    own_cpu_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class PeerRun:
    """One run of the peer with the CPU time of client and server."""

    per_second: float
    cpu_seconds_each: float


@dataclass(frozen=True, slots=True)
class Measured:
    """All runs of one benchmark: ``peers`` has one more than ``ours``."""

    name: str
    clients: int
    ours: Sequence[Run]
    peers: Sequence[PeerRun]

    def wall_ratios(self) -> list[float]:
        """Each run of ours over the mean of the peer's before and after it."""
        return [
            run.per_second * 2 / (before.per_second + after.per_second)
            for run, before, after in self._neighbours()
        ]

    def cpu_ratios(self) -> list[float]:
        """CPU time of a transaction of the peer over that of one of ours."""
        return [
            (before.cpu_seconds_each + after.cpu_seconds_each) / 2 / (run.cpu_seconds / run.done)
            for run, before, after in self._neighbours()
        ]

    def _neighbours(self) -> list[tuple[Run, PeerRun, PeerRun]]:
        return list(zip(self.ours, self.peers[:-1], self.peers[1:], strict=True))


def measure(
    name: str,
    clients: int,
    place: Place,
    ours: Callable[[], Run],
    pairs: int,
    seconds: int,
    say: Callable[[str], None],
) -> Measured:
    """The runs, in turn; one of each before them does not count."""
    peer_run(place, seconds)
    ours()
    peers, runs = [peer_run(place, seconds)], []
    for turn in range(pairs):
        runs.append(ours())
        peers.append(peer_run(place, seconds))
        run, peer = runs[-1], peers[-1]
        say(
            f"{name} {turn + 1}/{pairs}: {run.per_second:7.0f}/s at {run.cpu_seconds / run.done * 1e6:6.0f} µs CPU; "
            f"peer {peer.per_second:6.0f}/s at {peer.cpu_seconds_each * 1e6:5.0f} µs"
        )
    return Measured(name, clients, runs, peers)


def peer_run(place: Place, seconds: int) -> PeerRun:
    """One run of the peer."""
    before = used_seconds(place.leader)
    peer: Peer = place.run_peer(seconds)
    server = used_seconds(place.leader) - before
    return PeerRun(peer.per_second, (server + peer.client_seconds) / peer.transactions)


def line(measured: Measured, batch_mean: float, *, balanced: bool) -> dict[str, object]:
    """The line of the report."""
    latencies = sorted(one for run in measured.ours for one in run.latencies_ms)
    return {
        "name": measured.name,
        **where(),
        "clients": measured.clients,
        "batch_mean": round(batch_mean, 1),
        "pairs": len(measured.ours),
        "ours_per_s": [round(run.per_second) for run in measured.ours],
        "peer_per_s": [round(peer.per_second) for peer in measured.peers],
        "wall_ratio": round(median(measured.wall_ratios()), 2),
        "wall_ratios": [round(ratio, 2) for ratio in measured.wall_ratios()],
        "cpu_ratio": round(median(measured.cpu_ratios()), 2),
        "cpu_ratios": [round(ratio, 2) for ratio in measured.cpu_ratios()],
        "cpu_us": round(median(run.cpu_seconds / run.done for run in measured.ours) * 1e6),
        "peer_cpu_us": round(median(peer.cpu_seconds_each for peer in measured.peers) * 1e6),
        "p50_ms": round(latencies[len(latencies) // 2], 1),
        "p99_ms": round(latencies[len(latencies) * 99 // 100], 1),
        "balanced": balanced,
    }


def where() -> dict[str, object]:
    """Day, commit and machine of a run."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "machine": f"{os.cpu_count()} cores, {_model()}, Python {_python()}",
    }


def write(lines: Sequence[dict[str, object]]) -> Path:
    """Adds the lines to the report of the day."""
    path = RESULTS / f"{lines[0]['date']}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        for one in lines:
            file.write(json.dumps(one, ensure_ascii=False) + "\n")
    return path


def _commit() -> str:
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return said.stdout.strip() or "unknown"


def _python() -> str:
    """Version and day of the build: two builds of one version may differ by a fifth in speed."""
    return f"{platform.python_version()} of {platform.python_build()[1][:11].strip()}"


def _model() -> str:
    for row in Path("/proc/cpuinfo").read_text().splitlines():
        if row.startswith("model name"):
            return row.partition(":")[2].strip()
    return platform.machine()
