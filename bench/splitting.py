"""The split alone: bills of five lines divided between fund and person on one core, by a town's rules."""

from __future__ import annotations

import time
from random import Random

from bench.bills import LINES
from bench.pairs import Run
from bench.population import REGION
from qinji.flows.parts.pricing import listed_lines
from qinji.kernel.bill import Approval, FeeLine, SentLine
from qinji.kernel.dates import local_day
from qinji.kernel.money import QUANTITY_UNITS, line_amount
from qinji.kernel.refusal import Refused
from qinji.platform.clock import system_clock
from qinji.policy.book import Book, RegionPolicy
from qinji.policy.model import Accumulated, Case
from qinji.policy.split import split

DIFFERENT = 500


def bills_of(policy: RegionPolicy, chance: Random) -> list[list[FeeLine]]:
    """Bills with what the catalogue says of their lines, as they come to the split."""
    now = system_clock()
    items, found = policy.items(), []
    for _ in range(DIFFERENT):
        lines = []
        for place, item in enumerate(chance.sample(items, LINES)):
            quantity = chance.randint(1, 3) * QUANTITY_UNITS
            amount = line_amount(item.price, quantity)
            lines.append(
                SentLine(str(place), "1", item.code, "", amount, item.price, quantity, Approval.APPROVED, now)
            )
        listed = listed_lines(lines, policy, local_day(now))
        assert not isinstance(listed, Refused)
        found.append([line.fee for line in listed])
    return found


def run(book: Book, count: int, seed: int) -> Run:
    """Divides so many bills at a hospital of level 1, where deductible, ratio and the day's cap all play a part."""
    policy = book.at(REGION, local_day(system_clock()))
    assert not isinstance(policy, Refused)
    rules = policy.rules(Case("employee", "in_service", 50, "1", "11"))
    used = Accumulated(deductible_used_fen=3_000)
    bills = bills_of(policy, Random(seed))
    latencies = []
    own, began = time.process_time(), time.perf_counter()
    for number in range(count):
        split(bills[number % DIFFERENT], rules, used)
    passed, cpu = time.perf_counter() - began, time.process_time() - own
    latencies.append(passed / count * 1e3)
    return Run(count, count / passed, cpu, latencies)
