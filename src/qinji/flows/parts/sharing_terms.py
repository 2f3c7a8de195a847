"""Pure: mutual aid's terms and parties from the pack and the register."""

from __future__ import annotations

from datetime import date

from qinji.insured.model import STATUS_CHINESE, Person, Status
from qinji.insured.rules import has_account
from qinji.kernel.refusal import Refused
from qinji.mutual_aid.model import Party, Terms
from qinji.policy.book import Book

SAME_POOL = "same_pool"
FILING = "filing"
NEXT_DAY = "next_day"
RELATIONS = "mutual_aid.relations"
USER_PRIORITY = "user_priority"


def terms_of(book: Book, region: str, day: date) -> Terms | Refused:
    """What the grantor's region says of mutual aid on this day."""
    policy = book.at(region, day)
    if isinstance(policy, Refused):
        return policy
    sharing = policy.sharing()
    source = sharing.sources.get(RELATIONS)
    return Terms(
        region_name=sharing.region_name,
        relations=sharing.relations,
        same_pool_only=sharing.scope == SAME_POOL,
        beneficiary_insurance=sharing.beneficiary_insurance,
        max_beneficiaries=sharing.max_beneficiaries,
        filing=sharing.activation == FILING,
        lock_days=sharing.lock_days,
        purposes=sharing.purposes,
        ends_next_day=sharing.unbind_effective == NEXT_DAY,
        document=source.document if source else "",
        clause=source.clause if source else "",
        group=sharing.group,
        max_grantors=sharing.max_grantors,
        uses=sharing.pays,
    )


def party_of(person: Person, book: Book) -> Party:
    """What mutual aid needs to know of this person."""
    return Party(
        person_id=person.person_id,
        region=person.region,
        region_name=book.region_names().get(person.region, person.region),
        insurance=person.insurance,
        has_account=has_account(person),
        normal=person.status is Status.NORMAL,
        status_chinese=STATUS_CHINESE[person.status],
        account_frozen=person.status is Status.FROZEN,
    )


def user_orders(book: Book, region: str, day: date) -> bool | Refused:
    """Whether the beneficiary's region leaves the order of grantors to the beneficiary."""
    policy = book.at(region, day)
    return policy if isinstance(policy, Refused) else policy.settlement().grantor_order == USER_PRIORITY
