"""A sealed stream opens whole, or not at all."""

from __future__ import annotations

import io

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given, settings
from hypothesis import strategies as st

from algesia.adapters.store import sealed
from algesia.adapters.store.sealed import Sealing, Unsealing

KEY = bytes(range(32))
TAG = 16


def seal(plain: list[bytes], bound: bytes = b"first") -> bytes:
    out = io.BytesIO()
    stream = Sealing(out, KEY, bound)
    for part in plain:
        stream.write(part)
    stream.finish()
    return out.getvalue()


def unseal(content: bytes, key: bytes = KEY, bound: bytes = b"first") -> bytes:
    return io.BufferedReader(Unsealing(io.BytesIO(content), key, bound)).read()


@settings(max_examples=50)
@given(plain=st.lists(st.binary(max_size=40), max_size=8))
def test_what_was_sealed_comes_back_however_it_was_written(plain: list[bytes]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealed, "PIECE", 16)
        content = seal(plain)
        whole = b"".join(plain)
        assert unseal(content) == whole
        assert len(content) == len(whole) + TAG * max(1, -(-len(whole) // 16))


@pytest.mark.parametrize("size", [0, 1, 16, 17, 160])
def test_cut_off_altered_moved_or_of_another_key_it_does_not_open(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealed, "PIECE", 16)
    content = seal([b"x" * size])
    spoiled = [content[:end] for end in range(len(content))]
    spoiled += [content[:i] + bytes([content[i] ^ 1]) + content[i + 1 :] for i in range(len(content))]
    spoiled += [content + b"x", content + content]
    for one in spoiled:
        with pytest.raises(InvalidTag):
            unseal(one)
    with pytest.raises(InvalidTag):
        unseal(content, bytes(32))
    with pytest.raises(InvalidTag):
        unseal(content, bound=b"other")
