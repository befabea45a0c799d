"""A select of branches, each under the one above it, so that two of the same name can be told apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator

from federation.models import Organization


class _UnderTheirParent(ModelChoiceIterator):
    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for above, branches in groupby(self.queryset.select_related("parent"), key=_heading):
            choices = [self.choice(branch) for branch in branches]
            if above:
                yield above, choices
            else:
                yield from choices


def _heading(branch: Organization) -> str:
    return branch.parent.short_name if branch.is_village and branch.parent else ""


class BranchChoiceField(forms.ModelChoiceField):
    iterator = _UnderTheirParent

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{"empty_label": "请选", **options})
        self.error_messages |= {"required": f"请选{self.label}。", "invalid_choice": "请从列出的组织里选一个在用的。"}

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.short_name}（{obj.code}）"
