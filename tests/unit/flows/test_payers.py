"""A relative's account as a payer: what the grantor and what the grantor's region allow."""

from __future__ import annotations

import shutil
from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from qinji.flows.parts.commands import AccountUse
from qinji.flows.parts.payers import grant_payer, uses_grants, uses_own
from qinji.kernel.purpose import Purpose
from qinji.kernel.refusal import Refused
from qinji.mutual_aid.model import Limits
from qinji.policy.load import load
from tests.simulation.booked import DONE
from tests.simulation.cast import FIRST_DAY, sandbox_cast
from tests.simulation.operations import Give
from tests.simulation.paper import Paper
from tests.unit.policy.bills import POLICIES

ROW = '- {{from: 2025-01-01, value: "{}", unit: yuan, document: donglan-aid, clause: "第五条", certainty: certain}}'


def test_the_limits_of_the_grantors_region_hold_beside_the_grantors_own(tmp_path: Path) -> None:
    packs = Path(shutil.copytree(POLICIES, tmp_path / "policies"))
    said = "".join(
        f"mutual_aid.limit.{name}:\n  {ROW.format(amount)}\n"
        for name, amount in (("per_use", "5.00"), ("per_year", "20.00"))
    )
    with (packs / "990100-donglan" / "sharing.yaml").open("a", encoding="utf-8") as file:
        file.write(said)
    paper = Paper(sandbox_cast(12))
    wanted = Limits(per_use_fen=900, per_day_fen=1000)
    give = next(
        give
        for one, other, relation in paper.pairs
        if paper.facts.persons[one].region == "990100"
        and paper.do(give := Give(one, other, relation, wanted)) == DONE
    )
    grantor, patient = paper.facts.persons[give.grantor], paper.facts.persons[give.beneficiary]
    (grant,) = (g for g in paper.facts.grants[give.beneficiary] if g.grantor_id == give.grantor)
    limits = [
        grant_payer(grant, grantor, patient, paper.facts, load(folder), FIRST_DAY, Purpose.PHARMACY).limits
        for folder in (POLICIES, packs)
    ]
    assert limits == [(900, 1000, None, None), (500, 1000, None, 2000)]


@pytest.mark.parametrize(
    ("flag_1", "flag_2"), [*product(("own_then_grants", "own_only"), ("own_then_grants", "grants_only"))]
)
def test_what_is_said_at_the_counter_means_the_same_whatever_a_regions_flags_mean(
    flag_1: str, flag_2: str
) -> None:
    policy = load(POLICIES).at("990100", FIRST_DAY)
    assert not isinstance(policy, Refused)
    terms = replace(policy.settlement(), flag_1=flag_1, flag_2=flag_2)
    pays = {use: (uses_own(use, terms), uses_grants(use, terms)) for use in AccountUse}
    assert pays == {
        AccountUse.NONE: (False, False),
        AccountUse.OWN: (True, flag_1 == "own_then_grants"),
        AccountUse.SHARED: (flag_2 == "own_then_grants", True),
        AccountUse.OWN_ONLY: (True, False),
        AccountUse.EVERYONE: (True, True),
    }
