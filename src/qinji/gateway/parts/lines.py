"""Fee lines: the fields of 2204 and of the pharmacy's bill, and the lines of their replies."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from qinji.flows.parts.commands import PricedLine
from qinji.gateway.dictionaries import CATEGORY_CODE, DICTIONARIES, OTHER_FEES
from qinji.gateway.fields import Field, Kind, OutField, Role, extension, kept, moment, needed, number
from qinji.gateway.parsing import Values
from qinji.gateway.wire import Json, money, scaled
from qinji.kernel.bill import Approval, Category, SentLine
from qinji.kernel.money import BASIS_POINTS, share_of

PRICE_DECIMALS = 6
QUANTITY_DECIMALS = 4
NO_CEILING = 999999
_APPROVALS = {approval.value: approval for approval in Approval}

LINE_FIELDS: tuple[Field, ...] = (
    needed("feedetl_sn", "费用明细流水号", 40),
    kept("rxno", "处方号", 30),
    kept("rx_circ_flag", "外购处方标志", 3),
    moment("fee_ocur_time", "费用发生时间", Role.NEEDED),
    needed("med_list_codg", "医疗目录编码", 50),
    kept("medins_list_codg", "医药机构目录编码", 150),
    number("det_item_fee_sumamt", "明细项目费用总额", 16, 2, Role.NEEDED),
    number("cnt", "数量", 16, QUANTITY_DECIMALS, Role.NEEDED, positive=True),
    number("pric", "单价", 16, PRICE_DECIMALS, Role.NEEDED),
    kept("sin_dos_dscr", "单次剂量描述", 200),
    kept("used_frqu_dscr", "使用频次描述", 200),
    number("prd_days", "周期天数", 4, 2, Role.KEPT),
    kept("medc_way_dscr", "用药途径描述", 200),
    kept("bilg_dr_codg", "开单医生编码", 30),
    kept("bilg_dr_name", "开单医师姓名", 50),
    kept("hosp_appr_flag", "医院审批标志", 3, "hosp_appr_flag"),
    kept("tcmdrug_used_way", "中药使用方式", 6),
    extension(),
)
"""What hospital and pharmacy lines have in common."""

PRICED_FIELDS: tuple[OutField, ...] = (
    OutField("feedetl_sn", "费用明细流水号", Kind.TEXT),
    OutField("det_item_fee_sumamt", "明细项目费用总额", Kind.NUMBER),
    OutField("cnt", "数量", Kind.NUMBER),
    OutField("pric", "单价", Kind.NUMBER),
    OutField("pric_uplmt_amt", "定价上限金额", Kind.NUMBER),
    OutField("selfpay_prop", "自付比例", Kind.NUMBER),
    OutField("fulamt_ownpay_amt", "全自费金额", Kind.NUMBER),
    OutField("overlmt_amt", "超限价金额", Kind.NUMBER),
    OutField("preselfpay_amt", "先行自付金额", Kind.NUMBER),
    OutField("inscp_scp_amt", "符合政策范围金额", Kind.NUMBER),
    OutField("chrgitm_lv", "收费项目等级", Kind.TEXT, dictionary="chrgitm_lv"),
    OutField("med_chrgitm_type", "医疗收费项目类别", Kind.TEXT, dictionary="med_chrgitm_type"),
    OutField("bas_medn_flag", "基本药物标志", Kind.TEXT),
    OutField("hi_nego_drug_flag", "医保谈判药品标志", Kind.TEXT),
    OutField("chld_medc_flag", "儿童用药标志", Kind.TEXT, nullable=True),
    OutField("list_sp_item_flag", "目录特项标志", Kind.TEXT, nullable=True),
    OutField("lmt_used_flag", "限制使用标志", Kind.TEXT, dictionary="lmt_used_flag"),
    OutField("drt_reim_flag", "直报标志", Kind.TEXT),
    OutField("memo", "备注", Kind.TEXT, nullable=True),
    OutField("exp_content", "字段扩展", Kind.TEXT, nullable=True),
)


def sent_line(values: Values, batch: str) -> SentLine:
    """A fee line as the institution sent it."""
    flag = values.text("hosp_appr_flag")
    return SentLine(
        number=values.text("feedetl_sn"),
        batch=batch,
        item_code=values.text("med_list_codg"),
        local_code=values.text("medins_list_codg"),
        amount_fen=values.fen("det_item_fee_sumamt"),
        price=values.price("pric"),
        quantity=values.quantity("cnt"),
        approval=_APPROVALS.get(flag, Approval.ABSENT),
        occurred_at=values.moment("fee_ocur_time"),
        prescription=values.text("rxno"),
    )


def priced_lines(lines: Sequence[PricedLine]) -> list[Json]:
    """The lines of a reply."""
    return [priced_line(line) for line in lines]


def priced_line(line: PricedLine) -> dict[str, Json]:
    """One line of a reply."""
    fee, parts = line.fee, line.parts
    ceiling: Json = NO_CEILING if fee.ceiling_price is None else scaled(fee.ceiling_price, PRICE_DECIMALS)
    item_class = line.item_class if line.item_class in DICTIONARIES["med_chrgitm_type"] else OTHER_FEES
    return {
        "feedetl_sn": fee.number,
        "det_item_fee_sumamt": money(fee.amount_fen),
        "cnt": scaled(fee.quantity, QUANTITY_DECIMALS),
        "pric": scaled(fee.price, PRICE_DECIMALS),
        "pric_uplmt_amt": ceiling,
        "selfpay_prop": _self_pay_ratio(line),
        "fulamt_ownpay_amt": money(parts.own_expense_fen),
        "overlmt_amt": money(parts.over_limit_fen),
        "preselfpay_amt": money(parts.prior_self_pay_fen),
        "inscp_scp_amt": money(parts.in_scope_fen),
        "chrgitm_lv": CATEGORY_CODE[fee.category],
        "med_chrgitm_type": item_class,
        "bas_medn_flag": "0",
        "hi_nego_drug_flag": "0",
        "chld_medc_flag": None,
        "list_sp_item_flag": None,
        "lmt_used_flag": "1" if fee.restricted else "0",
        "drt_reim_flag": "0",
        "memo": None,
        "exp_content": None,
    }


def _self_pay_ratio(line: PricedLine) -> Decimal:
    """1 for what the person pays whole: category C, or a restricted item without approval."""
    if line.fee.category is Category.C or line.parts.own_expense_fen > 0:
        return Decimal(1)
    return scaled(share_of(BASIS_POINTS, line.fee.prior_ratio), 4)
