"""How a member of staff of the bureau proves at a command who they are, where an act needs two of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from qinji.entry.commands.acting import unless_refused

if TYPE_CHECKING:
    from qinji.entry.wiring import Runtime
    from qinji.kernel.actor import StaffActor


async def signed_in(staff_id: str, runtime: Runtime) -> StaffActor:
    """The member of staff with this id; asks for password and digits, which the sandbox does without.

    Ends with status 1 and a sentence where they are wrong, or were tried too often.
    """
    from qinji.flows import sign_in_staff
    from qinji.flows.sign_in_staff import SignInStaff
    from qinji.kernel.actor import StaffActor

    command = SignInStaff(staff_id)
    if runtime.production:
        password = typer.prompt(f"{staff_id} 的密码", hide_input=True, err=True)
        command = SignInStaff(staff_id, password, typer.prompt("动态码", hide_input=True, err=True))
    member = unless_refused(await sign_in_staff.run(command, runtime)).member
    return StaffActor(member.staff_id, member.name, member.role, member.institution)
