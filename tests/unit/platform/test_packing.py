"""What is kept is packed in few bytes, comes out as it went in, and nothing else is taken for it."""

from __future__ import annotations

import zlib

import pytest

from qinji.platform.inbox import REPLIES
from qinji.platform.packing import NotPacked, Packing
from qinji.settlement.packing import DECISIONS

REPLY = b'{"infcode":0,"inf_refmsgid":"","refmsg_time":"","respond_time":"","err_msg":null,"output":null}'


@pytest.mark.parametrize("packing", [REPLIES, DECISIONS])
@pytest.mark.parametrize("document", [b"", b"x", REPLY, bytes(range(256)) * 40])
def test_a_document_comes_out_as_it_went_in(packing: Packing, document: bytes) -> None:
    assert packing.unpack(packing.pack(document)) == document


def test_a_reply_is_packed_smaller_and_always_alike() -> None:
    assert len(REPLIES.pack(REPLY)) < len(REPLY)
    assert REPLIES.pack(REPLY) == REPLIES.pack(REPLY)


def test_what_the_first_release_deflated_is_still_read() -> None:
    assert DECISIONS.unpack(zlib.compress(REPLY)) == REPLY


def test_what_was_packed_with_another_dictionary_is_not_taken_for_ours() -> None:
    with pytest.raises(NotPacked):
        REPLIES.unpack(DECISIONS.pack(REPLY))


def test_bytes_that_nobody_packed_are_refused() -> None:
    with pytest.raises(NotPacked):
        REPLIES.unpack(b"not packed")
