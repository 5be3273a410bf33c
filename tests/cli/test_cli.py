"""The command as its users run it: a process with its streams, its exit status, and one line of error."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from algesia.cli.output import format_of
from algesia.quantities.refusal import WrongCall

CASE = "example:pitt_v5n3_33f"
COMMAND = f"{shlex.quote(sys.executable)} -m algesia"
posix = pytest.mark.skipif(os.name == "nt", reason="the redirections of a POSIX shell")


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which `algesia` is the command; a hang fails."""
    line = f'algesia() {{ {COMMAND} "$@"; }}; {line}'
    return subprocess.run(
        ["sh", "-c", line], cwd=folder, capture_output=True, text=True, check=False, timeout=30
    )


#   what is run                           status  standard error
FAILS = [
    (f"algesia mme {CASE} >/dev/full",         2, "cannot write to standard output: No space left on device"),
    (f"algesia review {CASE} >&-",             2, "standard output is closed"),
    ("algesia --help >/dev/full",              2, "cannot write to standard output: No space left on device"),
    ("algesia mme - <&-",                      3, "standard input: is closed"),
    ("algesia review ''",                      3, "the path is '': is empty"),
    ("mkfifo p.json; algesia mme p.json",      3, "p.json: is a named pipe"),
    (f"algesia review {CASE} -o a.docx",       2, "'a.docx' ends in none of .json, .html, .htm, .pdf, .txt"),
    (f"algesia convert {CASE} out.csv",        2, "'out.csv' is neither FILE.json nor a folder"),
    (f"algesia convert {CASE} ''",             2, "is not the name of a folder"),
]  # fmt: skip


@posix
@pytest.mark.parametrize(("line", "status", "words"), FAILS, ids=range(len(FAILS)))
def test_what_fails_says_so_in_one_line(tmp_path: Path, line: str, status: int, words: str) -> None:
    if "/dev/full" in line and not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    done = shell(line, tmp_path)
    assert done.returncode == status
    assert words in done.stderr
    assert done.stderr.startswith("algesia: ")
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""
    assert [file.name for file in tmp_path.iterdir() if file.name != "p.json"] == []


@posix
def test_a_closed_standard_error_keeps_the_status(tmp_path: Path) -> None:
    assert shell("algesia mme no-such-file 2>&-", tmp_path).returncode == 3


@posix
def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    done = shell(f"{{ algesia review {CASE} -f json; echo $? >&2; }} | head -c 1", tmp_path)
    assert (done.stdout, done.stderr) == ("{", "0\n")


@posix
def test_an_output_that_is_no_file_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    line = f"mkfifo p; cat p > got & algesia mme {CASE} -o p; wait; test -p p"
    done = shell(line, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "got").read_text().startswith("day 3  CDC 2022\n")


@posix
def test_mme_writes_json_by_the_ending_of_the_file(tmp_path: Path) -> None:
    assert shell(f"algesia mme {CASE} -o x.json", tmp_path).returncode == 0
    written = json.loads((tmp_path / "x.json").read_text())
    assert (written["format"], written["relative"], written["day"]) == ("algesia-mme/1", True, 3)


@posix
@pytest.mark.parametrize(
    ("line", "near"),
    [
        ("algesia revew x", "; did you mean review?\n"),
        ("algesia review x --formatt json", "; did you mean --format?\n"),
        ("algesia mme x --as-off=3", "; did you mean --as-of?\n"),
        ("algesia sources --zzz", "unrecognized arguments: --zzz\n"),
    ],
)
def test_a_misspelled_word_is_answered_with_the_closest(tmp_path: Path, line: str, near: str) -> None:
    done = shell(line, tmp_path)
    assert done.returncode == 2
    assert done.stderr.endswith(near)


def test_the_ending_decides_where_no_format_is_named() -> None:
    allowed = ("text", "json", "html")
    assert [format_of(None, name, allowed) for name in (None, "-", "a", "a.JSON", "a.htm", "a.txt")] == [
        "text", "text", "text", "json", "html", "text",
    ]  # fmt: skip
    assert format_of("json", "a.docx", allowed) == "json"
    for format, name in ((None, "a.pdf"), (None, "a.md"), ("xml", None)):
        with pytest.raises(WrongCall):
            format_of(format, name, allowed)
