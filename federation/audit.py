"""One call for each change by a person, in the transaction of the change; and the sentences people read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from federation.models import AuditEntry, Organization
from federation.sealed import masked_name

if TYPE_CHECKING:
    from federation.models import User

# action -> sentence; {name} takes a detail. An action without a sentence is refused, so no page shows a code.
SENTENCES: dict[str, str] = {}


def sentences(new: dict[str, str]) -> None:
    """Each app adds its actions when it is loaded (in its apps.py)."""
    SENTENCES.update(new)


def record(action: str, target: models.Model, /, *, by: User | None, **details: Any) -> AuditEntry:
    """Details hold ids, codes, counts and field names, never personal data."""
    if action not in SENTENCES:
        raise LookupError(f"audit action {action} has no sentence")
    return AuditEntry.objects.create(
        at=timezone.now(),
        actor=by,
        organization_id=_branch_of(target) or (by.organization.pk if by and by.organization else None),
        action=action,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        details=details,
    )


def _branch_of(target: models.Model) -> int | None:
    return target.pk if isinstance(target, Organization) else getattr(target, "organization_id", None)


@dataclass(frozen=True)
class Line:
    """One line of a record's timeline."""

    at: Any
    who: str
    what: str


def timeline(target: models.Model, *, limit: int = 50) -> list[Line]:
    entries = AuditEntry.objects.about(target).select_related("actor")[:limit]
    return [line_of(entry) for entry in entries]


def line_of(entry: AuditEntry) -> Line:
    who = masked_name(entry.actor.display_name) if entry.actor else "平台"
    return Line(entry.at, who, SENTENCES.get(entry.action, "办理").format_map(_Blank(entry.details)))


class _Blank(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return ""


def kind_of_action(action: str) -> str:
    """`outreach.need.answered` -> 诉求; the app's name where the noun is no model of its."""
    app, noun, _ = action.split(".")
    config = apps.get_app_config(app)
    found = next((model for model in config.get_models() if model._meta.model_name == noun), None)
    return str(found._meta.verbose_name if found else config.verbose_name)


def broken_links() -> list[int]:
    """Chain positions whose hash does not follow from the entry and the one before it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT link FROM federation_audit_broken_links()")
        return [row[0] for row in cursor.fetchall()]
