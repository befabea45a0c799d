"""The yearly compliance audit of children's files: made by the auditor, signed by the leader."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from federation.access import StaffRequest, access, ensure, get_visible
from federation.periods import Period
from federation.permissions import Role
from programs.models import AccessReview
from programs.refusing import tried
from programs.sunflower import reviewing
from programs.views.pages import ConfirmForm, posted

READERS = (Role.AUDITOR, Role.LEADER, Role.CITY_OFFICER)


class ReviewForm(forms.Form):
    finding = forms.CharField(
        label="审计结论",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="抽看了哪些、批准和用途是否相符、有没有多看。不写儿童姓名",
    )
    measures = forms.CharField(
        label="整改要求", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


@access(*READERS)
def access_review_list(request: StaffRequest) -> HttpResponse:
    reviews = AccessReview.objects.visible_to(request.user).select_related("made_by", "signed_by")
    last = timezone.localdate().year - 1
    done = set(reviews.values_list("year", flat=True))
    context = {
        "reviews": reviews.order_by("-year")[:50],
        "waiting": [year for year in (last, last - 1) if year not in done],
        "may_make": request.user.has_role(Role.AUDITOR),
    }
    return render(request, "programs/access_review_list.html", context)


@access(Role.AUDITOR)
def access_review_new(request: StaffRequest, year: int) -> HttpResponse:
    unit, today = request.user.organization, timezone.localdate()
    if unit is None or not today.year - 10 <= year < today.year:
        raise Http404
    form = ReviewForm(posted(request))
    made: list[AccessReview] = []
    if form.is_valid() and tried(
        form,
        lambda: made.append(
            reviewing.make(organization=unit, year=year, **form.cleaned_data, on=today, by=request.user)
        ),
    ):
        return redirect(made[0])
    readers = reviewing.readers_of(unit, Period.year(year))
    context = {"form": form, "year": year, "readers": readers, "counts": reviewing.counts_of(readers)}
    return render(request, "programs/access_review_new.html", context)


@access(*READERS, write=(Role.LEADER,))
def access_review_detail(request: StaffRequest, pk: int) -> HttpResponse:
    review, user = get_visible(AccessReview, pk, request.user), request.user
    may_sign = user.has_role(Role.LEADER) and review.signed_on is None
    form = ConfirmForm(posted(request))
    if request.method == "POST":
        ensure(user.has_role(Role.LEADER))
    if form.is_valid() and tried(form, lambda: reviewing.sign(review, on=timezone.localdate(), by=user)):
        return redirect(review)
    context = {"review": review, "form": form, "may_sign": may_sign, "counts": review.counts}
    return render(request, "programs/access_review_detail.html", context)
