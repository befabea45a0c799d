"""What the apps above show on a branch's page: its cadres, its figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from federation.access import StaffRequest
from federation.models import Organization


@dataclass(frozen=True)
class Section:
    title: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


Shown = Callable[[Organization, StaffRequest], Section | None]
_SHOWN: dict[str, Shown] = {}


def show(name: str, section: Shown) -> None:
    """An app adds its section when it is loaded; it answers None where the reader has no right to it."""
    _SHOWN[name] = section


def sections_of(branch: Organization, request: StaffRequest) -> list[Section]:
    found = [section(branch, request) for section in _SHOWN.values()]
    return [section for section in found if section is not None]
