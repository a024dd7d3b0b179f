"""Digits told from what is none, against known values and scikit-learn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from inkdigits.data.labelled import Dataset, dataset_of
from inkdigits.measure.evaluation import Evaluation, evaluate
from inkdigits.measure.rejection import area_under_roc, rejections


class Doubtful:
    """Is as sure that a picture is a 1 as its first pixel says, in hundredths."""

    def max_error_of(self, kind: str) -> float:
        return 0.5

    def classify(self, images: np.ndarray) -> np.ndarray:
        out = np.zeros((len(images), 10), np.float32)
        out[:, 1] = images[:, 0, 0] / 100
        return out


def answered(name: str, *pairs: tuple[str, int]) -> Evaluation:
    images = np.zeros((len(pairs), 28, 28), np.uint8)
    images[:, 0, 0] = [value for _, value in pairs]
    dataset: Dataset = dataset_of(name, images, [label for label, _ in pairs])
    return evaluate(Doubtful(), dataset)  # type: ignore[arg-type]


def test_area_is_that_of_scikit_learn_with_ties() -> None:
    rng = np.random.default_rng(1)
    digits, others = rng.integers(2, 12, 300) / 12, rng.integers(0, 9, 200) / 12
    truth = [1] * 300 + [0] * 200
    expected = roc_auc_score(truth, np.concatenate((digits, others)))
    assert area_under_roc(digits, others) == pytest.approx(expected, abs=1e-12)


def test_non_digits_are_held_against_the_digits_of_all_sets() -> None:
    first = answered("first", *[("1", 90)] * 100)
    second = answered("second", *[("2", 60)] * 99, ("2", 10), ("x", 95))
    letters = answered("letters", ("a", 20), ("b", 60), ("c", 5))
    found = {one.name: one for one in rejections([first, second, letters])}
    assert list(found) == ["second", "letters"]
    one = found["letters"]
    assert (one.digits, one.others, one.refused) == (200, 3, 2)
    assert one.threshold == pytest.approx(0.6)
    assert one.refused_share == pytest.approx(2 / 3)
    assert found["second"].refused == 0
    assert found["second"].auroc == 0.0


def test_there_are_none_without_digits_or_without_others() -> None:
    assert rejections([answered("letters", ("a", 20))]) == []
    assert rejections([answered("digits", ("1", 20))]) == []
    assert rejections([]) == []


def test_answers_given_with_auto_are_held_against_those() -> None:
    told = answered("mixed", ("1", 90), ("a", 20))
    auto = replace(told, expect="auto", confidences=np.array([0.2, 0.9]))
    both = rejections([replace(told, auto=auto)])
    assert [(one.expect, one.auroc) for one in both] == [("digit", 1.0), ("auto", 0.0)]
