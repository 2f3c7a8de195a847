"""What to do when no reply comes, against the sandbox: .venv/bin/python docs/guides/lost_reply.py [address]

Settlements (2207) are sent over a line that loses replies or requests: one is sent again, one is reversed although it
had been done, one is reversed although it had never arrived, one is settled by the client alone, one is taken up again
by a program that was killed. The chart and the rules are in connect-a-hospital.md, the client in client.md.
"""

import sys
from datetime import datetime, timedelta, timezone

import httpx

from qinji.client import (
    Bill, Client, Credential, FeeLine, Institution, Operator, Refused, Reversed, SettlementKey, Unknown, messages,
)

BASE = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8765"
HOSPITAL = Institution("H99020000001", "西澜市柳荫社区卫生服务中心", "990200")  # level 1, unsigned, in the sandbox
CARD = Credential.card("Q00001029")  # the social-security card of the mother, 68


class BadLine(httpx.HTTPTransport):
    """Loses the next so many replies (the bureau did its work), or requests (they never arrived)."""

    replies = requests = 0

    def handle_request(self, request):
        if self.requests:
            self.requests -= 1
            raise httpx.ReadTimeout("没有到达", request=request)
        reply = super().handle_request(request)
        if self.replies:
            self.replies -= 1
            reply.read()
            raise httpx.ReadTimeout("答复丢了", request=request)
        return reply


LINE = BadLine()
BUREAU = Client(
    BASE, HOSPITAL, Operator("001", "收费员"),
    http=httpx.Client(transport=LINE, timeout=20),
    sleep=lambda seconds: print(f"  等 {seconds:g} 秒"),  # a real till leaves this out, and really waits
)


def world():
    return httpx.get(f"{BASE}/sandbox/world.json", trust_env=False).json()


def balance():
    return next(one["balance_fen"] for one in world()["persons"] if one["psn_no"] == PATIENT.number)


def new_settlement(content=None):
    """A visit with one line, and its 2207 with id and bytes. Write body down BEFORE sending: a crash leaves you nothing else."""
    if content is None:
        now = datetime.now(timezone(timedelta(hours=8)))
        visit = BUREAU.register_visit(PATIENT, CARD, begins_at=now, outpatient_number=f"{now:%H%M%S%f}").visit
        BUREAU.upload_fees(PATIENT, visit, "B1", [FeeLine("1", ITEM["code"], PRICE, 1, now)])
        content = messages.settle(Bill(PATIENT, CARD, visit, "B1"))
    return content, BUREAU.prepare(content)


def send_and_lose(message, **what):
    vars(LINE).update(what)
    try:
        BUREAU.ask(message)
    except Unknown as doubt:
        print(f"  {message.number} {doubt.text}")


def query(message):
    """5203 by the id of the settling message."""
    try:
        found = BUREAU.query_settlement(SettlementKey(PATIENT.number, message_id=message.message_id))
        state = "已撤销或冲正" if found.taken_back else "有效"
        print(f"  5203 查到结算,{state},总额 {found.total_fen} 分,个人账户 {found.account_fen} 分")
    except Refused as refused:
        print(f"  5203 {refused.text}")


ITEM = next(item for item in world()["items"] if item["category"] == "A")
PRICE = f"{ITEM['price_fen'] // 100}.{ITEM['price_fen'] % 100:02d}"
PATIENT = BUREAU.identify_person(CARD).patient
before = balance()

print("一、没有收到答复:原报文原样再发")
_, message = new_settlement()
send_and_lose(message, replies=1)
first, second = BUREAU.ask(message), BUREAU.ask(message)
print(f"  再发两次,得到同一个答复: {first == second}")
print(f"  只扣了一次: {before - balance() == first.own_fen}")
BUREAU.cancel_settlement(first.key)

print("二、已经办成,但患者走了:冲正")
_, message = new_settlement()
send_and_lose(message, replies=1)
query(message)
LINE.replies = 1  # the reply to the reversal is lost too; it is sent again as it was
try:
    BUREAU.resolve(message, keep=False)
except Reversed as reversed_:
    print(f"  2601 {reversed_.text}")
query(message)
print(f"  余额还原: {balance() == before}")

print("三、从未到达:查不到不等于没有办,仍要冲正")
content, message = new_settlement()
send_and_lose(message, requests=1)
query(message)
try:
    BUREAU.resolve(message)
except Reversed as reversed_:
    print(f"  2601 {reversed_.text}")
try:
    BUREAU.ask(message)
except Refused as late:
    print(f"  迟到的 2207: {late.text}")
print(f"  没有扣款: {balance() == before}")

print("四、要重新办理,就换新的报文号")
_, message = new_settlement(content)
paid = BUREAU.ask(message)
print(f"  同一笔费用,新的报文号: 总额 {paid.total_fen} 分")
BUREAU.cancel_settlement(paid.key)

print("五、以上全部交给 settle_safely")
_, message = new_settlement()
LINE.replies = 2
paid = BUREAU.settle_safely(message)
print(f"  丢了两次答复,第三次得到: 现金 {paid.cash_fen} 分")
BUREAU.cancel_settlement(paid.key)

print("六、程序被强行结束:从存下的字节继续")
_, message = new_settlement()
stored = message.body
send_and_lose(message, replies=1)
paid = BUREAU.settle_safely(messages.stored_settlement(stored))
print(f"  还是那一次结算: {paid.message_id == message.message_id},只扣了一次: {before - balance() == paid.own_fen}")
BUREAU.cancel_settlement(paid.key)
print(f"  最后,余额还原: {balance() == before}")
