"""The quarterly form and the rates, counted from the cases (domain.md §2.3, §2.4). Only the hospital can count them.

A line that the portal keeps no record of says so; it is never a nought.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit, policy
from federation.models import Organization, User
from members.models import Woman
from programs.models import Campaign, Screening, ScreeningRecall, ScreeningResult, ScreeningReturn
from programs.screening import campaigning, stages
from programs.screening.findings import LABELS
from programs.screening.rules import Rules

_TBS = ("asc_us", "asc_h", "lsil", "hsil", "scc", "agc", "ais", "adenocarcinoma")
_PRECANCER = ("cin2", "cin3", "ais", "microinvasive")
_REFUSED = ("declined", "lost")
_FIRST_CERVICAL = ("method", "hpv", "tbs", "via")
NOT_KEPT = (
    (18, "两癌知识知晓人数"),
    (19, "两癌知识部分知晓人数"),
    (20, "尖锐湿疣"),
    (21, "滴虫性阴道炎"),
    (22, "假丝酵母菌病"),
    (23, "细菌性阴道病"),
    (24, "其他生殖道感染"),
    (25, "子宫肌瘤"),
    (26, "其他良性疾病"),
)


@dataclass(frozen=True)
class Line:
    """`number` is the item of the official form; 0 where its number could not be verified."""

    number: int
    title: str
    value: int | None


@dataclass(frozen=True)
class Rate:
    """Part of a whole; the source says whose count the whole is, and of which day."""

    title: str
    part: int
    whole: int
    source: str

    @property
    def words(self) -> str:
        return f"{self.part * 100 / self.whole:.1f}%" if self.whole else "没有分母"


@dataclass(frozen=True)
class Check:
    words: str
    holds: bool


@dataclass(frozen=True)
class Return:
    lines: list[Line]
    rates: list[Rate]
    checks: list[Check]

    @classmethod
    def of(cls, figures: Mapping[str, list[list[object]]]) -> Return:
        lines = [Line(*row) for row in figures["lines"]]  # type: ignore[arg-type]
        rates = [Rate(*row) for row in figures["rates"]]  # type: ignore[arg-type]
        return cls(lines, rates, [Check(*row) for row in figures["checks"]])  # type: ignore[arg-type]

    def as_json(self) -> dict[str, list[list[object]]]:
        return {
            "lines": [[line.number, line.title, line.value] for line in self.lines],
            "rates": [[rate.title, rate.part, rate.whole, rate.source] for rate in self.rates],
            "checks": [[check.words, check.holds] for check in self.checks],
        }

    def failing(self) -> list[str]:
        return [check.words for check in self.checks if not check.holds]


def days_of(campaign: Campaign, quarter: int) -> tuple[date, date]:
    """First day of the quarter and the first day after it."""
    first = date(campaign.year, quarter * 3 - 2, 1)
    after = date(campaign.year + 1, 1, 1) if quarter == 4 else date(campaign.year, quarter * 3 + 1, 1)
    return first, after


def compiled(campaign: Campaign, quarter: int, *, on: date, by: User) -> Return:
    counted = _counted(campaign, quarter, by=by)
    first, after = days_of(campaign, quarter)
    attended = Screening.objects.visible_to(by).filter(
        campaign=campaign, attended_on__gte=first, attended_on__lt=after
    )  # fmt: skip
    counted["screened"] = attended.count()
    counted["cervical"] = attended.filter(cervical=True).count()
    counted["breast"] = attended.filter(breast=True).count()
    lines = _lines(campaign, counted)
    return Return(lines, _rates(campaign, counted, first, after, on=on, by=by), _checks(lines, counted))


def _counted(campaign: Campaign, quarter: int, *, by: User) -> Counter[str]:
    first, after = days_of(campaign, quarter)
    results = ScreeningResult.objects.visible_to(by).filter(
        screening__campaign=campaign, screening__attended_on__gte=first, screening__attended_on__lt=after
    )
    early = policy.rule("screening.breast_early_stages", on=first).value.split("、")
    # Most cases read alike: each text is opened and counted once, and added as often as it stands.
    texts = Counter(str(result.health) for result in results.only("public_id", "health").iterator(chunk_size=2000))
    counted: Counter[str] = Counter()
    for text, times in texts.items():
        for name in set(_counts_for(json.loads(text), early)):
            counted[name] += times
    return counted


def _counts_for(codes: Mapping[str, str], early: list[str]) -> Iterator[str]:
    yield "reported"
    if not stages.is_abnormal(codes) and not stages.next_steps(codes):
        yield "normal"
    yield from _cervical_counts(codes)
    yield from _breast_counts(codes, early)


def _cervical_counts(codes: Mapping[str, str]) -> Iterator[str]:
    yield from _first_screen_counts(codes)
    if codes.get("colposcopy", "declined") not in _REFUSED:
        yield "colposcopy"
    yield from _pathology_counts(codes, "cervical", (*_PRECANCER, "invasive", "other"))


def _first_screen_counts(codes: Mapping[str, str]) -> Iterator[str]:
    tbs, via = codes.get("tbs", ""), codes.get("via", "")
    if tbs and codes.get("method") == "smear":
        yield from ("smear", *(["smear_abnormal"] if tbs != "nilm" else []))
    elif tbs:
        yield from ("tbs", f"tbs_{tbs}")
    if via:
        yield from ("via", *(["via_abnormal"] if via != "normal" else []))
    if "colposcopy" in stages.next_steps({key: codes[key] for key in _FIRST_CERVICAL if key in codes}):
        yield "cervical_positive"


def _breast_counts(codes: Mapping[str, str], early: list[str]) -> Iterator[str]:
    due = stages.next_steps({key: codes[key] for key in ("breast_exam", "ultrasound") if key in codes})
    if due:
        yield "breast_positive"
    if "mammogram" in due:
        yield from ("mammogram_referred", *(["mammogram_of_referred"] if "mammogram" in codes else []))
    if "mammogram" in codes:
        yield "mammogram"
    yield from _pathology_counts(codes, "breast", ("dcis", "invasive", "other"))
    if stage := codes.get("tnm"):
        yield from ("breast_staged", *(["breast_early"] if stage in early else []))


def _pathology_counts(codes: Mapping[str, str], path: str, to_treat: tuple[str, ...]) -> Iterator[str]:
    found = codes.get(f"{path}_pathology")
    if not found:
        return
    yield from (f"{path}_pathology", f"{path}_{found}")
    if found in to_treat:
        yield f"{path}_to_treat"
        if codes.get(f"{path}_treatment") in ("treated", "referred"):
            yield f"{path}_treated"


def _lines(campaign: Campaign, counted: Counter[str]) -> list[Line]:
    numbered = [
        Line(1, "应查人数（全年任务）", campaign.quota),
        Line(2, "实查人数", counted["screened"]),
        Line(3, "正常人数", counted["normal"]),
        Line(4, "巴氏分级报告人数", counted["smear"]),
        Line(5, "巴氏分级异常人数", counted["smear_abnormal"]),
        Line(6, "TBS 分类报告人数", counted["tbs"]),
        *(Line(7 + place, f"TBS {LABELS['tbs'][code]}", counted[f"tbs_{code}"]) for place, code in enumerate(_TBS)),
        Line(15, "醋酸／碘染色实查人数", counted["via"]),
        Line(16, "醋酸／碘染色异常或可疑人数", counted["via_abnormal"]),
        *(Line(number, title, None) for number, title in NOT_KEPT),
    ]
    return [*numbered, *_further_lines(counted)]


def _further_lines(counted: Counter[str]) -> list[Line]:
    cervical = [
        Line(0, f"宫颈病理 {words}", counted[f"cervical_{code}"])
        for code, words in LABELS["cervical_pathology"].items()
    ]
    breast = [
        Line(0, f"乳腺病理 {words}", counted[f"breast_{code}"]) for code, words in LABELS["breast_pathology"].items()
    ]
    return [
        Line(0, "应做阴道镜人数", counted["cervical_positive"]),
        Line(0, "阴道镜到检人数", counted["colposcopy"]),
        Line(0, "宫颈病理人数", counted["cervical_pathology"]),
        *cervical,
        Line(0, "宫颈应治疗人数", counted["cervical_to_treat"]),
        Line(0, "宫颈已治疗人数", counted["cervical_treated"]),
        Line(0, "乳腺实查人数", counted["breast"]),
        Line(0, "乳腺初筛异常人数", counted["breast_positive"]),
        Line(0, "钼靶人数", counted["mammogram"]),
        Line(0, "乳腺病理人数", counted["breast_pathology"]),
        *breast,
        Line(0, "乳腺应治疗人数", counted["breast_to_treat"]),
        Line(0, "乳腺已治疗人数", counted["breast_treated"]),
    ]


def _checks(lines: list[Line], counted: Counter[str]) -> list[Check]:
    """The inequalities that are printed on the form, and those that follow from the chains."""
    value = {line.number: line.value or 0 for line in lines if line.number}
    classes = sum(value[number] for number in range(7, 15))
    return [
        Check("1 ≥ 2：应查不少于实查", value[1] >= value[2]),
        Check("2 ≥ 3：实查不少于正常", value[2] >= value[3]),
        Check("4 ≥ 5：巴氏报告不少于异常", value[4] >= value[5]),
        Check("6 ≥ 7 至 14 之和：TBS 报告不少于各类异常", value[6] >= classes),
        Check("15 ≥ 16：染色实查不少于异常", value[15] >= value[16]),
        Check("阴道镜到检不少于宫颈病理", counted["colposcopy"] >= counted["cervical_pathology"]),
        Check("宫颈应治疗不少于已治疗", counted["cervical_to_treat"] >= counted["cervical_treated"]),
        Check("乳腺应治疗不少于已治疗", counted["breast_to_treat"] >= counted["breast_treated"]),
    ]


def _rates(campaign: Campaign, counted: Counter[str], first: date, after: date, *, on: date, by: User) -> list[Rate]:
    cases = f"本季个案，{first} 至 {after - timedelta(days=1)} 参检，{on} 统计"
    early = sum(counted[f"cervical_{code}"] for code in _PRECANCER)
    return [
        *attendance_rates(campaign, campaign.organization, on=on, by=by),
        Rate("宫颈初筛阳性率", counted["cervical_positive"], counted["cervical"], cases),
        Rate("阴道镜到检率", min(counted["colposcopy"], counted["cervical_positive"]), counted["cervical_positive"], cases),
        Rate("宫颈早诊率", early, early + counted["cervical_invasive"], f"{cases}；癌前病变和癌，分子口径未核对原文"),
        Rate("乳腺初筛阳性率", counted["breast_positive"], counted["breast"], cases),
        Rate("钼靶到检率", counted["mammogram_of_referred"], counted["mammogram_referred"], cases),
        Rate("乳腺早诊率", counted["breast_early"], counted["breast_staged"], f"{cases}；有分期的，早期口径按政策规则"),
        Rate(
            "治疗率", counted["cervical_treated"] + counted["breast_treated"],
            counted["cervical_to_treat"] + counted["breast_to_treat"], cases,
        ),
    ]  # fmt: skip


def attendance_rates(campaign: Campaign, branch: Organization, *, on: date, by: User) -> list[Rate]:
    """What needs no finding; each branch reads its own."""
    rules = Rules().on(on)
    attended = Screening.objects.visible_to(by)
    women = Woman.objects.visible_to(by).living_here().aged(rules.youngest, rules.oldest, on=on)
    covered = women.filter(pk__in=attended.filter(cervical_due_on__gt=on).values("woman"))
    recalls = ScreeningRecall.objects.visible_to(by).filter(campaign=campaign).exclude(outcome="ended")
    progress = campaigning.progress_of(campaign, branch)
    document = campaign.document_number or "任务没有登记文号"
    told = f"任务数，{document}，{campaign.starts_on} 起"
    return [
        *([Rate("任务完成率（全年）", progress.attended, progress.quota, told)] if progress.quota else []),
        Rate(
            "宫颈筛查覆盖率", covered.count(), women.count(),
            f"本平台妇女名册，{rules.youngest} 至 {rules.oldest} 岁在住，{on}",
        ),
        Rate("召回完成率", recalls.filter(outcome="done").count(), recalls.count(), f"本平台召回记录，{on}"),
    ]  # fmt: skip


@transaction.atomic
def issue(campaign: Campaign, quarter: int, *, on: date, by: User) -> ScreeningReturn:
    """Keep the quarter's form as it stands; one whose checks fail is not issued."""
    counted = compiled(campaign, quarter, on=on, by=by)
    if failing := counted.failing():
        raise ValidationError([f"核对不过：{words}。请先改好个案。" for words in failing])
    made = ScreeningReturn.objects.create(
        campaign=campaign, organization=campaign.organization, quarter=quarter, figures=counted.as_json(),
        made_on=on, made_by=by,
    )  # fmt: skip
    audit.record("programs.screening_return.issued", made, by=by, quarter=quarter)
    return made
