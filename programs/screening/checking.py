"""The rows of a list, one by one and against each other, without a look at the register: plain tuples, no queries.

A row with any problem stays out entirely; every problem of the file is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any, NamedTuple

from federation.cells import Cell, CellProblem, parse_date, parse_name, parse_phone, parse_text
from federation.spreadsheets.columns import Layout
from federation.spreadsheets.problems import SheetProblem, shown
from federation.spreadsheets.reading import Sheet
from members.identity import EXAMPLE, fault, is_valid, normalized
from programs.models import Campaign
from programs.screening import findings as clinical
from programs.screening.layouts import KINDS
from programs.screening.places import NoPlace, Places
from programs.screening.rules import DayRules, Rules

ID_EXAMPLE = f"18 位，如 {EXAMPLE}"
_LONGEST_CODE, _LONGEST_INSTITUTION, _LONGEST_REMARK = 30, 60, 200
_KIND_OF = {label: kind for kind, label in KINDS.items()}
_KIND_OF.update({"": "both", "两癌": "both", "宫颈": "cervical", "乳腺": "breast", "宫颈癌和乳腺癌筛查": "both"})


class Row(NamedTuple):
    """A row whose every cell is right. Dates are ISO texts: they go into a sealed file and into COPY as they are."""

    number: int
    name: str
    id_number: str
    phone: str
    village: int
    attended_on: str
    code: str
    cervical: bool
    breast: bool
    cervical_due_on: str | None
    breast_due_on: str | None
    findings: str
    abnormal: bool
    reported_on: str | None

    @property
    def birth_on(self) -> str:
        birth = self.id_number
        return f"{birth[6:10]}-{birth[10:12]}-{birth[12:14]}"


@dataclass
class Columns:
    """Where the columns of the layout stand in the file at hand, and what they are called there."""

    places: dict[str, int]
    titles: dict[str, str]
    sensitive: dict[str, str]

    @classmethod
    def of(cls, sheet: Sheet, layout: Layout) -> Columns:
        titles = {column.key: column.title for column in layout.columns} | sheet.header.titles
        return cls(sheet.header.places, titles, {column.key: column.sensitive for column in layout.columns})

    def problem(self, number: int, key: str, value: object, reason: str, example: str) -> SheetProblem:
        masked = shown(value, self.sensitive.get(key, ""))
        return SheetProblem(number, self.places.get(key, -1), self.titles[key], masked, reason, example)


@dataclass
class Checked:
    rows: list[Row] = field(default_factory=list)
    problems: list[SheetProblem] = field(default_factory=list)
    total: int = 0


class Checker:
    """One list being checked: the file's columns, the campaign's days, the rules and the villages."""

    def __init__(
        self, columns: Columns, *, campaign: Campaign, places: Places, rules: Rules, on: date, base_1904: bool
    ) -> None:
        self.columns, self.campaign, self.places, self.rules, self.on = columns, campaign, places, rules, on
        self.base_1904 = base_1904
        self.problems: list[SheetProblem] = []
        self._seen: dict[str, int] = {}
        self._doubled: set[int] = set()
        self._clinical: dict[tuple[Cell, ...], tuple[clinical.Findings, list[clinical.Fault]]] = {}
        self._texts: dict[tuple[int, Cell, Cell], str] = {}
        self._days: dict[Cell, date] = {}
        self._number = 0

    def check(self, body: Sequence[tuple[int, list[Cell]]]) -> Checked:
        take, width = self._picker(max((len(cells) for _, cells in body), default=0))
        rows = []
        for number, cells in body:
            missing = width - len(cells)
            found = self._row(number, take(cells + [""] * missing if missing > 0 else cells))
            if found is not None:
                rows.append(found)
        if self._doubled:
            rows = [row for row in rows if row.number not in self._doubled]
        self.problems.sort(key=lambda problem: (problem.row, problem.column))
        return Checked(rows, self.problems, len(body))

    def _picker(self, longest: int) -> tuple[Callable[[Sequence[Cell]], tuple[Any, ...]], int]:
        """The columns in our order; one that the file lacks is taken from a blank cell past the longest row."""
        width = max(longest, max(self.columns.places.values()) + 1) + 1
        keys = (*_PERSON_KEYS, *self._keys())
        return itemgetter(*(self.columns.places.get(key, width - 1) for key in keys)), width

    def _keys(self) -> tuple[str, ...]:
        raise NotImplementedError

    def _rest(self, row: _Begun, cells: tuple[Any, ...]) -> Row | None:
        raise NotImplementedError

    def _say(self, key: str, value: object, reason: str, example: str) -> None:
        self.problems.append(self.columns.problem(self._number, key, value, reason, example))

    def _row(self, number: int, cells: tuple[Any, ...]) -> Row | None:
        self._number = number
        before = len(self.problems)
        code, name, id_number, phone, township, village, attended = cells[:7]
        begun = _Begun(
            self._id_number(id_number),
            self._parsed("name", name, parse_name),
            "" if phone in _NOT_GIVEN else self._parsed("phone", phone, parse_phone),
            "" if code == "" else self._parsed("code", code, _code),
            self._village(village, township),
            self._attended(attended),
        )
        if begun.id_number and begun.attended_on:
            self._age(begun.id_number, id_number, self.rules.on(begun.attended_on))
        row = self._rest(begun, cells[7:])
        return row if len(self.problems) == before else None

    def _parsed(self, key: str, cell: Cell, parse: Callable[[Cell], str]) -> str:
        try:
            return parse(None if cell == "" else cell)
        except CellProblem as problem:
            self._say(key, cell, problem.reason, problem.example)
            return ""

    def _id_number(self, cell: Cell) -> str:
        number = normalized(cell)
        if not is_valid(number):
            self._say("id_number", cell, fault(number)[1], ID_EXAMPLE)
            return ""
        if number[16] in "13579":
            self._say("id_number", cell, "号码第 17 位是单数，是男性；本筛查只登记妇女", ID_EXAMPLE)
        first = self._seen.setdefault(number, self._number)
        if first != self._number:
            self._twice(first, number)
        return number

    def _twice(self, first: int, number: str) -> None:
        """Both rows stay out: which of them is right is not the portal's to guess."""
        self._say("id_number", number, f"与第 {first} 行是同一人", "同一人只留一行")
        if first not in self._doubled:
            self._doubled.add(first)
            reason = f"与第 {self._number} 行是同一人"
            self.problems.append(self.columns.problem(first, "id_number", number, reason, "同一人只留一行"))

    def _village(self, village: Cell, township: Cell) -> int:
        found = self.places.find(village, township)
        if isinstance(found, NoPlace):
            self._say("village", village, found.reason, found.example)
            return 0
        return found.id

    def _attended(self, cell: Cell) -> date | None:
        known = self._days.get(cell)
        if known is None:
            known = self._in_campaign(cell)
            if known is not None:
                self._days[cell] = known
        return known

    def _in_campaign(self, cell: Cell) -> date | None:
        day = self._day("attended_on", cell)
        if day is None:
            return None
        campaign = self.campaign
        if not campaign.starts_on <= day <= min(campaign.ends_on, self.on):
            last = min(campaign.ends_on, self.on)
            reason = (
                "这一天还没有到" if day > self.on else f"不在本次筛查的 {campaign.starts_on} 至 {campaign.ends_on} 之内"
            )
            self._say("attended_on", cell, reason, f"{last}")
            return None
        return day

    def _day(self, key: str, cell: Cell) -> date | None:
        try:
            return parse_date(None if cell == "" else cell, base_1904=self.base_1904)
        except CellProblem as problem:
            self._say(key, cell, problem.reason, problem.example)
            return None

    def _age(self, number: str, cell: Cell, rules: DayRules) -> None:
        if not rules.born_from <= number[6:14] <= rules.born_to:
            age = _age_between(rules, number)
            self._say(
                "id_number",
                cell,
                f"参检时满 {age} 岁，本项目是 {rules.youngest} 至 {rules.oldest} 岁",
                "不在本项目范围，请从表中删去",
            )


def _age_between(rules: DayRules, number: str) -> int:
    """Whole years on the day the rules were made for."""
    return rules.youngest + (int(rules.born_to) - int(number[6:14])) // 10_000


def _code(cell: Cell) -> str:
    return parse_text(cell, longest=_LONGEST_CODE)


_NOT_GIVEN = frozenset({"", " ", "无", "没有", "/", "-", None})
_PERSON_KEYS = ("code", "name", "id_number", "phone", "township", "village", "attended_on")


class _Begun(NamedTuple):
    id_number: str
    name: str
    phone: str
    code: str
    village: int
    attended_on: date | None


class ResultsChecker(Checker):
    """The hospital's list, with findings."""

    def _keys(self) -> tuple[str, ...]:
        return (*clinical.CODED, "reported_on", "institution", "remark")

    def _rest(self, row: _Begun, cells: tuple[Any, ...]) -> Row | None:
        coded, (reported, institution, remark) = cells[:-3], cells[-3:]
        read = self._clinical.get(coded)
        if read is None:
            read = self._clinical[coded] = clinical.read(coded)
        found, faults = read
        for fault_ in faults:
            cell = coded[clinical.CODED.index(fault_.column)]
            self._say(fault_.column, cell, fault_.reason, fault_.example)
        reported_on = self._reported(reported, row.attended_on)
        text = self._sealed_text(found, institution, remark)
        if row.attended_on is None or reported_on is None:
            return None
        rules = self.rules.on(row.attended_on)
        by_hpv = found.codes.get("method") in clinical.HPV_CYCLE
        cervical_due = rules.hpv_due_on if by_hpv else rules.cytology_due_on
        return _row(
            row, self._number, found.cervical, found.breast, cervical_due, rules, text, found.abnormal, reported_on
        )

    def _sealed_text(self, found: clinical.Findings, institution: Cell, remark: Cell) -> str:
        key = (id(found), institution, remark)
        text = self._texts.get(key)
        if text is None:
            where = self._parsed("institution", institution, _institution) if institution != "" else ""
            noted = self._parsed("remark", remark, _remark) if remark != "" else ""
            text = clinical.as_text(found, institution=where, remark=noted)
            # A text with a problem is told again in every row it stands in.
            if (where or institution == "") and (noted or remark == ""):
                self._texts[key] = text
        return text

    def _reported(self, cell: Cell, attended_on: date | None) -> date | None:
        day = self._day("reported_on", cell)
        if day is None:
            return None
        if attended_on is not None and day < attended_on:
            self._say("reported_on", cell, f"早于参检日期 {attended_on}", f"{attended_on}")
        elif day > self.on:
            self._say("reported_on", cell, "这一天还没有到", f"{self.on}")
        return day


def _institution(cell: Cell) -> str:
    return parse_text(cell, longest=_LONGEST_INSTITUTION)


def _remark(cell: Cell) -> str:
    return parse_text(cell, longest=_LONGEST_REMARK)


class AttendanceChecker(Checker):
    """The federation's list: who came, and for what."""

    def _keys(self) -> tuple[str, ...]:
        return ("kinds",)

    def _rest(self, row: _Begun, cells: tuple[Any, ...]) -> Row | None:
        kind = _KIND_OF.get(str(cells[0]).strip())
        if kind is None:
            self._say("kinds", cells[0], "不是规定的名目", f"从下拉里选：{'、'.join(KINDS.values())}")
        if row.attended_on is None or kind is None:
            return None
        rules = self.rules.on(row.attended_on)
        cervical, breast = kind != "breast", kind != "cervical"
        return _row(row, self._number, cervical, breast, rules.cytology_due_on, rules, "", False, None)


def _row(
    begun: _Begun, number: int, cervical: bool, breast: bool, cervical_due: str, rules: DayRules, findings: str,
    abnormal: bool, reported_on: date | None,
) -> Row:  # fmt: skip
    return Row(
        number,
        begun.name,
        begun.id_number,
        begun.phone,
        begun.village,
        rules.day,
        begun.code,
        cervical,
        breast,
        cervical_due if cervical else None,
        rules.breast_due_on if breast else None,
        findings,
        abnormal,
        reported_on.isoformat() if reported_on else None,
    )
