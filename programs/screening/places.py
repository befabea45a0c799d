"""Which village a cell names: by name within the city or a township, or by its 12-digit code."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from federation.cells import Cell, folded
from federation.models import Level, Organization
from federation.scoping import Scope

_TAIL = re.compile(r"(妇女联合会|妇联|妇女委员会)$")
_COMMITTEE = re.compile(r"(村民委员会|村委会|居民委员会|居委会)$")
_CODE = re.compile(r"[0-9]{12}")


@dataclass(frozen=True)
class Place:
    """A village as an import needs it."""

    id: int
    township_id: int | None
    name: str
    township: str


@dataclass(frozen=True)
class NoPlace:
    """Why a cell names no village the person may write to."""

    reason: str
    example: str


def plain_name(text: str) -> str:
    """杨柳村 for 杨柳村妇联, 杨柳村村委会, 杨柳村民委员会 or 杨柳."""
    name = _TAIL.sub("", "".join(text.split()))
    name = _COMMITTEE.sub(lambda found: "村" if found[0].startswith("村") else "社区", name)
    return name.replace("村村", "村").replace("社区社区", "社区")


class Places:
    """The city's open villages; what is asked twice is answered from memory."""

    def __init__(self, scope: Scope, *, on: date) -> None:
        self._scope = scope
        branches = list(Organization.objects.open_on(on).filter(level__in=[Level.TOWNSHIP, *_VILLAGES]).in_tree_order())
        townships = {branch.pk: branch.division_name for branch in branches if branch.level == Level.TOWNSHIP}
        self._in_scope: set[int] = set()
        self._by_name: dict[str, list[Place]] = defaultdict(list)
        self._by_code: dict[str, Place] = {}
        self.by_id: dict[int, Place] = {}
        for branch in branches:
            if branch.level not in _VILLAGES:
                continue
            township = townships.get(branch.township_id or 0, "")
            self._add(branch, Place(branch.pk, branch.township_id, branch.division_name, township))
        self._townships = {_short(name): name for name in townships.values()}
        self._answers: dict[tuple[Cell, Cell], Place | NoPlace] = {}

    def _add(self, branch: Organization, place: Place) -> None:
        self.by_id[place.id] = self._by_code[branch.code] = place
        if self._scope.covers(branch):
            self._in_scope.add(place.id)
        for name in {plain_name(branch.division_name), plain_name(branch.short_name)}:
            self._by_name[name].append(place)

    def find(self, village: Cell, township: Cell = "") -> Place | NoPlace:
        key = (village, township)
        answer = self._answers.get(key)
        if answer is None:
            answer = self._answers[key] = self._find(_text(village), _text(township))
        return answer

    def _find(self, village: str, township: str) -> Place | NoPlace:
        if not village:
            return NoPlace("没有填村（社区）", self._example())
        if _CODE.fullmatch(village):
            found = [self._by_code[village]] if village in self._by_code else []
        else:
            found = self._named(village)
        if township:
            if _short(township) not in self._townships:
                return NoPlace(f"找不到乡镇“{township[:20]}”", next(iter(self._townships.values()), "青石镇"))
            found = [place for place in found if _short(place.township) == _short(township)]
        return self._one_of(found, village)

    def _named(self, village: str) -> list[Place]:
        name = plain_name(village)
        exact = self._by_name.get(name) or self._by_name.get(f"{name}村") or self._by_name.get(f"{name}社区")
        if exact:
            return exact
        # "青石镇杨柳村" in one cell.
        for township in self._townships.values():
            if name.startswith(township):
                rest = self._by_name.get(name[len(township) :], [])
                return [place for place in rest if place.township == township]
        return []

    def _one_of(self, found: list[Place], village: str) -> Place | NoPlace:
        own = [place for place in found if place.id in self._in_scope]
        if len(own) == 1:
            return own[0]
        if len(own) > 1:
            towns = "、".join(place.township for place in own[:4])
            return NoPlace(f"有 {len(own)} 个同名的村（{towns}）", "在“乡镇（街道）”栏写明乡镇，或填 12 位区划代码")
        if found:
            return NoPlace("不在本单位范围", self._example())
        return NoPlace("找不到这个村（社区）", self._like(plain_name(village)))

    def _like(self, name: str) -> str:
        """A village whose name begins alike, else any of the person's own."""
        for length in (2, 1):
            for known, places in self._by_name.items():
                if name and known[:length] == name[:length] and places[0].id in self._in_scope:
                    return places[0].name
        return self._example()

    def _example(self) -> str:
        return next((place.name for place in self.by_id.values() if place.id in self._in_scope), "杨柳村")


_VILLAGES = (Level.VILLAGE, Level.COMMUNITY)


def _text(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.0f}"
    return folded(cell) if cell is not None else ""


def _short(township: str) -> str:
    return re.sub(r"(人民政府|办事处|街道办|街道|镇|乡)$", "", "".join(township.split()))
