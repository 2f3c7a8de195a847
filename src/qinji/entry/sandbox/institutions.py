"""The three pooling areas with their hospitals and pharmacies, the bureau's window staff, and cashiers.

All are invented but for the name of 武汉, whose published policy the third area follows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from stdnum.cn import uscc

from qinji.entry.sandbox.model import Institution, Level, Region, Scheme, Staff
from qinji.entry.sandbox.plan import EAST, WEST, WUHAN

REGIONS = (
    Region(EAST, "东澜市", "亲济省", "990100-donglan"),
    Region(WEST, "西澜市", "亲济省", "990200-xilan"),
    Region(WUHAN, "武汉市", "湖北省", "420100-wuhan"),
)

# (region, level, name, whether it wants to read who paid)
_PLACES: tuple[tuple[str, Level, str, bool], ...] = (
    (EAST, "1", "东澜市桃园社区卫生服务中心", False),
    (EAST, "2", "东澜市第二人民医院", False),
    (EAST, "3", "东澜市中心医院", True),
    (EAST, "pharmacy", "东澜市康宁大药房", False),
    (WEST, "1", "西澜市柳荫社区卫生服务中心", False),
    (WEST, "2", "西澜市妇幼保健院", False),
    (WEST, "3", "西澜市人民医院", True),
    (WEST, "pharmacy", "西澜市百草堂药店", False),
    (WUHAN, "1", "武汉市沙湖柳社区卫生服务中心（沙箱）", False),
    (WUHAN, "2", "武汉市江澜医院（沙箱）", False),
    (WUHAN, "3", "武汉市汉澜中心医院（沙箱）", True),
    (WUHAN, "pharmacy", "武汉市江澜大药房（沙箱）", False),
)

# The community centres and pharmacies do not sign, so that a first message is one curl.
_SCHEMES: Mapping[Level, Scheme] = {"1": "none", "2": "A", "3": "B", "pharmacy": "none"}
ACCESS_KEY_LENGTH, SECRET_LENGTH = 24, 40

STAFF = (
    Staff("C001", "程晓岚", "clerk"),
    Staff("C002", "施文远", "clerk"),
    Staff("C003", "柳清", "clerk"),
    Staff("C004", "武思敏", "clerk"),
    Staff("R001", "殷国清", "reviewer"),
    Staff("R002", "辛雅琴", "reviewer"),
)

# Where nobody signs a counter page serves best: each community centre and each pharmacy has a cashier.
CASHIERS = (
    Staff("T001", "梅若溪", "cashier", f"H{EAST}00001"),
    Staff("T002", "简丹", "cashier", f"P{EAST}00001"),
    Staff("T003", "桑明远", "cashier", f"H{WEST}00001"),
    Staff("T004", "阮小禾", "cashier", f"P{WEST}00001"),
    Staff("T005", "池田田", "cashier", f"H{WUHAN}00001"),
    Staff("T006", "卓一凡", "cashier", f"P{WUHAN}00001"),
)


def institutions(seed: int) -> tuple[Institution, ...]:
    """The designated institutions; in each area one signs by scheme A and one by B, with keys that come of the seed."""
    counts: dict[str, int] = {}
    result: list[Institution] = []
    for region, level, name, tell_payers in _PLACES:
        prefix = ("P" if level == "pharmacy" else "H") + region
        counts[prefix] = counts.get(prefix, 0) + 1
        code = f"{prefix}{counts[prefix]:05d}"
        credit_code = _credit_code(region, len(result) + 1)
        scheme = _SCHEMES[level]
        key, secret = ("", "") if scheme == "none" else _key(seed, code)
        result.append(Institution(code, name, level, region, credit_code, scheme, key, secret, tell_payers))
    return tuple(result)


def _key(seed: int, code: str) -> tuple[str, str]:
    """An access key and its secret, which everybody may know: they open nothing but a sandbox of this seed."""
    digest = hashlib.sha512(f"sandbox {seed} {code}".encode()).hexdigest()
    return digest[:ACCESS_KEY_LENGTH], digest[-SECRET_LENGTH:]


def _credit_code(region: str, place: int) -> str:
    """An invented unified credit code with a right check character (GB 32100-2015)."""
    first17 = f"92{region}{place:09d}"
    return first17 + str(uscc.calc_check_digit(first17))
