"""The commands of the guide to backups and encryption do what it says, in the order in which it gives them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from algesia.adapters.store import place, wrap
from algesia.adapters.store.engine import sqlite_url
from algesia.adapters.store.open import open_store
from tests.store.build import bodies, diary, note, pain, write
from tests.store.test_audit import ten
from tests.store.test_commands import NEW, OLD, call

PAGE = (Path(__file__).parents[2] / "docs" / "guides" / "backup-and-encryption.md").read_text()
COMMANDS = re.findall(r"^(?:ALGESIA_DATABASE_URL=\S+ )?algesia .+$", PAGE, re.MULTILINE)
POSTGRESQL = "ALGESIA_DATABASE_URL=postgresql://localhost/algesia"


def test_the_commands_of_the_guide_run_one_after_the_other(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("sqlcipher3")
    monkeypatch.setattr(wrap, "MEMORY_KIB", 512)
    monkeypatch.setattr(wrap, "PASSES", 1)
    monkeypatch.delenv(place.URL, raising=False)
    monkeypatch.setenv(place.DATA, str(tmp_path / "data"))
    monkeypatch.setenv(place.PASSPHRASE, OLD)
    monkeypatch.chdir(tmp_path)
    Path("database.txt").write_text(OLD)
    Path("backup.txt").write_text(NEW)
    first = diary(open_store(sqlite_url(place.data_folder(None) / "algesia.db")))
    write(first, pain("a", 5), note("b", "x"))
    ten(first)
    first.engine.dispose()
    done = 0
    for command in COMMANDS:
        before, _, words = command.rpartition("algesia ")
        # a sealed backup replaced the first one: the guide goes back to one that is not
        if words.startswith("restore") and "--seal" not in words:
            call("backup", "algesia.backup")
        with monkeypatch.context() as here:
            if before.strip() == POSTGRESQL:
                here.setenv(place.URL, url)
            if "--head" in words:
                call("audit", "verify")
                words = re.sub(r"[0-9a-f]{64}", capsys.readouterr().out.split()[-1], words)
            call(*shlex.split(words))
        done += 1
    assert done == len(COMMANDS) >= 8
    for other in (sqlite_url(tmp_path / "restored" / "algesia.db"), url):
        assert len(bodies(open_store(other))) == 2


def test_every_command_and_option_that_the_guide_names_in_its_text_exists(
    capsys: pytest.CaptureFixture[str],
) -> None:
    named = re.findall(r"`algesia ((?:audit|keys) \w+|backup|restore)\b[^`]*`", PAGE)
    assert {"audit list", "keys change", "keys recover"} <= set(named)
    help_ = ""
    for command in sorted({*named, "backup", "restore"}):
        with pytest.raises(SystemExit) as stopped:
            call(*command.split(), "--help")
        assert stopped.value.code == 0
        help_ += capsys.readouterr().out
    options = set(re.findall(r"`(--[a-z-]+)", PAGE)) - {"--encrypt"}
    assert {option for option in options if option not in help_} == set()
