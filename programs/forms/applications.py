"""The form of a move, from its declaration: opinion, reason, the facts it records."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db import models

from federation.forms.days import PastDayField
from federation.forms.organizations import day_field
from federation.models import User
from programs.applications.moving import own_hand
from programs.applications.process import Move
from programs.models import Application
from programs.money import MoneyField

_TEXT = forms.Textarea(attrs={"rows": 3})


class MoveForm(forms.Form):
    """Whatever a move asks for; the move's own page has nothing else."""

    def __init__(self, data: Any = None, *, application: Application, move: Move, user: User, initial: Any) -> None:
        super().__init__(data, initial=initial)
        self.move = move
        for name in move.facts:
            self.fields[name] = _fact(type(application), name, is_ahead=name in move.ahead)
        if move.reason:
            self.fields["reason"] = forms.CharField(label="原因", max_length=300, widget=_TEXT)
        else:
            self.fields["opinion"] = forms.CharField(
                label="意见", max_length=500, required=move.opinion, widget=_TEXT, help_text=application.process.caution
            )
        if move.exception and (own := own_hand(application, move, user)):
            self.fields["exception"] = forms.CharField(
                label="为什么由同一人经办",
                max_length=200,
                help_text=f"{own}。确实没有别人可办的小村，写明原因；每一件都记入留痕，报市妇联",
            )

    def words(self) -> dict[str, str]:
        given = self.cleaned_data
        return {name: given.get(name, "") for name in ("opinion", "reason", "exception")}

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.move.facts}


class PapersForm(forms.Form):
    """The checklist: a tick says that the paper has been seen and its signed copy is in the folder."""

    papers = forms.MultipleChoiceField(
        label="已收到的材料",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="复印件由本人签字。原件看过退还本人，平台不留影像",
    )

    def __init__(self, data: Any = None, *, application: Application, on: date) -> None:
        super().__init__(data, initial={"papers": list(application.papers.values_list("kind", flat=True))})
        papers, needed = self.fields["papers"], application.papers_needed(on=on)
        assert isinstance(papers, forms.MultipleChoiceField)
        papers.choices = [(kind, application.PaperKind(kind).label) for kind in needed]


def _fact(model: type[Application], name: str, *, is_ahead: bool) -> forms.Field:
    """A field of the application as the page asks for it; here it may not stay empty."""
    column = model._meta.get_field(name)
    assert isinstance(column, models.Field)
    label = str(column.verbose_name).removesuffix("（分）")
    if isinstance(column, models.DateField):
        return day_field(label) if is_ahead else PastDayField(label)
    if name.endswith("_fen"):
        return MoneyField(label=label)
    field = column.formfield()
    assert field is not None
    field.required = True
    if isinstance(field, forms.TypedChoiceField):
        field.choices = [("", "请选"), *(pair for pair in column.choices or [] if pair[0])]
    return field
