"""The page in front of every export: what goes out, how many rows, and what for."""

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from federation import exporting
from federation.access import StaffRequest
from federation.exporting import Listing
from federation.paging import capped_count


class PurposeForm(forms.Form):
    purpose = forms.ChoiceField(label="用途", choices=exporting.Purpose.choices, widget=forms.RadioSelect)


def export_page(request: StaffRequest, listing: Listing, *, back: str) -> HttpResponse:
    """Called by a marked view of the app that owns the list; the conditions stand in the address as on the list."""
    conditions = listing.filter(request.GET, user=request.user)
    rows = conditions.rows(on=timezone.localdate())
    form = PurposeForm(request.POST or None)
    if form.is_valid() and rows.exists():
        job = exporting.start(listing, query=conditions.asked(), purpose=form.cleaned_data["purpose"], by=request.user)
        return redirect(job)
    context = {
        "listing": listing,
        "form": form,
        "conditions": conditions.conditions(),
        "total": capped_count(rows),
        "back": f"{back}?{request.GET.urlencode()}",
    }
    return render(request, "federation/export_new.html", context)
