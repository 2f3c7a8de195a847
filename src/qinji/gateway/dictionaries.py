"""National codes and our words for them. Unknown codes are accepted on the way in, except in closed dictionaries."""

from __future__ import annotations

from collections.abc import Mapping

from qinji.kernel.bill import Category

DICTIONARIES: Mapping[str, Mapping[str, str]] = {
    "mdtrt_cert_type": {"01": "医保电子凭证", "02": "居民身份证", "03": "社会保障卡"},
    "psn_cert_type": {"01": "居民身份证(户口簿)", "90": "社会保障卡", "99": "其他身份证件"},
    "gend": {"0": "未知", "1": "男", "2": "女", "9": "未说明性别"},
    "insutype": {
        "310": "职工基本医疗保险",
        "320": "公务员医疗补助",
        "330": "大额医疗费用补助",
        "340": "离休人员医疗保障",
        "350": "一至六级残废军人医疗补助",
        "360": "老红军医疗保障",
        "370": "企业补充医疗保险",
        "380": "新型农村合作医疗",
        "390": "城乡居民基本医疗保险",
        "391": "城镇居民基本医疗保险",
        "392": "城乡居民大病医疗保险",
        "399": "其他特殊人员医疗保障",
        "39905": "二乙医疗保险",
        "410": "长期照护保险",
        "510": "生育保险",
    },
    "psn_type": {
        "11": "在职",
        "12": "退休",
        "13": "离休",
        "1401": "新生儿",
        "1402": "学龄前儿童",
        "1403": "中小学生",
        "1404": "大学生",
        "1405": "未成年(未入学)",
        "15": "居民(成年)",
        "16": "居民(老年)",
        "99": "其他",
    },
    "psn_insu_stas": {"0": "未参保", "1": "正常参保", "2": "暂停参保", "3": "无效参保", "4": "终止参保"},
    "cvlserv_flag": {"0": "否", "1": "是"},
    "fixmedins_type": {"1": "定点医疗机构", "2": "定点零售药店"},
    "hosp_lv": {"02": "三级甲等", "05": "二级甲等", "08": "一级甲等", "11": "无等级"},
    "med_type": {"11": "普通门诊", "12": "门诊挂号", "13": "急诊", "14": "门诊慢特病", "41": "定点药店购药"},
    "psn_setlway": {"01": "按项目结算", "02": "按定额结算"},
    "acct_used_flag": {"0": "不使用", "1": "使用本人个账", "2": "使用共济人个账"},
    "fund_pay_type": {
        "310100": "城镇职工基本医疗保险统筹基金",
        "310200": "城镇职工基本医疗保险个人账户基金",
        "390100": "城乡居民基本医疗保险基金",
    },
    "clr_type": {"11": "门诊", "12": "门诊挂号", "13": "急诊", "14": "门诊慢特病", "41": "药店购药"},
    "clr_way": {"1": "按项目"},
    "chrgitm_lv": {"01": "甲类", "02": "乙类", "03": "丙类"},
    "med_chrgitm_type": {
        "01": "床位费",
        "02": "诊察费",
        "03": "检查费",
        "04": "化验费",
        "05": "治疗费",
        "06": "手术费",
        "07": "护理费",
        "08": "卫生材料费",
        "09": "西药费",
        "10": "中药饮片费",
        "11": "中成药费",
        "12": "一般诊疗费",
        "13": "挂号费",
        "14": "其他费",
    },
    "hosp_appr_flag": {"0": "无须审批", "1": "审批通过", "2": "审批不通过"},
    "lmt_used_flag": {"0": "否", "1": "是"},
    "list_type": {
        "101": "西药中成药",
        "102": "中药饮片",
        "103": "自制剂",
        "104": "民族药",
        "105": "其他",
        "106": "中药配方颗粒",
        "201": "医疗服务项目",
        "301": "医用耗材",
    },
    "pay_loc": {"1": "中心", "2": "医疗机构"},
    "refd_setl_flag": {"0": "否", "1": "是"},
    "maindiag_flag": {"0": "否", "1": "是"},
    "vali_flag": {"0": "无效", "1": "有效"},
}
"""By the name of the field that holds the code; the closed ones are whole, the others name what we send."""

INSURANCE = {"310": "employee", "390": "resident"}
INSURANCE_CODE = {word: code for code, word in INSURANCE.items()}

_PERSON_TYPES = {
    "11": "in_service",
    "12": "retired",
    "1401": "child",
    "1402": "child",
    "1403": "child",
    "1405": "child",
    "1404": "student",
    "15": "adult",
    "16": "adult",
}
_PERSON_TYPE_CODES = {"in_service": "11", "retired": "12", "adult": "15", "student": "1404"}
_SCHOOL_AGE = 6

SEX_CODE = {"male": "1", "female": "2"}
STATUS_CODE = {"normal": "1", "arrears": "2", "stopped": "4", "frozen": "1"}
LEVEL_CODE = {"3": "02", "2": "05", "1": "08", "pharmacy": "11"}
CATEGORY_CODE = {Category.A: "01", Category.B: "02", Category.C: "03"}

IDENTITY_CARD = "01"
OTHER_FEES = "14"


def insurance_word(code: str) -> str:
    """Our word for ``insutype``; one we do not insure stays a code, so that it agrees with nobody's."""
    return INSURANCE.get(code, code)


def person_type_word(code: str) -> str:
    """Our word for ``psn_type``; finer regional codes (1101) count as what they begin with, unknown ones as not sent.

    A code of the national dictionary without a word of ours stays a code, so that it agrees with nobody's.
    """
    for length in (len(code), 4, 3, 2):
        word = _PERSON_TYPES.get(code[:length])
        if word is not None:
            return word
    return code if code in DICTIONARIES["psn_type"] else ""


def person_type_code(word: str, age: int) -> str:
    """``psn_type`` of our word; a child is a pupil from six years on."""
    if word == "child":
        return "1403" if age >= _SCHOOL_AGE else "1402"
    return _PERSON_TYPE_CODES.get(word, "99")


def named(dictionary: str, code: str) -> str:
    """The Chinese name of a code."""
    return DICTIONARIES[dictionary][code]
