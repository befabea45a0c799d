"""One page for each change of a record: what it does, what is needed for it, one button."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from federation.access import StaffRequest, get_visible, key_asked
from members.models import Woman
from programs.models import Child, ReliefGrant


class ConfirmForm(forms.Form):
    """A step that asks for nothing but the press of its button."""


def posted(request: StaffRequest) -> QueryDict | None:
    """What a form is bound to; an empty post binds it too."""
    return request.POST if request.method == "POST" else None


def form_page(
    request: StaffRequest,
    form: forms.BaseForm,
    *,
    title: str,
    button: str,
    back: str,
    about: str = "",
    effect: str = "",
    card_of: ReliefGrant | None = None,
) -> HttpResponse:
    """`about` says whose record it is, `effect` what the step does; `card_of` adds the payee's masked card."""
    context = {"form": form, "title": title, "button": button, "back": back, "about": about, "effect": effect}
    context["card_of"] = card_of
    return render(request, "programs/form_page.html", context)


def picked_woman(request: StaffRequest) -> Woman | HttpResponseRedirect:
    """The woman chosen on the picking page, or the way there and back."""
    pk = key_asked(request.GET.get("woman", ""))
    if pk is not None:
        return get_visible(Woman, pk, request.user)
    return redirect(f"{reverse('members:woman_pick')}?{urlencode({'next': request.path})}")


def child_page(
    request: StaffRequest, child: Child, form: forms.BaseForm, *, title: str, button: str, effect: str = ""
) -> HttpResponse:
    about = f"{child.number}，{child.organization}"
    return form_page(
        request, form, title=title, button=button, back=child.get_absolute_url(), about=about, effect=effect
    )
