"""A change of the tree that waits for another person, and what became of it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from federation import rearranging
from federation.access import StaffRequest, access, ensure, get_visible
from federation.forms.organizations import StopForm
from federation.forms.trying import tried
from federation.models import TreeChange
from federation.permissions import OFFICERS, Role


@access(Role.AUDITOR, *OFFICERS, write=OFFICERS)
def tree_change(request: StaffRequest, pk: int) -> HttpResponse:
    """The preview and its two ways out; posting stops the change."""
    change = get_visible(TreeChange, pk, request.user)
    form = StopForm(request.POST or None)
    if request.method == "POST":
        ensure(rearranging.may_stop(request.user, change) or not change.is_waiting)
        if form.is_valid() and tried(form, lambda: _stop(request, change, form.cleaned_data["reason"])):
            return redirect(change)
    return _page(request, change, form)


def _stop(request: StaffRequest, change: TreeChange, reason: str) -> None:
    rearranging.stop(change, reason=reason, by=request.user, at=timezone.now())


@access(Role.CITY_OFFICER)
@require_POST
def tree_change_confirm(request: StaffRequest, pk: int) -> HttpResponse:
    change = get_visible(TreeChange, pk, request.user)
    ensure(rearranging.may_confirm(request.user, change) or not change.is_waiting)
    form = StopForm(request.POST)
    form.cleaned_data = {}
    if tried(form, lambda: rearranging.confirm(change, by=request.user, at=timezone.now())):
        return redirect(change)
    return _page(request, change, form)


def _page(request: StaffRequest, change: TreeChange, form: StopForm) -> HttpResponse:
    change = TreeChange.objects.visible_to(request.user).with_people().get(pk=change.pk)
    context = {
        "change": change,
        "form": form,
        "facts": rearranging.preview_of(change) if change.is_waiting else change.counts,
        "may_confirm": rearranging.may_confirm(request.user, change),
        "may_stop": rearranging.may_stop(request.user, change),
        "is_own": request.user.person == change.proposed_by.person,
    }
    return render(request, "federation/tree_change.html", context)
