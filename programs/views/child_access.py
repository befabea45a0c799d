"""Leave to open a child's file: the closed file, asking, the list of what waits, and the answer."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from federation.access import StaffRequest, access, ensure, get_visible
from federation.paging import capped_count, day_of, page_of
from federation.permissions import READERS, STAFF, Role
from programs.forms.child_access import ALLOWED, AccessFilter, AnswerForm, AskForm
from programs.models import Child, ChildAccess, Pairing
from programs.models.child_access import DECIDERS
from programs.refusing import tried
from programs.sunflower import opening
from programs.views.pages import child_page, posted


def closed_file(request: StaffRequest, child: Child) -> HttpResponse | None:
    """What somebody without leave sees in place of anything that tells of the child; None for whoever may go on."""
    now = timezone.now()
    if child.is_open_to(request.user, at=now):
        return None
    today = timezone.localdate()
    mine = child.accesses.filter(person=request.user.person).order_by("-asked_at", "-id").first()
    context = {
        "child": child,
        "in_care": child.is_in_care(on=today),
        "has_consent": child.has_consent(on=today),
        "pairings": Pairing.objects.visible_to(request.user).filter(child=child).in_force(on=today),
        "mine": mine,
        "mine_state": mine.state(at=now) if mine else "",
        "is_waiting": mine is not None and mine.decided_at is None and mine.basis != ChildAccess.Basis.MAKER,
        "may_work": request.user.has_role(*STAFF),
    }
    return render(request, "programs/child_closed.html", context)


@access(*READERS)
def access_new(request: StaffRequest, pk: int) -> HttpResponse:
    child = get_visible(Child, pk, request.user)
    now = timezone.now()
    form = AskForm(posted(request))
    if form.is_valid() and tried(form, lambda: opening.ask(child, **form.cleaned_data, at=now, by=request.user)):
        return redirect(child)
    effect = "孩子的档案要经另一位批准才能打开：村里的由乡镇干事批，干事的由同事、市妇联或领导批。每次打开都留下记录。"
    return child_page(request, child, form, title="申请查看档案", button="申请查看", effect=effect)


@access(*DECIDERS, Role.AUDITOR)
def access_list(request: StaffRequest) -> HttpResponse:
    now = timezone.now()
    form = AccessFilter(request.GET, user=request.user)
    accesses = form.rows(on=timezone.localdate())
    page = page_of(accesses, request, key=["asked_at", "id"], describe=lambda row: day_of(row.asked_at))
    for row in page.rows:
        row.state_now = row.state(at=now)  # type: ignore[attr-defined]
    context = {"form": form, "page": page, "count": capped_count(accesses)}
    context["may_review"] = request.user.has_role(Role.AUDITOR, Role.LEADER, Role.CITY_OFFICER)
    template = "programs/_access_rows.html" if request.htmx else "programs/access_list.html"
    return render(request, template, context)


@access(*DECIDERS, Role.AUDITOR, write=DECIDERS)
def access_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """The answer is another person's: whoever asked, and whoever stands below her, only reads."""
    asked = get_visible(ChildAccess, pk, request.user)
    now = timezone.now()
    may_decide = ChildAccess.objects.visible_to(request.user).to_decide_by(request.user).filter(pk=asked.pk).exists()
    form = AnswerForm(posted(request))
    if request.method == "POST":
        ensure(may_decide)
    if form.is_valid():
        allowed, answer = form.cleaned_data["allowed"] == ALLOWED, form.cleaned_data["answer"]
        if tried(form, lambda: opening.decide(asked, allowed=allowed, answer=answer, at=now, by=request.user)):
            return redirect("programs:access_list")
    context = {"access": asked, "state": asked.state(at=now), "form": form if may_decide else None}
    return render(request, "programs/access_detail.html", context)
