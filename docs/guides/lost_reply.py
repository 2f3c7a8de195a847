"""What to do when no reply comes, against the sandbox, with Python's standard library only: python3 docs/guides/lost_reply.py

Three times a settlement (2207) is sent and its reply does not reach the cashier: once it is sent again, once it had been done and
is reversed (5203, 2601), once it had never arrived and is reversed all the same. The chart is in connect-a-hospital.md.
"""

import json
import sys
import urllib.request
from datetime import datetime
from itertools import count

BASE = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8765"
HOSPITAL = "H99020000001"  # 西澜市柳荫社区卫生服务中心, a level 1 institution of the sandbox
CARD = {"mdtrt_cert_type": "03", "mdtrt_cert_no": "Q00001029"}  # the social-security card of the mother, 68
START = datetime.now()
NUMBERS = count(1)


def get(path):
    with urllib.request.urlopen(BASE + path) as reply:
        return json.load(reply)


def new_id():
    """A message id of our own. Write it down together with the message BEFORE sending: it is all that a crash leaves you."""
    return f"{HOSPITAL}{START:%y%m%d%H%M%S}{next(NUMBERS):05d}"


def send(number, content, message_id):
    """One message; the whole reply, or TimeoutError / OSError when none comes: then nobody knows yet what happened."""
    envelope = {
        "infno": number, "msgid": message_id, "mdtrtarea_admvs": "990200", "insuplc_admdvs": "990200",
        "recer_sys_code": "99", "infver": "V1.0", "opter_type": "1", "opter": "001", "opter_name": "收费员",
        "inf_time": f"{datetime.now():%Y-%m-%d %H:%M:%S}", "fixmedins_code": HOSPITAL, "fixmedins_name": "社区卫生服务中心",
        "sign_no": "", "input": content,
    }
    request = urllib.request.Request(
        BASE + "/fsi/api/", json.dumps(envelope).encode(), {"Content-Type": "application/json; charset=utf-8"}
    )
    with urllib.request.urlopen(request, timeout=20) as reply:
        return json.load(reply)


def done(number, content):
    """A message that has to succeed; its output."""
    reply = send(number, content, new_id())
    if reply["infcode"] != 0:
        sys.exit(f"{number}: {reply['err_msg']}")
    return reply["output"]


def send_and_lose_the_reply(number, content, message_id):
    """The bureau does its work, and the line breaks before the reply is here."""
    send(number, content, message_id)
    print(f"  {number} 已发出,没有收到答复")


def balance():
    return next(one["balance_fen"] for one in get("/sandbox/world.json")["persons"] if one["psn_no"] == PERSON) / 100


def bill():
    """A visit with one line, ready to be settled: the content of its 2207."""
    now = f"{datetime.now():%Y-%m-%d %H:%M:%S}"
    number = f"{START:%H%M%S}{next(NUMBERS)}"
    visit = done("2201", {"data": {
        **CARD, "psn_no": PERSON, "insutype": "310", "begntime": now, "ipt_otp_no": number, "dept_name": "全科",
    }})["data"]["mdtrt_id"]
    done("2204", {"feedetail": [{
        "feedetl_sn": number, "mdtrt_id": visit, "psn_no": PERSON, "chrg_bchno": "B1", "fee_ocur_time": now,
        "med_list_codg": ITEM["code"], "medins_list_codg": "001", "det_item_fee_sumamt": ITEM["price_fen"] / 100,
        "cnt": 1, "pric": ITEM["price_fen"] / 100,
    }]})
    return {"data": {
        **CARD, "psn_no": PERSON, "med_type": "11", "psn_setlway": "01", "mdtrt_id": visit, "chrg_bchno": "B1",
        "acct_used_flag": "1", "insutype": "310",
    }}


def ask(message_id):
    """5203 by the id of the settling message: the settlement, or None."""
    reply = send("5203", {"data": {"psn_no": PERSON, "medins_setl_id": message_id}}, new_id())
    if reply["infcode"] != 0:
        print(f"  5203 {reply['err_msg']}")
        return None
    found = reply["output"]["setlinfo"]
    state = "已撤销或冲正" if found["refd_setl_flag"] == "1" else "有效"
    print(f"  5203 查到结算,{state},总额 {found['medfee_sumamt']},个人账户 {found['acct_pay']}")
    return found


def reverse(message_id):
    """2601; when its own reply is lost, the same message is sent again until it is answered."""
    content = {"data": {"psn_no": PERSON, "omsgid": message_id, "oinfno": "2207"}}
    own_id = new_id()
    reply = None
    while reply is None:
        try:
            reply = send("2601", content, own_id)
        except OSError:
            print("  2601 也没有收到答复,原样再发")
    if reply["infcode"] != 0:
        sys.exit(f"2601: {reply['err_msg']}")
    print("  2601 冲正成功")


ITEM = next(item for item in get("/sandbox/world.json")["items"] if item["category"] == "A")
PERSON = done("1101", {"data": CARD})["baseinfo"]["psn_no"]
before = balance()

print("一、没有收到答复:原报文原样再发")
content, message_id = bill(), new_id()
send_and_lose_the_reply("2207", content, message_id)
first = send("2207", content, message_id)
second = send("2207", content, message_id)
print(f"  再发两次,得到同一个答复: {first == second}")
paid = first["output"]["setlinfo"]
print(f"  只扣了一次: {round(before - balance(), 2) == paid['acct_pay'] - paid['acct_mulaid_pay']}")
done("2208", {"data": {"setl_id": paid["setl_id"], "mdtrt_id": paid["mdtrt_id"], "psn_no": PERSON}})

print("二、已经办成,但不再办理:先查询,再冲正")
content, message_id = bill(), new_id()
send_and_lose_the_reply("2207", content, message_id)
ask(message_id)
reverse(message_id)
ask(message_id)
print(f"  余额还原: {balance() == before}")

print("三、从未到达:查不到不等于没有办,仍要冲正")
content, message_id = bill(), new_id()
print("  2207 在路上,没有到达")
ask(message_id)
reverse(message_id)
late = send("2207", content, message_id)
print(f"  迟到的 2207: {late['err_msg']}")
print(f"  没有扣款: {balance() == before}")

again = send("2207", content, new_id())
print(f"四、要重新办理,就换新的报文号: infcode {again['infcode']}")
paid = again["output"]["setlinfo"]
done("2208", {"data": {"setl_id": paid["setl_id"], "mdtrt_id": paid["mdtrt_id"], "psn_no": PERSON}})
