"""Crediting personal accounts, some rows at a time, inside a transaction that is open (个人账户划入)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from uuid import UUID

from qinji.access.lookup import people_of
from qinji.flows.acts.act import Scene
from qinji.flows.deps import new_id
from qinji.flows.parts.crediting import Credited, CreditFile, Crediting, CreditRow, decide
from qinji.flows.parts.row_faults import RowFault
from qinji.flows.parts.telling import of_crediting
from qinji.insured.model import Person
from qinji.kernel.refusal import Refused
from qinji.ledger import queries as ledger
from qinji.ledger import store
from qinji.ledger.model import CURRENT_POCKET, AccountRun
from qinji.ledger.rules import balance_changes
from qinji.notice import store as notices
from qinji.platform.database import lock_persons
from qinji.policy.accounts import AccountTerms


async def known(file: CreditFile, scene: Scene) -> AccountRun:
    """The run of this file as it stands; one that was never begun is not begun by asking."""
    return await ledger.account_run(scene.connection, file.name) or _new_run(file, scene)


def _new_run(file: CreditFile, scene: Scene) -> AccountRun:
    return AccountRun(file.name, scene.new_id(), scene.now, file.operator)


async def begin_run(file: CreditFile, scene: Scene) -> AccountRun:
    """The run of this file: a new one, or the one that was begun."""
    await store.begin_run(scene.connection, _new_run(file, scene))
    found = await ledger.account_run(scene.connection, file.name)
    if found is None:
        raise LookupError(file.name)
    return found


async def would_credit(
    rows: Sequence[CreditRow], run: AccountRun, file: CreditFile, scene: Scene
) -> Credited:
    """What would become of these rows now; nothing is locked or written."""
    people = await people_of([row.number for row in rows], scene.connection, scene.deps.vault)
    return decide(rows, await _gather(rows, run, file, people, scene))


async def credit(rows: Sequence[CreditRow], run: AccountRun, file: CreditFile, scene: Scene) -> Credited:
    """Book these rows behind the locks of all whom they concern; what the file booked before is not booked again."""
    people = await people_of([row.number for row in rows], scene.connection, scene.deps.vault)
    locked = await lock_persons(scene.connection, [person.person_id for person in people.values()])
    held = {number: person for number, person in people.items() if person.person_id in locked}
    made = decide(rows, await _gather(rows, run, file, held, scene))
    await _record(made, scene)
    told = [of_crediting(one.line, scene.now, file.operator) for one in made.booked]
    await notices.tell(scene.connection, told, scene.deps.ways)
    return made


async def _gather(
    rows: Sequence[CreditRow], run: AccountRun, file: CreditFile, people: dict[str, Person], scene: Scene
) -> Crediting:
    persons = [person.person_id for person in people.values()]
    months = sorted({row.month for row in rows})
    credited = await ledger.credited_for(scene.connection, persons, months, run.run)
    terms: dict[str, AccountTerms | RowFault] = {}

    def terms_of(region: str) -> AccountTerms | RowFault:
        if region not in terms:
            policy = scene.deps.book.at(region, scene.today)
            if isinstance(policy, Refused):
                terms[region] = RowFault.REGION_WITHOUT_POLICY
            else:
                found = policy.accounts()
                terms[region] = RowFault.POLICY_UNSURE if policy.unverified(found.sources) else found
        return terms[region]

    make: partial[UUID] = partial(new_id, scene.deps, scene.now)
    return Crediting(run.run, file.supplement, people, credited, terms_of, make, scene.now, scene.today)


async def _record(made: Credited, scene: Scene) -> None:
    connection = scene.connection
    transfers = [one.transfer for one in made.booked]
    current = [one.person for one in transfers if one.pocket == CURRENT_POCKET]
    if current:
        await store.open_current(connection, current)
    await store.add_transfers(connection, transfers)
    await store.add_run_lines(connection, [one.line for one in made.booked])
    await store.change_balances(connection, balance_changes(transfers))
