"""The numbers of a page beside those that are written: right in order, misread, missing, not there."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.measure.pages import PageFigures, align, longest_common, rows_of
from inkdigits.readings import Box, Number, Reading

few = st.lists(st.sampled_from("123"), max_size=7)


def page(text: str) -> Reading:
    """Returns the reading of a page with this text."""
    numbers = tuple(Number(word, 0.9, Box(0, 0, 1, 1)) for word in text.split())
    return Reading("page", "ok", text, 0.9, numbers)


def length_by_trying(first: list[str], second: list[str]) -> int:
    if not first or not second:
        return 0
    if first[0] == second[0]:
        return 1 + length_by_trying(first[1:], second[1:])
    return max(length_by_trying(first[1:], second), length_by_trying(first, second[1:]))


@given(few, few)
def test_no_common_sequence_is_longer(first: list[str], second: list[str]):
    pairs = longest_common(first, second)
    assert len(pairs) == length_by_trying(first, second)
    assert all(first[i] == second[j] for i, j in pairs)
    assert all(a < c and b < d for (a, b), (c, d) in pairwise(pairs)), "out of order"


def test_of_common_sequences_as_long_the_one_in_one_piece_is_taken():
    # The 1 could be the first or the second; behind the second it is whole.
    assert longest_common(["1", "2"], ["1", "1", "2"]) == [(0, 1), (1, 2)]
    assert longest_common(["1", "2", "3"], ["1", "2", "9", "2", "3"]) in (
        [(0, 0), (1, 1), (2, 4)],
        [(0, 0), (1, 3), (2, 4)],
    )


def test_rows_of_a_label():
    assert rows_of("5 0,5|12||7 ") == [["5", "0.5"], ["12"], ["7"]]
    assert rows_of("") == []


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("12 5\n7", (("12", 0), ("5", 1), ("7", 2))),
        ("12 6\n7", (("12", 0), ("5", 1), ("7", 2))),  # one taken for the other
        ("12\n7", (("12", 0), ("5", None), ("7", 1))),  # missed
        ("12 5 3\n7", (("12", 0), ("5", 1), ("", 2), ("7", 3))),  # not there
        ("", (("12", None), ("5", None), ("7", None))),
    ],
)
def test_what_is_written_beside_what_was_read(text: str, pairs: tuple[tuple[str, int | None], ...]):
    assert align("12 5|7", page(text)).pairs == pairs


def test_comma_and_point_are_the_same():
    assert align("1,5", page("1.5")).pairs == (("1.5", 0),)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("1 2 3\n4 5", 2),
        ("9 1 2 3\n4 5", 2),  # more at the end of a row leaves it whole
        ("1 9 2 3\n4 5", 1),  # not so in its midst
        ("1 2\n3\n4 5", 1),
        ("1 2 3 4 5", 2),
        ("1 2 8\n4 5", 1),
        ("", 0),
    ],
)
def test_rows_that_came_out_whole(text: str, whole: int):
    aligned = align("1 2 3|4 5", page(text))
    assert (aligned.rows, aligned.rows_whole) == (2, whole)


def test_a_reading_whose_text_tells_no_rows_is_one_row():
    numbers = page("1 2").numbers
    assert align("1 2", Reading("page", "ok", "", 0.9, numbers)).rows_whole == 1


def test_sure_ones_that_are_wrong_are_a_share_of_the_sure_ones():
    figures = PageFigures(pages=1, written=9, read=8, right=6, sure=4, sure_wrong=1, rows=3, rows_whole=1)
    assert figures.to_dict()["sure_wrong_of_sure"] == 0.25
    silent = PageFigures(pages=1, written=9, read=0, right=0, sure=0, sure_wrong=0, rows=3, rows_whole=0)
    assert silent.sure_wrong_of_sure == 0
