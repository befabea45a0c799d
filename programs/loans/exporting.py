"""The list of loans as a workbook, by the filter of the page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from federation.jobs import RunningJob, handler
from federation.sealed import masked_name
from programs.exporting import day, write_book, yuan
from programs.forms.loans import LoanFilterForm
from programs.models import SubsidisedLoan
from programs.names import reads_masked

KIND = "programs.loan_export"


@handler(KIND, label="导出贴息贷款名单")
def export_loans(job: RunningJob) -> None:
    form = LoanFilterForm(job.params, user=job.owner, on=timezone.localdate())
    loans = form.apply(SubsidisedLoan.objects.visible_to(job.owner)).with_people().order_by("-released_on", "-id")
    write_book(job, "贴息贷款", loans, lines_of(loans, masked=reads_masked(job.owner)))


def lines_of(loans: Any, *, masked: bool) -> Iterator[dict[str, Any]]:
    for loan in loans.iterator(chunk_size=2000):
        yield {
            "乡镇（街道）": str(loan.township or ""),
            "单位": str(loan.organization),
            "借款人": masked_name(loan.woman.name) if masked else loan.woman.name,
            "类别": loan.get_kind_display(),
            "放款银行": loan.bank,
            "合同号": loan.contract_number,
            "项目": loan.purpose,
            "金额（元）": yuan(loan.principal_fen),
            "年利率（%）": float(loan.rate_percent),
            "放款日期": day(loan.released_on),
            "到期日期": day(loan.matures_on),
            "状态": loan.get_state_display(),
            "结清日期": day(loan.settled_on),
        }
