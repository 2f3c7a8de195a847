"""A sandbox holds its own replies to their contracts."""

import json
from pathlib import Path

from qinji.gateway.checking import ReplyCheck
from qinji.gateway.registry import find

GOLDEN = Path(__file__).parents[2] / "wire" / "2207" / "reply.json"


def test_a_recorded_reply_keeps_its_contract_and_one_without_a_node_breaks_it() -> None:
    served = find("2207")
    assert served is not None
    reply = json.loads(GOLDEN.read_text(encoding="utf-8"))
    check = ReplyCheck()
    assert check.breaches(served.message, json.dumps(reply).encode()) == []
    del reply["output"]["setldetail"]
    assert check.breaches(served.message, json.dumps(reply).encode()) != []
