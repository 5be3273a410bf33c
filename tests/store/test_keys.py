"""The key file: made, opened, recovered, changed; whole or not at all."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from algesia.adapters.store import keys, wrap
from algesia.adapters.store.recovery import ALPHABET, LENGTH, new_code, plain_code
from algesia.quantities.refusal import InputRefused

OLD, NEW = "a few words together", "other words than before"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "algesia.keys"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Less memory for each derivation: only the test of the parameters takes the real ones."""
    if "real" not in request.node.name:
        monkeypatch.setattr(wrap, "MEMORY_KIB", 512)
        monkeypatch.setattr(wrap, "PASSES", 1)


def test_the_real_parameters_are_those_of_rfc_9106_and_stand_in_the_file(file: Path) -> None:
    keys.create(file, OLD)
    found = json.loads(file.read_text())["passphrase"]
    assert (found["kdf"], found["passes"], found["lanes"], found["memory_kib"]) == ("argon2id", 3, 4, 65536)
    assert len(found["salt"]) == 24


def test_the_passphrase_opens_the_key_and_another_does_not(file: Path) -> None:
    key, _ = keys.create(file, OLD)
    assert len(key) == 32
    assert keys.unlock(file, OLD) == key
    with pytest.raises(InputRefused, match="does not open this key file"):
        keys.unlock(file, NEW)


def test_a_passphrase_is_the_same_however_a_keyboard_writes_its_letters(file: Path) -> None:
    key, _ = keys.create(file, "douleur cafe\u0301 e\u0301te\u0301")
    assert keys.unlock(file, "douleur caf\u00e9 \u00e9t\u00e9") == key


def test_the_file_is_its_owners_only_and_holds_neither_key_nor_code(file: Path) -> None:
    key, code = keys.create(file, OLD)
    text = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert code not in text
    assert key.hex() not in text
    assert sorted(file.parent.iterdir()) == [file]


def test_two_key_files_have_two_keys_and_two_codes(file: Path, tmp_path: Path) -> None:
    one, two = keys.create(file, OLD), keys.create(tmp_path / "other", OLD)
    assert one[0] != two[0]
    assert one[1] != two[1]


def test_a_key_file_is_never_written_over(file: Path) -> None:
    key, _ = keys.create(file, OLD)
    with pytest.raises(InputRefused, match="is there already"):
        keys.create(file, NEW)
    assert keys.unlock(file, OLD) == key


def test_a_short_passphrase_is_refused_and_nothing_is_written(file: Path) -> None:
    for short in ("", "eleven char", " " * 40):
        with pytest.raises(InputRefused, match="is short"):
            keys.create(file, short)
    assert not file.exists()


def test_the_code_gives_the_key_a_new_passphrase_and_a_new_code(file: Path) -> None:
    key, code = keys.create(file, OLD)
    again, fresh = keys.recover(file, code.lower().replace("-", " "), NEW)
    assert again == key == keys.unlock(file, NEW)
    with pytest.raises(InputRefused):
        keys.unlock(file, OLD)
    with pytest.raises(InputRefused, match="typed without a slip and does not open"):
        keys.recover(file, code, OLD)
    assert keys.recover(file, fresh, OLD)[0] == key


def test_a_change_keeps_key_and_code(file: Path) -> None:
    key, code = keys.create(file, OLD)
    keys.change(file, OLD, NEW)
    assert keys.unlock(file, NEW) == key
    with pytest.raises(InputRefused):
        keys.unlock(file, OLD)
    assert keys.recover(file, code, OLD)[0] == key


def test_a_change_with_a_wrong_or_to_a_short_passphrase_changes_nothing(file: Path) -> None:
    keys.create(file, OLD)
    before = file.read_bytes()
    with pytest.raises(InputRefused, match="does not open"):
        keys.change(file, NEW, OLD)
    with pytest.raises(InputRefused, match="is short"):
        keys.change(file, OLD, "short")
    assert file.read_bytes() == before


@pytest.mark.parametrize("field", ["passes", "lanes", "memory_kib", "salt", "nonce", "wrapped"])
def test_an_altered_file_does_not_open(file: Path, field: str) -> None:
    keys.create(file, OLD)
    document = json.loads(file.read_text())
    value = document["passphrase"][field]
    document["passphrase"][field] = (
        value + 1 if isinstance(value, int) else ("B" if value[0] == "A" else "A") + value[1:]
    )
    file.write_text(json.dumps(document))
    with pytest.raises(InputRefused, match="does not open this key file"):
        keys.unlock(file, OLD)


def test_the_two_wrappings_cannot_stand_in_for_one_another(file: Path) -> None:
    _, code = keys.create(file, OLD)
    document = json.loads(file.read_text())
    document["passphrase"], document["recovery"] = document["recovery"], document["passphrase"]
    file.write_text(json.dumps(document))
    with pytest.raises(InputRefused):
        keys.unlock(file, plain_code(code))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"{}",
        b"\xff\xfe",
        b'{"format": "algesia-keys/2"}',
        b'{"format": "algesia-keys/1", "passphrase": {"memory_kib": 99999999999}}',
    ],
)
def test_another_file_is_refused_in_one_sentence(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    with pytest.raises(InputRefused, match="is no key file of algesia"):
        keys.unlock(file, OLD)


def test_parameters_that_ask_for_all_memory_are_refused_before_they_are_used(file: Path) -> None:
    keys.create(file, OLD)
    document = json.loads(file.read_text())
    document["passphrase"]["memory_kib"] = 2**40
    file.write_text(json.dumps(document))
    with pytest.raises(InputRefused, match="is no key file of algesia"):
        keys.unlock(file, OLD)


def test_a_file_that_is_not_there_is_refused(file: Path) -> None:
    with pytest.raises(InputRefused, match="cannot be read"):
        keys.unlock(file, OLD)


def test_a_place_that_cannot_be_written_to_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="cannot be written"):
        keys.create(tmp_path / "no" / "algesia.keys", OLD)


codes = st.builds(new_code)


@given(code=codes, place=st.integers(0, LENGTH - 1), shift=st.integers(1, len(ALPHABET) - 1))
def test_a_slip_in_one_place_is_found_with_its_group(code: str, place: int, shift: int) -> None:
    letters = list(plain_code(code))
    letters[place] = ALPHABET[(ALPHABET.index(letters[place]) + shift) % len(ALPHABET)]
    with pytest.raises(InputRefused, match=rf"typing slip, most likely in group {place // 4 + 1}\b"):
        plain_code("".join(letters))


@given(code=codes, one=st.integers(0, LENGTH - 1), other=st.integers(0, LENGTH - 1))
def test_two_letters_changed_over_are_found(code: str, one: int, other: int) -> None:
    letters = list(plain_code(code))
    letters[one], letters[other] = letters[other], letters[one]
    if "".join(letters) != plain_code(code):
        with pytest.raises(InputRefused, match="typing slip"):
            plain_code("".join(letters))


@given(code=codes)
def test_a_code_is_seven_groups_of_four_without_letters_that_look_alike(code: str) -> None:
    assert [len(group) for group in code.split("-")] == [4] * 7
    assert not set(code) & set("IL1O0il")
    assert plain_code(code) == plain_code(f"  {code.lower()} ")


@pytest.mark.parametrize("typed", ["", "ABCD", "ABCD-" * 8, "O" * 28])
def test_what_cannot_be_a_code_is_refused(typed: str) -> None:
    with pytest.raises(InputRefused, match="recovery code"):
        plain_code(typed)
