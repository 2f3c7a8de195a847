"""A first bill against the sandbox, with Python's standard library only: python3 docs/start/first_bill.py

Card -> person (1101), visit (2201), lines (2204), preview (2206), settlement (2207), the same message once more, undo (2208).
"""

import json
import sys
import urllib.request
from datetime import datetime

BASE = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8765"
HOSPITAL = "H99020000001"  # 西澜市柳荫社区卫生服务中心, a level 1 institution of the sandbox
CARD = "Q00001029"  # the social-security card of the mother, 68, who has no smartphone
NOW = datetime.now()


def get(path):
    with urllib.request.urlopen(BASE + path) as reply:
        return json.load(reply)


def send(number, name, node, message_id=None):
    """One message of the national interface; `node` is the content of `input`. Stops with the text of a refusal."""
    message_id = message_id or f"{HOSPITAL}{datetime.now():%Y%m%d%H%M%S%f}"[:30]
    envelope = {
        "infno": number, "msgid": message_id, "mdtrtarea_admvs": "990200", "insuplc_admdvs": "990200",
        "recer_sys_code": "99", "infver": "V1.0", "opter_type": "1", "opter": "001", "opter_name": "收费员",
        "inf_time": f"{NOW:%Y-%m-%d %H:%M:%S}", "fixmedins_code": HOSPITAL, "fixmedins_name": "社区卫生服务中心",
        "sign_no": "", "input": node,
    }
    request = urllib.request.Request(
        BASE + "/fsi/api/", json.dumps(envelope).encode(), {"Content-Type": "application/json; charset=utf-8"}
    )
    with urllib.request.urlopen(request) as reply:
        answer = json.load(reply)
    if answer["infcode"] != 0:
        sys.exit(f"{number} {name}: {answer['err_msg']}")
    print(f"{number} {name}: ok")
    return answer["output"], message_id


def paid(bill):
    return (f"    总额 {bill['medfee_sumamt']}  基金 {bill['fund_pay_sumamt']}  个人账户 {bill['acct_pay']}"
            f"（其中共济 {bill['acct_mulaid_pay']}）  现金 {bill['psn_cash_pay']}")


item = next(item for item in get("/sandbox/world.json")["items"] if item["category"] == "A")
price = item["price_fen"] / 100
count = max(1, round(150 / price))
total = round(price * count, 2)
card = {"mdtrt_cert_type": "03", "mdtrt_cert_no": CARD, "card_sn": ""}

output, _ = send("1101", "人员信息获取", {"data": {**card, "begntime": "", "psn_cert_type": "", "certno": "", "psn_name": ""}})
person = output["baseinfo"]["psn_no"]
print(f"    {output['baseinfo']['psn_name']} {person}  余额 {output['insuinfo'][0]['balc']}")

output, _ = send("2201", "门诊挂号", {"data": {
    **card, "psn_no": person, "insutype": "310", "begntime": f"{NOW:%Y-%m-%d %H:%M:%S}", "ipt_otp_no": f"MZ{NOW:%H%M%S}",
    "atddr_no": "D001", "dr_name": "何医生", "dept_code": "01", "dept_name": "全科", "caty": "A02",
}})
visit = output["data"]["mdtrt_id"]

batch = f"B{NOW:%Y%m%d%H%M%S}"
send("2204", "费用明细上传", {"feedetail": [{
    "feedetl_sn": f"{NOW:%H%M%S}1", "mdtrt_id": visit, "psn_no": person, "chrg_bchno": batch, "dise_codg": "",
    "fee_ocur_time": f"{NOW:%Y-%m-%d %H:%M:%S}", "med_list_codg": item["code"], "medins_list_codg": "001",
    "det_item_fee_sumamt": total, "cnt": count, "pric": price, "bilg_dept_codg": "01", "bilg_dept_name": "全科",
    "bilg_dr_codg": "D001", "bilg_dr_name": "何医生",
}]})

bill = {**card, "psn_no": person, "med_type": "11", "medfee_sumamt": total, "psn_setlway": "01", "mdtrt_id": visit,
        "chrg_bchno": batch, "acct_used_flag": "1", "insutype": "310"}
output, _ = send("2206", "门诊预结算", {"data": bill})
shown = output["setlinfo"]
print(paid(shown))

same = ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt")
bill |= {name: shown[name] for name in same}
output, message_id = send("2207", "门诊结算", {"data": bill})
settled = output["setlinfo"]
print(paid(settled))

again, _ = send("2207", "同一报文再发一次", {"data": bill}, message_id)
print(f"    同一个结算: {again['setlinfo']['setl_id'] == settled['setl_id']}")

send("2208", "门诊结算撤销", {"data": {"setl_id": settled["setl_id"], "mdtrt_id": visit, "psn_no": person}})
balance = next(each["balance_fen"] for each in get("/sandbox/world.json")["persons"] if each["psn_no"] == person)
print(f"    余额还原: {balance / 100:.2f}")
