import pytest

from reports.rendering.fonts import Role, find_fonts
from reports.rendering.lines import set_lines

HAN = "妇"


def lines(text: str, indent: int = 2) -> list[str]:
    return [line.text for line in set_lines(text, Role.BODY, find_fonts(), indent=indent)]


def test_a_paragraph_has_26_and_then_28_characters() -> None:
    assert [len(line) for line in lines(HAN * 60)] == [26, 28, 6]


def test_a_closing_mark_takes_the_character_before_it_to_the_next_line() -> None:
    assert lines(HAN * 26 + "。" + HAN) == [HAN * 25, HAN + "。" + HAN]


def test_an_opening_mark_does_not_end_a_line() -> None:
    assert lines(HAN * 25 + "“" + HAN * 3)[0] == HAN * 25


@pytest.mark.parametrize("number", ["2016", "2.5万", "98.1%", "互联网+"[3:] + "12"])
def test_a_number_is_not_cut(number: str) -> None:
    assert lines(HAN * 25 + number + HAN * 5)[1].startswith(number)


def test_a_dash_of_two_cells_is_not_cut() -> None:
    assert lines(HAN * 25 + "——" + HAN)[1] == "——" + HAN


def test_a_word_longer_than_a_line_is_cut_all_the_same() -> None:
    assert "".join(lines("a" * 200)) == "a" * 200


def test_a_line_that_hands_a_character_down_is_set_wider() -> None:
    wide, last = set_lines(HAN * 27 + "。", Role.BODY, find_fonts(), indent=0), None
    assert len(wide) == 1
    wide, last = set_lines(HAN * 28 + "。", Role.BODY, find_fonts(), indent=0)
    assert (len(wide.text), wide.spacing > 0, last.spacing < 0) == (27, True, True)


def test_an_empty_paragraph_has_no_line() -> None:
    assert lines("") == []
