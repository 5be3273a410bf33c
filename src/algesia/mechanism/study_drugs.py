"""What a study's words for a drug, a way in or a unit mean to the simulator, and what of a schedule may stay out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from algesia.knowledge.drugs import identify
from algesia.knowledge.loader import load
from algesia.knowledge.mechanism import mechanism_tables
from algesia.knowledge.names import NameIndex
from algesia.mechanism.routes import MONTHLY_H, door_of

_WAYS: Final[Mapping[str, str]] = {
    "iv": "intravenous i.v. intravenously infusion bolus pca iv-infusion iv-bolus iv-pca iv-push iv-injection bolus-iv pca-iv "
          "intravenous-infusion intravenous-bolus intravenous-pca intravenous-injection intravenous-push ivpca",
    "oral": "po p.o. per-os orally by-mouth oral-ir po-ir oral-solution oral-tablet oral-tablets oral-capsule oral-capsules "
            "oral-immediate-release immediate-release-oral oral-liquid oral-syrup tablet tablets capsule capsules",
    "oral-er": "oral-sr oral-cr oral-xr oral-pr oral-mr oral-la po-er po-sr po-cr po-xr po-pr po-mr oral-extended-release "
               "oral-sustained-release oral-controlled-release oral-prolonged-release oral-modified-release oral-slow-release "
               "extended-release-oral sustained-release-oral slow-release-oral",
    "sublingual": "sl sl-tablet sl-film sublingual-tablet sublingual-film under-the-tongue",
    "buccal": "buccal-film buccal-tablet",
    "transdermal": "patch td tts transdermal-patch skin-patch",
    "intranasal": "intra-nasal in nasal-spray intranasal-spray nose",
    "im": "intramuscular i.m. intramuscularly im-injection intramuscular-injection",
    "im-depot": "depot-im intramuscular-depot im-er er-im extended-release-im",
    "sc": "subcutaneous s.c. subcutaneously sq subcut sc-injection sc-infusion subcutaneous-injection subcutaneous-infusion sc-depot sc-weekly "
          "weekly-sc sc-depot-weekly sc-weekly-depot",
    "sc-monthly": "monthly-sc sc-monthly-depot subcutaneous-monthly",
    "intrathecal": "intrathecal-infusion",
}  # fmt: skip
_ROUTES: Final = {word: route for route, words in _WAYS.items() for word in words.split()}
_SLOW: Final = (
    "er sr cr xr la pr mr extended sustained controlled prolonged modified slow retard contin kadian avinza exalgo hysingla "
    "zohydro srom"
)
_SLOW_WORDS: Final = frozenset(_SLOW.split())
"""Words and brands of what is swallowed and let go slowly."""
_WORDS: Final = (
    "ir sl iv po im sc oral sublingual buccal transdermal patch patches tts tablet tablets film solution capsule capsules "
    "immediate short release acting spray racemic rac injection infusion "
    "s.l. p.o. i.v. i.m. s.c. syrup elixir drops liquid "
    "hcl hydrochloride sulfate sulphate citrate tartrate bitartrate"
)
_FORM_WORDS: Final = frozenset(_WORDS.split()) | _SLOW_WORDS
_S_KETAMINE: Final = frozenset(
    {"esketamine", "sketamine", "s(+)ketamine", "(s)ketamine", "(+)ketamine", "s+ketamine", "(s)(+)ketamine"}
)
NOTHING: Final = re.compile(
    r"(?:(?:matching|matched|oral|iv|intravenous|normal|inert|0\.9 ?%) )*"
    r"(?:placebos?|saline|vehicle|sham|no drug|no treatment|nothing|none)"
    r"(?: (?:tablets?|capsules?|films?|patch(?:es)?|infusions?|injections?|bolus|spray|solution|saline))?"
)
_ASLEEP: Final = "sevoflurane desflurane isoflurane enflurane halothane propofol midazolam"
ASLEEP: Final = frozenset(_ASLEEP.split())
"""Anesthetics that the model leaves out: no readout of it knows them once they are over. Nitrous oxide and magnesium are
not among them: both were seen to lessen what remifentanil leaves behind (Echevarria 2011, BJA; Song 2011, Anesth Analg),
as ketamine does, and no constant of theirs is in the tables."""
_ANALGESICS: Final = (
    "paracetamol acetaminophen propacetamol metamizole dipyrone ketorolac ibuprofen diclofenac parecoxib celecoxib etoricoxib "
    "naproxen ketoprofen dexketoprofen indomethacin tenoxicam lornoxicam meloxicam flurbiprofen nsaid nsaids"
)
ANALGESICS: Final = frozenset(_ANALGESICS.split())
"""They relieve pain and are not in the model: left out only where both sides of a comparison have them alike."""


_SIGNS: Final = str.maketrans({"µ": "u", "μ": "u", "\N{MINUS SIGN}": "-", "–": "-"})
MOST_CHARACTERS: Final = 200
"""What of a unit or name is read: longer ones are none, and would only take time."""


def spelled(unit: str) -> str:
    """A unit as `units` reads it.

    >>> spelled("micrograms/kg/minute"), spelled("µg kg-1 min-1"), spelled("mg per 70 kg"), spelled("MCG/hr")
    ('ug/kg/min', 'ug/kg/min', 'mg/70kg', 'ug/h')
    """
    text = " ".join(unit.lower().split())[:MOST_CHARACTERS].translate(_SIGNS)
    text = re.sub(r"[\s.·⋅*]*\b(kg|min|h|hr|d|day)\s*\^?(?:-\s?1|⁻¹)", r"/\1", text)
    text = re.sub(r"\bper\b", "/", text)
    for pattern, name in (
        (r"\b(?:mcg|microg|micrograms?|microgrammes?)\b", "ug"), (r"\b(?:milligrams?|milligrammes?|mgs)\b", "mg"),
        (r"\bgrams?\b|\bgrammes?\b", "g"), (r"\bminutes?\b|\bmins\b", "min"), (r"\bhours?\b|(?<![a-z])hrs?\b", "h"),
        (r"\bdays?\b", "d"), (r"\bweeks?\b", "wk"),
    ):  # fmt: skip
        text = re.sub(pattern, name, text)
    return text.replace(" ", "")


def route_name(text: str) -> str:
    """A route as the simulator spells it.

    >>> route_name("IV PCA"), route_name("oral_SR"), route_name("Intranasal")
    ('iv', 'oral-er', 'intranasal')
    """
    name = re.sub(r"[\s_-]+", "-", text.strip().lower())
    return _ROUTES.get(name, name)


def way_in(name: str, route: str, every_h: float | None) -> str:
    """The door that a drug under this name takes: what its form, brand or rhythm says beyond the route.

    >>> way_in("oxycodone ER", "oral", 12.0), way_in("Sublocade", "sc", 672.0), way_in("naltrexone", "im", None)
    ('oral-er', 'sc-monthly', 'im-depot')
    """
    drug, way = drug_name(name), route_name(route)
    doors = mechanism_tables().doors.get(drug, {})
    words = frozenset(NameIndex.words(name.lower()))
    if way == "oral" and words & _SLOW_WORDS and "oral-er" in doors:
        return "oral-er"
    told = "sublocade" in words or "monthly" in words
    return door_of(drug, way, MONTHLY_H if told else every_h)


WEEK_H: Final = 120.0
"""A depot that is given no more often than this, and not monthly, is the weekly one."""


def drug_name(text: str) -> str:
    """The drug that a study's name for it means; the name itself where the tables know none.

    What else is in the same tablet is told by `beside`.

    >>> drug_name("Buprenorphine SL"), drug_name("S(+)-ketamine"), drug_name("morphine-6-glucuronide")
    ('buprenorphine', 's-ketamine', 'morphine-6-glucuronide')
    >>> drug_name("buprenorphine/naloxone"), drug_name("tapentadol PR"), drug_name("clonidine hydrochloride")
    ('buprenorphine', 'tapentadol', 'clonidine')
    """
    return _parts(text.strip().lower())[0]


def beside(text: str) -> tuple[str, ...]:
    """What a combination holds beside its opioid: naloxone or something against pain.

    >>> beside("hydrocodone/acetaminophen"), beside("oxycodone")
    (('acetaminophen',), ())
    """
    return _parts(text.strip().lower())[1]


@lru_cache(maxsize=1024)
def _parts(name: str) -> tuple[str, tuple[str, ...]]:
    words = [word for word in re.split(r"[\s,]+", name) if word not in _FORM_WORDS]
    if re.sub(r"-", "", "".join(words)) in _S_KETAMINE:
        return "s-ketamine", ()
    plain = " ".join(words)
    if plain in mechanism_tables().doors:
        return plain, ()
    found = load().name_index.find(name)
    opioids = {hit.target for hit in found if hit.kind == "opioid"}
    others = {hit.target for hit in found if hit.kind != "opioid"}
    rest = name
    for hit in reversed(found):
        rest = rest[: hit.start] + " " + rest[hit.end :]
    plain_rest = set(NameIndex.words(rest)) <= _FORM_WORDS
    if len(opioids) == 1 and plain_rest and others <= ANALGESICS | {"naloxone"}:
        return opioids.pop(), tuple(sorted(others))
    # Vivitrol and the like: a brand of one drug that is no opioid
    if not opioids and len(others) == 1 and plain_rest and others <= mechanism_tables().doors.keys():
        return others.pop(), ()
    return name, ()


@lru_cache(maxsize=1024)
def is_opioid(drug: str) -> bool:
    """Whether the tables know a drug as an opioid. A blocker is none."""
    return bool(identify(load(), drug).opioids)


def left_out(name: str) -> str:
    """Which list a drug is on that is not simulated: "nothing", "asleep", "analgesic", or none.

    >>> left_out("saline"), left_out("Propofol"), left_out("paracetamol IV"), left_out("nitrous oxide"), left_out("morphine")
    ('nothing', 'asleep', 'analgesic', '', '')
    """
    text = " ".join(name.lower().split())[:MOST_CHARACTERS]
    if NOTHING.fullmatch(text):
        return "nothing"
    words = [word for word in re.split(r"[\s,]+", text) if word not in _FORM_WORDS]
    if len(words) != 1:
        return ""
    return "asleep" if words[0] in ASLEEP else "analgesic" if words[0] in ANALGESICS else ""
