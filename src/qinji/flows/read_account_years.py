"""年度结转: how far each pooling area is with the account year that ended last; the timer does it, nobody has to."""

from __future__ import annotations

from dataclasses import dataclass

from qinji.access.authorize import office
from qinji.access.model import Action
from qinji.flows.deps import Deps
from qinji.flows.parts.rolling import YearEnd, year_end
from qinji.kernel.actor import StaffActor
from qinji.kernel.dates import local_day
from qinji.kernel.refusal import Refused
from qinji.ledger import queries
from qinji.ledger.model import AccountRun


@dataclass(frozen=True, slots=True)
class AccountYear:
    """A pooling area: the account year that ended last with its run, or ``why`` there is none, in Chinese.

    ``run`` is None where it was not begun yet; what it has booked so far, in fen, is the roll-over and the interest.
    """

    city: str
    name: str
    end: YearEnd | None
    why: str = ""
    run: AccountRun | None = None


async def run(actor: StaffActor, deps: Deps) -> list[AccountYear] | Refused:
    """Every pooling area. Refused: NOT_ALLOWED for a cashier."""
    basis = office(actor, Action.HANDLE_FILES)
    if isinstance(basis, Refused):
        return basis
    today, names = local_day(deps.clock()), deps.book.region_names()
    ends = {city: year_end(city, today, deps.book) for city in deps.book.regions()}
    ended = [end.name for end in ends.values() if isinstance(end, YearEnd)]
    async with deps.database.reading() as connection:
        begun = await queries.account_runs(connection, ended)
    return [
        AccountYear(city, names[city], end, run=begun.get(end.name))
        if isinstance(end, YearEnd)
        else AccountYear(city, names[city], None, end)
        for city, end in ends.items()
    ]
