"""亲情账户: who may be bound, how they agree, and what the holder's phone then shows."""

from __future__ import annotations

import asyncio
import hashlib

import pytest

from qinji.insured.model import CodeState
from qinji.kernel.dates import age_on
from qinji.kernel.kinship import CHINESE, Relation
from tests.bureau import TODAY
from tests.household import Town
from tests.till import BillRefused, line, paid, scanned

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def _not_activated(town: Town, number: str) -> None:
    """Nobody has activated this person's code yet; the sandbox world begins with active ones."""
    identifier = await town.bureau.person_id(number)
    async with town.bureau.runtime.database.transaction() as connection:
        await connection.execute(
            "update person set code_state = $2 where person_id = $1", identifier, CodeState.NOT_ACTIVATED
        )


async def test_r002_a_holder_activates_the_code_of_an_old_father_and_of_a_baby(town: Town) -> None:
    """代申领: after binding, and only then, the holder activates the member's code; the member's consent is kept."""
    daughter, old_father = town.family("刚授权就后悔的女儿")
    father, _, baby = town.family("武汉的年轻夫妇与婴儿")
    for holder, member in ((daughter, old_father), (father, baby)):
        await _not_activated(town, member.number)
        phone = await town.phone(holder)
        asked = {"psn_no": member.number}
        assert (await phone.call("POST", "/credential/activate", asked)).refused == "NOT_FOUND"

        binding = await town.bound_at_window(holder, member)
        assert "activate_code" in binding["powers"]
        assert (await phone.code(member)).refused == "CODE_NOT_ACTIVATED"
        activated = (await phone.call("POST", "/credential/activate", asked)).done
        assert (activated["psn_no"], activated["code_state"]) == (member.number, "active")
        assert len((await phone.code(member)).done["code"]) == 28


async def test_r003_the_holder_shows_the_members_code_and_is_recorded_as_who_showed_it(town: Town) -> None:
    """One code for the registration and the bill, another for the drugs; no card; both bills are the father's."""
    son, father = town.family("在西澜工作的儿子与东澜的父亲")
    await town.bound(son, father)
    phone = await town.phone(son)

    bill = await town.visit(father, [line("A", "200.00")], shown=scanned((await phone.code(father)).done))
    drugs = await town.purchase(father, [line("A", "30.00")], shown=scanned((await phone.code(father)).done))

    assert bill.info["psn_no"] == drugs.info["psn_no"] == father.number
    assert bill.info["mdtrt_cert_type"] == "01"
    assert bill.paid == paid(fund="80.00", account="120.00")
    assert drugs.paid == paid(cash="30.00")
    told = await (await town.phone(father)).bill(bill)
    assert told["psn_no"] == father.number
    assert told["shown_by"] == {"psn_no": son.number, "name": son.name}
    assert await town.balance(son) == son.balance_fen


async def test_r006_a_member_of_a_family_account_may_be_insured_anywhere(town: Town) -> None:
    """The daughter is insured in 东澜, her mother in 武汉, two provinces: the code works at the mother's clinic."""
    younger_sister, mother, _ = town.family("在外省的母亲与姐姐")
    await town.bound(younger_sister, mother)
    code = (await (await town.phone(younger_sister)).code(mother)).done

    bill = await town.visit(mother, [line("A", "600.00")], shown=scanned(code))

    assert bill.fen("act_pay_dedc") == 500_00
    assert bill.paid == paid(fund="84.00", account="46.00", cash="470.00")


async def test_r009_a_binding_is_asked_for_then_confirmed_and_only_then_works(town: Town) -> None:
    """The brother asks; neither he nor time makes it work, only his sister's own word does."""
    _, brother, sister = town.family("互相照应的兄妹")
    his, hers = await town.phone(brother), await town.phone(sister)
    asked = (await his.bind(sister)).done
    assert (asked["state"], asked["state_text"], asked["active_at"]) == ("pending", "待本人确认", None)
    assert (await his.code(sister)).refused == "NOT_FOUND"
    assert (await his.confirm(asked)).refused == "BIND_CONSENT_REQUIRED"

    assert (await hers.confirm(asked)).done["state"] == "active"
    assert (await his.code(sister)).done["psn_no"] == sister.number
    assert (await hers.confirm(asked)).refused == "BIND_STATE"


async def test_r060_having_own_insurance_does_not_exclude_from_a_family_account(town: Town) -> None:
    """Husband and wife both work and are both insured: she is bound, and her bill is her own."""
    husband, wife = town.family("今年第一次看病的丈夫")
    await town.bound(husband, wife)
    code = (await (await town.phone(husband)).code(wife)).done

    bill = await town.visit(wife, [line("A", "350.00")], shown=scanned(code))

    assert bill.paid == paid(fund="200.00", account="150.00")
    assert await town.balance(husband) == 80_00


NEAR = [
    (Relation.SPOUSE, "三代同堂的一家六口", 2, 3),
    (Relation.PARENT, "三代同堂的一家六口", 2, 0),
    (Relation.CHILD, "三代同堂的一家六口", 2, 5),
    (Relation.GRANDPARENT, "三代同堂的一家六口", 4, 1),
    (Relation.SIBLING, "东澜的哥哥与居民妹妹", 1, 2),
    (Relation.MATERNAL_GRANDPARENT, "停保的外祖母", 2, 0),
    (Relation.GRANDCHILD, "祖母想为孙女付药费", 0, 2),
    (Relation.DAUGHTERS_CHILD, "外祖母带大的外孙女", 0, 2),
]


@pytest.mark.parametrize(("relation", "family", "holder", "member"), NEAR, ids=[row[0].value for row in NEAR])
async def test_r061_every_near_relative_may_be_bound_and_shown(
    town: Town, relation: Relation, family: str, holder: int, member: int
) -> None:
    """Also where the region's mutual aid is narrower: showing a code moves no money."""
    people = town.family(family)
    one, other = people[holder], people[member]
    grown = age_on(other.birth, TODAY) >= 16
    binding = await (town.bound(one, other) if grown else town.bound_at_window(one, other))
    assert (binding["relation"], binding["relation_text"]) == (relation.value, CHINESE[relation])

    code = (await (await town.phone(one)).code(other)).done

    hospital = town.bureau.institution(other.region, "1")
    decoded = await town.ask("1162", hospital, {"data": {"ecQrCode": code["code"]}})
    assert decoded["data"]["userName"] == other.name


async def test_r061_parents_of_a_spouse_are_no_near_relatives(town: Town) -> None:
    """民法典第1045条: the list ends before them, and the refusal names who may be bound."""
    son_in_law, _, mother_in_law = town.family("西澜的女婿与岳母")
    answer = await (await town.phone(son_in_law)).bind(mother_in_law)
    assert answer.refused == "BIND_RELATION_NOT_ALLOWED"
    assert "配偶的父母不在亲情账户可绑定的关系中" in answer.says
    assert "配偶、父母、子女、兄弟姐妹" in answer.says


async def test_r064_who_accompanies_a_member_shows_the_members_code_at_the_hospital(town: Town) -> None:
    """The daughter is in arrears herself; with her mother's code on her phone the mother's bill goes its usual way."""
    daughter, mother = town.family("断缴的女儿与退休的母亲")
    await town.bound(daughter, mother)
    code = (await (await town.phone(daughter)).code(mother)).done
    assert (code["psn_no"], code["name"]) == (mother.number, mother.name)

    bill = await town.visit(mother, [line("A", "300.00")], "2", shown=scanned(code))

    assert bill.info["psn_name"] == mother.name
    assert bill.paid == paid(fund="140.00", account="160.00")


async def test_r065_six_relatives_at_once_and_five_find_a_place(town: Town) -> None:
    """All six requests run at the same time; the sixth fits when a place is free again."""
    holder, *relatives = town.family("六位亲人的当家人")
    phone = await town.phone(holder)
    answers = await asyncio.gather(*(phone.bind(one, evidence_reference="户口本 0020") for one in relatives))
    done = [answer.done for answer in answers if answer.status < 400]
    assert len(done) == 5
    left = next(one for one, answer in zip(relatives, answers, strict=True) if answer.status >= 400)
    again = await phone.bind(left, evidence_reference="户口本 0020")
    assert again.refused == "BIND_HOLDER_FULL"
    assert "5 名成员" in again.says

    await phone.unbind(done[0])
    assert (await phone.bind(left, evidence_reference="户口本 0020")).done["state"] == "pending"


async def test_r065_three_children_at_once_and_two_hold_their_mother(town: Town) -> None:
    """A member is in at most two family accounts, waiting ones counted."""
    mother, *children = town.family("三个儿女都想帮母亲出示医保码")
    phones = [await town.phone(child) for child in children]
    answers = await asyncio.gather(*(phone.bind(mother) for phone in phones))
    assert sorted(answer.status for answer in answers) == [201, 201, 409]
    left = next(phone for phone, answer in zip(phones, answers, strict=True) if answer.status == 409)
    assert (await left.bind(mother)).refused == "BIND_MEMBER_FULL"

    one = next(answer.done for answer in answers if answer.status == 201)
    await (await town.phone(mother)).unbind(one)
    assert (await left.bind(mother)).done["state"] == "pending"


async def test_r066_members_come_from_any_region_in_both_directions(town: Town) -> None:
    """Husband and wife live in two provinces; each holds the other's code."""
    husband, wife = town.family("分居两省的夫妻")
    for holder, member in ((husband, wife), (wife, husband)):
        assert (await town.bound(holder, member))["state"] == "active"
        assert (await (await town.phone(holder)).code(member)).done["psn_no"] == member.number


async def test_r067_the_member_agrees_or_below_sixteen_papers_stand_for_the_member(town: Town) -> None:
    """The brother of seventeen agrees himself; for the sister of fifteen the household book does, at the window."""
    father, son, daughter = town.family("十五岁的妹妹与十七岁的哥哥")
    phone = await town.phone(father)

    asked = (await phone.bind(son, evidence_reference="户口本 0019")).done
    assert (asked["route"], asked["state_text"]) == ("member", "待本人确认")
    assert (await (await town.phone(son)).confirm(asked)).done["state"] == "active"

    assert (await phone.bind(daughter)).refused == "BIND_EVIDENCE_REQUIRED"
    asked = (await phone.bind(daughter, evidence_reference="户口本 0019")).done
    assert (asked["route"], asked["state_text"]) == ("window", "待窗口录入")
    assert (await (await town.phone(daughter)).confirm(asked)).refused == "BIND_EVIDENCE_REQUIRED"
    assert (await town.bound_at_window(father, daughter))["state"] == "active"


async def test_r069_a_binding_ends_at_any_time_is_made_again_and_its_history_stays(town: Town) -> None:
    """Unbound by the holder, bound again, unbound by the member: at once each time, and the code ends with it."""
    son, mother = town.family("账户已空的儿子与母亲的账户")
    his, hers = await town.phone(son), await town.phone(mother)
    for who in (his, hers):
        binding = await town.bound(son, mother)
        shown = (await his.code(mother)).done
        assert (await who.unbind(binding)).done["state"] == "ended"
        assert (await his.code(mother)).refused == "NOT_FOUND"
        hospital = town.bureau.institution(mother.region, "1")
        with pytest.raises(BillRefused, match="该医保码已失效"):
            await town.register(mother, hospital, scanned(shown))
    assert [one["state"] for one in await his.items("/family/bindings")] == ["ended", "ended"]
    assert (await his.bind(mother)).done["state"] == "pending"


async def test_r080_a_binding_keeps_the_channel_by_which_it_was_made(town: Town) -> None:
    """National app, mini-program and window; the web where nothing is said."""
    husband, wife = town.family("在社区看病的退休夫妇")
    for channel in ("national_app", "mini_program", None):
        phone = await town.phone(husband, channel)
        asked = (await phone.bind(wife)).done
        assert asked["channel"] == (channel or "web")
        assert (await town.consents(asked["id"]))["bind.ask"]["channel"] == (channel or "web")
        await phone.unbind(asked)
    assert (await town.bound_at_window(husband, wife))["channel"] == "window"


async def test_r090_one_phone_shows_the_codes_of_an_old_and_of_a_young_member(town: Town) -> None:
    """The mother's phone shows the grandfather's code and the boy's, each of them its own person's."""
    grandfather, _, mother, _, son = town.family("武汉的三代人")
    await town.bound(mother, grandfather)
    await town.bound_at_window(mother, son)
    phone = await town.phone(mother)
    hospital = town.bureau.institution("420100", "1")
    shown = [(member, (await phone.code(member)).done) for member in (grandfather, son)]
    for member, code in shown:
        decoded = await town.ask("1162", hospital, {"data": {"ecQrCode": code["code"]}})
        assert (decoded["data"]["userName"], decoded["data"]["idNo"]) == (
            member.name,
            member.certificate_number,
        )


async def test_r092_from_the_sixteenth_birthday_on_the_member_agrees_in_person(town: Town) -> None:
    """He is sixteen today. Yesterday the household book was enough; today it waits for his own word."""
    mother, son = town.family("今天满十六岁的儿子")
    with town.later(days=-1):
        yesterday = await town.bound_at_window(mother, son)
        assert (await (await town.phone(mother)).unbind(yesterday)).done["state"] == "ended"

    phone = await town.phone(mother)
    asked = (await phone.bind(son, evidence_reference="户口本 0018")).done
    assert (asked["route"], asked["state_text"]) == ("member", "待本人确认")
    approve = f"/staff/reviews/{asked['id']}/approve"
    assert (await (await town.clerk("R001")).call("POST", approve)).refused == "BIND_STATE"
    assert (await phone.confirm(asked)).refused == "BIND_CONSENT_REQUIRED"
    assert (await (await town.phone(son)).confirm(asked)).done["state"] == "active"


async def test_r093_each_binding_keeps_who_agreed_when_to_which_text_on_which_evidence(town: Town) -> None:
    """A husband who agrees himself, and a child for whom two clerks look at the household book."""
    wife, husband, _ = town.family("设了限额的丈夫与儿子")
    mother, child, _ = town.family("单亲母亲与双胞胎")
    text = (await town.nobody().call("GET", "/consent-texts/bind")).done
    outdated = await (await town.phone(wife)).bind(husband, consent_version="2019-01")
    assert outdated.refused == "REQUEST_INVALID"
    assert "告知文本已更新" in outdated.says
    own = await town.bound(wife, husband, consent_version=text["version"])
    window = await town.bound_at_window(mother, child, evidence="户口本 0036-2")

    told = await town.consents(own["id"])
    assert told["bind.ask"]["given_by"] == await town.bureau.person_id(wife.number)
    assert told["bind.confirm"]["given_by"] == await town.bureau.person_id(husband.number)
    at_window = await town.consents(window["id"])
    assert {act: (row["staff"], row["given_by"]) for act, row in at_window.items()} == {
        "bind.enter": ("C001", None),
        "bind.confirm": ("R001", None),
    }
    assert at_window["bind.enter"]["reason"] == "成员不用手机,持证件到窗口办理"
    proof = hashlib.sha256("户口本 0036-2".encode()).digest()
    assert {row["evidence_hash"] for row in at_window.values()} == {proof}
    for row in (*told.values(), *at_window.values()):
        assert row["at"] == town.bureau.clock()
        assert (row["text_version"], row["text_hash"].hex()) == (text["version"], text["sha256"])


async def test_r094_who_has_no_smartphone_is_handled_at_the_window_by_two_clerks(town: Town) -> None:
    """The daughter begins it, one clerk enters it with reason and promised day, another approves it."""
    daughter, mother = town.family("女儿与不用智能手机的母亲")
    asked = (await (await town.phone(daughter)).bind(mother, route="window")).done
    assert asked["state_text"] == "待窗口录入"
    clerk, reviewer = await town.clerk("程晓岚"), await town.clerk("殷国清")
    entry = {
        "holder_psn_no": daughter.number,
        "member_psn_no": mother.number,
        "relation": "parent",
        "reason": "母亲只用老式手机,本人持身份证到窗口",
        "promised_day": "2026-03-20",
    }
    entered = (await clerk.call("POST", "/staff/bindings", entry)).done
    assert (entered["entered_by"], entered["promised_day"]) == ("C001", "2026-03-20")
    waiting = await reviewer.items("/staff/reviews")
    assert entered["id"] in [one["id"] for one in waiting]

    approve = f"/staff/reviews/{entered['id']}/approve"
    assert (await clerk.call("POST", approve)).refused == "SAME_CLERK"
    approved = (await reviewer.call("POST", approve)).done
    assert (approved["state"], approved["decided_by"]) == ("active", "R001")
    assert approved["reason"] == entry["reason"]
    assert (await (await town.phone(daughter)).code(mother)).done["psn_no"] == mother.number


async def test_a_power_taken_back_ends_the_code_that_was_shown_and_nothing_else(town: Town) -> None:
    """Powers are given singly: the son takes back the showing, his father keeps what else was given."""
    son, father, _ = town.family("上大学的儿子")
    binding = await town.bound(father, son, powers=["show_code", "query_status"])
    phone = await town.phone(father)
    shown = (await phone.code(son)).done

    powers = f"/family/bindings/{binding['id']}/powers"
    assert (
        await phone.call("PATCH", powers, {"powers": ["show_code", "query_cost"]})
    ).refused == "NOT_ALLOWED"
    kept = (await (await town.phone(son)).call("PATCH", powers, {"powers": ["query_status"]})).done
    assert (kept["state"], kept["powers"]) == ("active", ["query_status"])

    refused = await phone.code(son)
    assert refused.refused == "POWER_NOT_GIVEN"
    assert "“出示医保码”的权限" in refused.says
    with pytest.raises(BillRefused, match="该医保码已失效"):
        await town.visit(son, [line("A", "10.00")], shown=scanned(shown))


async def test_a_code_reported_lost_ends_whoever_showed_it_and_the_card_goes_on(town: Town) -> None:
    """The wife loses her phone while her husband shows her code: that code ends, her card does not."""
    husband, wife = town.family("没有子女的老夫妇")
    await town.bound(husband, wife)
    phone = await town.phone(husband)
    shown = (await phone.code(wife)).done
    lost = await (await town.phone(wife)).call("POST", "/credential/freeze", {"lost": True})
    assert lost.done["code_state"] == "lost"

    with pytest.raises(BillRefused, match="该医保码已失效"):
        await town.purchase(wife, [line("A", "5.00")], shown=scanned(shown))
    assert (await phone.code(wife)).refused == "CODE_FROZEN"
    assert (await town.purchase(wife, [line("A", "5.00")])).paid == paid(account="5.00")
