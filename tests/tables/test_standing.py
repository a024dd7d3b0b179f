"""standing.py: rows and columns of numbers without lines."""

from __future__ import annotations

import numpy as np

from inkdigits.tables.standing import columns_by_standing, rows_by_standing

HIGH = 20.0


def spans(*starts: float, wide: float = 30.0) -> np.ndarray:
    return np.array([(start, start + wide) for start in starts])


def test_rows_are_those_of_one_level_also_where_all_rows_fall():
    x = np.tile(np.arange(8) * 90.0, 5)
    y = np.repeat(np.arange(5) * 40.0, 8) + 0.04 * x
    rows = rows_by_standing(spans(*x), y, HIGH)
    assert rows.tolist() == np.repeat(np.arange(5), 8).tolist()


def test_columns_are_found_by_a_side_or_the_middle():
    left = np.array([(0.0, 14.0), (100, 114), (0, 42), (100, 142)])  # aligned at the left
    assert columns_by_standing(left, np.array([0, 0, 1, 1]), HIGH).tolist() == [0, 1, 0, 1]
    right = np.array([(28.0, 42.0), (128, 142), (0, 42), (100, 142)])
    assert columns_by_standing(right, np.array([0, 0, 1, 1]), HIGH).tolist() == [0, 1, 0, 1]


def test_a_column_that_the_fullest_row_lacks_is_found():
    places = spans(0, 90, 270, 180, 270)
    assert columns_by_standing(places, np.array([0, 0, 0, 1, 1]), HIGH).tolist() == [0, 1, 3, 2, 3]


def test_a_column_in_two_halves_is_one_and_one_of_which_a_row_has_both_is_two():
    """The numbers of a column stand at its left in some rows, at its right in others."""
    left = [x for row in range(6) for x in (0.0, 90.0 + (38.0 if row % 2 else 0.0), 200.0, 290.0)]
    rows = np.repeat(np.arange(6), 4)
    assert columns_by_standing(spans(*left, wide=16.0), rows, HIGH).tolist() == [0, 1, 2, 3] * 6
    both = [*left, 128.0 + 20.0]
    found = columns_by_standing(spans(*both, wide=16.0), np.append(rows, 0), HIGH)
    assert found[0] != found[1]
    assert len(set(found[[0, 1, 2, 3, -1]].tolist())) == 5


def test_a_column_in_two_halves_stays_one_where_a_single_one_of_many_rows_has_both():
    """One of its numbers was read as two."""
    left = [x for row in range(12) for x in (0.0, 90.0 + (38.0 if row % 2 else 0.0), 200.0, 290.0)]
    rows = np.repeat(np.arange(12), 4)
    found = columns_by_standing(spans(*left, 148.0, wide=16.0), np.append(rows, 0), HIGH)
    assert found.tolist() == [0, 1, 2, 3] * 12 + [1]
