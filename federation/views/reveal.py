"""Reading a masked field: a reason is given, a read entry is written, then the value is shown once."""

from django import forms
from django.apps import apps
from django.contrib.admin.utils import label_for_field
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from federation import audit
from federation.access import StaffRequest, access, ensure, get_visible
from federation.permissions import FIELD_RIGHTS, FieldRight, field_right
from federation.scoping import ScopedModel

PURPOSES = [
    ("contact", "联系本人"),
    ("check", "核对材料"),
    ("report", "按规定上报"),
    ("correct", "本人要求更正"),
]

# Whoever may open at least one kind of field; which one, the table says for each.
REVEALERS = sorted({role for rights in FIELD_RIGHTS.values() for role in rights if rights[role] == FieldRight.REVEAL})


class PurposeForm(forms.Form):
    purpose = forms.ChoiceField(label="查看事由", choices=PURPOSES, widget=forms.RadioSelect)


def _sealed_model(label: str, field: str) -> type[ScopedModel]:
    """The scoped model whose field is in the table of sensitive fields; anything else does not exist."""
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        raise Http404 from None
    if not issubclass(model, ScopedModel) or field not in FIELD_RIGHTS or not hasattr(model, field):
        raise Http404
    return model


@access(*REVEALERS)
def reveal(request: StaffRequest, model: str, pk: int, field: str) -> HttpResponse:
    kind = _sealed_model(model, field)
    target = get_visible(kind, pk, request.user)
    ensure(field_right(request.user, field) == FieldRight.REVEAL and target.shows_field(field))
    ensure(target.is_open_to(request.user, at=timezone.now()))
    form = PurposeForm(request.POST or None)
    label = label_for_field(field, kind)
    context = {"target": target, "form": form, "label": label, "value": None}
    if form.is_valid():
        purpose = dict(PURPOSES)[form.cleaned_data["purpose"]]
        audit.record("federation.field.revealed", target, by=request.user, field=label, purpose=purpose)
        context["value"] = getattr(target, field) or "没有登记"
    template = "federation/_reveal.html" if request.htmx else "federation/reveal.html"
    return render(request, template, context)
