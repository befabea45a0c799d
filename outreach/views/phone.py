"""Phone pages around the visit: what is to be done today, what was done, who lives here."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from federation import searching
from federation.access import StaffRequest, access, ensure, get_visible
from federation.forms.trying import tried
from federation.models import Organization, User
from federation.paging import page_of
from federation.permissions import STAFF
from members.models import Woman
from outreach import drafting, following_up
from outreach.forms.follow_ups import OutcomeForm
from outreach.forms.needs import StepForm, step_form
from outreach.forms.visits import WhoFilterForm
from outreach.models import FollowUp, Need, Visit
from outreach.permissions import can_confirm, can_record, receiver_of
from outreach.today import today_of

RECENT = 3
MERGED_LATELY = timedelta(days=30)


@access(*STAFF)
def today(request: StaffRequest) -> HttpResponse:
    day = timezone.localdate()
    recent = Visit.objects.visible_to(request.user).with_people().order_by("-visited_on", "-id")[:RECENT]
    context = {
        "day": day,
        "todos": today_of(request.user, on=day),
        "recent": recent,
        "drafts": _drafts(request),
        "merged": _lately_merged(request.user, day),
    }
    return render(request, "outreach/today.html", context)


def _lately_merged(user: User, on: date) -> list[Organization]:
    """Branches that came to hers within a month: what was theirs is hers to do."""
    own = [grant.organization_id for grant in user.current_grants if grant.took_over]
    if not own:
        return []
    merged = Organization.objects.filter(merged_into__in=own, closed_on__gt=on - MERGED_LATELY)
    return list(merged.select_related("merged_into"))


def _drafts(request: StaffRequest) -> list[tuple[str, str, datetime]]:
    """(submission id, whom, since when) of visits that were begun and not handed in."""
    begun = drafting.unfinished(request.session)
    ids = [answers["woman"] for _, answers in begun if answers.get("woman")]
    names = dict(Woman.objects.visible_to(request.user).filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    whom = [
        (key, names.get(int(answers.get("woman") or 0)) or answers.get("subject", ""), answers["began"])
        for key, answers in begun
    ]
    return [(key, name, datetime.fromisoformat(began)) for key, name, began in whom if name]


@access(*STAFF)
def visit_history(request: StaffRequest) -> HttpResponse:
    visits = Visit.objects.visible_to(request.user).with_people()
    page = page_of(visits, request, key=["visited_on", "id"])
    return render(request, "outreach/visit_history.html", {"page": page})


@access(*STAFF)
def visit_on_phone(request: StaffRequest, pk: int) -> HttpResponse:
    visit = get_visible(Visit, pk, request.user)
    context = {
        "visit": visit,
        "needs": visit.needs.order_by("id"),
        "receiver": receiver_of(visit.organization),
        "day": timezone.localdate(),
    }
    return render(request, "outreach/visit_on_phone.html", context)


@access(*STAFF)
def village_women(request: StaffRequest) -> HttpResponse:
    search = WhoFilterForm(searching.opened(request.GET, request.user))
    text = search.cleaned_data["q"] if search.is_valid() else ""
    women = Woman.objects.visible_to(request.user).living_here().named_like(text).select_related("organization")
    page = page_of(women, request, key=["pinyin", "id"], descending=False)
    return render(request, "outreach/village_women.html", {"page": page, "search": search, "text": text})


@access(*STAFF)
def more(request: StaffRequest) -> HttpResponse:
    return render(request, "outreach/more.html")


@access(*STAFF)
def danger(request: StaffRequest) -> HttpResponse:
    """Whom to call first when she or a child is being hurt (domain.md §5.4)."""
    visit = request.GET.get("visit", "")
    begun = [key for key, _ in drafting.unfinished(request.session)]
    return render(request, "outreach/danger.html", {"visit": visit if visit in begun else ""})


@access(*STAFF)
def follow_up_on_phone(request: StaffRequest, pk: int) -> HttpResponse:
    follow_up = get_visible(FollowUp, pk, request.user)
    if follow_up.need_id is not None:
        return redirect("outreach:need_on_phone", follow_up.need_id)
    form = OutcomeForm(request.POST or None, follow_up=follow_up)
    if form.is_valid() and tried(form, lambda: _record(follow_up, form, request.user)):
        messages.success(request, f"记下了：{FollowUp.Result(form.cleaned_data['result']).label}。")
        return redirect("outreach:today")
    context = {"follow_up": follow_up, "form": form, "may_record": can_record(request.user, follow_up)}
    return render(request, "outreach/follow_up_on_phone.html", context)


def _record(follow_up: FollowUp, form: OutcomeForm, user: User) -> None:
    following_up.record_outcome(follow_up=follow_up, on=timezone.localdate(), by=user, **form.cleaned_data)


@access(*STAFF)
def need_on_phone(request: StaffRequest, pk: int) -> HttpResponse:
    """Asking her whether the answer helped, or the next step where the need is in the reader's hands."""
    need = get_visible(Need, pk, request.user)
    form = step_form(request.POST or None, need=need, user=request.user)
    ensure(form is not None or request.method == "GET")
    if form is not None and form.is_valid() and tried(form, lambda: _carry_out(form, request.user)):
        messages.success(request, "记下了。")
        return redirect("outreach:today")
    context = {"need": need, "form": form, "confirming": can_confirm(request.user, need)}
    return render(request, "outreach/need_on_phone.html", context)


def _carry_out(form: StepForm, user: User) -> None:
    form.carry_out(on=timezone.localdate(), by=user)
