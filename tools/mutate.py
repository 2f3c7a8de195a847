"""Mutation testing of what decides over money: `make mutate`, or `make mutate SAMPLE=800` for a part of the mutants.

Every mutant is one small change of `policy/` or `funding/`. A mutant that no test notices is told by its name; look at
it with `.venv/bin/mutmut show NAME`. A sample is drawn by a fixed seed, so that two runs of one tree look at the same.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[1]
MUTMUT = str(Path(sys.executable).parent / "mutmut")
SEED = 20261126
PROCESSES = 2
_NAME = re.compile(r"qinji\.\S+__mutmut_\d+")
_RESULT = re.compile(r"(qinji\.\S+__mutmut_\d+): (.+)")


def _mutmut(*arguments: str) -> str:
    """The command's output; its progress is not shown, because it draws a line for each mutant."""
    done = subprocess.run(
        [MUTMUT, *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout


def _everything() -> list[str]:
    """The name of every mutant; they are made on the way."""
    _mutmut("run", "no-such-mutant")  # the mutants are made, and then none is chosen
    told = _mutmut("print-time-estimates")
    found = sorted(set(_NAME.findall(told)))
    if not found:
        sys.exit(f"no mutants were made:\n{told[-4000:]}")
    return found


def _verdicts(names: set[str]) -> dict[str, str]:
    told = _RESULT.findall(_mutmut("results", "--all", "true"))
    return {name: verdict for name, verdict in told if name in names}


def main(arguments: list[str]) -> int:
    """Runs the mutants and prints the share that was killed; 0 where it is 90 per cent or more."""
    names = _everything()
    chosen = names
    if arguments and int(arguments[0]) < len(names):
        chosen = sorted(Random(SEED).sample(names, int(arguments[0])))
    print(f"{len(chosen)} of {len(names)} mutants", flush=True)
    told = _mutmut("run", "--max-children", str(PROCESSES), *chosen)
    verdicts = _verdicts(set(chosen))
    if all(verdict == "not checked" for verdict in verdicts.values()):
        sys.exit(f"the tests do not pass as they are, so nothing can be said of a mutant:\n{told[-4000:]}")
    killed = sum(verdict in ("killed", "timeout") for verdict in verdicts.values())
    for name, verdict in sorted(verdicts.items()):
        if verdict not in ("killed", "timeout"):
            print(f"{verdict}: {name}")
    share = 100 * killed // max(1, len(verdicts))
    print(f"{killed} of {len(verdicts)} killed: {share} %")
    return 0 if share >= 90 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
