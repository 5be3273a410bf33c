"""Plans name options of the command line, and rows of the tables use signs of comparison: here they become words."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

_WORDS: Final = (
    (r"\(--released-by NAME\)", "below"),
    (r" \(--naloxone-offered\)", ""),
    (r"leave out --strengths: the marketed ones", "tick no strength: every marketed one"),
    (r"leave out --since", "leave the first day of use empty"),
    (r"--since lies", "the first day of use that was given lies"),
    (r"a condition, or --for-pain", "a condition on record, or the tick “given for pain”"),
    (r"add --last-steps", "tick “last steps”"),
    (r"a lower --until", "a lower amount to stop at"),
    (r"is not above --until ([\d.]+)", r"is not above \1, where it should stop"),
    (r"--until (\S+) is not an amount", r"\1 is not an amount"),
    (r"--until ([\d.]+)", r"stop at \1"),
    (r"--percent (\S+) is not a percentage", r"\1 is not a percentage"),
    (r"--percent ([\d.]+)", r"at most \1 % each step"),
    (r"--interval-days (-?\d+) is not a number", r"\1 is not a number"),
    (r"--interval-days (\d+)", r"\1 days each step"),
    (r"--start (\S+)", r"first step on \1"),
    (r"--strengths ([\d.]+) is not", r"\1 mg is not"),
    (r"add --with ([\w-]+)", r"tick \1"),
    (r"--with ([\w-]+) cannot", r"\1 cannot"),
    (r"--with ([\w-]+)", r"with \1"),
    (r"--drug (\w+)", r"\1"),
    (r": algesia plan rotate", ": see Rotate"),
)
_AT_LEAST: Final = re.compile(r">=\s*")
_AT_MOST: Final = re.compile(r"<=\s*")
_REQUEST: Final = {
    "percent": re.compile(r"^--percent ([\d.]+)$"),
    "weeks": re.compile(r"^--interval-days (\d+)$"),
    "start": re.compile(r"^--start (\S+)$"),
    "with": re.compile(r"^--with ([\w-]+)$"),
}
_LEFT_OUT: Final = {"leave out --since": "since", "leave out --strengths: the marketed ones": "strengths"}


def in_words(text: str) -> str:
    """The text without options of the command line.

    >>> in_words("makes 19 mg/d: add --with oxycodone-oral-solution."), in_words("--percent 10")
    ('makes 19 mg/d: tick oxycodone-oral-solution.', 'at most 10 % each step')
    """
    if "--" not in text and "algesia plan" not in text:
        return text
    for pattern, words in _WORDS:
        text = re.sub(pattern, words, text)
    return text


def signs_in_words(text: str) -> str:
    """The text with the signs of comparison in words, as some rows of the tables do not have them.

    >>> signs_in_words("relief (>=30 %), <= 3 g/day")
    'relief (at least 30 %), at most 3 g/day'
    """
    return _AT_MOST.sub("at most ", _AT_LEAST.sub("at least ", text))


def document_in_words(document: Any) -> Any:
    """A laid-out document in which neither options of the command line nor signs of comparison stand."""
    if isinstance(document, str):
        return signs_in_words(in_words(document))
    if isinstance(document, tuple):
        return tuple(document_in_words(part) for part in document)
    if is_dataclass(document) and not isinstance(document, type):
        changed = {f.name: document_in_words(getattr(document, f.name)) for f in fields(document)}
        return replace(document, **changed)
    return document


def nearest_query(nearest: str, asked: dict[str, list[str]]) -> str | None:
    """The address part that asks for the nearest request instead; ``None`` where it is no request of this page.

    >>> nearest_query("--percent 10", {"percent": ["20"], "weeks": ["4"]})
    'percent=10&weeks=4'
    """
    kept = {name: values for name, values in asked.items() if any(values)}
    if nearest in _LEFT_OUT:
        kept.pop(_LEFT_OUT[nearest], None)
        return urlencode(kept, doseq=True)
    for name, pattern in _REQUEST.items():
        if found := pattern.match(nearest):
            value = found[1]
            if name == "weeks":
                value = f"{int(value) / 7:g}"
            kept[name] = [*kept.get(name, []), value] if name == "with" else [value]
            return urlencode(kept, doseq=True)
    return None
