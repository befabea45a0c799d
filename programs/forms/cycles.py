from __future__ import annotations

from typing import Any

from django import forms

from federation.forms.days import PastDayField
from federation.forms.organizations import day_field
from programs.forms.screening import UploadForm
from programs.models import ComparisonList, Cycle, ReliefFund
from programs.money import MoneyField


class CycleForm(forms.ModelForm):
    opens_on = day_field("受理开始日期")
    closes_on = day_field("受理截止日期")
    cutoff_on = day_field("困难身份以哪天为准", required=False, help_text="那一天民政、乡村振兴系统里的身份算数")
    budget_fen = MoneyField(label="预算", required=False)

    class Meta:
        model = Cycle
        fields = [
            "program", "fund", "year", "name", "document_number", "opens_on", "closes_on", "cutoff_on", "quota", "budget_fen",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        program = self.fields["program"]
        assert isinstance(program, forms.TypedChoiceField)
        # Screening's yearly task has a page of its own.
        program.choices = [pair for pair in Cycle.Program.choices if pair[0] != Cycle.Program.SCREENING]
        self.fields["document_number"].help_text = "照文件写，例如 兰妇〔2026〕3号"
        fund = self.fields["fund"]
        assert isinstance(fund, forms.ModelChoiceField)
        fund.empty_label = "不用选"
        fund.help_text = "两癌救助要选；已改名的资金不在其中"
        fund.queryset = ReliefFund.objects.filter(successor=None)


class ReliefFundForm(forms.ModelForm):
    class Meta:
        model = ReliefFund
        fields = ["name", "source", "predecessor"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        before = self.fields["predecessor"]
        assert isinstance(before, forms.ModelChoiceField)
        before.empty_label = "不是改名，是新的资金"
        before.help_text = "改名以前领过的，改名以后不能再领"
        before.queryset = ReliefFund.objects.filter(successor=None)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        before = given.get("predecessor")
        if before and given.get("source") and given["source"] != before.source:
            self.add_error("source", f"改名以前的资金来源是“{before.get_source_display()}”，改名不改来源")
        return given


class ComparisonForm(UploadForm):
    department = forms.ChoiceField(label="哪个部门的名单", choices=[("", "请选"), *ComparisonList.Department.choices])
    as_of = PastDayField("名单截止日期")
    field_order = ["department", "as_of", "file"]
