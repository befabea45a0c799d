"""Divisions from a CSV of the statistics bureau's 12-digit codes become the tree of federations (domain.md §13)."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from federation import audit, organizing
from federation.models import Kind, Level, Organization, OrganizationName, Placement, User

COLUMNS = ("区划代码", "名称", "上级区划代码")


@dataclass(frozen=True)
class Division:
    line: int
    code: str
    name: str
    parent_code: str
    level: Level


class BadDivisions(ValueError):
    """Problems by line number; nothing was written."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def level_of(code: str) -> Level | None:
    """City, township, community or village by the segments of the code.

    Last three digits: residents' committees 001-199 and places like them 400-499 (development zones in the real file),
    villagers' committees 200-399 and places like them 500-599.
    """
    if code.endswith("000000"):
        return Level.CITY
    if code.endswith("000"):
        return Level.TOWNSHIP
    hundreds = int(code[9:]) // 100
    return {
        0: Level.COMMUNITY,
        1: Level.COMMUNITY,
        4: Level.COMMUNITY,
        2: Level.VILLAGE,
        3: Level.VILLAGE,
        5: Level.VILLAGE,
    }.get(hundreds)


def read(lines: Iterable[str]) -> list[Division]:
    """All rows of the file in tree order, or every problem at once."""
    reader = csv.DictReader(lines)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise BadDivisions(
            [f"第 1 行：表头应是 {'、'.join(COLUMNS)}，现在是 {'、'.join(reader.fieldnames or ['空'])}。"]
        )
    divisions: dict[str, Division] = {}
    problems: list[str] = []
    for row in reader:
        code, name, parent_code = ((row[column] or "").strip() for column in COLUMNS)
        problem = _problem(code, name, divisions)
        if problem:
            problems.append(f"第 {reader.line_num} 行：{problem}")
            continue
        level = level_of(code)
        assert level is not None
        divisions[code] = Division(reader.line_num, code, name, parent_code, level)
    problems += _orphans(divisions)
    if problems:
        raise BadDivisions(sorted(problems, key=lambda text: int(text.split(" ")[1])))
    return sorted(divisions.values(), key=lambda division: (list(Level).index(division.level), division.code))


def _problem(code: str, name: str, seen: dict[str, Division]) -> str:
    if len(code) != 12 or not (code.isascii() and code.isdigit()):
        return f"区划代码“{code}”应是 12 位数字，例如 430281101201。"
    if code in seen:
        return f"区划代码 {code} 与第 {seen[code].line} 行重复。"
    if level_of(code) is None:
        return f"区划代码 {code} 末三位不在居委（001–199、400–499）或村委（200–399、500–599）的范围内。"
    return "" if name else "名称是空的。"


def _orphans(divisions: dict[str, Division]) -> list[str]:
    problems = []
    for division in divisions.values():
        if division.level == Level.CITY:
            if division.parent_code:
                problems.append(f"第 {division.line} 行：市一级不填上级区划代码。")
            continue
        wanted = Level.CITY if division.level == Level.TOWNSHIP else Level.TOWNSHIP
        parent = divisions.get(division.parent_code)
        if parent is None or parent.level != wanted:
            problems.append(
                f"第 {division.line} 行：上级区划代码“{division.parent_code}”在本文件里找不到对应的{wanted.label}。"
            )
    return problems


@transaction.atomic
def load(divisions: list[Division], *, on: date | None, by: User | None) -> int:
    """Open a federation for each division that has none yet; how many were opened. A second run opens none."""
    known = {branch.code: branch for branch in Organization.objects.filter(closed_on=None, kind=Kind.FEDERATION)}
    opened: list[Organization] = []
    counters: dict[str, int] = {}
    for division in divisions:
        if division.code in known:
            continue
        parent = known.get(division.parent_code)
        branch = _branch(division, parent, counters, on=on)
        branch.save()
        known[division.code] = branch
        opened.append(branch)
    OrganizationName.objects.bulk_create(OrganizationName(organization=b, name=b.name, valid_from=on) for b in opened)
    Placement.objects.bulk_create(Placement(organization=b, parent=b.parent, valid_from=on) for b in opened)
    if opened:
        audit.record("federation.divisions.loaded", opened[0], by=by, created=len(opened))
    return len(opened)


def _branch(
    division: Division, parent: Organization | None, counters: dict[str, int], *, on: date | None
) -> Organization:
    prefix = parent.path if parent else ""
    if prefix not in counters:
        counters[prefix] = int(organizing.next_path(parent)[len(prefix) : len(prefix) + 4]) - 1
    counters[prefix] += 1
    name, short_name = organizing.federation_name(division.name, division.level)
    return Organization(
        code=division.code,
        name=name,
        short_name=short_name,
        division_name=division.name,
        level=division.level,
        parent=parent,
        township=organizing.township_of(division.level, parent),
        path=f"{prefix}{counters[prefix]:04}.",
        opened_on=on,
    )
