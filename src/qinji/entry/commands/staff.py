"""`qinji staff …`: who works at the bureau's window and review, and at the tills; and what they sign in with.

Beside a bureau that serves or alone. Each act is noted with the account of the operating system that did it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from qinji.entry.commands.acting import operator, run_act, unless_refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qinji.credential.first_secrets import FirstSecrets
    from qinji.credential.model import StaffSecret
    from qinji.entry.wiring import Runtime
    from qinji.institution.model import StaffMember

app = typer.Typer(no_args_is_help=True)
StaffId = Annotated[str, typer.Argument(metavar="STAFF", help="工号 · the staff id")]


@app.callback()
def group() -> None:
    """The commands of `qinji staff`."""


@app.command("list")
def show() -> None:
    """列出工作人员、角色、所属机构和登录状态 · who there is, in which role, and how they may sign in."""
    everybody, secrets = run_act(_everybody)
    for one in everybody:
        typer.echo(_line(one, secrets.get(one.staff_id)))
    if not everybody:
        typer.echo("还没有工作人员。请用 qinji staff add 增加")


@app.command()
def add(
    staff_id: StaffId,
    name: Annotated[str, typer.Argument(help="姓名 · the name")],
    role: Annotated[
        str, typer.Option(help="clerk 窗口经办、reviewer 审核或 cashier 收费员 · clerk, reviewer or cashier")
    ],
    institution: Annotated[str, typer.Option(help="收费员所属的机构编号 · a cashier's institution")] = "",
) -> None:
    """增加工作人员;首次密码和动态码只显示这一次 · employ somebody; the first password and the code are shown this once."""
    from qinji.flows import employ_staff
    from qinji.institution.model import StaffMember
    from qinji.kernel.actor import ROLE_CHINESE, StaffRole

    try:
        known = StaffRole(role)
    except ValueError:
        typer.echo(f"角色应为 {'、'.join(StaffRole)} 之一。没有任何变动", err=True)
        raise typer.Exit(1) from None
    new = StaffMember(staff_id.strip().upper(), name.strip(), known, institution.strip() or None)

    async def act(runtime: Runtime) -> FirstSecrets:
        return unless_refused(await employ_staff.run(employ_staff.EmployStaff(new, operator()), runtime))

    told = run_act(act)
    typer.echo(f"已增加工作人员 {new.staff_id} {new.name}({ROLE_CHINESE[known]})")
    _tell(new.staff_id, told)


@app.command()
def reset(staff_id: StaffId) -> None:
    """重发首次密码和动态码,原来的立即失效 · new secrets; the old ones end at once."""
    from qinji.flows import reset_staff

    identifier = staff_id.strip().upper()

    async def act(runtime: Runtime) -> FirstSecrets:
        return unless_refused(await reset_staff.run(reset_staff.ResetStaff(identifier, operator()), runtime))

    told = run_act(act)
    typer.echo(f"工号 {identifier} 原来的密码和动态码已失效,已登录的已退出")
    _tell(identifier, told)


@app.command()
def end(staff_id: StaffId) -> None:
    """停用工作人员,从下一次请求起不能再办理 · somebody leaves; none of their calls is taken from the next on."""
    from qinji.flows import end_staff

    identifier = staff_id.strip().upper()

    async def act(runtime: Runtime) -> StaffMember:
        return unless_refused(await end_staff.run(end_staff.EndStaff(identifier, operator()), runtime))

    member = run_act(act)
    typer.echo(f"已停用 {identifier} {member.name};其办理过的记录保留,工号不再分配")


def _tell(staff_id: str, told: FirstSecrets) -> None:
    """The secrets, this once; the square is what the authenticator app scans."""
    import io

    import segno

    from qinji.kernel.dates import CHINA

    square = io.StringIO()
    segno.make(told.uri, micro=False).terminal(out=square, compact=True)
    until = told.good_until.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")
    typer.echo("以下只显示这一次,请当面交给本人:")
    typer.echo(f"staff     {staff_id}")
    typer.echo(f"password  {told.password}")
    typer.echo(f"otpauth   {told.uri}")
    typer.echo(square.getvalue())
    typer.echo(f"请本人用身份验证器 App 扫描方块;首次密码 {until} 前有效,首次登录时须换成自己的密码")


def _line(one: StaffMember, secret: StaffSecret | None) -> str:
    from qinji.kernel.actor import ROLE_CHINESE
    from qinji.kernel.dates import local_day

    if one.ended_at is not None:
        state = f"{local_day(one.ended_at)} 停用"
    elif secret is None:
        state = "未发密码"
    else:
        state = "首次密码未换" if secret.first_until else "可登录"
    place = f"  {one.institution}" if one.institution else ""
    return f"{one.staff_id}  {one.name}  {ROLE_CHINESE[one.role]}{place}  {state}"


async def _everybody(runtime: Runtime) -> tuple[list[StaffMember], Mapping[str, StaffSecret]]:
    from qinji.credential import queries as credentials
    from qinji.institution import queries

    async with runtime.database.reading() as connection:
        return await queries.staff(connection), await credentials.staff_secrets(connection)
