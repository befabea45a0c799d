"""Lists of the sunflower program as workbooks. Children stand in them by number, never by name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils import timezone

from federation.jobs import RunningJob, handler
from programs.exporting import day, write_book, yuan
from programs.forms.sunflower import AidFilterForm, ChildFilterForm, DonationFilterForm
from programs.models import CareDonation, Child, ChildAid

CHILDREN, AIDS, DONATIONS = "programs.child_export", "programs.aid_export", "programs.donation_export"


@handler(CHILDREN, label="导出困境儿童名单")
def export_children(job: RunningJob) -> None:
    today = timezone.localdate()
    form = ChildFilterForm(job.params, user=job.owner, on=today)
    children = form.apply(Child.objects.visible_to(job.owner)).with_pairing(on=today).order_by("-opened_on", "-id")
    write_book(job, "困境儿童", children, child_lines(children, on=today))


def child_lines(children: Any, *, on: date) -> Iterator[dict[str, Any]]:
    for child in children.defer("phone").iterator(chunk_size=2000):
        yield {
            "乡镇（街道）": str(child.township or ""),
            "单位": str(child.organization),
            "编号": child.number,
            "性别": child.get_sex_display(),
            "年龄": child.age(on=on),
            "困难类别": child.get_category_display(),
            "建档日期": day(child.opened_on),
            "监护人同意日期": day(child.consented_on),
            "结对": "已结对" if child.is_paired else "未结对",
            "退出日期": day(child.closed_on),
            "退出原因": child.close_reason,
        }


@handler(AIDS, label="导出儿童资助名单")
def export_aids(job: RunningJob) -> None:
    form = AidFilterForm(job.params, user=job.owner, on=timezone.localdate())
    aids = form.apply(ChildAid.objects.visible_to(job.owner)).with_children().order_by("-given_on", "-id")
    write_book(job, "儿童资助", aids, aid_lines(aids))


def aid_lines(aids: Any) -> Iterator[dict[str, Any]]:
    for aid in aids.iterator(chunk_size=2000):
        yield {
            "单位": str(aid.organization),
            "儿童编号": aid.child.number,
            "发放日期": day(aid.given_on),
            "金额（元）": yuan(aid.amount_fen),
            "审批名单号": aid.list_number,
        }


@handler(DONATIONS, label="导出关爱捐赠名单")
def export_donations(job: RunningJob) -> None:
    form = DonationFilterForm(job.params, user=job.owner, on=timezone.localdate())
    donations = form.apply(CareDonation.objects.visible_to(job.owner)).order_by("-received_on", "-id")
    write_book(job, "关爱捐赠", donations, donation_lines(donations.select_related("organization")))


def donation_lines(donations: Any) -> Iterator[dict[str, Any]]:
    for donation in donations.iterator(chunk_size=2000):
        yield {
            "单位": str(donation.organization),
            "到账日期": day(donation.received_on),
            "捐赠方类型": donation.get_donor_kind_display(),
            "捐赠方": donor_of(donation),
            "金额（元）": yuan(donation.amount_fen),
            "定向用途": donation.purpose,
            "票据号": donation.receipt_number,
        }


def donor_of(donation: CareDonation) -> str:
    """Private donors stand by kind only."""
    return "个人" if donation.donor_kind == CareDonation.DonorKind.PERSON else donation.donor
