"""Whom the bureau and its institutions may employ."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qinji.institution.model import StaffMember
from qinji.institution.rules import STAFF_ID_MAX, STAFF_NAME_MAX, employment_refused
from qinji.kernel.actor import StaffRole
from qinji.kernel.refusal import RefusalCode

CLERK = StaffMember("C010", "甲某", StaffRole.CLERK)
CASHIER = StaffMember("T010", "乙某", StaffRole.CASHIER, "P99010000001")


@pytest.mark.parametrize(
    "member",
    [
        CLERK,
        CASHIER,
        replace(CLERK, role=StaffRole.REVIEWER),
        replace(CLERK, staff_id="A" * STAFF_ID_MAX),
        replace(CLERK, name="甲" * STAFF_NAME_MAX),
    ],
)
def test_right_particulars_are_taken(member: StaffMember) -> None:
    assert employment_refused(member) is None


@pytest.mark.parametrize(
    "member",
    [
        replace(CLERK, staff_id=""),
        replace(CLERK, staff_id="A" * (STAFF_ID_MAX + 1)),
        replace(CLERK, staff_id="c010"),
        replace(CLERK, staff_id="C 10"),
        replace(CLERK, staff_id="工号1"),
        replace(CLERK, name=" "),
        replace(CLERK, name="甲" * (STAFF_NAME_MAX + 1)),
        replace(CLERK, institution="P99010000001"),
        replace(CASHIER, institution=None),
    ],
)
def test_wrong_ones_are_refused_in_words(member: StaffMember) -> None:
    refused = employment_refused(member)
    assert refused is not None
    assert refused.code is RefusalCode.REQUEST_INVALID
