"""Loan applications of the last weeks, one at every desk, made by the verbs themselves. Drawn from a chance of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from federation.models import Organization, User
from members.models import Woman
from programs import cycling
from programs.applications import moving
from programs.loans import applying, terms
from programs.loans.terms import months_after
from programs.models import LoanApplication, SubsidisedLoan
from programs.models.loan_applications import PaperKind
from reports.demo import people
from reports.demo.register import Resident
from reports.demo.stage import SHANGHAI, Stage

WAN = 1_000_000
_SEED = 20_110_804
_BANK, _HOME = "兰河农商银行", "杨柳村"
# The way onwards, and on which day after the application each move is made.
_WAY = (
    ("submit", 1), ("recommend", 4), ("check", 9), ("review", 14), ("qualify", 20), ("guarantee", 26), ("bank_approve", 33),
    ("confirm", 38), ("sign", 41), ("release", 43),
)  # fmt: skip
_OPINIONS = {
    "recommend": "入户看过，项目已开工，家里和睦，同意推荐",
    "check": "材料与原件一致，项目有合作社收购，同意上报",
    "review": "项目可行，带动就业，同意推荐",
}
_PROJECTS = (
    ("辣椒种植 20 亩", "秋椒种 20 亩，合作社签了收购", "买苗、买肥、搭大棚"),
    ("缝纫加工", "接服装厂的外发加工，带 5 名姐妹", "买平车 8 台"),
    ("电商小店", "卖本村干菜和土蜂蜜，开直播", "备货和包装"),
    ("农家乐", "翻修老屋，可坐 8 桌", "翻修和厨具"),
    ("油茶种植", "老油茶林改造 30 亩", "人工和有机肥"),
)


@dataclass(frozen=True)
class _Case:
    """How far one application has come, in days before today, and what became of it at its last desk."""

    steps: int
    age: int
    end: str = ""
    kind: str = "individual"
    at_home: bool = False


# One for every state; the demo's own village and township have some of each of theirs.
_CASES = (
    _Case(0, 2, at_home=True), _Case(1, 3, at_home=True), _Case(1, 12), _Case(2, 6, at_home=True), _Case(2, 24),
    _Case(3, 12, at_home=True), _Case(3, 16), _Case(4, 22), _Case(5, 27), _Case(5, 40, kind="partnership"), _Case(6, 33),
    _Case(7, 38), _Case(8, 43), _Case(9, 46), _Case(10, 60), _Case(10, 75, kind="partnership"), _Case(10, 90, kind="firm"),
    _Case(2, 15, end="send_back", at_home=True), _Case(6, 50, end="refuse"), _Case(2, 30, end="decline"),
    _Case(1, 20, end="withdraw"),
)  # fmt: skip
_ENDS: dict[str, dict[str, Any]] = {
    "send_back": {"reason": "营业执照复印件看不清，请重印"},
    "refuse": {"opinion": "银行答复：家庭负债偏高", "facts": {"refusal_reason": "ability"}},
    "decline": {"opinion": "项目和别人重复，没有自己的场地", "facts": {"refusal_reason": "project"}},
    "withdraw": {"reason": "本人外出务工，不办了"},
}


def fill_applications(stage: Stage, residents: list[Resident]) -> None:
    scribe = _Scribe(stage)
    scribe.open_years()
    of_home, of_others = _eligible(stage, residents, scribe.random)
    for number, case in enumerate(_CASES, start=1):
        scribe.write(case, of_home.pop() if case.at_home and of_home else of_others.pop(), number)


def _eligible(stage: Stage, residents: list[Resident], random: Random) -> tuple[list[Woman], list[Woman]]:
    """Of age, without a loan: of the village whose account the demo shows, and of the others."""
    born = range(stage.on.year - 52, stage.on.year - 25)
    fit = [each for each in residents if each.birth_on.year in born]
    home = [each.pk for each in fit if each.village.division_name == _HOME]
    others = [each.pk for each in random.sample(fit, 80) if each.village.division_name != _HOME]
    rows = Woman.objects.within(stage.city).select_related("organization__township", "household").filter(left_on=None)
    free = rows.filter(loans=None).exclude(id_index=None).order_by("pk")
    of_home, of_others = (list(free.filter(pk__in=keys)) for keys in (home, others))
    random.shuffle(of_home)
    random.shuffle(of_others)
    return of_home, of_others


class _Scribe:
    def __init__(self, stage: Stage) -> None:
        self.stage, self.random = stage, Random(_SEED)
        self.city, self.second = (User.objects.get(username=name) for name in ("shifulian", "zuzhi"))
        self.at_work = stage.directors

    def open_years(self) -> None:
        for year in (self.stage.on.year - 1, self.stage.on.year):
            cycling.open_cycle(
                organization=self.stage.city, by=self.city, program="loans", year=year, name=f"{year} 年妇女创业担保贷款",
                document_number=f"兰妇〔{year}〕6号", opens_on=date(year, 1, 1), closes_on=date(year, 12, 31), quota=150,
                budget_fen=3_000 * WAN,
            )  # fmt: skip

    def moment(self, day: date, place: int) -> datetime:
        """Later steps at later hours: two may fall on one day."""
        return datetime.combine(day, time(8 + min(place, 9), self.random.randrange(60)), SHANGHAI)

    def worker(self, branch: Organization | None) -> User:
        assert branch is not None
        return User.objects.get(pk=self.at_work[branch.pk])

    def write(self, case: _Case, woman: Woman, number: int) -> None:
        applied_on = _weekday(self.stage.on - timedelta(days=case.age))
        director = self.worker(woman.organization)
        project, plan, use = _PROJECTS[number % len(_PROJECTS)]
        amount = self._amount(case.kind, number)
        firm = {"firm_name": "兰河锦绣制衣有限公司", "credit_code": "91430100MA4L16JQ9B", "staff_count": 26}
        application = applying.apply_for(
            woman=woman, by=director, at=self.moment(applied_on, 0), papers=_papers(case), loan_kind=case.kind, project=project,
            plan=plan, use=use, amount_fen=amount * WAN, own_fen=(amount // 3 + 1) * WAN, months=24, jobs_planned=2 + number % 5,
            applied_on=applied_on, bank=_BANK if number % 3 else "", **(firm if case.kind == "firm" else {}),
        )  # fmt: skip
        if case.kind == "partnership":
            self._partner(application, director, number)
        for place, (name, days) in enumerate(_WAY[: case.steps], start=1):
            self._move(application, name, self.moment(_weekday(applied_on + timedelta(days=days)), place), number)
        if case.end:
            self._end(case, application)

    def _amount(self, kind: str, number: int) -> int:
        """In 万元, within the ceiling of the day."""
        wanted = {"partnership": 50, "firm": 200}.get(kind, 6 + number % 20)
        loan = SubsidisedLoan(kind=kind, partners=2)
        lowest = min(limit.value for limit in terms.limits(loan, terms.Rules.on_day(self.stage.on)))
        return min(wanted, int(lowest) // WAN)

    def _partner(self, application: LoanApplication, director: User, number: int) -> None:
        name = people.woman_name(self.random)
        born = date(1985, 1 + number % 12, 8)
        applying.add_partner(application, name=name, id_number=self.stage.id_numbers.of(born), by=director)

    def _move(self, application: LoanApplication, name: str, at: datetime, number: int) -> None:
        by = self._by(application, name)
        facts = _facts(application, name, at.date(), number)
        moving.move(application, name, by=by, at=at, opinion=_OPINIONS.get(name, ""), facts=facts)
        application.refresh_from_db()

    def _by(self, application: LoanApplication, name: str) -> User:
        branch = application.organization
        if name in ("submit", "recommend"):
            return self.worker(branch)
        return self.worker(branch.township) if name == "check" else self.city

    def _end(self, case: _Case, application: LoanApplication) -> None:
        branch = application.organization
        by = {"withdraw": branch, "send_back": branch.township, "decline": branch.township}.get(case.end)
        given = _ENDS[case.end]
        day = _weekday(self.stage.on - timedelta(days=1))
        moving.move(application, case.end, by=self.worker(by) if by else self.second, at=self.moment(day, 9), **given)


def _weekday(day: date) -> date:
    return day - timedelta(days=max(0, day.weekday() - 4))


def _papers(case: _Case) -> list[str]:
    only = {PaperKind.AGREEMENT: "partnership", PaperKind.STAFF: "firm"}
    needed = [kind.value for kind in PaperKind if only.get(kind, case.kind) == case.kind]
    return needed if case.steps else needed[:4]


def _facts(application: LoanApplication, name: str, day: date, number: int) -> dict[str, Any]:
    year = day.year
    match name:
        case "recommend":
            return {"home_visit_on": day}
        case "qualify":
            return {"labour_on": day, "labour_number": f"兰人社认〔{year}〕{number}号"}
        case "guarantee":
            return {"guarantee_on": day, "guarantee_way": "fund", "guarantor": "兰河市担保中心"}
        case "bank_approve":
            granted = application.amount_fen * 9 // 10 // WAN * WAN
            return {"bank_on": day, "bank": _BANK, "granted_fen": granted, "granted_months": 24}
        case "confirm":
            return {"treasury_on": day, "treasury_number": f"兰财金〔{year}〕{number}号"}
        case "sign":
            return {"signed_on": day, "contract_number": f"FD{year}{number:04}", "rate_percent": Decimal("3.5")}
        case "release":
            return {"released_on": day, "matures_on": months_after(day, 24)}
    return {}
