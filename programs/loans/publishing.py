"""A quarter's list shown in public before the treasury pays: masked names, the branch and the subsidy, nothing else."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction

from federation import audit, policy
from federation.models import User
from federation.sealed import masked_name
from outreach import noticing
from outreach.models import PublicNotice
from programs.loans.declaring import locked
from programs.models import SubsidyBatch, SubsidyLine
from programs.money import bank_amount

COLUMNS = ("序号", "姓名", "单位", "贴息（元）")
State = SubsidyBatch.State


@transaction.atomic
def show(
    batch: SubsidyBatch, *, starts_on: date, phone: str, address: str, hours: str, email: str, at: datetime, by: User
) -> PublicNotice:
    """Once for each list; a list sent back and declared anew is shown anew."""
    batch = locked(batch)
    if batch.state not in (State.CHECKED, State.TREASURY):
        raise ValidationError(f"这一批{batch.get_state_display()}，核对通过以后、拨付以前才公示")
    if batch.notice_id:
        raise ValidationError("这份清单已经公示过，不用再发")
    batch.notice = noticing.post(
        organization=batch.organization, title=f"{batch.of_quarter}小额贷款贴息公示（{batch.bank}）",
        coverage="各乡镇（街道）、村（社区）", columns=COLUMNS, rows=_rows(batch), starts_on=starts_on, phone=phone,
        address=address, hours=hours, email=email, at=at, by=by,
    )  # fmt: skip
    batch.save(update_fields=["notice"])
    audit.record("programs.subsidy.shown", batch, by=by, ends_on=f"{batch.notice.ends_on}")
    return batch.notice


def _rows(batch: SubsidyBatch) -> list[list[str]]:
    lines = SubsidyLine.objects.within(batch.organization).filter(batch=batch, declared_fen__gt=0)
    people = lines.select_related("loan__woman", "loan__organization").order_by("loan__organization__code", "id")
    return [
        [
            str(number),
            masked_name(line.loan.woman.name),
            line.loan.organization.division_name,
            bank_amount(line.declared_fen or 0),
        ]
        for number, line in enumerate(people, start=1)
        if line.loan
    ]


def obstacle(batch: SubsidyBatch, *, on: date) -> str:
    """Why it cannot be paid yet for the notice's sake; empty when nothing stands in the way."""
    if batch.notice is not None:
        return batch.notice.obstacle(on=on)
    required = policy.whole_number("subsidy.notice_required", on=on)
    return "还没有公示，本市规定拨付以前要公示" if required else ""
