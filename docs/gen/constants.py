"""The numbers that the code uses, for the tables "Definitions, and where they stand" of the method pages.

A value is read from the module that uses it, so a table cannot be stale. `tests/docs/test_constants.py` holds that
every number of these packages stands in a table, and that the sentences which repeat one agree with it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

OWN = "own"
ROOT = Path(__file__).parents[2] / "src" / "algesia"
PACKAGES = ("assessment", "exposure", "plan")
OF_FORM = frozenset(
    (
        "assessment.ask.MOST", "assessment.headline.RECENT_DAYS", "exposure.conflicts.NAMED_AT_MOST", "exposure.doses.TERMS_SHOWN",
        "exposure.kernel.SCALE", "exposure.questions.NAMES_AT_MOST", "exposure.timeline.LOGGED",
        "exposure.timeline.PARTLY_LOGGED", "exposure.timeline.LATEST",
        "exposure.working.RAREST", "plan.level.TINY", "plan.descent.WEEK", "plan.follow_course.ROUNDING",
        "plan.regimen.HOURS_A_DAY", "plan.rotation_start.HOURS_A_DAY", "plan.rotation_taken.UG_H", "plan.tablets.SCALE",
    )
)  # fmt: skip
"""Numbers of wording, order and arithmetic: nothing is judged by them."""


class Definition(NamedTuple):
    """One number: where it stands, what it is, how it is written, and on what basis."""

    name: str
    what: str
    shown: str | Callable[[Any], str] = "{}"
    basis: str = OWN

    @property
    def value(self) -> Any:
        module, _, name = self.name.rpartition(".")
        return getattr(import_module(f"algesia.{module}"), name)

    @property
    def text(self) -> str:
        if not isinstance(self.shown, str):
            return self.shown(self.value)
        value = self.value
        return self.shown.format(f"{value:g}" if isinstance(value, float) else value)


def share(value: float) -> str:
    return f"{100 * value:g} %"


def half_open(value: tuple[int, int]) -> str:
    return f"days {value[0]} to {value[1] - 1}"


def minutes(value: tuple[int, int]) -> str:
    return f"{value[0]} to {value[1]} minutes"


DEFINITIONS: dict[str, tuple[Definition, ...]] = {
    "dose-response": (
        Definition("assessment.changes.LEAST_CHANGE", "smallest step that counts", share),
        Definition("assessment.changes.BLIP_DAYS", "a departure that comes back and is no change", "{} days"),
        Definition("assessment.changes.REFILL_DAYS", "a gap between supplies that is a late refill", "{} days"),
        Definition("assessment.diary.PARALLEL_DAYS", "days on which places were rated side by side, so that they are followed apart"),
        Definition("assessment.dose_response.BEFORE_DAYS", "level before", "{} days"),
        Definition("assessment.dose_response.LEAST_RATINGS", "rated days that it needs"),
        Definition("assessment.dose_response.BEFORE_REACH", "how far back, where they are fewer", "{} days"),
        Definition("assessment.dose_response.SETTLED", "settled", half_open),
        Definition("assessment.dose_response.LATE_DAYS", "late: length, and earliest day", "{} days"),
        Definition("assessment.dose_response.LATE_LIMIT", "late: before this day after the change", "day {}"),
        Definition("assessment.dose_response.NOISE_Z", "noise, in standard errors of the difference"),
        Definition("assessment.dose_response.LEAST_DIFFERENCE", "noise, at least", "{} points"),
        Definition("assessment.dose_response.LEAST_SD", "day-to-day spread, at least", "{} points"),
        Definition("assessment.dose_response.BACK_WITHIN", "pain is back when no further below the level than", "{} points"),
        Definition("assessment.dose_response.JUDGE_AFTER", "lasting relief, and a step down, are judged after", "{} days"),
        Definition("assessment.dose_response.REAL_RELIEF", "relief that counts", share, "`cdc2022`"),
        Definition("assessment.dose_response.CLINIC_BEFORE", "clinic scores: how far back", "{} days"),
        Definition("assessment.dose_response.CLINIC_DIFFERENCE", "clinic scores: a rise that counts", "{} point"),
        Definition("assessment.dose_response.FUNCTION_BEFORE", "function before", "{} days"),
        Definition("assessment.dose_response.FUNCTION_AFTER", "function after", half_open),
        Definition("assessment.dose_response.LEAST_WORSE", "pain counts as worse from", "{} points"),
        Definition("assessment.change_findings.BRIEF_DAYS", "relief that held longer was not brief", "{} days"),
        Definition("assessment.change_findings.RUN_DAYS", "a taper in close steps is judged as one run after", "{} days"),
        Definition("assessment.change_findings.RUN_GAP", "steps further apart are no run", "{} days"),
    ),
    "signs": (
        Definition("assessment.sign_findings.WITHDRAWAL_DAYS", "after a step down, signs of sensitivity are set aside; a sign of neurotoxicity that went still counts", "{} days", "own; `wisp2016`"),
        Definition("assessment.sign_findings.STEP_THAT_WITHDRAWS", "a step down that sets them aside", "{} %"),
        Definition("assessment.sign_findings.STALE_DAYS", "a report never asked again goes stale after", "{} days"),
    ),
    "body-map": (
        Definition("assessment.spread.LEAST_NEW", "new areas that spread needs"),
        Definition("assessment.spread.LEAST_STEPS", "steps from every area of the first map that one of them needs"),
    ),
    "interlocks": (
        Definition("assessment.acute.FRESH_DAYS", "a report stands as the state of today for", "{} days"),
        Definition("assessment.interlocks.WAVERING_DAYS", "an emergency denied since stays urgent for", "{} days"),
        Definition("assessment.acute.PHQ9_FORCED", "PHQ-9 total that leaves item 9 no zero", "{}", "arithmetic: eight items give 24"),
        Definition("assessment.acute.PHQ9_ASK", "PHQ-9 total beside which item 9 is asked the same day", "{}", "`phq9_2001`"),
        Definition("assessment.acute.STEP_LIMIT", "largest step down that is not asked about", "{} %", "`fda2019`"),
        Definition("assessment.acute.STEP_DAYS", "steps within this span are added up", "{} days", "`fda2019`: the label's shortest interval"),
        Definition("assessment.acute.ROTATION_LIMIT", "largest fall of the total in a rotation that is not asked about", "{} %"),
        Definition("assessment.acute.TAPERED", "a stop from this share of the year's highest dose ends a taper", share),
        Definition("assessment.acute.TAPER_DAYS", "how far back that highest dose is looked for", "{} days"),
        Definition("assessment.acute.LEAST_COURSE", "a dose that stood so long is one to fall from", "{} days"),
        Definition("assessment.triggers.EGFR_FALL", "eGFR falls fast: by", share),
        Definition("assessment.triggers.EGFR_FALL_DAYS", "eGFR falls fast: within", "{} days"),
        Definition("assessment.triggers.NALOXONE_MME", "naloxone", "{} MME a day", "`cdc2022`"),
        Definition("assessment.triggers.ROTATION_MME", "rotation is for a specialist", "{} MME a day", "`opioidsaware_conv`, `fine2009`"),
        Definition("assessment.triggers.ADULT", "adult", "{} years", "`cdc2022`"),
        Definition("assessment.triggers.ELDERLY", "older age", "{} years", "`cdc2022`"),
        Definition("assessment.triggers.SURGERY_BEFORE", "before surgery", "{} days", "`fpm_case28`, expert prior"),
        Definition("assessment.triggers.SURGERY_AFTER", "after surgery", "{} days", "`fpm_case28`, expert prior"),
    ),
    "differential": (
        Definition("assessment.differential.STRONG", "strong support: score"),
        Definition("assessment.differential.POSSIBLE", "possible support: score"),
        Definition("assessment.differential.WITHIN", "leads with the highest: within", "{} point"),
        Definition("assessment.differential.LONG_STOPPED", "opioid-induced hyperalgesia no longer leads after the last opioid ended", "{} days"),
        Definition("assessment.differential.MOST_LEADING", "lead at most"),
        Definition("assessment.findings.HIGH_DOSE", "high dose", "{} MME a day", "`wasserman2015`"),
        Definition("assessment.findings.COWS_PRESENT", "COWS present", "{}", "`cows2003`"),
        Definition("assessment.findings.GAD7_MODERATE", "distress by GAD-7", "{}", "`gad7_bands`"),
        Definition("assessment.findings.PHQ9_MODERATE", "distress by PHQ-9", "{}", "`phq9_2001`"),
        Definition("assessment.findings.REMIFENTANIL_DAYS", "remifentanil within", "{} days"),
        Definition("assessment.dose_aligned.LEAST_DOSES", "pain aligned to doses: doses with a rating on both sides"),
        Definition("assessment.dose_aligned.BEFORE_MINUTES", "before a dose", "{} minutes"),
        Definition("assessment.dose_aligned.PEAK_MINUTES", "at the peak of a dose", minutes),
        Definition("assessment.dose_aligned.REACH_DAYS", "looked back for doses", "{} days"),
        Definition("assessment.stable.STEADY_DAYS", "`stable`: shortest course of pain; an increase this recent speaks against", "{} days"),
        Definition("assessment.stable.REAL_RELIEF", "`stable`: pain is lower", share, "`cdc2022`"),
        Definition("assessment.ask.CONTENDERS", "hypotheses that a question should separate"),
        Definition("assessment.ask.GATE_BONUS", "what a gate adds to the worth of a question"),
    ),
    "taper": (
        Definition("plan.pace.GAP_DAYS", "a gap without an opioid that does not end a course of use", "{} days"),
        Definition("plan.pace.GRAY_FROM", "the monthly pace is taken from so many days of use", "{} days", "own; note of the pace `use-months`"),
        Definition("plan.pace.YEAR", "a year of use", "{} days"),
        Definition("plan.pace.LONGEST_INTERVAL", "the longest interval that is planned", "{} days"),
        Definition("plan.cautions.OLD_DAYS", "a last entry older than this is named", "{} days"),
        Definition("plan.cautions.STALE_DAYS", "with nothing on record for longer no plan is made", "{} days"),
        Definition("plan.level.LEAST_STEP", "a step smaller than this share of the planned one is no step", share),
        Definition("plan.descent.GATE_DAYS", "review gates within a longer step follow each other after", "{} days", "own; within the monthly limit of `cdc2022`"),
        Definition("plan.descent.MONTH", "longest time between two review gates", "{} days", "`cdc2022`: at least monthly"),
        Definition("plan.supplies.SUPPLY_DAYS", "longest supply", "{} days"),
        Definition("plan.program.PIECE", "weight of one more piece"),
        Definition("plan.program.STRENGTH", "weight of one more strength"),
        Definition("plan.program.UNEVEN", "weight of an unevenness as large as the largest daily total allowed"),
        Definition("plan.program.LEAST_SHARE", "every dose holds at least this share of the largest of the day", share),
        Definition("plan.tablets.MOST_TIMES", "doses a day at most"),
        Definition("plan.tablets.LIQUID_STEP_ML", "smallest change of volume of a liquid", "{} mL"),
        Definition("plan.tablets.MOST_ML", "largest volume of one dose of a liquid", "{} mL"),
        Definition("plan.program.PATCHES_BESIDE", "patches worn at once beyond the fewest that make the total"),
        Definition("plan.order.EGFR_LOW", "an opioid that accumulates goes first below an eGFR of", "{}", "own; the cut-off of the rotation table"),
        Definition("plan.support.HEAVY_KG", "body weight at which the clonidine table prints another maximum", "{} kg", "`utd_withdrawal`"),
    ),
    "rotation": (
        Definition("plan.rotation_taken.WEEK", "a dose that labels call opioid-tolerant stands for", "{} days", "`mscontin_pi`"),
        Definition("plan.rotation_gates.QTC_HIGH", "an earlier QTc above this is a risk factor", "{} ms", "`aps2014`"),
        Definition("plan.rotation_start.OLD_AGE", "age above which the lower maximum of tramadol holds; an unknown age counts as above", "{} years", "`mayo_mono`"),
    ),
    "adjuncts-and-alternatives": (
        Definition("plan.kidney.REDUCED", "a drug whose renal dose was not read has no maximum below an eGFR of"),
        Definition("plan.kidney.ADVANCED", "kidney disease is read as advanced below an eGFR of", "{}", "as the renal interlock"),
        Definition("plan.contraindications.MAOI_DAYS", "an MAO inhibitor counts after its last day for", "{} days"),
        Definition("plan.contraindications.QTC_FROM", "a QTc that speaks against a drug that prolongs it, from", "{} ms", "`vadod_methadone_ecg`"),
    ),
    "following-a-plan": (
        Definition("plan.following.WITHDRAWAL_DAYS", "withdrawal is expected in the first days of a step", "{} days", "`wisp2016`: median 14 days"),
        Definition("plan.following.VISIT_DAYS", "a review counts for a gate from this many days before it on", "{} days"),
        Definition("plan.follow_dose.ROUNDING", "amounts within this share of each other are one", share),
    ),
    "exposure": (
        Definition("exposure.frequency.SUPPLY_TOLERANCE", "sig and supply that differ by more are asked about", share),
        Definition("exposure.plausible.FAR_ABOVE", "not counted above so many times the amount that is asked about", "{} times"),
        Definition("exposure.product.SAME_STRENGTH", "strengths of code and name that differ by less are one", share),
        Definition("exposure.plausible.PATCHES_AT_MOST", "a rate above this many of the strongest marketed patch is not counted"),
    ),
}  # fmt: skip


def shown() -> frozenset[str]:
    """The names of every number that stands in a table."""
    return frozenset(d.name for page in DEFINITIONS.values() for d in page)


def numbers_of_the_code() -> frozenset[str]:
    """Every number, or pair of numbers, that a module of these packages binds to a name in capitals."""
    found = set()
    for package in PACKAGES:
        for path in sorted((ROOT / package).glob("*.py")):
            module = import_module(
                f"algesia.{package}" + ("" if path.stem == "__init__" else f".{path.stem}")
            )
            for name in _capitals(path):
                value = getattr(module, name)
                parts = value if isinstance(value, tuple) else (value,)
                if parts and all(type(part) in (int, float) for part in parts):
                    found.add(f"{package}.{path.stem}.{name}")
    return frozenset(found)


def _capitals(path: Path) -> list[str]:
    names = []
    for node in ast.parse(path.read_text()).body:
        targets = (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AnnAssign)
            else []
        )
        for target in targets:
            parts = target.elts if isinstance(target, ast.Tuple) else [target]
            names += [part.id for part in parts if isinstance(part, ast.Name) and part.id.isupper()]
    return names
