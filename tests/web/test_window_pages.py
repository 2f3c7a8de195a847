"""窗口代办 on the pages: found with a reason, taken down by one, carried out by another, and a slip to take home."""

from __future__ import annotations

import re
from typing import TypeAlias

import httpx
import pytest

from qinji.entry.sandbox.model import Person
from tests.bureau import Bureau
from tests.household import Town
from tests.reader import Reader, open_reader, words

pytestmark = pytest.mark.asyncio
CLERK, OTHER, REVIEWER = "C001", "C002", "R001"
REASON, PAPER = "本人不用手机,持卡到窗口", "窗-0001"
WHAT = re.compile(r'name="what" value="([^"]+)"')
Filled: TypeAlias = dict[str, str | list[str]]


def two(bureau: Bureau) -> tuple[Person, Person]:
    """A daughter and her mother, who has no phone."""
    daughter, mother = bureau.family("女儿与不用智能手机的母亲")
    return daughter, mother


async def found(reader: Reader, person: Person, by: str = "card", reason: str = REASON) -> httpx.Response:
    """The person's page, after a look with a reason."""
    number = {"card": person.card_number, "identity_number": person.certificate_number}
    return await reader.submit(
        "/console/window", found_by=by, number=number.get(by, person.number), reason=reason
    )


async def form_of(reader: Reader, person: Person, kind: str) -> str:
    """The form of a wish of this kind, about the first thing of that kind on the person's page."""
    page = (await found(reader, person)).text
    what = next(what for what in WHAT.findall(page) if what.startswith(f"{kind}:"))
    answer = await reader.send(page, "/console/window/wish", what=what)
    assert answer.status_code == 200, words(answer.text)
    return answer.text


async def taken_down(reader: Reader, person: Person, kind: str, more: Filled | None = None) -> str:
    """A wish is taken down; the address of its page."""
    form = await form_of(reader, person, kind)
    filled: Filled = {"reason": REASON, "paper": PAPER, **(more or {})}
    answer = await reader.send_files(form, "/console/window/enter", {}, filled)
    assert answer.status_code == 303, words(answer.text)
    return str(answer.headers["location"]).partition("?")[0]


async def approved(bureau: Bureau, path: str) -> str:
    """A colleague carries it out; what the page says then."""
    async with open_reader(bureau) as colleague:
        await colleague.sign_in_staff(REVIEWER, "/console")
        done = await colleague.submit(path, f"{path}/decide", answer="approve")
        assert done.status_code == 303, words(done.text)
        return await colleague.say(done.headers["location"])


async def test_a_look_needs_a_reason_and_the_person_reads_it(bureau: Bureau, reader: Reader) -> None:
    _daughter, mother = two(bureau)
    await reader.sign_in_staff(CLERK, "/console")
    for reason in ("", "短", f"来自 {mother.certificate_number}"):
        refused = await found(reader, mother, reason=reason)
        assert refused.status_code == 422
        assert mother.name not in words(refused.text).split("怎么办")[0]
    nobody = await reader.submit("/console/window", found_by="card", number="X1", reason=REASON)
    assert "没有找到" in words(nobody.text)
    page = await found(reader, mother)
    said = words(page.text)
    assert mother.name in said
    assert mother.certificate_number not in page.text
    assert mother.card_number not in page.text
    assert page.url.path == "/console/window", "no number stands in an address"
    async with open_reader(bureau) as phone:
        await phone.sign_in(mother.number)
        told = await phone.say("/me/trail")
        assert "查询您的参保信息" in told
        assert f"经办窗口工作人员 {CLERK}" in told
        assert f"事由:{REASON}" in told


async def test_who_is_found_by_a_person_number_need_not_be_there_so_nothing_can_be_done(
    bureau: Bureau, reader: Reader
) -> None:
    await reader.sign_in_staff(CLERK, "/console")
    page = (await found(reader, two(bureau)[1], "person_number")).text
    assert "只能查看" in words(page)
    assert WHAT.findall(page) == []
    forged = await reader.send(page, "/console/window/wish", what="freeze_code:")
    assert forged.status_code == 422


async def test_a_form_offers_only_what_the_packs_give(bureau: Bureau, reader: Reader) -> None:
    daughter, _ = two(bureau)
    await reader.sign_in_staff(CLERK, "/console")
    form = await form_of(reader, daughter, "grant")
    assert 'value="outpatient"' in form
    assert 'value="inpatient"' not in form
    entry = await reader.open("/console/bind")
    assert 'value="show_code"' in entry
    assert 'value="open_wallet"' in entry
    assert "开通医保钱包" in entry, "the text that is read out names it"


async def test_a_freeze_holds_at_once_and_a_colleague_looks_at_it_afterwards(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    _daughter, mother = two(bureau)
    await reader.sign_in_staff(CLERK, "/console")
    path = await taken_down(reader, mother, "freeze_code")
    said = await reader.say(path)
    assert "已生效,待复核" in said
    assert "这件是您录入的" in said
    assert f'action="{path}/decide"' not in reader.last, "it is in force: there is nothing to take back"
    slip = await reader.say(f"{path}/slip")
    assert "待复核" in slip
    async with open_reader(bureau) as colleague:
        await colleague.sign_in_staff(REVIEWER, "/console")
        queue = await colleague.say("/console?kind=window")
        assert "已生效,请复核" in queue
        assert "不会自动解冻" in await colleague.say(path)
    assert "已通过并办好" in await approved(bureau, path)
    assert (await (await town.phone(mother)).code()).refused == "CODE_FROZEN"


async def test_an_unbinding_is_entered_approved_and_taken_home_on_a_slip(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    daughter, mother = two(bureau)
    await town.bound_at_window(daughter, mother)
    await reader.sign_in_staff(CLERK, "/console")
    path = await taken_down(reader, mother, "unbind")
    said = await reader.say(path)
    assert "还没有执行,没有任何变动" in said
    assert "录错了,撤回" in said
    assert (await reader.client.get(f"{path}/slip")).status_code == 422, "nothing was done yet"
    said = await approved(bureau, path)
    assert "已通过并办好。请打印凭条交给本人" in said
    slip = await reader.say(f"{path}/slip")
    for told in (
        "解除亲情账户绑定",
        f"为 {mother.name} 办理",
        f"{CLERK} / {REVIEWER}",
        PAPER,
        "如果不对,怎么办",
        "12393",
    ):
        assert told in slip, slip
    async with open_reader(bureau) as third:
        await third.sign_in_staff(OTHER, "/console")
        assert "没有找到" in await third.say(path, 404)
        assert "没有找到" in await third.say(f"{path}/slip", 404)
    assert "解除与" in await reader.say("/console/window/mine")


async def test_a_colleague_refuses_only_with_a_reason_and_nothing_happens(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    daughter, mother = two(bureau)
    await town.bound_at_window(daughter, mother)
    await reader.sign_in_staff(CLERK, "/console")
    path = await taken_down(reader, mother, "set_powers", {"power": ["show_code"]})
    async with open_reader(bureau) as colleague:
        await colleague.sign_in_staff(REVIEWER, "/console")
        unsaid = await colleague.submit(path, f"{path}/decide", answer="refuse")
        assert unsaid.status_code == 422
        await colleague.submit(path, f"{path}/decide", answer="refuse", reason="材料上没有签字")
        assert "没有执行,没有任何变动" in await colleague.say(path)
    assert "材料上没有签字" in await reader.say(path)


async def test_what_was_entered_wrongly_is_taken_back_by_who_entered_it(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    daughter, mother = two(bureau)
    await town.bound_at_window(daughter, mother)
    await reader.sign_in_staff(CLERK, "/console")
    path = await taken_down(reader, mother, "unbind")
    done = await reader.submit(path, f"{path}/decide", answer="withdraw")
    assert "已撤回,没有任何变动" in await reader.say(done.headers["location"])
    assert "没有等候办理的事" in await reader.say("/console")


async def test_what_is_wrong_in_a_wish_is_said_beside_its_field(bureau: Bureau, reader: Reader) -> None:
    daughter, mother = two(bureau)
    await reader.sign_in_staff(CLERK, "/console")
    form = await form_of(reader, daughter, "grant")
    answer = await reader.send(
        form, "/console/window/enter",
        relative_name="别名", relative_number=mother.card_number, relation="", per_use_fen="十块", reason="短",
    )  # fmt: skip
    assert answer.status_code == 422
    said = words(answer.text)
    for fault in (
        "请选使用人是本人的什么人",
        "不是金额",
        "请至少选一项用途",
        "至少 4 个字",
        "请写本人签字的材料编号",
    ):
        assert fault in said, said
    assert 'value="十块"' in answer.text
    assert mother.card_number in answer.text, "what was typed is kept"


async def test_a_wish_that_changes_nothing_is_refused_in_words(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    daughter, mother = two(bureau)
    bound = await town.bound_at_window(daughter, mother)
    await reader.sign_in_staff(CLERK, "/console")
    form = await form_of(reader, mother, "set_powers")
    filled: Filled = {"reason": REASON, "paper": PAPER, "power": bound["powers"]}
    answer = await reader.send_files(form, "/console/window/enter", {}, filled)
    assert answer.status_code == 422
    assert "与现在的情况相同" in words(answer.text)


async def test_a_ticket_is_good_for_half_an_hour_and_for_who_looked(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    _daughter, mother = two(bureau)
    await reader.sign_in_staff(CLERK, "/console")
    form = await form_of(reader, mother, "freeze_code")
    bureau.later(minutes=10)
    await reader.open("/console")
    async with open_reader(bureau) as other:
        await other.sign_in_staff(OTHER, "/console")
        theirs = await form_of(other, mother, "freeze_code")
        ticket = re.compile(r'name="ticket" value="[^"]+"')
        stolen = ticket.sub(ticket.search(form)[0], theirs)  # type: ignore[index]
        refused = await other.send(stolen, "/console/window/enter", reason=REASON, paper=PAPER)
        assert "请用证件重新查找后再办" in words(refused.text)
    bureau.later(minutes=10)
    await reader.open("/console")
    bureau.later(minutes=11)
    late = await reader.send(form, "/console/window/enter", reason=REASON, paper=PAPER)
    assert "请用证件重新查找后再办" in words(late.text)
    assert (await (await town.phone(mother)).code()).done


async def test_from_a_form_one_comes_back_to_the_person_without_the_card(
    bureau: Bureau, reader: Reader
) -> None:
    _daughter, mother = two(bureau)
    await reader.sign_in_staff(CLERK, "/console")
    form = await form_of(reader, mother, "freeze_code")
    back = await reader.send(form, "/console/window")
    assert mother.name in words(back.text)
    assert "freeze_code:" in WHAT.findall(back.text)


async def test_a_form_sent_twice_is_taken_down_once(bureau: Bureau, reader: Reader) -> None:
    _daughter, mother = two(bureau)
    await reader.sign_in_staff(CLERK, "/console")
    form = await form_of(reader, mother, "report_lost")
    sent = [
        await reader.send(form, "/console/window/enter", reason=REASON, paper=PAPER) for _again in range(2)
    ]
    assert sent[0].headers["location"] == sent[1].headers["location"]


async def test_a_binding_made_at_the_window_has_its_slip(bureau: Bureau, reader: Reader, town: Town) -> None:
    daughter, mother = two(bureau)
    binding = (await town.bound_at_window(daughter, mother))["id"]
    await reader.sign_in_staff(CLERK, "/console")
    assert f"/console/bindings/{binding}/slip" in await reader.open(f"/console/bindings/{binding}")
    slip = await reader.say(f"/console/bindings/{binding}/slip")
    assert "亲情账户绑定" in slip
    assert f"{CLERK} / {REVIEWER}" in slip


async def test_the_pages_of_the_window_ask_the_database_within_their_budget(
    bureau: Bureau, reader: Reader, town: Town
) -> None:
    daughter, mother = two(bureau)
    await town.bound_at_window(daughter, mother)
    await town.granted(daughter, mother)
    await reader.sign_in_staff(CLERK, "/console")
    page = await reader.open("/console/window")
    with reader.counting() as sent:
        await reader.send(page, "/console/window", found_by="card", number=mother.card_number, reason=REASON)
    assert len(sent) <= 16, (len(sent), sent)
    path = await taken_down(reader, mother, "freeze_code")
    for opened, most in ((path, 5), (f"{path}/slip", 5), ("/console/window/mine", 5)):
        with reader.counting() as sent:
            await reader.open(opened)
        assert len(sent) <= most, (opened, len(sent), sent)
