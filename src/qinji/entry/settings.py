"""The settings. Read here and nowhere else; a variable QINJI_… that is not listed here is refused.

The reference page of the settings is generated from the descriptions.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from qinji.flows.parts.caution import Safety
from qinji.platform.database import CONNECTIONS_PER_PROCESS, Address
from qinji.platform.log import LogLevel
from qinji.platform.postgres_server import DATABASE_NAME

PREFIX = "QINJI_"
DEFAULT_PORT = 8765
PROCESSES_MAX = 16
WAIT_HOURS_MAX = 168
MINUTES_MAX = 60
PRODUCTION_WAIT_HOURS = 24


class WrongSetting(Exception):
    """A setting is unknown or has a value that cannot be used; one sentence in Chinese and one in English."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")
        self.chinese = chinese
        self.english = english


class Settings(BaseSettings):
    """Every setting, from the environment."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    home: Path = Field(
        default=Path("~/.local/share/qinji"),
        description="数据目录:数据库、密钥。The home: database and keys. Made at the first start.",
    )
    port: int = Field(
        default=DEFAULT_PORT,
        ge=1,
        le=65535,
        validation_alias=AliasChoices("PORT", "QINJI_PORT"),
        description="监听端口,只在 127.0.0.1。The port on 127.0.0.1; also as PORT.",
    )
    processes: int = Field(
        default=1,
        ge=1,
        le=PROCESSES_MAX,
        description=(
            f"服务进程数,1 至 {PROCESSES_MAX},共用一个数据库,答复与限额不变;一般为处理器核数。"
            f"每个进程最多用 {CONNECTIONS_PER_PROCESS} 个数据库连接:内置数据库按此配置,另用的数据库连接数不够时拒绝启动。"
            f"How many processes answer, 1 to {PROCESSES_MAX}, on one database and with the same answers and "
            f"limits; usually the number of cores. Each uses {CONNECTIONS_PER_PROCESS} connections at most: the "
            "embedded database is set up for them, and another one that takes fewer is refused."
        ),
    )
    mode: Literal["sandbox", "production"] = Field(
        default="sandbox",
        description=(
            "沙箱或正式环境;同时记在数据库中,二者不符时拒绝启动。"
            "Sandbox or production; kept in the database too, and refused where the two differ."
        ),
    )
    seed: int = Field(
        default=20260101,
        ge=0,
        description="沙箱世界的种子:同一种子生成同一批家庭。The seed of the sandbox world: one seed, one world.",
    )
    unsure_policy: str = Field(
        default="",
        description=(
            "正式环境中,哪些统筹区可以用未核实(unsure)的政策数值:六位区划代码,逗号分隔;空则都不用,沙箱不限。"
            "The regions in which a production server may decide bills by unsure values of policy: six-digit codes "
            "with commas; empty: none. A sandbox uses them everywhere."
        ),
    )
    raise_wait_hours: int | None = Field(
        default=None,
        ge=0,
        le=WAIT_HOURS_MAX,
        description=(
            "调高限额、放宽用途或延长有效期后,等多少小时才生效,期间可撤回;调低立即生效,窗口办理不用等。"
            f"空:沙箱 0,正式环境 {PRODUCTION_WAIT_HOURS}。"
            "How many hours a raised limit, a wider purpose or a longer term waits until it is in force; it can be "
            "withdrawn meanwhile. What is lowered holds at once, and nothing waits at the window. Empty: 0 in a "
            f"sandbox, {PRODUCTION_WAIT_HOURS} in production."
        ),
    )
    new_device_hours: int | None = Field(
        default=None,
        ge=0,
        le=WAIT_HOURS_MAX,
        description=(
            "设备首次登录后多少小时内算新设备:可以调低、暂停、解除,不能开通、放宽或恢复家庭共济。"
            f"空:沙箱 0,正式环境 {PRODUCTION_WAIT_HOURS}。"
            "For how many hours after its first sign-in a device is new: it may lower, pause and end, and may not "
            f"grant, widen or resume. Empty: 0 in a sandbox, {PRODUCTION_WAIT_HOURS} in production."
        ),
    )
    step_up_minutes: int = Field(
        default=10,
        ge=1,
        le=MINUTES_MAX,
        description=(
            "开通、放宽或恢复家庭共济之前,须在这么多分钟内验证过身份(登录或再次输入验证码)。"
            "So many minutes a proof of who one is (signing in, or a fresh code) counts before one grants, widens or "
            "resumes."
        ),
    )
    confirm_minutes: int = Field(
        default=10,
        ge=1,
        le=MINUTES_MAX,
        description=(
            "大额用款请授权人在手机上确认:请求等待这么多分钟,同意后也在这么多分钟内有效。"
            "For so many minutes a request to confirm a large payment waits, and a yes may be used."
        ),
    )
    log_level: LogLevel = Field(
        default="info",
        description="日志级别,日志写到标准错误。How much is logged, to standard error.",
    )
    dsn: str = Field(
        default="",
        description=(
            "另用的 PostgreSQL(16 或更高),空则用内置的。账户须能切换到四个 qinji_ 角色。"
            "Another PostgreSQL (16 or newer) instead of the embedded one; the account must be able to become the four "
            "qinji_ roles."
        ),
    )
    database_host: str = Field(
        default="",
        description="内置数据库的套接字目录,由 qinji serve 设置。The embedded database's socket folder; set by `qinji serve`.",
    )
    database_name: str = Field(
        default=DATABASE_NAME,
        description="内置数据库的库名,由 qinji serve 设置。The embedded database's name; set by `qinji serve`.",
    )

    tax_url: str = Field(
        default="",
        description=(
            "税务部门接收居民医保缴费的地址(http 或 https);空则沙箱用自带的小税务局,正式环境用回盘文件。"
            "Where the tax bureau takes premiums; empty: a sandbox's own little bureau, and answer files in production."
        ),
    )
    tax_secret: str = Field(
        default="",
        description=(
            "与税务部门共用的密钥,双方用它给报文签名;填了地址就必须填。"
            "The secret shared with the tax bureau, by which both sides sign; needed with the address."
        ),
        repr=False,
    )

    sms_url: str = Field(
        default="",
        description=(
            "短信网关地址(医保局的消息平台),通知和登录验证码按人员编号发送;空则不发:沙箱只在 /sandbox/outbox 显示,"
            "正式环境不能用手机登录。"
            "Where notices and digits of sign-ins are posted as SMS, by person number; empty: none leave, "
            "a sandbox shows them, and production has no sign-in by phone."
        ),
    )
    sms_template: str = Field(
        default="", description="短信模板编号,随每条短信一起发给网关。The SMS template's id, sent along."
    )
    wechat_url: str = Field(
        default="",
        description="微信模板消息网关地址;空则不发。Where notices are posted to be sent by WeChat; empty: none are sent.",
    )
    wechat_template: str = Field(
        default="", description="微信模板编号。The WeChat template's id, sent along."
    )
    message_token: str = Field(
        default="",
        repr=False,
        description="调用上述网关的令牌(Bearer)。The bearer token for both; it is logged nowhere.",
    )

    @property
    def ways(self) -> tuple[str, ...]:
        """By which ways notices leave the bureau; a sandbox without a gateway shows its SMS on a page."""
        sms = bool(self.sms_url) or self.mode == "sandbox"
        return (*(("sms",) if sms else ()), *(("wechat",) if self.wechat_url else ()))

    @property
    def unsure_regions(self) -> tuple[str, ...]:
        """The regions of ``unsure_policy``."""
        return tuple(code.strip() for code in self.unsure_policy.split(",") if code.strip())

    @property
    def safety(self) -> Safety:
        """How careful the service is before an account is opened wider."""
        usual = PRODUCTION_WAIT_HOURS if self.mode == "production" else 0
        waits, new = self.raise_wait_hours, self.new_device_hours
        return Safety(
            raise_wait=timedelta(hours=usual if waits is None else waits),
            new_device=timedelta(hours=usual if new is None else new),
            step_up=timedelta(minutes=self.step_up_minutes),
            confirm=timedelta(minutes=self.confirm_minutes),
        )

    @property
    def address(self) -> Address:
        """Where the database is, for a process that `qinji serve` started or that has a DSN."""
        if self.dsn:
            return Address(dsn=self.dsn)
        return Address(host=self.database_host, name=self.database_name)


def read_settings() -> Settings:
    """The settings of this process; raises WrongSetting, which names the variable and what it may be."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    unknown = sorted(
        name for name in os.environ if name.upper().startswith(PREFIX) and name.upper() not in known
    )
    if unknown:
        allowed = ", ".join(sorted(known))
        raise WrongSetting(
            f"没有名为 {'、'.join(unknown)} 的设置,可用的有:{allowed}。",
            f"There is no setting called {', '.join(unknown)}; those known are: {allowed}.",
        )
    try:
        return Settings()
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        name = f"{PREFIX}{name}".upper() if name in Settings.model_fields else name
        raise WrongSetting(
            f"设置 {name} 的值不正确:{first['msg']}。",
            f"The value of the setting {name} is wrong: {first['msg']}.",
        ) from problem
