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
