"""A case entered step by step by the hospital: the findings of one woman, sealed again with each step."""

from __future__ import annotations

import json
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit
from federation.models import User
from outreach import following_up
from outreach.models import FollowUp
from programs.models import Screening, ScreeningResult
from programs.screening import recalling, stages
from programs.screening.committing import RECALL_DAYS
from programs.screening.findings import CERVICAL, HPV_CYCLE, LABELS, TITLES
from programs.screening.rules import Rules

# A step that makes sense only after another one of its path.
_AFTER = {
    "hpv": ("method",),
    "tbs": ("method",),
    "via": ("method",),
    "colposcopy": ("hpv", "tbs", "via"),
    "cervical_pathology": ("colposcopy",),
    "figo": ("cervical_pathology",),
    "cervical_treatment": ("cervical_pathology",),
    "cervical_follow_up": ("cervical_pathology",),
    "mammogram": ("ultrasound",),
    "breast_pathology": ("ultrasound", "mammogram"),
    "tnm": ("breast_pathology",),
    "breast_treatment": ("breast_pathology", "ultrasound", "mammogram"),
    "breast_follow_up": ("breast_pathology", "mammogram"),
}


def result_of(screening: Screening) -> ScreeningResult | None:
    return ScreeningResult.objects.within(screening.organization).filter(screening=screening).first()


def held_of(result: ScreeningResult | None) -> dict[str, str]:
    held: dict[str, str] = json.loads(str(result.health)) if result else {}
    return held


@transaction.atomic
def record_step(
    screening: Screening, *, column: str, code: str, done_on: date, on: date, by: User, institution: str = ""
) -> ScreeningResult:
    """One stage's result. It closes the recall that waited for it and opens the next one."""
    screening = Screening.objects.visible_to(by).select_for_update(of=("self",)).get(pk=screening.pk)
    result = result_of(screening)
    held = held_of(result)
    _check(screening, held, column=column, code=code, done_on=done_on, on=on)
    held[column], held[f"{column}_on"] = code, done_on.isoformat()
    if institution:
        held["institution"] = institution
    held.pop("further", None)
    result = result or ScreeningResult(screening=screening, organization=screening.organization, reported_on=done_on)
    result.health = json.dumps(held, ensure_ascii=False, separators=(",", ":"))
    result.abnormal = stages.is_abnormal(held)
    result.save()
    _tell_the_village(screening, column, held, abnormal=result.abnormal, on=on, by=by)
    recalling.settle([result], on=on, by=by)
    audit.record("programs.screening_result.step_recorded", result, by=by)
    return result


def _check(screening: Screening, held: dict[str, str], *, column: str, code: str, done_on: date, on: date) -> None:
    if code not in LABELS[column]:
        raise ValidationError({"code": f"请从规定的名目里选，例如 {next(iter(LABELS[column].values()))}。"})
    before = _AFTER.get(column, ())
    if before and not any(name in held for name in before):
        names = "或".join(TITLES[name] for name in before)
        raise ValidationError(f"{TITLES[column]}要在{names}之后登记，请先登记前一步。")
    if done_on < screening.attended_on:
        raise ValidationError({"done_on": f"不能早于参检日期 {screening.attended_on}。"})
    if done_on > on:
        raise ValidationError({"done_on": f"这一天还没有到，最晚写 {on}。"})
    earlier = [held[f"{name}_on"] for name in before if f"{name}_on" in held]
    if earlier and done_on.isoformat() < min(earlier):
        raise ValidationError({"done_on": f"不能早于前一步的日期 {min(earlier)}。"})


def _tell_the_village(
    screening: Screening, column: str, held: dict[str, str], *, abnormal: bool, on: date, by: User
) -> None:
    """Attendance and "please ring the hospital" are all that the federation learns from a step."""
    if column == "method":
        rules = Rules().on(screening.attended_on)
        due = rules.hpv_due_on if held["method"] in HPV_CYCLE else rules.cytology_due_on
        screening.cervical_due_on = date.fromisoformat(due)
    if column in CERVICAL:
        screening.cervical = True
    elif column in stages.BREAST_STEPS:
        screening.breast = True
    open_recall = screening.recall is not None and screening.recall.is_open()
    if abnormal and not open_recall:
        due_on = on + timedelta(days=RECALL_DAYS)
        screening.recall = following_up.raise_recall(woman=screening.woman, on=on, due_on=due_on, by=by)
    elif not abnormal and screening.recall is not None and screening.recall.is_open():
        FollowUp.objects.within(screening.organization).open().filter(pk=screening.recall.pk).update(cancelled_on=on)
    screening.needs_contact = abnormal
    screening.save()
