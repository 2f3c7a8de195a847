"""Pure: the wallet's terms and parties from the pack and the register."""

from __future__ import annotations

from datetime import date

from qinji.insured.model import STATUS_CHINESE, Person, Status
from qinji.insured.rules import account_usable, has_account
from qinji.kernel.identity import masked_name
from qinji.kernel.refusal import RefusalCode, Refused, refuse
from qinji.policy.book import Book, RegionPolicy
from qinji.policy.wallet import BY_PROXY, OF_SENDING, OFFERED, ONWARD, WalletTerms
from qinji.wallet.model import Party, Purse, Terms

INSURED = frozenset({Status.NORMAL, Status.FROZEN})
"""A frozen account is stopped, its owner is insured."""


def sending_terms(book: Book, region: str, day: date, purse: Purse = Purse.ACCOUNT) -> Terms | Refused:
    """What a sender's region says on this day; refused where it offers no wallet or its values are not verified."""
    asked = OF_SENDING if purse is Purse.ACCOUNT else (*OF_SENDING, ONWARD)
    found = _verified(book, region, day, asked)
    if isinstance(found, Refused):
        return found
    return Terms(
        region_name=found.region_name,
        per_day=found.per_day,
        max_fen=found.max_fen,
        closes=found.closes,
        opens=found.opens,
        returned=found.returned,
        relations=found.relations,
        everywhere=found.everywhere,
        receiver_insured=found.receiver_insured,
        onward=found.onward,
        document=found.document,
        clause=found.clause,
    )


def may_open(book: Book, region: str, day: date, *, by_proxy: bool) -> Refused | None:
    """Whether people insured here may have a wallet, and a relative open it for them (代开通)."""
    found = _verified(book, region, day, (OFFERED, BY_PROXY) if by_proxy else (OFFERED,))
    if isinstance(found, Refused):
        return found
    if by_proxy and not found.by_proxy:
        return refuse(RefusalCode.NOT_ALLOWED, action="代家人开通医保钱包")
    return None


def _verified(book: Book, region: str, day: date, names: tuple[str, ...]) -> WalletTerms | Refused:
    policy = book.at(region, day)
    if isinstance(policy, Refused):
        return policy
    found = policy.wallet()
    if found is None:
        return refuse(RefusalCode.WALLET_NOT_OFFERED, region=policy.name)
    doubtful = policy.unverified({name: source for name, source in found.sources.items() if name in names})
    if doubtful:
        return refuse(
            RefusalCode.POLICY_UNVERIFIED, region=policy.name, parameter=doubtful[0], count=len(doubtful)
        )
    return found


def party_of(person: Person, book: Book, day: date, *, has_wallet: bool) -> Party:
    """What the wallet needs to know of this person."""
    policy = book.at(person.region, day)
    return Party(
        person_id=person.person_id,
        name=masked_name(person.name),
        region=person.region,
        region_name=book.region_names().get(person.region, person.region),
        offered=isinstance(policy, RegionPolicy) and policy.wallet() is not None,
        has_wallet=has_wallet,
        has_account=has_account(person),
        account_usable=account_usable(person),
        insured=person.status in INSURED,
        status_chinese=STATUS_CHINESE[person.status],
    )
