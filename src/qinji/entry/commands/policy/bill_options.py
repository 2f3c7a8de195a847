"""The options by which `qinji policy try` is told of a bill."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

FileArgument = Annotated[
    Path | None,
    typer.Argument(
        help="账单文件 (JSON 或 YAML), 一张或一组, - 为标准输入; 不写则用下面的选项说明一张账单 · "
        "a bill or a list of bills, JSON or YAML, - for stdin; without it the options tell one bill",
        show_default=False,
    ),
]
YamlOption = Annotated[bool, typer.Option("--yaml", help="标准输入是 YAML · standard input is YAML")]
RegionOption = Annotated[
    str, typer.Option(help="参保地: 六位代码或名称; 用它的政策, 不用文件中的 rules · whose policy holds")
]
DayOption = Annotated[
    str, typer.Option("--on", "--day", help="就诊日期 (住院为出院日期), 如 2025-03-17 · day of service")
]
PersonOption = Annotated[
    str, typer.Option(help="险种/状态/年龄, 如 employee/retired/72, resident/child/8 · insurance/status/age")
]
LevelOption = Annotated[
    str, typer.Option(help="医院级别: village, community, 1, 2, 3, pharmacy, none (非定点) · level")
]
AmountOption = Annotated[str, typer.Option(help="一条甲类费用的金额 · one line of category A")]
LineOption = Annotated[
    list[str] | None,
    typer.Option(
        help="'类别 金额 先行自付比例' 或 '目录编码 金额', 可多次, 如 'B 80.00 0.10' · a fee line, repeatable"
    ),
]
AccountOption = Annotated[
    list[str] | None,
    typer.Option(help="谁=余额: self=200, self.current_year=50, spouse=300, 可多次 · who may pay"),
]
UsedOption = Annotated[
    list[str] | None,
    typer.Option(help="本年已用: deductible_used=500, fund_paid_year=800, 可多次 · used before"),
]
TypeOption = Annotated[str, typer.Option("--type", help="医疗类别, 如 13 急诊 · medical type")]
InpatientOption = Annotated[bool, typer.Option("--inpatient", help="住院 · a stay in hospital")]
AdmissionOption = Annotated[int, typer.Option(help="本年第几次住院 · which stay of the year")]
DaysOption = Annotated[int, typer.Option(help="住院天数 · days of the stay")]
AwayOption = Annotated[str, typer.Option(help="就医地六位代码(异地就医) · where, away from home")]
FilingOption = Annotated[
    str, typer.Option(help="备案: long_term, temporary, referral, emergency, unfiled · as what it was filed")
]
