"""The list of relief as a workbook: names masked for everybody, nothing of the disease, nothing of the card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from federation.jobs import RunningJob, handler
from federation.sealed import masked_name
from programs.exporting import day, write_book, yuan
from programs.forms.relief import ReliefFilterForm
from programs.models import ReliefGrant

KIND = "programs.relief_export"


@handler(KIND, label="导出两癌救助名单")
def export_relief(job: RunningJob) -> None:
    form = ReliefFilterForm(job.params, user=job.owner, on=timezone.localdate())
    grants = form.apply(ReliefGrant.objects.visible_to(job.owner)).with_people().order_by("-applied_on", "-id")
    write_book(job, "救助名单", grants, lines_of(grants))


def lines_of(grants: Any) -> Iterator[dict[str, Any]]:
    for grant in grants.defer("health", "bank_card").iterator(chunk_size=2000):
        yield {
            "乡镇（街道）": str(grant.township or ""),
            "单位": str(grant.organization),
            "申请人": masked_name(grant.woman.name),
            "资金": grant.get_fund_display(),
            "困难类别": grant.get_hardship_display(),
            "申请日期": day(grant.applied_on),
            "状态": grant.get_state_display(),
            "金额（元）": yuan(grant.amount_fen),
            "获批日期": day(grant.approved_on),
            "拨付日期": day(grant.paid_on) if grant.state == ReliefGrant.State.PAID else "",
            "回访日期": day(grant.return_visit_on),
        }
