from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator
from django.http import QueryDict

from federation.forms.organizations import day_field
from federation.models import Level, Organization, User
from federation.spreadsheets.reading import LARGEST_FILE
from members.models import Woman
from programs.models import QuotaIssue
from programs.models.screening import ScreeningQuerySet, ScreeningResultQuerySet
from programs.screening import quotas
from programs.screening.quotas import Share

_DOCUMENT = RegexValidator(r"^[\w（）()〔〕\[\]【】\-·第号 ]+$", "文号写作 兰妇发〔2026〕3号 的样子。")


class CampaignForm(forms.Form):
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    name = forms.CharField(label="名称", max_length=60, help_text="例如 2026年农村妇女两癌免费筛查")
    document_number = forms.CharField(
        label="文号", max_length=40, required=False, validators=[_DOCUMENT], help_text="例如 兰妇发〔2026〕3号"
    )
    quota = forms.IntegerField(label="任务数（人）", min_value=1, max_value=1_000_000)
    starts_on = day_field("开始日期")
    ends_on = day_field("结束日期")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        starts_on, ends_on = given.get("starts_on"), given.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", f"结束日期不能早于开始日期 {starts_on}。")
        if starts_on and given.get("year") and starts_on.year != given["year"]:
            self.add_error("starts_on", f"开始日期要在 {given['year']} 年内，例如 {given['year']}-03-01。")
        return given


class QuotasForm(forms.Form):
    """A number for each township, with a reason where it is not the proposed one, and how the year falls on quarters."""

    percent_1 = forms.IntegerField(label="一季度（%）", min_value=0, max_value=100)
    percent_2 = forms.IntegerField(label="二季度（%）", min_value=0, max_value=100)
    percent_3 = forms.IntegerField(label="三季度（%）", min_value=0, max_value=100)
    percent_4 = forms.IntegerField(label="四季度（%）", min_value=0, max_value=100)
    document_number = forms.CharField(
        label="下达文号", max_length=40, required=False, validators=[_DOCUMENT], help_text="例如 兰妇发〔2026〕3号"
    )
    reason = forms.CharField(
        label="这次调整的理由", max_length=200, help_text="例如 青石镇卫生院停诊一个季度，由南塘镇多承担 40 名"
    )
    follows = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: QueryDict | None, *, shares: Sequence[Share], percents: Sequence[int], follows: QuotaIssue | None
    ) -> None:
        initial = {f"percent_{place}": percent for place, percent in enumerate(percents, start=1)}
        super().__init__(data, initial=initial | {"follows": follows.pk if follows else None})
        self.shares = shares
        if follows is None:
            del self.fields["reason"]
        for share in shares:
            name = share.branch.division_name
            self.fields[f"quota_{share.branch.pk}"] = forms.IntegerField(
                label=f"{name}任务", min_value=0, max_value=1_000_000, initial=share.quota
            )
            self.fields[f"reason_{share.branch.pk}"] = forms.CharField(
                label=f"{name}改动理由", max_length=100, required=False
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for share in self.shares:
            name, quota = f"reason_{share.branch.pk}", given.get(f"quota_{share.branch.pk}")
            if quota is not None and quota != share.proposed and not given.get(name):
                self.add_error(
                    name,
                    f"{share.branch.division_name}由 {share.proposed} 名改为 {quota} 名，请写理由，例如 卫生院停诊一个季度。",
                )
        return given

    def rows(self) -> Iterator[tuple[Share, forms.BoundField, forms.BoundField]]:
        for share in self.shares:
            yield share, self[f"quota_{share.branch.pk}"], self[f"reason_{share.branch.pk}"]

    def quarters(self) -> list[forms.BoundField]:
        return [self[f"percent_{place}"] for place in range(1, 5)]

    def changed_shares(self) -> list[Share]:
        given = self.cleaned_data
        return quotas.changed(
            self.shares,
            quotas={share.branch.pk: given[f"quota_{share.branch.pk}"] for share in self.shares},
            reasons={share.branch.pk: given[f"reason_{share.branch.pk}"] for share in self.shares},
        )

    def percents(self) -> list[int]:
        return [self.cleaned_data[f"percent_{place}"] for place in range(1, 5)]


class UnfairForm(forms.Form):
    """Asked only where the tasks weigh very differently."""

    knows = forms.BooleanField(label="我看过，仍按这样下达")


class UploadForm(forms.Form):
    file = forms.FileField(
        label="文件",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text="Excel 工作簿（.xlsx）或 CSV，最大 30 MB，最多 50000 行",
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is not None and file.size > LARGEST_FILE:
            size = LARGEST_FILE // 1024 // 1024
            raise forms.ValidationError(f"文件超过 {size} MB。请删去图片，或分成几个文件传。本次未导入任何内容。")
        return file


class ConfirmForm(forms.Form):
    checked = forms.BooleanField(label="我已核对上面的行数，这是盖章的名单")


_CONTACT = [("", "全部"), ("yes", "需联系医院"), ("no", "不需要")]


class AttendanceFilterForm(forms.Form):
    q = forms.CharField(label="姓名", required=False, max_length=40)
    contact = forms.ChoiceField(label="联系医院", required=False, choices=_CONTACT)
    first = day_field("参检自", required=False)
    last = day_field("参检至", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        below = Organization.objects.visible_to(user).exclude(level=Level.CITY).in_tree_order()
        self.fields["branch"] = forms.ModelChoiceField(below, label="乡镇、村", required=False, empty_label="全部")
        self.order_fields(["q", "branch", "contact"])

    def apply(self, rows: ScreeningQuerySet) -> ScreeningQuerySet:
        if not self.is_valid():
            return rows.none()
        given = self.cleaned_data
        if given["q"]:
            rows = rows.filter(woman__in=Woman.objects.visible_to(self.user).named_like(given["q"]))
        if given["branch"]:
            rows = rows.within(given["branch"])
        if given["contact"]:
            rows = rows.filter(needs_contact=given["contact"] == "yes")
        if given["first"]:
            rows = rows.filter(attended_on__gte=given["first"])
        return rows.filter(attended_on__lte=given["last"]) if given["last"] else rows


class ResultFilterForm(forms.Form):
    q = forms.CharField(label="姓名", required=False, max_length=40)
    abnormal = forms.BooleanField(label="只看需进一步检查的", required=False)
    first = day_field("报告自", required=False)
    last = day_field("报告至", required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def apply(self, rows: ScreeningResultQuerySet) -> ScreeningResultQuerySet:
        if not self.is_valid():
            return rows.none()
        given = self.cleaned_data
        if given["q"]:
            rows = rows.filter(screening__woman__in=Woman.objects.visible_to(self.user).named_like(given["q"]))
        if given["abnormal"]:
            rows = rows.abnormal()
        if given["first"]:
            rows = rows.filter(reported_on__gte=given["first"])
        return rows.filter(reported_on__lte=given["last"]) if given["last"] else rows
