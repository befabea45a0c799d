"""Every component in every state, on one page that only this test serves."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.test import Client
from django.urls import path
from django.utils import timezone
from playwright.sync_api import sync_playwright

from federation.access import signed_in
from federation.audit import Line
from federation.models import Job, User
from federation.templatetags.fields import LOOKS
from federation.urls import urlpatterns as portal_urls
from reports.charts import Chart, Series, Table, bar_chart, column_chart, dot_chart, line_chart
from tests.browsing import Eye, Shelf, browser_of

SHOTS = Path(os.environ["PAGE_SHOTS"]) if "PAGE_SHOTS" in os.environ else None


class EveryField(forms.Form):
    name = forms.CharField(label="姓名", max_length=4, help_text="与身份证一致")
    visited_on = forms.DateField(label="走访日期", widget=forms.DateInput(attrs={"type": "date"}))
    count = forms.IntegerField(label="人数", required=False)
    way = forms.ChoiceField(label="走访方式", choices=[("a", "入户"), ("b", "电话")], widget=forms.RadioSelect)
    kinds = forms.MultipleChoiceField(
        label="妇情类别", choices=[("a", "健康两癌"), ("b", "就业创业")], widget=forms.CheckboxSelectMultiple
    )
    village = forms.ChoiceField(label="村（社区）", choices=[("", "---------"), ("1", "杨柳村")])
    words = forms.CharField(label="她的话", widget=forms.Textarea, required=False)
    table = forms.FileField(label="筛查表")
    agreed = forms.BooleanField(label="本人同意")


class Filter(forms.Form):
    q = forms.CharField(label="走访对象", required=False)
    state = forms.ChoiceField(label="状态", required=False, choices=[("", "全部"), ("a", "办理中")])
    mine = forms.BooleanField(label="只看我走访的", required=False)


def drawn_charts() -> list[Chart]:
    """The four charts of the drawn leader's year."""
    months = [f"{month}月" for month in range(1, 12)]
    received = Series("收到", [143, 118, 237, 206, 189, 215, 198, 204, 227, 252, 240])
    settled = Series("办结", [121, 132, 189, 207, 191, 202, 197, 193, 211, 229, 163])
    kinds = ["健康两癌", "就业创业", "社会救助", "子女教育", "婚姻家庭", "留守关爱", "土地权益", "其他"]
    rates = [96, 94, 92, 86, 95, 97, 79, 93, 95, 94, 90, 96, 97, 93, 91, 95, 92, 98, 96, 82, 94, 95, 96, 93]
    return [
        column_chart("诉求：收到与办结（件）", months, [received, settled]),
        line_chart(
            "两癌筛查累计人数",
            months[::2],
            [Series("2026年", [0, 2410, 8870, 15920, 21880, 25312]), Series("2025年", [0, 2800, 8100, 14300, 20900, 24870])],
        ),
        bar_chart(
            "诉求类别（件）",
            kinds,
            Series("2026年", [542, 418, 386, 301, 224, 193, 88, 67]),
            Series("2025年", [468, 395, 402, 247, 236, 161, 92, 80]),
        ),
        dot_chart(
            "异常召回率，各乡镇", [f"{number}号镇" for number in range(1, 25)], rates, target=95, low=88,
            axis_words="乡镇（街道），按区划代码",
            table=Table(["召回率", "乡镇数", "应召回"], [["95% 以上", "11", "190"]], ["全市", "24", "691"]),
        ),
    ]  # fmt: skip


@signed_in
def sheet(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    states = [{"state": state, "message": "第 820 行", "done": 820, "total": 1247} for state in Job.State.values]
    context = {
        "filter": Filter(request.GET),
        "form": EveryField({"name": "欧阳春梅子", "count": "三"}),
        "page": SimpleNamespace(
            summary="本页 20 条", size=20, newer_url="?before=a", older_url="?after=b",
            sizes=[(20, "?size=20"), (50, "?size=50")], order=SimpleNamespace(is_usual=True),
        ),
        "lines": [Line(now, "周*", "登记进展"), Line(now, "平台", "离时限 2 天，提醒承办人")],
        "jobs": [Job(kind="x", finished_at=now, **state) for state in states],
        "charts": drawn_charts(),
        "words": [*LOOKS, "待回访"],
    }  # fmt: skip
    return render(request, "component_sheet.html", context)


class urls:
    urlpatterns = [*portal_urls, path("sheet/", sheet, name="sheet")]


@pytest.fixture
def sheet_page(settings: Any, city_officer: User, client_of: Callable[[User], Client]) -> HttpResponse:
    templates = {**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], Path(__file__).parent / "templates"]}
    settings.TEMPLATES = [templates]
    settings.ROOT_URLCONF = urls
    return client_of(city_officer).get("/sheet/")


def test_components_are_right_in_the_browser(sheet_page: HttpResponse) -> None:
    shelf = Shelf()
    address = shelf.put("/sheet/", sheet_page)
    with sync_playwright() as playwright, browser_of(playwright) as browser:
        eye = Eye(browser, shelf)
        assert eye.faults(address, shots=SHOTS) == []
        assert eye.page.evaluate("document.activeElement.dataset.summary") == ""


def test_problems_are_said_in_our_words(sheet_page: HttpResponse) -> None:
    text = sheet_page.content.decode()
    for words in (
        "有 8 处要改", "姓名最多 4 个字，现在有 5 个。", "请填走访日期。", "人数要写数字，例如 12。", "请选走访方式。",
        "请选妇情类别。", "请选村（社区）。", "请选筛查表。",
    ):  # fmt: skip
        assert words in text


def test_what_was_typed_is_kept(sheet_page: HttpResponse) -> None:
    assert 'value="欧阳春梅子"' in sheet_page.content.decode()
