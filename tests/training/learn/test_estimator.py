"""estimator.py: the networks behind scikit-learn's interface, held to scikit-learn's own checks."""

from __future__ import annotations

import pickle
import warnings
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from sklearn.utils.estimator_checks import check_estimator
from tiny import LIBRARIES_WARN

from inkdigits.errors import ConfigError
from inkdigits.training import DigitClassifier
from inkdigits.training.draw.digit import write_digits
from inkdigits.training.learn.config import load_config

pytestmark = LIBRARIES_WARN

SMALL = """
[network]
layers = ["conv 6 5 /2", "conv 12 3 /2", "flatten"]
[fit]
epochs = 8
batch_size = 8
learning_rate = 0.01
average = 0.0
[augment]
clean = 1.0
"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("config") / "small.toml"
    path.write_text(SMALL)
    return str(path)


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    return write_digits(300, 4)


class OfTables(DigitClassifier):
    """Lays any table out as pictures: scikit-learn's checks know tables of two or three columns alone."""

    def _pictures(self, rows: NDArray[np.float64]) -> NDArray[np.uint8]:
        side = int(np.ceil(rows.shape[1] ** 0.5))
        squares = np.pad(rows, ((0, 0), (0, side * side - rows.shape[1]))).reshape(-1, side, side)
        pictures = np.zeros((len(rows), 28, 28))
        scale = 28 // side
        pictures[:, : scale * side, : scale * side] = np.kron(squares, np.ones((1, scale, scale)))
        return super()._pictures(pictures.reshape(len(rows), -1))


def test_all_of_scikit_learns_checks_pass_once_tables_are_pictures(small: str):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the checks provoke warnings
        found = check_estimator(OfTables(small, random_state=1), on_fail=None, on_skip=None)
    assert len(found) > 40
    assert [one for one in found if one["status"] == "failed"] == []
    skipped = {one["check_name"] for one in found if one["status"] == "skipped"}
    assert skipped <= {"check_array_api_input"}, "it needs another array library"


def test_tables_that_are_no_pictures_are_refused(small: str):
    with pytest.raises(ValueError, match="X has 783 features, expected square pictures"):
        DigitClassifier(small).fit(np.ones((20, 783)), np.arange(20) % 10)


def test_pictures_are_learned_as_rows_and_as_squares(small: str, digits: tuple[np.ndarray, np.ndarray]):
    images, labels = digits
    model = DigitClassifier(small, random_state=1).fit(images, labels)
    assert model.score(images, labels) > 0.9
    assert model.n_features_in_ == 784
    rows = images.reshape(len(images), -1)
    assert (model.predict(images) == model.predict(rows)).all()
    probabilities = model.predict_proba(rows)
    assert probabilities.shape == (300, 10)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)
    assert (probabilities.argmax(axis=1) == model.predict(rows)).all()


def test_the_scale_of_ink_does_not_matter(small: str, digits: tuple[np.ndarray, np.ndarray]):
    images, labels = digits
    whole = DigitClassifier(small, random_state=1, epochs=2).fit(images, labels)
    share = DigitClassifier(small, random_state=1, epochs=2).fit(images / 255, labels)
    assert (whole.predict(images) == share.predict(images / 255)).all()


def test_the_small_digits_of_scikit_learn_are_learned(small: str):
    found = load_digits()
    model = DigitClassifier(small, epochs=6, random_state=1).fit(found.data[:1200], found.target[:1200])
    assert model.score(found.data[1200:], found.target[1200:]) > 0.85


def test_labels_can_be_anything_and_fewer_than_ten(small: str, digits: tuple[np.ndarray, np.ndarray]):
    images, labels = digits
    some = labels < 3
    names = np.array(["nought", "one", "two"])[labels[some]]
    model = DigitClassifier(small, random_state=1).fit(images[some], names)
    assert list(model.classes_) == ["nought", "one", "two"]
    assert model.predict_proba(images[some]).shape == (some.sum(), 3)
    assert model.score(images[some], names) > 0.9


@pytest.mark.parametrize("classes", [1, 11])
def test_too_few_or_too_many_classes_are_refused(small: str, classes: int):
    with pytest.raises(ValueError, match="expected 2 to 10"):
        DigitClassifier(small).fit(np.ones((44, 784)), np.arange(44) % classes)


def test_a_fitted_estimator_survives_pickling(small: str, digits: tuple[np.ndarray, np.ndarray]):
    images, labels = digits
    model = DigitClassifier(small, epochs=1, random_state=1).fit(images, labels)
    again = pickle.loads(pickle.dumps(model))  # noqa: S301 - our own bytes
    np.testing.assert_array_equal(again.predict_proba(images), model.predict_proba(images))


def test_it_stands_in_a_pipeline_and_a_grid_search(small: str, digits: tuple[np.ndarray, np.ndarray]):
    images, labels = digits
    rows = images.reshape(len(images), -1)
    pipeline = make_pipeline(FunctionTransformer(lambda x: 255 - x), DigitClassifier(small, random_state=1))
    search = GridSearchCV(pipeline, {"digitclassifier__epochs": [1, 6]}, cv=2)
    search.fit(255 - rows, labels)
    assert search.best_params_ == {"digitclassifier__epochs": 6}
    assert cross_val_score(DigitClassifier(small, random_state=1), rows, labels, cv=2).mean() > 0.5


def test_the_config_can_be_a_shipped_one():
    settings = DigitClassifier("standard", epochs=3, random_state=9)._settings(10_000)
    assert settings.network == load_config("standard").network
    assert (settings.fit.epochs, settings.fit.seed, settings.data.pen) == (3, 9, 0)
    assert DigitClassifier(batch_size=64)._settings(40).fit.batch_size == 40


def test_settings_that_are_not_those_of_one_training_of_digits_are_refused(tmp_path: Path):
    rows, labels = np.eye(20, 64), [0, 1] * 10
    numbers = tmp_path / "numbers.toml"
    numbers.write_text('task = "number"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"numbers\.toml reads numbers; expected one of digits"):
        DigitClassifier(str(numbers)).fit(rows, labels)
    with pytest.raises(ConfigError, match="champion is a recipe of 7 steps"):
        DigitClassifier("champion").fit(rows, labels)


def test_a_config_with_marks_that_are_no_digit_learns_from_x_alone(
    digits: tuple[np.ndarray, np.ndarray], tmp_path: Path
):
    (tmp_path / "others.toml").write_text(SMALL + "[data]\nby_hand = 10\nothers = 10\n")
    images, labels = digits
    fitted = DigitClassifier(str(tmp_path / "others.toml"), epochs=1, random_state=1).fit(images, labels)
    assert fitted.predict_proba(images).shape == (len(images), 10)


def test_verbose_tells_each_epoch(small: str, digits: tuple[np.ndarray, np.ndarray], capsys):
    images, labels = digits
    DigitClassifier(small, epochs=2, verbose=True).fit(images, labels)
    assert [line[:14] for line in capsys.readouterr().out.splitlines()] == [
        "epoch 1 of 2  ",
        "epoch 2 of 2  ",
    ]
    DigitClassifier(small, epochs=1).fit(images, labels)
    assert capsys.readouterr().out == ""
