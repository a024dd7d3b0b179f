"""A scikit-learn classifier of digits, for pipelines and grid searches."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from inkdigits import spec
from inkdigits.errors import ConfigError, MissingExtraError
from inkdigits.recognition.answers import softmax
from inkdigits.recognition.normalize import normalize_digit
from inkdigits.training.learn import networks
from inkdigits.training.learn.config import load_config
from inkdigits.training.learn.data import Split
from inkdigits.training.learn.digit_task import DigitTask
from inkdigits.training.learn.fit import fit
from inkdigits.training.learn.run import Row, Run
from inkdigits.training.learn.settings import DigitConfig

try:
    from sklearn.base import BaseEstimator, ClassifierMixin
    from sklearn.utils.multiclass import check_classification_targets
    from sklearn.utils.validation import check_is_fitted, validate_data
except ModuleNotFoundError as error:
    raise MissingExtraError("scikit-learn", "train") from error

__all__ = ["DigitClassifier"]

AT_A_TIME = 128  # pictures a call of the network


class DigitClassifier(ClassifierMixin, BaseEstimator):
    """The networks of ``inkdigits train`` behind scikit-learn's interface.

    Rows of X are square pictures with ink high: 28 x 28 ones are in MNIST's convention and go into the
    network as they are; others, such as the 8 x 8 digits of ``sklearn.datasets.load_digits``, are brought to
    it. Any scale will do, 0..1, 0..16 or 0..255: the largest value of the fitted X stands for full ink.
    Classes can be any labels, at most ten.

    Args:
        config: a shipped config or a TOML file; says network, distortions and schedule.
        epochs: passes over X; None for the config's.
        batch_size: rows a step; None for the config's. Never more than there are rows.
        learning_rate: the highest; None for the config's.
        random_state: seed of weights, order and distortions; None for the config's.
        verbose: whether to print a line an epoch, as fitting takes minutes.

    Attributes:
        classes_: the labels, sorted.
        n_features_in_: pixels of a row.
        full_: the value that stands for full ink.
        weights_: the network's weights, so that the fitted estimator can be pickled.
        history_: the figures of every epoch; those called ``val_`` are of X itself, undistorted.
    """

    def __init__(
        self,
        config: str = "small",
        *,
        epochs: int | None = None,
        batch_size: int | None = None,
        learning_rate: float | None = None,
        random_state: int | None = None,
        verbose: bool = False,
    ) -> None:
        self.config = config
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.random_state = random_state
        self.verbose = verbose

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:  # noqa: N803 - scikit-learn's name
        """Trains a new network.

        Args:
            X: (N, side * side) or (N, side, side), 0 or more, ink high.
            y: (N,) labels of at most ten classes.

        Raises:
            ValueError: X holds no square pictures, y too many classes or one alone.
            ConfigError: a setting is unknown or out of range.
        """
        targets: Any = y
        rows: Any
        rows, labels = validate_data(self, _flat(X), targets, dtype="numeric", ensure_min_samples=2)
        check_classification_targets(labels)
        self.classes_, codes = np.unique(labels, return_inverse=True)
        if len(self.classes_) < 2 or len(self.classes_) > len(spec.DIGITS):
            raise ValueError(
                f"y has {len(self.classes_)} class(es), expected 2 to {len(spec.DIGITS)}; "
                "give digits of several classes"
            )
        self.full_ = float(rows.max()) or 1.0
        images = self._pictures(rows)
        settings = self._settings(len(images))
        task = DigitTask(settings, Split(images, codes.astype(np.int64), images, codes.astype(np.int64), ()))
        with tempfile.TemporaryDirectory() as folder:
            on_epoch = partial(_tell, settings.fit.epochs) if self.verbose else None
            model, self.history_ = fit(settings, task, Run(Path(folder)), on_epoch=on_epoch)
        self.weights_ = model.get_weights()
        self._network = settings.network
        return self

    def predict(self, X: ArrayLike) -> NDArray[Any]:  # noqa: N803
        """Returns the likeliest label of each row, (N,)."""
        check_is_fitted(self)
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def predict_proba(self, X: ArrayLike) -> NDArray[np.float64]:  # noqa: N803
        """Returns float64 (N, classes): the probability of each of ``classes_``; each row sums to 1."""
        check_is_fitted(self)
        rows: Any = validate_data(self, _flat(X), dtype="numeric", reset=False)
        images = self._pictures(rows)
        model = networks.build(self._network.layers, batch_norm=self._network.batch_norm)
        model.set_weights(self.weights_)
        # Calls of one size alone: an answer does not depend on what is asked beside it, to the last digit.
        filled = np.zeros((-len(images) % AT_A_TIME, *images.shape[1:]), np.uint8)
        parts = np.concatenate((images, filled)).reshape(-1, AT_A_TIME, *images.shape[1:])
        logits = np.concatenate([np.asarray(model.predict_on_batch(part)) for part in parts])[: len(images)]
        # Of the ten answers those that stand for a class.
        return softmax(logits[:, : len(self.classes_)].astype(np.float64)).astype(np.float64)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.positive_only = True
        tags.input_tags.three_d_array = True
        return tags

    def _settings(self, count: int) -> DigitConfig:
        """Returns the config with this estimator's own settings and nothing beside X to learn from."""
        config = load_config(self.config)
        if not isinstance(config, DigitConfig):
            raise ConfigError(
                f"config {self.config} reads numbers; expected one of digits, for example small"
            )
        stated: dict[str, Any] = {
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "learning_rate": self.learning_rate,
            "seed": self.random_state,
        }
        settings = replace(config.fit, **{name: value for name, value in stated.items() if value is not None})
        settings = replace(settings, batch_size=min(settings.batch_size, count), init="")
        nothing_else = replace(config.data, pen=0, junk=0.0, by_hand=0, others=0, scenes=0)
        return replace(config, fit=settings, data=nothing_else)

    def _pictures(self, rows: NDArray[Any]) -> NDArray[np.uint8]:
        """Returns uint8 (N, 28, 28) in MNIST's convention."""
        if rows.min(initial=0) < 0:
            raise ValueError("Negative values in data passed to DigitClassifier; expected ink, 0 or more")
        side = _side(rows.shape[1])
        scaled = np.clip(np.rint(rows.astype(np.float64) * (255 / self.full_)), 0, 255).astype(np.uint8)
        images = scaled.reshape(-1, side, side)
        if side == spec.DIGIT_SIDE:
            return images
        return np.stack([normalize_digit(np.ascontiguousarray(image)) for image in images])


def _tell(epochs: int, row: Row) -> None:
    line = f"epoch {row['epoch']:.0f} of {epochs}  loss {row['loss']:.4f}  {row['seconds']:.1f} s"
    print(line, flush=True)  # noqa: T201 - asked for with verbose, as scikit-learn's own estimators do it


def _flat(X: ArrayLike) -> Any:  # noqa: N803
    """Returns pictures (N, side, side) as rows; anything else as it is, to be checked."""
    return X.reshape(len(X), -1) if isinstance(X, np.ndarray) and X.ndim == 3 else X


def _side(pixels: int) -> int:
    side = round(pixels**0.5)
    if side * side != pixels:
        raise ValueError(
            f"X has {pixels} features, expected square pictures, for example 784 of 28 x 28 pixels"
        )
    return side
