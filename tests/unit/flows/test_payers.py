"""A relative's account as a payer: what the grantor and what the grantor's region allow."""

from __future__ import annotations

import shutil
from pathlib import Path

from qinji.flows.parts.payers import grant_payer
from qinji.kernel.purpose import Purpose
from qinji.mutual_aid.model import Limits
from qinji.policy.load import load
from tests.simulation.cast import FIRST_DAY, sandbox_cast
from tests.simulation.operations import Give
from tests.simulation.paper import DONE, Paper
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
