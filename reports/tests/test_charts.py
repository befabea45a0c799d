import pytest
from django.template.loader import render_to_string

from reports.charts import (
    LINE,
    Chart,
    Series,
    Table,
    axis_ticks,
    axis_words,
    bar_chart,
    column_chart,
    dot_chart,
    line_chart,
    plain,
    table_of,
    width_of,
)

NAMES = ["一季度", "二季度"]
NONE = Table([], [])


@pytest.mark.parametrize(
    ("most", "ticks"),
    [
        (0, [0, 1]),
        (3, [0, 1, 2, 3]),
        (252, [0, 100, 200, 300]),
        (25312, [0, 10000, 20000, 30000]),
        (8404, [0, 2000, 4000, 6000, 8000, 10000]),
    ],
)
def test_axis_has_round_steps_from_zero(most: float, ticks: list[float]) -> None:
    assert axis_ticks(most) == ticks


def test_figures_have_no_thousands_comma() -> None:
    assert [plain(25312), plain(91.25), plain(3.0), plain(None)] == ["25312", "91.2", "3", ""]
    assert [axis_words(20000), axis_words(25000), axis_words(7500)] == ["2万", "2.5万", "7500"]


def test_columns_stand_on_zero_and_keep_proportion() -> None:
    chart = column_chart("筛查", NAMES, [Series("任务", [50, 100]), Series("完成", [100, 100])])
    assert {mark.y + mark.height for mark in chart.marks} == {chart.foot}
    assert [mark.series for mark in chart.marks] == [2, 1, 2, 1]
    assert chart.marks[0].height * 2 == chart.marks[1].height == chart.foot - 8


def test_missing_value_is_not_drawn_as_zero() -> None:
    chart = column_chart("筛查", NAMES, [Series("2025年", [None, 5]), Series("2026年", [4, None])])
    assert [mark.series for mark in chart.marks] == [1, 2]
    assert chart.table.rows == [["一季度", "", "4"], ["二季度", "5", ""]]


def test_lines_end_with_their_values_one_below_the_other() -> None:
    chart = line_chart("累计", NAMES, [Series("2026年", [0, 25312]), Series("2025年", [0, 24870])])
    first, second = (text for text in chart.texts if text.anchor == "start")
    assert (first.words, second.words) == ("25312", "24870")
    assert second.y - first.y >= 14


def test_line_stops_where_the_year_stops() -> None:
    chart = line_chart("累计", ["1月", "2月", "3月"], [Series("2026年", [1, 2, None])])
    assert len(chart.paths[0].points.split()) == 2


def test_bars_stay_in_the_order_given() -> None:
    chart = bar_chart("类别", ["其他", "就业创业"], Series("2026年", [1, 4]), Series("2025年", [2, None]))
    bars = [mark for mark in chart.marks if mark.series == 1]
    assert [text.words for text in chart.texts if text.anchor == "end"] == ["其他", "就业创业"]
    assert bars[0].width * 4 == pytest.approx(bars[1].width, abs=0.3)
    assert len([mark for mark in chart.marks if mark.series == 2]) == 1


def test_dots_below_the_limit_are_named_and_no_others() -> None:
    chart = dots([96, 79, None, 86])
    assert [text.words for text in chart.texts if text.loud] == ["乙镇 79%", "丁镇 86%"]
    assert [mark.series for mark in chart.marks] == [2, 1, 1]
    assert [rule.words for rule in chart.rules] == ["75%", "80%", "85%", "90%", "95%", "100%"]


def test_names_of_neighbours_do_not_cover_each_other() -> None:
    first, second = (text for text in dots([79, 79.2, *[96] * 22]).texts if text.loud)
    assert abs(first.y - second.y) >= 14


@pytest.mark.parametrize("values", [[], [0, 0], [None, None]])
def test_empty_year_still_has_a_chart(values: list[float | None]) -> None:
    names = NAMES[: len(values)]
    assert column_chart("空", names, [Series("2026年", values)]).foot == 202
    assert len(line_chart("空", names, [Series("2026年", values)]).marks) == len(
        [v for v in values if v is not None][:1]
    )
    assert bar_chart("空", names, Series("2026年", values)).table == table_of(names, [Series("2026年", values)])


def test_drawing_carries_no_inline_style_and_its_own_words() -> None:
    for chart in (
        column_chart("筛查", NAMES, [Series("任务", [1, 2]), Series("完成", [2, 1])]),
        line_chart("累计", NAMES, [Series("2026年", [1, 2])]),
        bar_chart("类别", NAMES, Series("2026年", [1, 2])),
        dots([96, 79, 80, 81]),
    ):
        drawn = render_to_string(chart.template, {"chart": chart})
        assert "style=" not in drawn
        assert f'role="img" aria-label="{chart.label}"' in drawn


def dots(values: list[float | None]) -> Chart:
    names = [*"甲乙丙丁", *"戊" * 20]
    names = [f"{name}镇" for name in names[: len(values)]]
    return dot_chart("召回率", names, values, target=95, low=88, axis_words="按区划代码", table=NONE)


@pytest.mark.parametrize("values", [[79, 80, 81, 78], [80] * 9, [82.9, 80, 77.8, 87.1, 85.7, 81.6, 50, 86, 84]])
def test_names_of_many_outliers_never_stand_on_one_another(values: list[float | None]) -> None:
    chart = dots(values)
    texts = [text for text in chart.texts if text.loud]
    boxes = [(text.x, text.y, text.x + width_of(text.words)) for text in texts]
    assert [
        (one, other)
        for at, one in enumerate(boxes)
        for other in boxes[:at]
        if abs(one[1] - other[1]) < LINE and one[0] < other[2] and other[0] < one[2]
    ] == []
    assert all(chart.left <= left and right <= chart.width for left, _, right in boxes)
    unnamed = len(values) - len(texts)
    assert chart.texts[-1].words == ("按区划代码" + (f"，另有 {unnamed} 个没有标名，见统计" if unnamed else ""))
