"""The figures of a score, against known values and the laws they must obey."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.measure.intervals import clopper_pearson
from inkdigits.measure.scoring import confusion_matrix, right_answers, score, with_confidence

# ---- Confusion ----


def test_confusion_has_all_digits_and_puts_no_answer_last() -> None:
    confusion = confusion_matrix(["7", "7", "0"], ["7", "", "1"])
    assert confusion.rows == tuple("0123456789")
    assert confusion.columns == (*"0123456789", "")
    assert confusion.counts[7, 7] == 1
    assert confusion.counts[7, -1] == 1
    assert confusion.counts[0, 1] == 1
    assert confusion.counts.sum() == 3


def test_confusion_of_letters_has_only_their_rows() -> None:
    confusion = confusion_matrix(["u", "d", "u"], ["0", "6", "0"])
    assert confusion.rows == ("d", "u")
    assert confusion.columns == tuple("0123456789")
    assert confusion.counts[1, 0] == 2


@given(st.lists(st.tuples(st.sampled_from("019ax"), st.sampled_from(["", "0", "9", "-"])), max_size=30))
def test_confusion_loses_no_picture(pairs: list[tuple[str, str]]) -> None:
    labels, predictions = [a for a, _ in pairs], [b for _, b in pairs]
    confusion = confusion_matrix(labels, predictions)
    assert confusion.counts.sum() == len(pairs)
    for label in set(labels):
        assert confusion.counts[confusion.rows.index(label)].sum() == labels.count(label)


# ---- Score ----


def test_score_counts_a_picture_without_an_answer_as_wrong() -> None:
    result = score(
        "set",
        ["1", "2", "3", "4", "5"],
        ["1", "2", "8", "", ""],
        [0.9, 0.4, 0.95, 0.0, 0.0],
        ["ok", "unsure", "ok", "empty", "error"],
        seconds=2.5,
    )
    assert (result.n, result.correct, result.accuracy) == (5, 2, 0.4)
    assert (result.low, result.high) == clopper_pearson(2, 5)
    assert (result.answered, result.answered_correct) == (2, 1)
    assert (result.empty, result.failed, result.to_reject) == (1, 1, False)


def test_score_of_letters_counts_false_accepts() -> None:
    result = score("letters", ["u", "d"], ["0", "6"], [0.9, 0.2], ["ok", "unsure"])
    assert result.to_reject
    assert (result.correct, result.answered, result.answered_correct) == (0, 1, 0)


def test_silence_is_right_where_nothing_is_to_be_read_but_not_a_picture_that_cannot_be_read() -> None:
    right = right_answers(["", "", "", "7"], ["", "", "1", ""], ["empty", "error", "ok", "empty"])
    assert right.tolist() == [True, False, False, False]


def test_silence_where_nothing_is_to_be_read_says_nothing_of_confidence() -> None:
    assert with_confidence(["", "", "7"], ["", "1", ""]).tolist() == [False, True, True]
    alone = score("set", ["7"], ["7"], [0.8], ["ok"])
    beside = score("set", ["7", ""], ["7", ""], [0.8, 0.0], ["ok", "empty"])
    assert beside.expected_calibration_error == pytest.approx(alone.expected_calibration_error)
    assert (beside.n, beside.correct, beside.area_under_risk_coverage) == (2, 2, 0)
    assert score("blank", [""], [""], [0.0], ["empty"]).expected_calibration_error == 0


def test_sure_and_wrong_is_a_share_of_all() -> None:
    result = score("set", ["1", "2", "3", "4"], ["1", "7", "8", "4"], [0.9] * 4, ["ok", "ok", "unsure", "ok"])
    assert (result.sure_wrong, result.sure_wrong_share) == (1, 0.25)


def test_what_was_read_where_nothing_is_written_can_be_wrong_but_not_missing() -> None:
    result = score("page", ["12", ""], ["12", "5"], [0.9, 0.9], ["ok", "ok"], n=1)
    assert (result.n, result.correct, result.sure_wrong) == (1, 1, 1)


def test_score_as_json_has_the_promised_names() -> None:
    entry = json.loads(json.dumps(score("set", ["1"], ["1"], [1.0], ["ok"]).to_dict(), allow_nan=False))
    promised = ["name", "n", "correct", "accuracy", "low", "high"]
    promised += ["expected_calibration_error", "area_under_risk_coverage"]
    assert list(entry)[: len(promised)] == promised
    assert {"answered", "answered_correct", "seconds"} <= set(entry)


def test_a_score_of_nothing_or_of_uneven_lists_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        score("set", [], [], [], [])
    with pytest.raises(ValueError, match="same length"):
        score("set", ["1", "2"], ["1"], [1.0], ["ok"])
