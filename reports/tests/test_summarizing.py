"""The summary's verbs and states, and figures that stay as they were counted."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from federation import audit, scoping
from federation.models import Organization, User
from reports import assembling, compiling, summarizing, versions
from reports.models import AnnualSummary, Figure, SummaryBlock
from reports.permissions import may_decide, may_write
from reports.rendering.document import OfficialDocument, plain
from reports.tests import build

AT = datetime(2017, 1, 5, 2, 0, tzinfo=UTC)
LATER = datetime(2017, 1, 6, 2, 0, tzinfo=UTC)


def opened(organization: Organization, by: User) -> AnnualSummary:
    return summarizing.open_shell(organization, year=2016, by=by, at=AT)


def document_of(summary: AnnualSummary) -> OfficialDocument:
    figures = list(Figure.objects.filter(summary=summary).order_by("pk"))
    return assembling.document(summary, compiling.words_of(summary, figures), figures)


def text_of(document: OfficialDocument) -> str:
    return "".join(plain(text) for text in document.texts())


def block_with(summary: AnnualSummary, words: str) -> SummaryBlock:
    return SummaryBlock.objects.get(summary=summary, text__contains=words)


@pytest.fixture
def summary(everything: scoping.Scope, village: Organization, village_director: User) -> AnnualSummary:
    build.build_visit(village)
    build.build_need(village)
    return opened(village, village_director)


def test_shell_opens_written_from_the_records(summary: AnnualSummary) -> None:
    document = document_of(summary)
    assert [chapter.heading for chapter in document.chapters] == ["一、主要做法", "二、存在问题", "三、几点启示"]
    assert [item.lead for item in document.chapters[0].items] == ["1.常走访，听意见。"]
    assert plain(document.chapters[0].items[0].text) == "全年走访1次，其中入户1次。听取诉求1件。"
    assert plain(document.chapters[1].paragraphs[0]) == "还有1件诉求超过承诺时限没有答复。"


def test_opening_twice_gives_the_same_summary(summary: AnnualSummary, village_director: User) -> None:
    assert opened(summary.organization, village_director) == summary


def test_two_problems_are_numbered_and_one_is_not(summary: AnnualSummary, village_director: User) -> None:
    build.build_lecture(summary.organization)
    summarizing.compile_summary(summary, by=village_director, at=LATER)
    assert [plain(text)[:2] for text in document_of(summary).chapters[1].paragraphs] == ["一是", "二是"]


def test_later_correction_does_not_alter_a_compiled_summary(summary: AnnualSummary, village_director: User) -> None:
    before = document_of(summary)
    build.build_visit(summary.organization)
    assert document_of(summary) == before
    summarizing.compile_summary(summary, by=village_director, at=LATER)
    assert "全年走访2次" in text_of(document_of(summary))


def test_figure_is_frozen_with_its_story(summary: AnnualSummary) -> None:
    figure = Figure.objects.get(summary=summary, code="visits")
    assert (figure.value, figure.previous, figure.unit) == (1, None, "次")
    assert (figure.period_start, figure.period_end) == (date(2016, 1, 1), date(2017, 1, 1))
    assert figure.row_ids == list(build.Visit.objects.values_list("pk", flat=True))
    assert figure.definition == "本期登记的走访，不分方式，一次一计"


def test_partner_and_both_parts_of_a_rate_are_frozen_too(summary: AnnualSummary) -> None:
    held = set(Figure.objects.filter(summary=summary).values_list("code", flat=True))
    assert {"visits", "solved_rate", "needs_met", "needs_answered"} <= held


def test_edit_counts_a_figure_named_for_the_first_time(summary: AnnualSummary, village_director: User) -> None:
    block = block_with(summary, "走家入户")
    summarizing.edit_block(block, seen=None, heading="", text="本村有{organizations}。", by=village_director, at=LATER)
    assert text_of(document_of(summary)).startswith("本村有1个。")


def test_two_people_do_not_overwrite_each_other(summary: AnnualSummary, village_director: User) -> None:
    block = block_with(summary, "走家入户")
    summarizing.edit_block(block, seen=None, heading="", text="先写的。", by=village_director, at=LATER)
    with pytest.raises(summarizing.EditedMeanwhile):
        summarizing.edit_block(block, seen=None, heading="", text="后写的。", by=village_director, at=LATER)
    block.refresh_from_db()
    assert block.text == "先写的。"


def test_add_move_and_remove_renumber(summary: AnnualSummary, village_director: User) -> None:
    block = summarizing.add_block(
        summary, after=None, chapter="practices", level="item", heading="建阵地。", text="建好妇女之家。",
        by=village_director, at=LATER,
    )  # fmt: skip
    assert [item.lead for item in document_of(summary).chapters[0].items] == ["1.常走访，听意见。", "2.建阵地。"]
    for _ in range(4):
        summarizing.move_block(block, up=True, by=village_director)
    summarizing.move_block(block, up=True, by=village_director)
    assert document_of(summary).chapters[0].items[0].lead == "1.建阵地。"
    summarizing.remove_block(block, by=village_director)
    assert len(document_of(summary).chapters[0].items) == 1


def test_approved_is_locked_and_goes_on_as_a_new_version(
    summary: AnnualSummary, village_director: User, township_officer: User
) -> None:
    summarizing.send(summary, by=village_director, at=AT)
    summarizing.approve(summary, by=township_officer, at=LATER)
    block = block_with(summary, "走家入户")
    with pytest.raises(ValidationError, match="已审定"):
        summarizing.edit_block(block, seen=None, heading="", text="改", by=village_director, at=LATER)
    with pytest.raises(ValidationError, match="已审定"):
        summarizing.compile_summary(summary, by=village_director, at=LATER)
    revised = summarizing.revise(summary, by=village_director, at=LATER)
    assert (revised.version, revised.state) == (2, "draft")
    assert summarizing.revise(summary, by=village_director, at=LATER) == revised
    assert text_of(document_of(revised)) == text_of(document_of(summary))


def test_returned_with_a_reason_and_sent_again(
    summary: AnnualSummary, village_director: User, township_officer: User
) -> None:
    summarizing.send(summary, by=village_director, at=AT)
    with pytest.raises(ValidationError, match="退回要写明原因"):
        summarizing.return_with(summary, reason="", by=township_officer, at=LATER)
    summarizing.return_with(summary, reason="请补充例子", by=township_officer, at=LATER)
    summary.refresh_from_db()
    assert (summary.state, summary.return_reason) == ("returned", "请补充例子")
    summarizing.send(summary, by=village_director, at=LATER)
    with pytest.raises(ValidationError, match="待审阅"):
        summarizing.send(summary, by=village_director, at=LATER)


def test_a_figure_keeps_its_address_when_it_is_taken_again(summary: AnnualSummary, village_director: User) -> None:
    before = Figure.objects.get(summary=summary, code="visits")
    build.build_visit(summary.organization)
    summarizing.compile_summary(summary, by=village_director, at=LATER)
    after = Figure.objects.get(pk=before.pk)
    assert (before.value, after.value, len(after.row_ids)) == (1, 2, 2)


def test_running_year_is_not_called_whole(
    everything: scoping.Scope, village: Organization, village_director: User
) -> None:
    build.build_visit(village, visited_on=date(2016, 5, 1))
    at = datetime(2016, 11, 25, 2, tzinfo=UTC)
    summary = summarizing.open_shell(village, year=2016, by=village_director, at=at)
    assert "今年以来走访1次" in text_of(document_of(summary))
    assert document_of(summary).title.endswith("\n（草稿）")


def test_character_without_a_glyph_is_not_sent(summary: AnnualSummary, village_director: User) -> None:
    block = block_with(summary, "走家入户")
    summarizing.edit_block(block, seen=None, heading="", text="办了实事😀。", by=village_director, at=LATER)
    with pytest.raises(ValidationError, match="没有送审。字体里没有这些字.*“😀”"):
        summarizing.send(summary, by=village_director, at=LATER)


def test_every_version_is_kept_with_its_reason_and_what_changed(
    summary: AnnualSummary, village_director: User, township_officer: User
) -> None:
    summarizing.send(summary, by=village_director, at=AT)
    summarizing.return_with(summary, reason="请补充例子", by=township_officer, at=LATER)
    returned = versions.last_returned(summary)
    assert returned is not None
    assert (returned.number, returned.return_reason) == (1, "请补充例子")
    block = block_with(summary, "走家入户")
    new_words = block.text.replace("听意见", "多听意见")
    summarizing.edit_block(block, seen=None, heading="", text=new_words, by=village_director, at=LATER)
    summarizing.send(summary, by=village_director, at=LATER)
    summary.refresh_from_db()
    newest, first = versions.versions_of(summary)
    assert [(change.kind, change.chapter) for change in newest.changes] == [("修改", "导语")]
    assert [each.text for each in newest.changes[0].stretches if each.kind] == ["多"]
    assert first.is_first
    assert [line.what for line in versions.story(summary)][1:4] == [
        "修改了“导语”",
        "退回第 1 稿：请补充例子",
        "送审第 1 稿",
    ]
    summarizing.approve(summary, by=township_officer, at=LATER)
    summary.refresh_from_db()
    assert versions.last_returned(summary) is None


def test_every_step_is_audited(summary: AnnualSummary, village_director: User, township_officer: User) -> None:
    summarizing.send(summary, by=village_director, at=AT)
    summarizing.approve(summary, by=township_officer, at=LATER)
    said = [line.what for line in audit.timeline(summary)]
    assert said == ["审定了第 1 版", "送审第 1 稿", "重新取数，共 38 个数字", "生成了2016年度总结的初稿"]


def test_who_may_write_and_decide(
    summary: AnnualSummary, village_director: User, township_officer: User, city_officer: User, leader: User,
    township_outsider: User, sister_director: User,
) -> None:  # fmt: skip
    people = [village_director, township_officer, city_officer, leader, township_outsider, sister_director]
    assert [person for person in people if may_write(person, summary)] == [village_director]
    summarizing.send(summary, by=village_director, at=AT)
    summary.refresh_from_db()
    assert [person for person in people if may_decide(person, summary)] == [township_officer, city_officer, leader]
    assert not may_write(village_director, summary)


def test_city_summary_waits_for_the_leader(
    everything: scoping.Scope, city: Organization, city_officer: User, leader: User
) -> None:
    summary = opened(city, city_officer)
    summarizing.send(summary, by=city_officer, at=AT)
    summary.refresh_from_db()
    assert [person for person in (city_officer, leader) if may_decide(person, summary)] == [leader]


def test_shells_open_for_all_that_have_none(
    summary: AnnualSummary, city: Organization, sister_village: Organization, city_officer: User
) -> None:
    told: list[tuple[int, int]] = []
    opened_count = summarizing.open_shells(
        city, year=2016, by=city_officer, at=AT, progress=lambda done, total: told.append((done, total))
    )
    assert (opened_count, told[-1]) == (3, (3, 3))
    assert AnnualSummary.objects.count() == 4
    assert summarizing.open_shells(city, year=2016, by=city_officer, at=AT) == 0


def test_neighbour_sees_neither_summary_nor_figures(
    summary: AnnualSummary, township_outsider: User, township_officer: User
) -> None:
    models = (AnnualSummary, SummaryBlock, Figure)
    with scoping.of_user(township_outsider):
        assert [model.objects.visible_to(township_outsider).count() for model in models] == [0, 0, 0]
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM reports_figure")
            assert cursor.fetchone() == (0,)
    with scoping.of_user(township_officer):
        assert AnnualSummary.objects.visible_to(township_officer).get() == summary


def fill_2016(city: Organization, village: Organization) -> None:
    """Records whose totals are the sample's; the many ones in one statement a table."""
    campaign = build.build_campaign(city, quota=25000)
    woman, child = build.build_woman(village), build.build_child(village)
    with connection.cursor() as cursor:
        for table, row, count, changed in (
            ("members_woman", woman, 25311, ""),
            ("programs_child", child, 5217, "number = 'N' || n"),
        ):
            cursor.execute(copies_of(table, changed), [count, row.pk])
        cursor.execute(
            "INSERT INTO programs_screening (organization_id, township_id, campaign_id, woman_id, number, attended_on,"
            " cervical, breast, needs_contact) SELECT organization_id, township_id, %s, id, '', '2016-05-01', true, true,"
            " false FROM members_woman",
            [campaign.pk],
        )
        cursor.execute(
            "INSERT INTO programs_childaid (organization_id, township_id, child_id, given_on, amount_fen, list_number,"
            " received_by) SELECT organization_id, township_id, id, '2016-09-01', 50000, 'A', '' FROM programs_child"
            " ORDER BY id LIMIT 1000"
        )
    build.build_donation(city, amount_fen=49_632_000)
    for _ in range(15):
        build.build_relief(village)
    for _ in range(10):
        build.build_loan(village, principal_fen=180_000_000)
        build.build_lecture(city)


def copies_of(table: str, changed: str) -> str:
    fresh = {"id": f"nextval(pg_get_serial_sequence('{table}', 'id'))", "public_id": "gen_random_uuid()"}
    fresh |= dict([changed.split(" = ", 1)]) if changed else {}
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    values = ", ".join(fresh.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    return (
        f"INSERT INTO {table} ({names}) SELECT {values} FROM {table}, generate_series(1, %s) AS n WHERE {table}.id = %s"
    )


def test_2016_summary_of_the_city_comes_out_of_the_records(
    everything: scoping.Scope, city: Organization, village: Organization, city_officer: User
) -> None:
    fill_2016(city, village)
    document = document_of(opened(city, city_officer))
    text = text_of(document)
    for sentence in (
        "每年筛查妇女2.5万名，完成年度任务的101.2%",
        "发放贴息贷款1800万元",
        "为15名患病贫困妇女提供救助资金15万元",
        "每年从经济上帮扶1000名困境儿童，筹措资金近50万元，让全市5000余名困境儿童",
        "举办女性大讲堂10期",
    ):
        assert sentence in text
    practices = document.chapters[0]
    assert [section.heading[:3] for section in practices.sections] == ["（一）", "（二）", "（三）"]
    assert [len(section.items) for section in practices.sections] == [3, 3, 2]
    assert [plain(paragraph)[:2] for paragraph in document.chapters[1].paragraphs] == ["一是", "二是", "三是", "四是"]
    assert len(document.chapters[2].paragraphs) == 4
    rows = {row[0]: row[1:4] for row in document.annexes[0].rows}
    assert [rows[label] for label in ("发放贴息贷款", "两癌救助资金", "两癌救助妇女")] == [
        ("万元", "1800", ""),
        ("万元", "15", ""),
        ("名", "15", ""),
    ]
