"""The conditions of the trail: what was done, by whom, where and when."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from federation import audit
from federation.forms.lists import ListFilter
from federation.forms.organizations import day_field
from federation.models import AuditEntry, Organization, User


class AuditFilter(ListFilter):
    asks_for_people = False
    q = forms.CharField(label="经办人", required=False, max_length=40)
    start = day_field("日期从", required=False)
    end = day_field("到", required=False)

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, user=user)
        self.fields["action"] = forms.ChoiceField(label="事项", required=False, choices=[("", "全部"), *_actions()])
        self.order_fields(["start", "end", "branch", "q", "action"])

    def rows(self, *, on: date) -> QuerySet[AuditEntry]:
        entries = AuditEntry.objects.filter(organization__in=Organization.objects.visible_to(self.user))
        entries = entries.select_related("actor", "organization")
        if not self.is_valid():
            return entries.none()
        given = self.cleaned_data
        if given["action"]:
            entries = entries.filter(action=given["action"])
        if given["q"]:
            entries = entries.filter(actor__display_name__startswith=given["q"].strip())
        if given["start"]:
            entries = entries.filter(at__gte=_midnight(given["start"]))
        if given["end"]:
            entries = entries.filter(at__lt=_midnight(given["end"] + timedelta(days=1)))
        if branch := given.get("branch"):
            entries = entries.filter(organization__in=Organization.objects.within(branch))
        return entries


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _actions() -> list[tuple[str, list[tuple[str, str]]]]:
    """By the kind of record; what a sentence leaves open is drawn as a gap."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for action, sentence in sorted(audit.SENTENCES.items()):
        groups.setdefault(audit.kind_of_action(action), []).append((action, re.sub(r"\{\w+\}", "…", sentence)))
    return list(groups.items())
