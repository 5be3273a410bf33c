"""Which group of the format a study's words for its people mean."""

from __future__ import annotations

import re
from typing import Final

from algesia.mechanism.study import KNOWN_GROUPS

_NONE: Final = re.compile(
    r"\b(?:no|without|non|free of|never|not in)(?: (?:any|current|chronic|persistent|own))* pain\b|\bpain free\b|\bpainfree\b"
)
_LASTS: Final = re.compile(
    r"\b(?:chronic|persist\w*|long ?standing|long ?lasting|intractable)\b[a-z ]*\b(?:pain|lbp|headache|neuropath\w*|postsurgical)\b"
    r"|\bpain\b[a-z ]*\bchronic\b|\bfailed back\b|\bfbss\b|\bneuropathic\b|\bneuropathy\b|\bneuralgia\b|\bfibromyalgia\b"
    r"|\b(?:osteo|rheumatoid ?)arthritis\b|\bcrps\b|\bcomplex regional\b|\bcncp\b|\bclbp\b|\blow back pain\b"
    r"|\bnon ?(?:cancer|malignant) pain\b|\bpersistent pain\b|\bpain (?:clinic|rehabilitation)\b"
)
_CANCER: Final = re.compile(
    r"(?<!non )\bcancer\b|(?<!non )\bmalignan\w+|\boncolog\w+|\btumou?rs?\b|\bpalliative\b"
)
_OPERATED: Final = re.compile(
    r"\bsurg(?:ery|eries|ical)\b|\bpost ?op(?:erative(?:ly)?)?\b|\bpost ?surgical\b|\bperi ?operative\b|\boperat(?:ion|ed)\b"
    r"|\b\w+(?:ectomy|plasty|otomy|ostomy|rrhaphy|ectomies)\b|\b(?:laparo|arthro|thoraco)scop\w+|\bca?esarean\b|\bc section\b"
    r"|\b(?:spinal|lumbar|cervical) fusion\b|\bhernia repair\b|\b(?:hip|knee|joint) replacement\b|\bmolar extraction\b|\bbypass\b"
)
_NOT_YET: Final = re.compile(
    r"\bbefore\b|\bpre ?op\w*|\bawaiting\b|\bscheduled\b|\bprior to\b|\bhistory of\b|\bsurviv\w+"
)
_ACUTE: Final = re.compile(r"\bacute\b|\bepisodic\b|\bhistory of\b|\brisk of\b|\bremission\b|\bformer\b")
_USERS: Final[tuple[tuple[str, str], ...]] = (
    (r"\bformer\b|\bex (?:opioid |heroin )?users?\b|\babstinen\w+|\bin recovery\b", "former-user"),
    (r"\bdetox\w*", "detoxification"),
    (r"\bmethadone\b[a-z ]*\b(?:maint\w+|patients?|treated|treatment|program\w*)\b|\bmmt\b|\bmaint\w+ (?:on|with) methadone\b", "methadone-maintained"),
    (r"\bbuprenorphine\b[a-z ]*\b(?:maint\w+|patients?|treated|treatment)\b|\bbmt\b|\bmaint\w+ (?:on|with) buprenorphine\b", "buprenorphine-maintained"),
    (r"\boud\b|\b(?:opioid|opiate|heroin)\b[a-z ]*\b(?:depend\w+|addict\w*|use disorder|users?)\b|\baddict\w*\b", "opioid-use-disorder"),
)  # fmt: skip
_WELL: Final = re.compile(r"\bhealthy\b|\bvolunteers?\b|\bnormal (?:controls?|subjects?)\b")


def group_name(text: str) -> str:
    """The group that words mean; other words as they are, and they are said in the `basis` of what rests on them.

    A lasting pain comes before an operation ("chronic postsurgical pain"); people who are still to be operated, or
    both in lasting pain and just operated, are in no group.

    >>> group_name("failed back surgery syndrome"), group_name("total knee arthroplasty"), group_name("Healthy Volunteer")
    ('chronic-pain', 'post-op', 'healthy')
    >>> group_name("burns"), group_name("no pain"), group_name("methadone maintenance without chronic pain")
    ('burns', 'healthy', 'methadone-maintained')
    """
    name = re.sub(r"[\s_-]+", "-", text.strip().lower())
    if name in KNOWN_GROUPS:
        return name
    words = " ".join(re.sub(r"[^a-z]+", " ", text.lower()).split())
    words = re.sub(r"\bpain patients?\b", "pain", words)
    bare = " ".join(_NONE.sub(" ", words).split())
    user = next((group for pattern, group in _USERS if re.search(pattern, bare)), None)
    lasts = _LASTS.search(bare) is not None
    operated = _OPERATED.search(
        re.sub(r"\bfailed back surgery\b|\bpost ?surgical pain\b", " ", bare) if lasts else bare
    )
    if lasts and not _ACUTE.search(bare):
        # "after breast surgery" tells where a lasting pain is from; "undergoing surgery" is another pain on top
        again = operated and re.search(r"\bundergo\w+|\bscheduled\b|\belective\b", bare)
        return name if again else "chronic-pain"
    if _NOT_YET.search(bare) or _ACUTE.search(bare):
        return user if user is not None and not operated else name or "unknown"
    if operated:
        return "healthy" if re.search(r"\bvolunteers?\b", bare) else "post-op"
    if _CANCER.search(bare):
        return "cancer-pain"
    if user is not None:
        return user
    return "healthy" if _WELL.search(bare) or (bare != words and not bare) else name or "unknown"
