"""Published cases: what the review says beside the published answer.

    python benchmarks/cases.py [FOLDER or FILE.jsonl] [ANSWERS.csv]

FOLDER holds cases (`algesia-case/0.1`) or records (`algesia-record/1`); a `.jsonl` file holds one case a line.
Without arguments the records in `examples/cases` are run. How an answer is scored, and what counts as unsafe, is
said in `cases_scoring`. The weights are not fitted to these cases.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
from cases_scoring import HYPOTHESES, SAID, UNSAFE, Answer, decision_time, read_answers, said, seen, unsafe

from algesia.adapters.cases import is_case, read_case
from algesia.knowledge.loader import Knowledge, load
from algesia.quantities.refusal import AlgesiaError
from algesia.record.codec import from_builtins
from algesia.record.model import Record
from algesia.review import Review, review

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Run:
    """One case, reviewed at its decision day."""

    answer: Answer
    record: Record
    review: Review
    said: str
    unsafe: tuple[str, ...]


def read_records(path: Path) -> Iterable[tuple[str, Record]]:
    """Every case or record of a folder or of a file with one case a line, by its id."""
    if path.is_dir():
        sources = [(one.stem, one.read_bytes()) for one in sorted(path.glob("*.json"))]
    else:
        sources = [
            (str(number), line) for number, line in enumerate(path.read_bytes().splitlines(), 1) if line
        ]
    for name, data in sources:
        try:
            raw = json.loads(data)
            record = read_case(raw) if is_case(raw) else from_builtins(raw)
        except (AlgesiaError, ValueError) as error:
            sys.stderr.write(f"{name}: {error}\n")
            continue
        yield record.person.id or name, record


def run(record: Record, answer: Answer, knowledge: Knowledge) -> Run:
    """Review what was seen of a case at its decision day."""
    decision = decision_time(record, answer)
    known = seen(record, decision)
    result = review(known, knowledge, decision.day)
    return Run(answer, known, result, said(result, answer), unsafe(result, answer))


def run_at_end(record: Record, answer: Answer, knowledge: Knowledge) -> Run:
    """Review the whole record at its last day: what `algesia review` does when no day is given."""
    result = review(record, knowledge)
    return Run(answer, record, result, said(result, answer), unsafe(result, answer))


def without_sign(one: Run, sign: str, knowledge: Knowledge) -> Run:
    """The same case with every report of one sign taken out."""
    fewer = tuple(s for s in one.record.signs if s.sign != sign)
    record = msgspec.structs.replace(one.record, signs=fewer)
    result = review(record, knowledge, one.review.as_of)
    return Run(one.answer, record, result, said(result, one.answer), unsafe(result, one.answer))


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A plain table: the first column left, the others right."""
    lines = [[str(cell) if cell != 0 else "." for cell in row] for row in [head, *rows]]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def by_label(runs: Sequence[Run]) -> str:
    """Published answer by what was said."""
    rows = []
    for label in sorted({one.answer.label for one in runs}):
        mine = [one for one in runs if one.answer.label == label]
        counts = Counter(one.said for one in mine)
        rows.append(
            [label, len(mine), *(counts[word] for word in SAID), sum(bool(one.unsafe) for one in mine)]
        )
    counts = Counter(one.said for one in runs)
    rows.append(["all", len(runs), *(counts[word] for word in SAID), sum(bool(one.unsafe) for one in runs)])
    return table(["published answer", "cases", *SAID, "unsafe"], rows)


def by_hypothesis(runs: Sequence[Run]) -> str:
    """Published answer by each hypothesis that leads (a case can count more than once)."""
    rows = []
    for label in sorted({one.answer.label for one in runs}):
        leading = Counter(
            name for one in runs if one.answer.label == label for name in one.review.differential.leading
        )
        rows.append([label, *(leading[name] for name in HYPOTHESES)])
    return table(["published answer", *HYPOTHESES], rows)


def by_masked_sign(runs: Sequence[Run], knowledge: Knowledge) -> str:
    """For each sign: the cases that report it, and what changes when it is taken out."""
    rows = []
    changed_cases = set()
    for sign in sorted({s.sign for one in runs for s in one.record.signs}):
        having = [one for one in runs if any(s.sign == sign for s in one.record.signs)]
        masked = [(one, without_sign(one, sign, knowledge)) for one in having]
        changed = [(a, b) for a, b in masked if _outcome(a) != _outcome(b)]
        changed_cases |= {a.answer.id for a, _ in changed}
        lost = sum(a.said.startswith("named") and not b.said.startswith("named") for a, b in changed)
        silent = sum(a.said == "emergency" and b.said != "emergency" for a, b in changed)
        rows.append(
            [
                sign,
                len(having),
                len(changed),
                lost,
                silent,
                sum(bool(set(b.unsafe) - set(a.unsafe)) for a, b in masked),
            ]
        )
    head = ["sign taken out", "cases", "answer changes", "answer lost", "emergency gone", "newly unsafe"]
    pairs = sum(row[1] for row in rows if isinstance(row[1], int))
    flips = sum(row[2] for row in rows if isinstance(row[2], int))
    summary = f"{flips} of {pairs} maskings change the answer, in {len(changed_cases)} of {len(runs)} cases."
    return table(head, rows) + "\n" + summary


def _outcome(one: Run) -> tuple[bool, frozenset[str]]:
    return bool(one.review.emergency), frozenset(one.review.differential.leading)


def case_lines(runs: Sequence[Run]) -> str:
    """One line a case."""
    rows = []
    for one in runs:
        answer = "+".join(sorted(one.answer.components)) if one.answer.label == "mixed" else one.answer.label
        locks = ",".join(sorted({lock.id for lock in one.review.emergency}))
        leads = locks or ",".join(one.review.differential.leading) or "-"
        rows.append([one.answer.id, answer, one.said, leads, ",".join(one.unsafe) or "-"])
    return table(["case", "published answer", "said", "leading, or emergency", "unsafe"], rows)


def unsafe_line(runs: Sequence[Run]) -> str:
    """How many of each unsafe kind, with the cases."""
    found = {name: [one.answer.id for one in runs if name in one.unsafe] for name in UNSAFE}
    listed = "; ".join(f"{name} {len(ids)} ({', '.join(ids)})" for name, ids in found.items() if ids)
    return f"unsafe: {listed or 'none'}"


def report(runs: Sequence[Run], at_end: Sequence[Run], knowledge: Knowledge) -> str:
    """Everything that is printed."""
    cases = [one for one in runs if not one.answer.vignette]
    taught = [one for one in runs if one.answer.vignette]
    ends = [one for one in at_end if not one.answer.vignette]
    abstained = sum(one.said == "cannot tell" for one in cases)
    parts = [
        f"{len(cases)} published cases at their decision day (knowledge {knowledge.edition}); "
        f"{len(taught)} teaching vignettes apart",
        "",
        by_label(cases),
        "",
        f"cannot tell: {abstained} of {len(cases)}",
        unsafe_line(cases),
        "",
        "Which hypothesis leads",
        "",
        by_hypothesis(cases),
        "",
        "With single signs taken out",
        "",
        by_masked_sign(cases, knowledge),
        "",
        "At the last day on record, the course after the decision seen",
        "",
        by_label(ends),
        "",
        unsafe_line(ends),
    ]
    if taught:
        parts += [
            "",
            "Teaching vignettes (not in any number above)",
            "",
            by_label(taught),
            "",
            unsafe_line(taught),
        ]
    return "\n".join([*parts, "", "Case by case", "", case_lines(runs)]) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Run from the command line; the exit status."""
    folder = Path(arguments[0]) if arguments else HERE.parent / "examples" / "cases"
    answers = read_answers(Path(arguments[1]) if len(arguments) > 1 else HERE / "cases_answers.csv")
    knowledge = load()
    runs, at_end = [], []
    for name, record in read_records(folder):
        if name in answers:
            runs.append(run(record, answers[name], knowledge))
            at_end.append(run_at_end(record, answers[name], knowledge))
        else:
            sys.stderr.write(f"{name}: no published answer, left out\n")
    if not runs:
        sys.stderr.write("no case with a published answer\n")
        return 3
    sys.stdout.write(report(runs, at_end, knowledge))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
