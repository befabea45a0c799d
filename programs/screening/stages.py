"""Which step is due next on each of the two paths, from the codes alone (domain.md §2.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from federation import policy
from programs.screening.findings import ENDED, LABELS, TITLES, Findings

CERVICAL_STEPS = (
    "method", "hpv", "tbs", "via", "colposcopy", "cervical_pathology", "figo", "cervical_treatment", "cervical_follow_up",
)  # fmt: skip
BREAST_STEPS = (
    "breast_exam", "ultrasound", "mammogram", "breast_pathology", "tnm", "breast_treatment", "breast_follow_up",
)  # fmt: skip
STEPS = (*CERVICAL_STEPS, *BREAST_STEPS)
PATHS = (("宫颈", CERVICAL_STEPS), ("乳腺", BREAST_STEPS))
# What a step is called where the hospital waits for it.
AWAITED = {**TITLES, "tbs": "细胞学分流", "method": "重做初筛", "further": "到院复查"}
# Which rule says within how many days; the rules are in the policy table, by date.
_RULES = {
    "cervical_treatment": "treatment",
    "breast_treatment": "treatment",
    "cervical_follow_up": "follow_up",
    "breast_follow_up": "follow_up",
}
_REFUSED = frozenset({"declined", "lost"})
_TO_FOLLOW = frozenset({"cin1", "atypical", "lobular"})
Codes = Mapping[str, str]


def next_steps(codes: Codes) -> list[str]:
    """At most one step of each path; a documented refusal or loss ends the waiting."""
    found = [step for step in (_cervical(codes), _breast(codes)) if step]
    if not found and codes.get("further") == "yes" and not _is_refused(codes):
        return ["further"]
    return found


def _is_refused(codes: Codes) -> bool:
    return any(codes.get(step) in _REFUSED for step in STEPS)


def _cervical(codes: Codes) -> str:
    if "cervical_pathology" in codes:
        return _after_pathology(codes, "cervical")
    colposcopy = codes.get("colposcopy")
    if colposcopy is not None:
        return "" if colposcopy in ("normal", *_REFUSED) else "cervical_pathology"
    return _after_first_screen(codes)


def _after_first_screen(codes: Codes) -> str:
    """16/18 at once to colposcopy, other types after cytology, ASC-US and above, an abnormal VIA."""
    hpv, tbs, via = codes.get("hpv", "negative"), codes.get("tbs", ""), codes.get("via", "normal")
    if hpv == "hpv16_18" or via != "normal" or tbs not in ("", "nilm", "unsatisfactory"):
        return "colposcopy"
    if hpv == "invalid" or tbs == "unsatisfactory":
        return "method"
    return "tbs" if hpv != "negative" and not tbs else ""


def _breast(codes: Codes) -> str:
    if "breast_pathology" in codes:
        return _after_pathology(codes, "breast")
    ultrasound, mammogram = codes.get("ultrasound", ""), codes.get("mammogram", "")
    if "6" in (ultrasound, mammogram):
        return _after_diagnosis(codes, "breast")
    if ultrasound[:1] in ("4", "5") or mammogram[:1] in ("4", "5"):
        return "breast_pathology"
    if mammogram:
        return "" if mammogram in ("1", "2") else _followed(codes, "breast")
    if ultrasound:
        return "" if ultrasound in ("1", "2") else "mammogram"
    return "ultrasound" if codes.get("breast_exam", "normal") != "normal" else ""


def _after_pathology(codes: Codes, path: str) -> str:
    found = codes[f"{path}_pathology"]
    if found in ("normal", "benign"):
        return ""
    return _followed(codes, path) if found in _TO_FOLLOW else _after_diagnosis(codes, path)


def _after_diagnosis(codes: Codes, path: str) -> str:
    """Stage, treatment, then follow-up until it is closed."""
    treatment = codes.get(f"{path}_treatment", "")
    if treatment in _REFUSED:
        return ""
    return _followed(codes, path) if treatment else f"{path}_treatment"


def _followed(codes: Codes, path: str) -> str:
    state = codes.get(f"{path}_follow_up", "")
    return "" if state in ENDED or state in _REFUSED else f"{path}_follow_up"


def refused(codes: Codes, step: str) -> str:
    """ "declined" or "lost" where the step itself says so."""
    return codes[step] if codes.get(step) in _REFUSED else ""


@dataclass(frozen=True)
class Stage:
    """One line of the case page."""

    column: str
    title: str
    words: str
    done_on: str
    is_next: bool


def stages_of(held: Mapping[str, str], columns: tuple[str, ...]) -> list[Stage]:
    due = set(next_steps(held))
    return [
        Stage(
            column,
            TITLES[column],
            LABELS[column].get(held.get(column, ""), ""),
            held.get(f"{column}_on", ""),
            column in due,
        )
        for column in columns
    ]


def is_abnormal(codes: Codes) -> bool:
    return Findings(codes).abnormal


class Waiting:
    """Within how many days each step is to follow; each rule is read once."""

    def __init__(self, on: date) -> None:
        self.on = on
        self._days: dict[str, int] = {}

    def due_on(self, step: str, *, since: date) -> date:
        rule = _RULES.get(step, "next_step")
        if rule not in self._days:
            self._days[rule] = policy.whole_number(f"screening.{rule}_days", on=self.on)
        return since + timedelta(days=self._days[rule])
