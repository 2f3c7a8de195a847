"""``/sandbox/outbox``: the messages that would have been sent to phones. Only in the sandbox."""

from __future__ import annotations

from collections.abc import Sequence

from qinji.platform.outbox import OutboxMessage, OutboxState
from qinji.web.templating import templates

STATES: dict[OutboxState, str] = {
    OutboxState.WAITING: "等待发送",
    OutboxState.SENT: "已发送",
    OutboxState.UNWANTED: "本人不要",
    OutboxState.REFUSED: "对方不收",
    OutboxState.GIVEN_UP: "多次失败,不再发送",
}
WAYS = {"sms": "短信", "wechat": "微信"}


def render_outbox(messages: Sequence[tuple[OutboxMessage, str, str]]) -> str:
    """The newest messages: each with its receiver's masked name and its words."""
    return templates.get_template("sandbox/outbox.html").render(messages=messages, states=STATES, ways=WAYS)
