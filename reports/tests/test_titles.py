import pytest

from reports.rendering.titles import break_title, cells


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("兰河市妇联2016年度工作总结", ["兰河市妇联2016年度工作总结"]),
        ("关于妇联组织引领妇女群众听党话跟党走的思考", ["关于妇联组织引领妇女群众", "听党话跟党走的思考"]),
        ("一行\n二行长些", ["一行", "二行长些"]),
        ("《条例》", ["《条例》"]),
    ],
)
def test_a_title_is_broken_between_words(title: str, lines: list[str]) -> None:
    assert break_title(title) == lines


def test_a_long_title_makes_a_lozenge_or_a_trapezium() -> None:
    title = "兰河市妇女联合会关于深入开展下基层访妇情办实事活动推进基层妇联组织改革创新情况的报告"
    lines = break_title(title)
    assert "".join(lines) == title
    assert max(map(cells, lines)) <= 18.5
    assert len(lines) == 3
    lengths = [cells(line) for line in lines]
    assert len(set(lengths)) > 1
    assert not lengths[0] > lengths[1] < lengths[2]


def test_numbers_stay_with_what_they_count() -> None:
    for line in break_title("兰河市妇女联合会2016年农村妇女“两癌”免费筛查工作情况报告"):
        assert not line.startswith(("年", "”", "6"))
        assert not line.endswith("“")
