"""The summary through the browser's eyes: write, see, decide, print."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from federation import jobs, scoping
from federation.models import Job, Organization, User
from reports import issuing, summarizing
from reports.models import AnnualSummary, Figure, SummaryBlock, SummaryDocument
from reports.tests import build

ClientOf = Callable[[User], Client]
AT = datetime(2017, 1, 5, 2, 0, tzinfo=UTC)


@pytest.fixture
def summary(village: Organization, village_director: User) -> AnnualSummary:
    with scoping.everything("a test arranges a village's year"):
        build.build_visit(village, woman=build.build_woman(village))
        return summarizing.open_shell(village, year=2016, by=village_director, at=AT)


def block_of(summary: AnnualSummary, chapter: str) -> SummaryBlock:
    with scoping.everything("a test looks"):
        found = SummaryBlock.objects.filter(summary=summary, chapter=chapter).in_order().first()
        assert found
        return found


def figure_of(summary: AnnualSummary, code: str) -> Figure:
    with scoping.everything("a test looks"):
        return Figure.objects.get(summary=summary, code=code)


def test_director_opens_her_summary_from_the_list(
    village: Organization, village_director: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test arranges a visit"):
        build.build_visit(village)
    answer = client_of(village_director).post(reverse("reports:summary_open"), {"year": "2016"})
    with scoping.everything("a test looks"):
        assert answer["Location"] == AnnualSummary.objects.get().get_absolute_url()


def test_editor_shows_figures_as_links(summary: AnnualSummary, village_director: User, client_of: ClientOf) -> None:
    place = block_of(summary, "practices")
    text = client_of(village_director).get(f"{summary.get_absolute_url()}?at={place.pk}").content.decode()
    figure = figure_of(summary, "visits")
    assert f'href="{reverse("reports:figure", args=[figure.pk])}"' in text
    assert ">1次</a>" in text


def test_edit_form_speaks_chinese_and_saves_codes(
    summary: AnnualSummary, village_director: User, client_of: ClientOf
) -> None:
    block = block_of(summary, "practices")
    client = client_of(village_director)
    assert "{走访次数}" in client.get(f"{summary.get_absolute_url()}?edit={block.pk}").content.decode()
    client.post(
        reverse("reports:block_edit", args=[block.pk]), {"heading": "走访。", "text": "走{走访次数}。", "seen": ""}
    )
    assert block_of(summary, "practices").text == "走{visits}。"


def test_unknown_figure_is_explained_and_the_text_kept(
    summary: AnnualSummary, village_director: User, client_of: ClientOf
) -> None:
    block = block_of(summary, "practices")
    url = reverse("reports:block_edit", args=[block.pk])
    text = client_of(village_director).post(url, {"heading": "", "text": "走访{人头}。", "seen": ""}).content.decode()
    assert "没有这样的数字：{人头}" in text
    assert "走访{人头}。</textarea>" in text


def test_autosave_refuses_to_overwrite(summary: AnnualSummary, village_director: User, client_of: ClientOf) -> None:
    block, client = block_of(summary, "practices"), client_of(village_director)
    url, htmx = reverse("reports:block_edit", args=[block.pk]), {"HX-Request": "true"}
    first = client.post(url, {"heading": "", "text": "先写。", "seen": ""}, headers=htmx).content.decode()
    assert "已保存" in first
    second = client.post(url, {"heading": "", "text": "后写。", "seen": ""}, headers=htmx).content.decode()
    assert "别人已经改过这一段" in second
    assert block_of(summary, "practices").text == "先写。"


def test_autosave_goes_on_with_what_it_was_given(
    summary: AnnualSummary, village_director: User, client_of: ClientOf
) -> None:
    block, client = block_of(summary, "practices"), client_of(village_director)
    url, htmx = reverse("reports:block_edit", args=[block.pk]), {"HX-Request": "true"}
    client.post(url, {"heading": "", "text": "先写。", "seen": ""}, headers=htmx)
    seen = client.get(f"{summary.get_absolute_url()}?edit={block.pk}").context["page"].form.initial["seen"]
    assert "已保存" in client.post(url, {"heading": "", "text": "再写。", "seen": seen}, headers=htmx).content.decode()


def test_township_returns_with_a_reason_then_approves(
    summary: AnnualSummary, village_director: User, township_officer: User, client_of: ClientOf
) -> None:
    village, township = client_of(village_director), client_of(township_officer)
    village.post(reverse("reports:summary_send", args=[summary.pk]))
    url = reverse("reports:summary_return", args=[summary.pk])
    assert "请填退回原因。" in township.post(url, {"reason": ""}).content.decode()
    township.post(url, {"reason": "请补充例子"})
    assert "请补充例子" in village.get(summary.get_absolute_url()).content.decode()
    village.post(reverse("reports:summary_send", args=[summary.pk]))
    approval = reverse("reports:summary_approve", args=[summary.pk])
    asked = township.get(approval).content.decode()
    assert ("审定并锁定" in asked, "请补充例子" in asked) == (True, True)
    assert "请补充例子" in township.get(reverse("reports:summary_versions", args=[summary.pk])).content.decode()
    township.post(approval)
    with scoping.everything("a test looks"):
        assert AnnualSummary.objects.get(pk=summary.pk).state == "approved"


def test_approved_version_stays_in_sight_of_the_next(
    summary: AnnualSummary, village_director: User, township_officer: User, leader: User, client_of: ClientOf
) -> None:
    with scoping.everything("a test approves"):
        summarizing.send(summary, by=village_director, at=AT)
        summarizing.approve(summary, by=township_officer, at=AT)
        revised = summarizing.revise(summary, by=village_director, at=AT)
        build.SummaryDocument.objects.create(
            organization=summary.organization, summary=summary, made_at=AT, pages=1, sha256="0" * 64, file="one.pdf"
        )
    listed = f"{reverse('reports:summary_list')}?year=2016"
    for person, url in ((village_director, listed), (leader, f"{listed}&branch={summary.township_id}")):
        text = client_of(person).get(url).content.decode()
        assert f'href="{summary.get_absolute_url()}">第 1 版</a>' in text
        assert ">PDF</a>" in text
    assert summary.get_absolute_url() in client_of(leader).get(revised.get_absolute_url()).content.decode()


def test_typed_number_is_pointed_out_before_sending(
    summary: AnnualSummary, village_director: User, client_of: ClientOf
) -> None:
    block, client = block_of(summary, "opening"), client_of(village_director)
    client.post(reverse("reports:block_edit", args=[block.pk]), {"heading": "", "text": "全镇共99999人。", "seen": ""})
    text = client.get(summary.get_absolute_url()).content.decode()
    assert "“99999人”是手写的数字，没有出处" in text
    assert "1 处手写的没有出处" in text


def test_refused_paragraph_keeps_its_place_and_says_so_once(
    summary: AnnualSummary, village_director: User, client_of: ClientOf
) -> None:
    at = block_of(summary, "problems").pk
    answer = client_of(village_director).post(
        f"{reverse('reports:block_add', args=[summary.pk])}?at={at}",
        {"chapter": "problems", "level": "paragraph", "heading": "", "text": "有{人头}。"},
    )
    assert answer.context["page"].current.chapter.place == "problems"
    assert answer.content.decode().count("data-summary") == 1


def test_rate_shows_both_its_numbers(summary: AnnualSummary, village_director: User, client_of: ClientOf) -> None:
    url = reverse("reports:figure_rows", args=[summary.organization_id, "solved_rate", 2016])
    fraction = client_of(village_director).get(url).context["fraction"]
    assert [line[:2] for line in fraction] == [("分子", "确认解决诉求"), ("分母", "办结诉求")]


def test_leader_is_not_led_in_a_circle(summary: AnnualSummary, leader: User, client_of: ClientOf) -> None:
    url = reverse("reports:figure", args=[figure_of(summary, "visits").pk])
    assert f'href="{url}"' not in client_of(leader).get(url).content.decode()


def test_level_above_reads_but_does_not_write(
    summary: AnnualSummary, township_officer: User, leader: User, client_of: ClientOf
) -> None:
    for person in (township_officer, leader):
        client = client_of(person)
        assert client.get(summary.get_absolute_url()).status_code == 200
        assert client.post(reverse("reports:summary_send", args=[summary.pk])).status_code == 403


def test_neighbour_finds_nothing(summary: AnnualSummary, township_outsider: User, client_of: ClientOf) -> None:
    client, figure = client_of(township_outsider), figure_of(summary, "visits")
    for url in (
        summary.get_absolute_url(),
        reverse("reports:summary_preview", args=[summary.pk]),
        reverse("reports:figure", args=[figure.pk]),
        reverse("reports:figure_rows", args=[summary.organization_id, "visits", 2016]),
    ):
        assert client.get(url).status_code == 404


def test_figure_leads_to_its_rows_with_names_for_staff_only(
    summary: AnnualSummary, township_officer: User, auditor: User, leader: User, client_of: ClientOf
) -> None:
    url = reverse("reports:figure", args=[figure_of(summary, "visits").pk])
    texts = [client_of(person).get(url).content.decode() for person in (township_officer, auditor, leader)]
    assert ["王桂兰" in text for text in texts] == [True, False, False]
    assert "您看到的是数字，不含姓名" in texts[2]


def test_rows_of_a_figure_cost_the_same_number_of_queries(
    summary: AnnualSummary, village: Organization, township_officer: User, client_of: ClientOf,
    django_assert_num_queries: Callable[..., object],
) -> None:  # fmt: skip
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    url, client = reverse("reports:figure_rows", args=[village.pk, "visits", 2016]), client_of(township_officer)
    counts = []
    client.get(url)
    for _ in range(2):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(url)
        counts.append(len(asked))
        with scoping.everything("a test adds rows"):
            for _more in range(4):
                build.build_visit(village, woman=build.build_woman(village))
    assert counts[0] == counts[1]


def test_pdf_is_printed_once_and_twice_the_same(
    summary: AnnualSummary, village_director: User, client_of: ClientOf
) -> None:
    client = client_of(village_director)
    for _ in range(2):
        client.post(reverse("reports:summary_pdf", args=[summary.pk]))
    for job in Job.objects.all():
        jobs.run(job.pk)
    found = list(Job.objects.order_by("created_at"))
    assert [job.state for job in found] == ["done", "done"], [job.message for job in found]
    assert found[0].result_sha256 == found[1].result_sha256
    assert found[0].result_name == "杨柳村妇联2016年度工作总结（草稿）.pdf"
    assert found[0].result.read().startswith(b"%PDF")
    with scoping.everything("a test looks"):
        assert {document.sha256 for document in SummaryDocument.objects.all()} == {found[0].result_sha256}


def test_pdf_of_what_the_owner_no_longer_sees_is_refused(
    summary: AnnualSummary, village_director: User, client_of: ClientOf
) -> None:
    client_of(village_director).post(reverse("reports:summary_pdf", args=[summary.pk]))
    job = Job.objects.get()
    job.owner.grants.update(ends_on="2017-01-01")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, bool(job.result)) == ("failed", False)


def test_job_kinds_have_names() -> None:
    assert [jobs.label_of(kind) for kind in (issuing.ONE, issuing.ALL)] == ["年度总结 PDF", "全部组织的年度总结"]
