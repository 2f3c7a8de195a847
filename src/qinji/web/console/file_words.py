"""How files of many rows are told on the console: what each kind is for, its columns, and what became of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qinji.bulk.model import FileKind, FileState
from qinji.flows.bring_file import BROUGHT
from qinji.flows.decide_file import FileVerdict
from qinji.flows.parts.bulk_rows import COLUMNS
from qinji.web.texts import marked

PURPOSES: dict[FileKind, str] = {
    FileKind.CREDIT: marked("每月把单位、个人缴费和统筹划入的钱,记到很多人的个人账户。"),
    FileKind.ENROL: marked("一次登记很多新参保的人。"),
    FileKind.CLAW_BACK: marked("划入文件多划了,从个人账户扣回多的部分。"),
}
"""In the order in which they are offered."""


@dataclass(frozen=True, slots=True)
class Column:
    """What to write in a column, an example of it, and whether it may be empty."""

    what: str
    example: str = ""
    may_be_empty: bool = False


_WRITTEN: dict[FileKind, Sequence[Column]] = {
    FileKind.CREDIT: (
        Column(marked("参保人的编号"), "9901000000020002"),
        Column(marked("划入的是哪个月"), "2026-03"),
        Column(marked("元,大于零,不带逗号"), "123.45"),
        Column(marked("在职或退休"), marked("在职")),
    ),
    FileKind.CLAW_BACK: (
        Column(marked("当初划入的那个人"), "9901000000020002"),
        Column(marked("划入文件里的行号,表头是第 1 行"), "2"),
        Column(marked("那一行划入的月份,用来核对"), "2026-03"),
        Column(marked("多划了多少,元"), "450.00"),
    ),
    FileKind.ENROL: (
        Column(marked("不超过 30 个字"), "9901000000020002"),
        Column(marked("照证件写"), marked("林知夏")),
        Column(marked("18 位;Excel 中把这一列设为文本"), "999901199001010010"),
        Column(marked("卡号"), "K9901000002"),
        Column(marked("六位区划代码"), "990100"),
        Column(marked("职工或居民"), marked("职工")),
        Column(marked("职工:在职、退休;居民:成年居民、学生、儿童"), marked("在职")),
        Column(marked("年-月-日"), "2026-03-01"),
        Column(marked("空着就由证件号码得出"), may_be_empty=True),
        Column(marked("空着就由证件号码得出"), may_be_empty=True),
        Column(marked("两位代码;空着是未说明"), may_be_empty=True),
        Column(marked("单位名称"), may_be_empty=True),
    ),
}


def columns_of(kind: FileKind) -> Sequence[tuple[str, Column]]:
    """The columns of a kind: each name as it has to be written, with what to write in it."""
    return list(zip(COLUMNS[kind], _WRITTEN[kind], strict=True))


WOULD: dict[FileKind, str] = {
    FileKind.CREDIT: marked("可以划入"),
    FileKind.ENROL: marked("可以登记"),
    FileKind.CLAW_BACK: marked("可以扣回"),
}
DID: dict[FileKind, str] = {
    FileKind.CREDIT: marked("已划入"),
    FileKind.ENROL: marked("已登记"),
    FileKind.CLAW_BACK: marked("已扣回"),
}
BEFORE: dict[FileKind, str] = {
    FileKind.CREDIT: marked("这个文件以前已划入,不重复"),
    FileKind.ENROL: marked("以前已登记、资料相同,不变"),
    FileKind.CLAW_BACK: marked("这个文件以前已扣回,不重复"),
}
BESIDE: dict[FileKind, str] = {
    FileKind.CREDIT: marked("按补发办:同一个人、同一个月,在已划入之外再划"),
    FileKind.CLAW_BACK: marked("在别的文件已扣之外再扣:同一行划入,确属另外多划的"),
}
SAID: dict[str, str] = {
    BROUGHT: marked("上传"),
    FileVerdict.ENTER: marked("提交"),
    FileVerdict.CHECK_AGAIN: marked("重新核对"),
    FileVerdict.WITHDRAW: marked("撤回"),
    FileVerdict.APPROVE: marked("复核通过"),
    FileVerdict.REFUSE: marked("复核不通过"),
    FileVerdict.STOP: marked("停下"),
    FileVerdict.GO_ON: marked("继续办"),
    FileVerdict.END: marked("余下的不办了"),
    FileState.WITHDRAWN: marked("三十天没人办,自动撤回"),
    FileState.ENDED: marked("三十天没人办,自动中止"),
}
"""What somebody said about a file, or the service did, as its page tells it."""

DONE: dict[str, str] = {
    BROUGHT: marked("已收到文件,正在核对。没有任何变动。"),
    FileVerdict.ENTER: marked("已提交。请另一位同事复核,您自己不能复核。"),
    FileVerdict.CHECK_AGAIN: marked("正在重新核对。"),
    FileVerdict.WITHDRAW: marked("已撤回,没有任何变动。"),
    FileVerdict.APPROVE: marked("复核通过,开始办理。可以离开这一页,办理不会停。"),
    FileVerdict.REFUSE: marked("已按“不通过”办结,没有任何变动。"),
    FileVerdict.STOP: marked("已停下。办过的都算数,不会重复办。"),
    FileVerdict.GO_ON: marked("接着办。"),
    FileVerdict.END: marked("已中止。办过的都算数,余下的不办了。"),
}
