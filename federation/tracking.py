"""From an entry of the trail to its record, where the reader may open it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.http import HttpRequest
from django.urls import NoReverseMatch, Resolver404, resolve

from federation import audit
from federation.access import mark_of
from federation.models import AuditEntry, User


@dataclass(frozen=True)
class Track:
    """Those who answer for an act are named in full: that is what the trail is for."""

    entry: AuditEntry
    who: str
    what: str
    record: str
    url: str


def tracks_of(entries: Iterable[AuditEntry], request: HttpRequest, user: User) -> list[Track]:
    """As many queries as there are kinds of records on the page."""
    entries = list(entries)
    wanted: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        wanted[entry.target_type].add(entry.target_id)
    urls = {kind: _urls(_model(kind), ids, request, user) for kind, ids in wanted.items()}
    return [
        Track(
            entry,
            entry.actor.display_name if entry.actor else "平台",
            audit.line_of(entry).what,
            _record(entry),
            urls[entry.target_type].get(entry.target_id, ""),
        )
        for entry in entries
    ]


def _model(kind: str) -> type[Model] | None:
    try:
        return apps.get_model(kind)
    except LookupError:
        return None


def _record(entry: AuditEntry) -> str:
    model = _model(entry.target_type)
    kind = str(model._meta.verbose_name) if model else "记录"
    return f"{kind} {entry.target_id[:8]} 号"


def _urls(model: Any, ids: set[str], request: HttpRequest, user: User) -> dict[str, str]:
    """Addresses of those of the records that this person may open."""
    if model is None or not hasattr(model, "get_absolute_url") or not hasattr(model._default_manager, "visible_to"):
        return {}
    rows = model._default_manager.visible_to(user).filter(pk__in=ids)
    found = {str(row.pk): _address(row) for row in rows}
    return {key: url for key, url in found.items() if _opens(url, request)}


def _address(row: Any) -> str:
    try:
        return str(row.get_absolute_url())
    except (AttributeError, NoReverseMatch):
        return ""


def _opens(url: str, request: HttpRequest) -> bool:
    try:
        match = resolve(url.partition("#")[0].partition("?")[0])
    except Resolver404:
        return False
    mark = mark_of(match.func, match.view_name)
    return mark is not None and mark.admits(request)
