"""Small documents in few bytes: zstd with a dictionary that was trained on documents of the same kind.

Each dictionary is a file beside the code that packs with it, made by ``tools/train_packing.py`` and never changed after
a release: what is stored names its dictionary, and needs it for as long as it is kept.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

import zstandard

LEVEL = 1
"""With a trained dictionary a higher level saves a twentieth of the bytes."""


class Packing:
    """One kind of document. The last dictionary packs, all unpack; what was deflated by the first release too."""

    def __init__(self, dictionaries: Sequence[Path], deflated_with: bytes = b"") -> None:
        read = [zstandard.ZstdCompressionDict(path.read_bytes()) for path in dictionaries]
        read[-1].precompute_compress(level=LEVEL)
        self._packer = zstandard.ZstdCompressor(level=LEVEL, dict_data=read[-1])
        self._unpackers = {one.dict_id(): zstandard.ZstdDecompressor(dict_data=one) for one in read}
        self._deflated_with = deflated_with

    def pack(self, document: bytes) -> bytes:
        """The document in few bytes; the same document always in the same ones."""
        return self._packer.compress(document)

    def unpack(self, packed: bytes) -> bytes:
        """The document as it was; raises NotPacked when the bytes are not a packed one."""
        try:
            if packed.startswith(zstandard.FRAME_HEADER):
                number = zstandard.get_frame_parameters(packed).dict_id
                return self._unpackers[number].decompress(packed)
            unpacker = zlib.decompressobj(zdict=self._deflated_with)
            return unpacker.decompress(packed) + unpacker.flush()
        except (KeyError, zstandard.ZstdError, zlib.error) as problem:
            raise NotPacked from problem


class NotPacked(Exception):
    """These bytes were not packed by any dictionary that is known here."""
