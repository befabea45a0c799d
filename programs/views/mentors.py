"""The register of caring mothers and growth companions."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from federation import audit
from federation.access import StaffRequest, access, get_visible
from federation.paging import capped_count, page_of
from federation.permissions import OFFICERS, READERS, STAFF, Role
from federation.views.exports import export_page
from programs.forms.mentors import AccountForm, LeavingForm, MentorFilter, MentorForm, TrainingForm, VettingForm
from programs.listings import MENTORS
from programs.models import Mentor, Pairing
from programs.refusing import tried
from programs.sunflower import mentoring
from programs.views.pages import form_page, posted


@access(*READERS)
def mentor_list(request: StaffRequest) -> HttpResponse:
    today = timezone.localdate()
    form = MentorFilter(request.GET, user=request.user)
    mentors = form.rows(on=today)
    page = page_of(
        mentors, request, key=["recruited_on", "id"], describe=lambda mentor: f"{mentor.recruited_on:%Y-%m-%d}"
    )
    for mentor in page.rows:
        mentor.stage_today = mentor.stage(on=today)  # type: ignore[attr-defined]
    may_write = request.user.has_role(*OFFICERS)
    context = {"form": form, "page": page, "count": capped_count(mentors), "may_write": may_write}
    context["may_export"] = request.user.has_role(*STAFF)
    template = "programs/_mentor_rows.html" if request.htmx else "programs/mentor_list.html"
    return render(request, template, context)


@access(*STAFF)
def mentor_export(request: StaffRequest) -> HttpResponse:
    return export_page(request, MENTORS, back=reverse("programs:mentor_list"))


@access(*OFFICERS)
def mentor_new(request: StaffRequest) -> HttpResponse:
    form = MentorForm(posted(request), user=request.user, initial={"recruited_on": timezone.localdate()})
    if form.is_valid():
        made: list[Mentor] = []
        if tried(form, lambda: made.append(mentoring.recruit(**form.cleaned_data, by=request.user))):
            return redirect(made[0])
    return form_page(
        request,
        form,
        title="招募爱心妈妈、成长伙伴",
        button="登记报名",
        back=reverse("programs:mentor_list"),
        effect="报名以后要查询违法犯罪记录、签承诺书、参加培训，都做完才能结对。",
    )


@access(*READERS)
def mentor_detail(request: StaffRequest, pk: int) -> HttpResponse:
    mentor = get_visible(Mentor, pk, request.user)
    today = timezone.localdate()
    pairings = Pairing.objects.visible_to(request.user).filter(mentor=mentor).with_people()
    context = {
        "mentor": mentor,
        "stage": mentor.stage(on=today),
        "why_not": mentoring.why_not(mentor, on=today),
        "vettings": mentor.vettings.order_by("-checked_on", "-id"),
        "pairings": pairings.order_by("-starts_on", "-id")[:50],
        "lines": audit.timeline(mentor),
        "may_write": request.user.has_role(*OFFICERS),
        "may_give_account": request.user.has_role(Role.CITY_OFFICER),
    }
    return render(request, "programs/mentor_detail.html", context)


@access(*OFFICERS)
def mentor_edit(request: StaffRequest, pk: int) -> HttpResponse:
    mentor = get_visible(Mentor, pk, request.user)
    form = MentorForm(posted(request), instance=mentor, user=request.user)
    if form.is_valid() and tried(form, lambda: mentoring.correct(mentor, **form.cleaned_data, by=request.user)):
        return redirect(mentor)
    return form_page(request, form, title="更正登记", button="保存", back=mentor.get_absolute_url())


@access(*OFFICERS)
def mentor_vet(request: StaffRequest, pk: int) -> HttpResponse:
    mentor = get_visible(Mentor, pk, request.user)
    today = timezone.localdate()
    form = VettingForm(posted(request), initial={"checked_on": today})
    if form.is_valid() and tried(form, lambda: mentoring.vet(mentor, **form.cleaned_data, on=today, by=request.user)):
        return redirect(mentor)
    paired = mentor.pairings.open().count()
    effect = f"审核一年有效，到期要复审。查到记录的，审核不通过，她正在进行的 {paired} 个结对立即解除。"
    return form_page(request, form, title="资格审核", button="登记审核", back=mentor.get_absolute_url(), effect=effect)


@access(*OFFICERS)
def mentor_train(request: StaffRequest, pk: int) -> HttpResponse:
    mentor = get_visible(Mentor, pk, request.user)
    today = timezone.localdate()
    form = TrainingForm(posted(request), initial={"trained_on": today})
    if form.is_valid() and tried(form, lambda: mentoring.train(mentor, **form.cleaned_data, on=today, by=request.user)):
        return redirect(mentor)
    effect = "培训要讲清：怎样和孩子相处、不能单独带孩子外出过夜、发现侵害必须报告。"
    return form_page(request, form, title="登记培训", button="登记培训", back=mentor.get_absolute_url(), effect=effect)


@access(*OFFICERS)
def mentor_leave(request: StaffRequest, pk: int) -> HttpResponse:
    mentor = get_visible(Mentor, pk, request.user)
    form = LeavingForm(posted(request), initial={"left_on": timezone.localdate()})
    if form.is_valid() and tried(form, lambda: mentoring.leave(mentor, **form.cleaned_data, by=request.user)):
        return redirect(mentor)
    effect = f"退出后不再列入名册，正在进行的 {mentor.pairings.open().count()} 个结对同时解除，孩子会列入“还没有结对”。"
    return form_page(request, form, title="登记退出", button="登记退出", back=mentor.get_absolute_url(), effect=effect)


@access(Role.CITY_OFFICER)
def mentor_account(request: StaffRequest, pk: int) -> HttpResponse:
    mentor = get_visible(Mentor, pk, request.user)
    form = AccountForm(posted(request), mentor=mentor, user=request.user)
    if form.is_valid() and tried(form, lambda: mentoring.give_account(mentor, **form.cleaned_data, by=request.user)):
        return redirect(mentor)
    return form_page(request, form, title="对上平台账号", button="保存", back=mentor.get_absolute_url())
