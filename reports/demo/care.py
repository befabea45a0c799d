"""What stands in the children's files of the demo city: circumstances, consents, assessments, growth plans."""

from __future__ import annotations

import random as randomness
from datetime import date
from typing import Any

from django.db import connection

from federation import copying
from programs.models import Child, ChildAssessment, GrowthPlan, PlanGoal
from reports.demo.stage import Stage

_PLACES = ("广东东莞", "广东深圳", "浙江义乌", "福建晋江", "长沙")
_SCHOOLS = ("兰河镇中心小学", "青石学校", "南塘学校", "兰河二中", "市第三小学")
_GRADES = "一二三四五六七八九"
_GOALS = {
    "study": ("期末语文及格", "按时交作业", "每天读书半小时"),
    "mind": ("每周和妈妈视频一次", "参加一次儿童之家活动"),
    "safety": ("会背监护人手机号，知道防溺水“六不准”",),
    "life": ("每天吃上热的早饭",),
    "medical": ("今年配好眼镜", "补种疫苗"),
}
_PLANNED = 240
_CONSENTS = """
    INSERT INTO programs_guardianconsent
        (child_id, organization_id, township_id, version, signed_by, relation, signed_on, recorded_on)
    SELECT id, organization_id, township_id, %s, guardian_name, guardian_relation, consented_on, consented_on
    FROM programs_child WHERE consented_on IS NOT NULL AND opened_on >= %s AND opened_on < %s
"""
_ASSESSMENT = [
    "organization_id", "township_id", "child_id", "assessed_on", "life", "study", "mind", "safety", "medical", "risk", "words",
]  # fmt: skip


def circumstances(random: randomness.Random, age: int) -> tuple[Any, ...]:
    """Where the guardian works, who looks after her, school, benefits, risk: in the order of the columns."""
    away = random.choice(_PLACES) if random.random() < 0.4 else ""
    grade = f"{_GRADES[age - 7]}年级" if 7 <= age <= 15 else ""
    school = random.choice(_SCHOOLS) if grade else ""
    benefits = random.choice(("{}", "{minimum_living}", "{schooling}", "{minimum_living,schooling}", "{medical}"))
    risk = random.choice(("low",) * 6 + ("middle",) * 3 + ("high",))
    return away, "", "", school, grade, benefits, risk


def fill_files(stage: Stage, first: int, last: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_CONSENTS, [f"{first}-1", date(first, 1, 1), date(last + 1, 1, 1)])
    if last == stage.on.year:
        children = Child.objects.in_care(on=stage.on).filter(opened_on__gte=date(first, 1, 1)).defer("phone")
        _assess(stage, list(children.order_by("pk")), last)
        _plan(stage, list(children.order_by("pk")[:_PLANNED]), last)


def _assess(stage: Stage, children: list[Child], year: int) -> None:
    assessed_on = date(year, 3, 10)
    copying.insert(
        ChildAssessment,
        _ASSESSMENT,
        (
            (
                child.organization_id, child.township_id, child.pk, max(assessed_on, child.opened_on),
                *(stage.random.choice(("none", "none", "some")) for _ in range(4)),
                "urgent" if child.risk == "high" else "none", child.risk, "",
            )
            for child in children
        ),
    )  # fmt: skip


def _plan(stage: Stage, children: list[Child], year: int) -> None:
    """Begun with the autumn term; one in six is a term behind with its review."""
    plans = []
    for place, child in enumerate(children):
        behind = place % 6 == 0
        starts_on = max(date(year, 3, 1) if behind else date(year, 9, 1), child.opened_on)
        due = date(year, 7, 15) if behind and starts_on < date(year, 7, 15) else date(year + 1, 1, 31)
        plans.append(
            GrowthPlan(
                child=child, organization_id=child.organization_id, township_id=child.township_id,
                starts_on=starts_on, next_review_on=due,
            )
        )  # fmt: skip
    GrowthPlan.objects.bulk_create(plans)
    PlanGoal.objects.bulk_create(
        PlanGoal(
            plan=plan, organization_id=plan.organization_id, township_id=plan.township_id, aspect=aspect,
            words=stage.random.choice(_GOALS[aspect]),
        )
        for plan in plans
        for aspect in stage.random.sample(sorted(_GOALS), 2)
    )  # fmt: skip
