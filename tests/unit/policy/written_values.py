"""Values as a pack would hold them, made for the tests of rules that read a few parameters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from qinji.policy.forms import Value
from qinji.policy.model import Source
from qinji.policy.pack import Dated, Pack, Values
from qinji.policy.parameters import PARAMETERS

DAY = date(2026, 3, 1)


def values_of(written: Mapping[str, Value]) -> Values:
    """The values of one pack that writes these parameters, each in the form that its parameter has."""
    for name, value in written.items():
        PARAMETERS[name].form.check(value)
    source = Source("测试文件", "第一条", "certain", "2025-01-01")
    dated = {name: [Dated(date(2025, 1, 1), value, source)] for name, value in written.items()}
    pack = Pack("fixture", "990000", "测试", date(2025, 1, 1), (), {}, {}, dated, (), b"", b"")
    return Values((pack,), DAY)
