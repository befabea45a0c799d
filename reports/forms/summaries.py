"""Forms of the summary. Texts are edited with figure names in braces, stored with codes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from reports.models import AnnualSummary, SummaryBlock
from reports.writing import tokens


class BlockForm(forms.ModelForm):
    """`seen` remembers which text was on the page, so that nobody overwrites what she has not read."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = SummaryBlock
        fields = ["heading", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 9})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        block = self.instance
        self.fields[
            "text"
        ].help_text = "数字写成 {两癌筛查人数} 或 {两癌筛查人数：以万计}。[ ] 里的话，数字没有统计或为 0 时不出现；整句话缺数字时整句不出现。"
        if block.pk and not self.is_bound:
            self.initial["text"] = tokens.for_editing(block.text)
            self.initial["seen"] = block.edited_at.isoformat() if block.edited_at else ""
        if block.pk and block.level == SummaryBlock.Level.SECTION:
            del self.fields["text"]
            self.fields["heading"].required = True

    def clean_text(self) -> str:
        return _stored(self.cleaned_data["text"])

    def seen_at(self) -> datetime | None:
        text = self.cleaned_data.get("seen", "")
        try:
            return datetime.fromisoformat(text) if text else None
        except ValueError:
            return None

    def changes(self) -> dict[str, str]:
        return {"heading": self.cleaned_data["heading"], "text": self.cleaned_data.get("text", "")}


def _stored(text: str) -> str:
    try:
        return tokens.for_storing(text)
    except tokens.UnknownTokens as unknown:
        raise ValidationError(str(unknown)) from unknown


class NewBlockForm(forms.ModelForm):
    class Meta:
        model = SummaryBlock
        fields = ["chapter", "level", "heading", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 6})}

    def clean_text(self) -> str:
        return _stored(self.cleaned_data["text"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("heading") and not data.get("text") and not self.errors:
            raise ValidationError("标题和正文至少写一样，例如正文“全年走访 {走访次数}。”")
        return data


class TitleForm(forms.ModelForm):
    class Meta:
        model = AnnualSummary
        fields = ["title", "byline"]


class ReturnForm(forms.Form):
    reason = forms.CharField(
        label="退回原因",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明要补充什么，例如“请把召回率低的原因写进存在问题”。",
    )
