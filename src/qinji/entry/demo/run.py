"""Which stories there are, and walking them one after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qinji.entry.demo import stories_code, stories_money
from qinji.entry.demo.calls import Declined, Sandbox, Unexpected
from qinji.entry.demo.screen import Screen
from qinji.entry.demo.stage import Stage
from qinji.entry.demo.world import World
from qinji.kernel.dates import local_day
from qinji.platform.clock import system_clock


@dataclass(frozen=True, slots=True)
class Story:
    """A story: what it is called, what it is about, and how it goes."""

    title: str
    told: str
    play: Callable[[Stage], None]


STORIES = (
    Story(
        "女儿帮不用智能手机的母亲出示医保码",
        "亲情账户:女儿发起,两名窗口人员一录一审;绑定前后的账单完全一样。",
        stories_code.mother_without_smartphone,
    ),
    Story(
        "母亲的账户不够,女儿授权之后才由女儿付",
        "家庭共济:没有授权就不能用;授权以后,先用本人的,不够再用女儿的。",
        stories_money.daughter_pays_the_rest,
    ),
    Story(
        "没有账户的九岁孩子,父母依次付",
        "孩子参加居民医保,没有个人账户;父母都授权了,按先后付。",
        stories_money.child_and_two_parents,
    ),
    Story(
        "岳父不在共济范围内",
        "能授权给谁,由授权人参保地的规定决定;拒绝时给出规定。",
        stories_money.father_in_law,
    ),
    Story(
        "母亲在外省参保",
        "跨省共济还没有开通:说清楚不行的原因,和今天可以怎么办。",
        stories_code.mother_in_another_province,
    ),
    Story(
        "解除授权,下一张账单就付现金",
        "儿子的账户是空的,母亲授权后又解除。",
        stories_money.grant_is_revoked,
    ),
    Story(
        "撤销账单,每一分钱回到原处",
        "一张 3000 元的账单由基金、本人、两位亲属和现金一起付,然后撤销。",
        stories_money.every_fen_goes_back,
    ),
)


def walk(sandbox: Sandbox, screen: Screen, numbers: Sequence[int]) -> bool:
    """Plays these stories (1 is the first); False when one came out otherwise than it is told."""
    world = World(sandbox.world(), local_day(system_clock()))
    failed = []
    for number in numbers:
        story = STORIES[number - 1]
        screen.story(number, story.title, story.told)
        try:
            with Stage(sandbox, world, screen) as stage:
                story.play(stage)
        except (Unexpected, Declined) as problem:
            screen.failed(str(problem))
            failed.append(number)
    screen.say("")
    if failed:
        screen.failed(
            f"故事 {'、'.join(map(str, failed))} 与预期不同。若沙箱里的账户已被用过,"
            "可换一个空的 QINJI_HOME 再试。"
        )
        return False
    screen.found(f"{len(numbers)} 个故事都与预期相同。账单已撤销,授权和绑定已解除,沙箱恢复原样。")
    return True
