"""Logging a visit on the phone: one question a page, the answers in a draft, and one page that hands them in.

Every page is an ordinary form that works without script. The draft's id becomes the visit's `submission_id`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from federation import searching
from federation.access import StaffRequest, access, key_asked
from federation.permissions import STAFF
from members import registering
from members.models import Woman
from outreach import drafting
from outreach.drafting import Answers
from outreach.forms.visits import (
    CATEGORIES,
    PAGES,
    NewWomanForm,
    SubmissionForm,
    VisitForm,
    WhoFilterForm,
    desk_choices,
)
from outreach.models import FollowUp, Need, Visit
from outreach.permissions import receiver_of
from outreach.visiting import log_visit

OFFERED = 12


def _asked(request: StaffRequest) -> tuple[UUID, Answers] | None:
    """The draft that the address names."""
    try:
        submission_id = UUID(request.GET.get("visit", ""))
    except ValueError:
        return None
    answers = drafting.answers_of(request.session, submission_id)
    return None if answers is None else (submission_id, answers)


def _sent(request: StaffRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _to(page: str, submission_id: UUID) -> HttpResponseRedirect:
    return HttpResponseRedirect(_url(page, submission_id))


def _url(page: str, submission_id: UUID) -> str:
    return f"{reverse(f'outreach:visit_{page}')}?{urlencode({'visit': submission_id})}"


def _page(request: StaffRequest, page: str, submission_id: UUID, form: Any, **more: Any) -> HttpResponse:
    links = {f"{name}_url": _url(name, submission_id) for name in ("who", "woman", "how", "needs", "words", "check")}
    answers = drafting.answers_of(request.session, submission_id) or {}
    woman = Woman.objects.visible_to(request.user).filter(pk=answers.get("woman") or 0).first()
    whom = woman.name if woman else answers.get("subject", "")
    context = {"form": form, "visit": submission_id, "whom": whom, **links, **more}
    return render(request, f"outreach/visit_{page}.html", context)


def _answered(request: StaffRequest, submission_id: UUID, form: VisitForm, **more: Any) -> None:
    drafting.keep(request.session, submission_id, {**{name: form[name].data for name in form.fields}, **more})


@access(*STAFF)
def visit_begin(request: StaffRequest) -> HttpResponse:
    """A new draft with the ordinary answers; with `woman` the first question is answered already."""
    now = timezone.localtime()
    ordinary = VisitForm.ordinary(request.user, on=now.date())
    asked = key_asked(request.GET.get("woman", ""))
    woman = Woman.objects.visible_to(request.user).filter(pk=asked).first() if asked is not None else None
    if woman is None:
        return _to("who", drafting.begin(request.session, at=now, **ordinary))
    answers = {**ordinary, "woman": str(woman.pk), **_as_last_time(request, woman)}
    return _to("check", drafting.begin(request.session, at=now, **answers))


def _as_last_time(request: StaffRequest, woman: Woman) -> dict[str, str]:
    """What was noted of her at the last visit and seldom changes."""
    last = Visit.objects.visible_to(request.user).filter(woman=woman).order_by("-visited_on", "-id").first()
    return {"target_group": last.target_group} if last else {}


@access(*STAFF)
def visit_who(request: StaffRequest) -> HttpResponse:
    asked = _asked(request)
    if asked is None:
        return redirect("outreach:visit_begin")
    submission_id, answers = asked
    form = VisitForm(_sent(request), user=request.user, only=PAGES["who"], initial=answers)
    if form.is_valid():
        woman = form.cleaned_data["woman"]
        _answered(request, submission_id, form, **(_as_last_time(request, woman) if woman else {}))
        return _to("check", submission_id)
    search = WhoFilterForm(searching.opened(request.GET, request.user))
    text = search.cleaned_data["q"] if search.is_valid() else ""
    women = _women_to_offer(request, text)
    return _page(request, "who", submission_id, form, search=search, women=women, text=text)


def _women_to_offer(request: StaffRequest, text: str) -> list[Woman]:
    """Found by name; without a name those who wait for something, then those visited last, then the register."""
    women = Woman.objects.visible_to(request.user).living_here().select_related("organization")
    if text:
        return list(women.named_like(text).order_by("pinyin", "id")[:OFFERED])
    waiting = FollowUp.objects.visible_to(request.user).open().exclude(woman=None).order_by("due_on", "id")
    visited = Visit.objects.visible_to(request.user).exclude(woman=None).order_by("-visited_on", "-id")
    ids = _distinct([*waiting.values_list("woman_id", flat=True)[:6], *visited.values_list("woman_id", flat=True)[:12]])
    known = {woman.pk: woman for woman in women.filter(pk__in=ids)}
    offered = [known[pk] for pk in ids if pk in known]
    missing = OFFERED - len(offered)
    return offered + list(women.exclude(pk__in=ids).order_by("pinyin", "id")[:missing])


def _distinct(ids: Iterable[int | None]) -> list[int]:
    return list(dict.fromkeys(pk for pk in ids if pk is not None))[:OFFERED]


@access(*STAFF)
def visit_woman(request: StaffRequest) -> HttpResponse:
    """A file for a woman who has none yet, and on with the visit."""
    asked = _asked(request)
    if asked is None:
        return redirect("outreach:visit_begin")
    submission_id, _ = asked
    form = NewWomanForm(_sent(request), user=request.user)
    if form.is_valid():
        given = form.cleaned_data
        facts = {name: given.get(name, "") for name in ("name", "no_id_reason", "other_person")}
        woman = registering.open_file(organization=form.village(), by=request.user, **facts)
        drafting.keep(request.session, submission_id, {"woman": str(woman.pk), "subject": ""})
        return _to("check", submission_id)
    return _page(request, "woman", submission_id, form)


@access(*STAFF)
def visit_how(request: StaffRequest) -> HttpResponse:
    asked = _asked(request)
    if asked is None:
        return redirect("outreach:visit_begin")
    submission_id, answers = asked
    form = VisitForm(_sent(request), user=request.user, only=PAGES["how"], initial=answers)
    if form.is_valid():
        _answered(request, submission_id, form)
        return _to("check", submission_id)
    return _page(request, "how", submission_id, form)


@access(*STAFF)
def visit_needs(request: StaffRequest) -> HttpResponse:
    asked = _asked(request)
    if asked is None:
        return redirect("outreach:visit_begin")
    submission_id, answers = asked
    form = VisitForm(_sent(request), user=request.user, only=PAGES["needs"], initial=answers)
    if "none" in request.POST:
        drafting.keep(request.session, submission_id, {"categories": []})
        return _to("check", submission_id)
    if form.is_valid():
        chosen = form.cleaned_data["categories"]
        if chosen:
            urgent = {"urgency": Need.Urgency.URGENT.value} if Need.Category.VIOLENCE in chosen else {}
            _answered(request, submission_id, form, **urgent)
            return _to("words", submission_id)
        form.add_error("categories", "请选一样；没有事要办，点“只是看望”。")
    return _page(request, "needs", submission_id, form, categories=CATEGORIES, chosen=form["categories"].value() or [])


@access(*STAFF)
def visit_words(request: StaffRequest) -> HttpResponse:
    asked = _asked(request)
    if asked is None:
        return redirect("outreach:visit_begin")
    submission_id, answers = asked
    chosen = answers.get("categories") or []
    if not chosen:
        return _to("needs", submission_id)
    only = [*(f"words_{category}" for category in chosen), "urgency", "desk"]
    form = VisitForm(_sent(request), user=request.user, only=only, initial=answers)
    if form.is_valid():
        _answered(request, submission_id, form)
        return _to("check", submission_id)
    said = [form[name] for name in only if name.startswith("words_")]
    return _page(request, "words", submission_id, form, said=said)


@access(*STAFF)
def visit_check(request: StaffRequest) -> HttpResponse:
    """All answers once more; the button hands them in. What it posts is whole, so it may be sent again."""
    try:
        submission_id = UUID(request.GET.get("visit", ""))
    except ValueError:
        return redirect("outreach:visit_begin")
    if request.method == "POST":
        return _hand_in(request, submission_id)
    answers = drafting.answers_of(request.session, submission_id)
    if answers is None:
        sent = Visit.objects.visible_to(request.user).filter(submission_id=submission_id).first()
        return redirect("outreach:visit_on_phone", sent.pk) if sent else redirect("outreach:visit_begin")
    now = timezone.now()
    spent = drafting.seconds_since(answers, at=now)
    form = SubmissionForm({**answers, "written_at": now.isoformat(), "seconds_spent": spent}, user=request.user)
    if not form.is_valid():
        return _to(_page_of_first_error(form), submission_id)
    return _check_page(request, submission_id, form)


def _hand_in(request: StaffRequest, submission_id: UUID) -> HttpResponse:
    form = SubmissionForm(request.POST, user=request.user)
    if not form.is_valid():
        return _check_page(request, submission_id, form)
    logged = log_visit(submission_id=submission_id, by=request.user, **form.visit(request.user))
    drafting.drop(request.session, submission_id)
    if logged.differs:
        messages.warning(
            request, "这条走访先前已经交过，以第一次交的为准；这回改动的内容没有写入。要补充，请再记一次走访。"
        )
    elif logged.created:
        messages.success(request, f"已交给{receiver_of(logged.visit.organization)}，编号 {logged.visit.number}。")
    else:
        messages.info(request, f"这条走访已经交过，编号 {logged.visit.number}，没有重复登记。")
    return redirect("outreach:visit_on_phone", logged.visit.pk)


@access(*STAFF)
@require_POST
def visit_drop(request: StaffRequest) -> HttpResponse:
    """Throw away a visit that was begun; nothing of it was on record."""
    asked = _asked(request)
    if asked is not None:
        drafting.drop(request.session, asked[0])
        messages.info(request, "没交的这次走访已经丢掉。")
    return redirect("outreach:today")


def _page_of_first_error(form: SubmissionForm) -> str:
    return next((page for page, names in PAGES.items() if set(names) & set(form.errors)), "who")


def _check_page(request: StaffRequest, submission_id: UUID, form: SubmissionForm) -> HttpResponse:
    given = form.cleaned_data
    organization = given["woman"].organization if given.get("woman") else request.user.organization
    assert organization is not None
    context = {
        "given": given,
        "mode": Visit.Mode(given["mode"]).label if "mode" in given else "",
        "target_group": Visit.TargetGroup(given["target_group"]).label if "target_group" in given else "",
        "needs": [(Need.Category(need.category).label, need.words) for need in form.needs()] if form.is_valid() else [],
        "urgency": dict(Need.Urgency.choices).get(given.get("urgency", ""), ""),
        "desk": dict(desk_choices(request.user)).get(given.get("desk", ""), ""),
        "receiver": receiver_of(organization),
        "this_year": timezone.localdate().year,
    }
    return _page(request, "check", submission_id, form, **context)
