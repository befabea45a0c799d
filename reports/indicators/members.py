"""Branches, their chairs and executives."""

from __future__ import annotations

from federation.models import Organization
from federation.models.organization import Kind, Level, OrganizationQuerySet, Placement
from federation.periods import Period
from members.models import Appointment
from members.models.cadre import AppointmentQuerySet
from reports.indicators.definition import Indicator

Post = Appointment.Post


def branches(organization: Organization, period: Period) -> OrganizationQuerySet:
    """Federation branches by the tree as it stood on the last day, the branch itself included."""
    on = period.last_day
    open_branches = Organization.objects.filter(kind=Kind.FEDERATION).open_on(on)
    if Placement.objects.filter(valid_from__gt=on).exists():
        return open_branches.filter(pk__in=Placement.objects.branches_below(organization, on=on))
    return open_branches.within(organization)


def appointments(organization: Organization, period: Period) -> AppointmentQuerySet:
    return Appointment.objects.within(organization, on=period.last_day).in_office(on=period.last_day)


def executives(organization: Organization, period: Period) -> AppointmentQuerySet:
    return appointments(organization, period).filter(post=Post.EXECUTIVE)


def village_chairs(organization: Organization, period: Period) -> AppointmentQuerySet:
    villages = [Level.VILLAGE, Level.COMMUNITY]
    return appointments(organization, period).filter(post=Post.CHAIR, organization__level__in=villages)


def chairs_in_committees(organization: Organization, period: Period) -> AppointmentQuerySet:
    return village_chairs(organization, period).filter(cadre__in_two_committees=True)


def branches_without_chair(organization: Organization, period: Period) -> OrganizationQuerySet:
    seated = appointments(organization, period).filter(post=Post.CHAIR)
    return branches(organization, period).exclude(pk__in=seated.values("organization_id"))


def branches_with_chair(organization: Organization, period: Period) -> OrganizationQuerySet:
    seated = appointments(organization, period).filter(post=Post.CHAIR)
    return branches(organization, period).filter(pk__in=seated.values("organization_id"))


INDICATORS = [
    Indicator(
        "organizations", "妇联组织", "个", "期末在用的妇联组织，含本级", branches,
        partner="chair_rate", names="short_name",
    ),
    Indicator(
        "chairs", "有主席的组织", "个", "期末有在任主席的妇联组织", branches_with_chair,
        partner="chair_rate", names="short_name",
    ),
    Indicator(
        "chair_rate", "主席配备率", "%", "有在任主席的妇联组织除以期末在用的妇联组织", branches_with_chair,
        part="chairs", base="organizations", names="short_name",
    ),
    Indicator(
        "vacant_chairs", "主席空缺的组织", "个", "期末没有在任主席的妇联组织", branches_without_chair,
        partner="chair_rate", names="short_name",
    ),
    Indicator(
        "executives", "执委", "名", "期末在任的妇联执委", executives,
        count="cadre_id", dated="starts_on", names="cadre__name",
    ),
    Indicator(
        "village_chairs", "村（社区）主席", "名", "期末在任的村（社区）妇联主席", village_chairs,
        count="cadre_id", partner="committee_rate", dated="starts_on", names="cadre__name",
    ),
    Indicator(
        "chairs_in_committees", "进两委的主席", "名", "期末在任、进入村（社区）两委的村（社区）妇联主席", chairs_in_committees,
        count="cadre_id", partner="committee_rate", dated="starts_on", names="cadre__name",
    ),
    Indicator(
        "committee_rate", "主席进两委比例", "%", "进两委的主席除以期末在任的村（社区）妇联主席", chairs_in_committees,
        part="chairs_in_committees", base="village_chairs", names="cadre__name",
    ),
]  # fmt: skip
