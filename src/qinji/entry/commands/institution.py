"""`qinji institution …`: designate institutions, give and revoke their keys, change how they sign.

Beside a bureau that serves or alone; what is done counts from the institution's next message on. Each act is noted with
the account of the operating system that did it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qinji.entry.commands.acting import operator, run_act, unless_refused

if TYPE_CHECKING:
    from qinji.entry.wiring import Runtime
    from qinji.institution.model import Institution, InstitutionKey

app = typer.Typer(no_args_is_help=True)
UNSIGNED = "none"
Code = Annotated[str, typer.Argument(help="机构编号 · the institution's code")]


@app.callback()
def group() -> None:
    """The commands of `qinji institution`."""


@app.command("list")
def show() -> None:
    """列出机构、签名方式和密钥(不含 secret) · institutions, how they sign, and their keys without secrets."""
    places, keys = run_act(_everything)
    for place in places:
        kind = "药店" if place.level == "pharmacy" else f"{place.level} 级"
        typer.echo(f"{place.code}  {place.name}  {kind}  统筹区 {place.region}  签名方式 {place.scheme}")
        for key in keys:
            if key.institution == place.code:
                typer.echo(f"    {key.access_key}  {_told(key)}")
    if not places:
        typer.echo("还没有机构。请用 qinji institution add 增加")


@app.command()
def add(
    code: Code,
    name: Annotated[str, typer.Argument(help="机构名称 · its name")],
    level: Annotated[str, typer.Option(help="级别:1、2、3 或 pharmacy(药店) · 1, 2, 3 or pharmacy")],
    region: Annotated[str, typer.Option(help="统筹区,6 位区划代码 · the pooling area, six digits")],
    credit_code: Annotated[str, typer.Option(help="统一社会信用代码 · unified social credit code")] = "",
    scheme: Annotated[str, typer.Option(help="签名方式:none、A 或 B · how it signs: none, A or B")] = "A",
    tell_payers: Annotated[
        bool, typer.Option("--tell-payers", help="在 exp_content 中告知付款人 · tell who paid in exp_content")
    ] = False,
) -> None:
    """增加一家定点机构 · designate an institution."""
    from qinji.flows import designate
    from qinji.institution.model import Institution

    new = Institution(code, name.strip(), level, region, credit_code, scheme, tell_payers)

    async def act(runtime: Runtime) -> None:
        unless_refused(await designate.run(designate.Designate(new, operator()), runtime))

    run_act(act)
    typer.echo(f"已增加机构 {code} {new.name},签名方式 {scheme}")
    if scheme != UNSIGNED:
        typer.echo(f"下一步:qinji institution add-key {code}")


@app.command("add-key")
def add_key(code: Code) -> None:
    """发一个新密钥,secret 只显示这一次 · issue a key; its secret is shown this once."""
    from qinji.flows import issue_key

    async def act(runtime: Runtime) -> issue_key.KeyIssued:
        return unless_refused(await issue_key.run(issue_key.IssueKey(code, operator()), runtime))

    issued = run_act(act)
    typer.echo(f"机构 {code} 的新密钥;secret 只显示这一次,请立即交给机构保存:")
    typer.echo(f"access_key  {issued.access_key}")
    typer.echo(f"secret      {issued.secret}")
    if issued.beside:
        typer.echo("旧密钥仍然有效。机构换用之后,用 qinji institution revoke-key 吊销旧密钥")


@app.command("revoke-key")
def revoke_key(access_key: Annotated[str, typer.Argument(help="访问密钥 · the access key")]) -> None:
    """吊销密钥,从下一个报文起无效 · revoke a key from the next message on."""
    from qinji.flows import revoke_key as flow

    async def act(runtime: Runtime) -> flow.KeyRevoked:
        return unless_refused(await flow.run(flow.RevokeKey(access_key, operator()), runtime))

    revoked = run_act(act)
    typer.echo(f"已吊销 {access_key};机构 {revoked.institution} 还有 {revoked.left} 个有效密钥")


@app.command()
def scheme(
    code: Code,
    way: Annotated[
        str, typer.Argument(metavar="none|A|B", help="不签名、方式 A 或方式 B · how it signs from now on")
    ],
) -> None:
    """改变机构的签名方式,从下一个报文起生效 · change how an institution signs."""
    from qinji.flows import change_scheme

    async def act(runtime: Runtime) -> tuple[int, bool]:
        command = change_scheme.ChangeScheme(code, way, operator())
        return unless_refused(await change_scheme.run(command, runtime)).keys, runtime.production

    keys, production = run_act(act)
    typer.echo(f"机构 {code} 的签名方式现在是 {way}")
    if way != UNSIGNED and not keys:
        typer.echo(f"它还没有密钥,报文会被拒绝。请运行 qinji institution add-key {code}")
    if way == UNSIGNED and production:
        typer.echo("正式环境不接受未签名的报文,它的报文现在会被拒绝")


def _told(key: InstitutionKey) -> str:
    from qinji.kernel.dates import local_day

    issued = f"{local_day(key.issued_at)} 签发"
    return f"{issued},有效" if key.revoked_at is None else f"{issued},{local_day(key.revoked_at)} 吊销"


async def _everything(runtime: Runtime) -> tuple[list[Institution], list[InstitutionKey]]:
    from qinji.institution import queries

    async with runtime.database.reading() as connection:
        return await queries.everyone(connection), await queries.every_key(connection)
