"""Codes as pictures: what is drawn is read as it was written, and a long one is drawn at once."""

from __future__ import annotations

import re
from random import Random

import pytest
import zxingcpp
from markupsafe import Markup
from PIL import Image
from segno import encoder

from qinji.web.drawing import paper_qr, qr

MODULE = 4
"""Pixels of a module."""

TEXTS = [f"QJ1.{'ab-_Z9' * 60}.{Random(seed).randbytes(128).hex()}" for seed in range(8)]
"""As long as the code of a receipt."""

RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1")


def drawn(svg: Markup) -> Image.Image:
    """What a screen or a printer makes of it."""
    size = int(re.findall(r'viewBox="0 0 (\d+) ', svg)[0])
    picture = Image.new("L", (size, size), 255)
    for column, row, length in RUN.findall(svg):
        picture.paste(0, (int(column), int(row), int(column) + int(length), int(row) + 1))
    return picture.resize((size * MODULE, size * MODULE), Image.Resampling.NEAREST)


@pytest.mark.parametrize("text", TEXTS)
def test_a_code_for_paper_is_read_as_it_was_written(text: str) -> None:
    (found,) = zxingcpp.read_barcodes(drawn(paper_qr(text, "验证码")).rotate(7, expand=True, fillcolor=255))
    assert found.text == text


def test_a_small_code_is_read_as_it_was_written() -> None:
    (found,) = zxingcpp.read_barcodes(drawn(qr("1234567890" * 2 + "12345678", "医保码")))
    assert found.text == "1234567890" * 2 + "12345678"


def test_a_code_for_paper_does_not_weigh_all_patterns_and_a_phone_s_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    weighed: list[object] = []

    def weigh(*asked: object) -> int:
        weighed.append(asked)
        return len(weighed)

    monkeypatch.setattr(encoder, "evaluate_mask", weigh)
    paper_qr(TEXTS[0], "验证码")
    assert not weighed
    qr("1" * 28, "医保码")
    assert len(weighed) == 8
