"""The settings of a training, as frozen data: what all tasks read, and what one reads alone."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, TypeAlias

from inkdigits import spec
from inkdigits.training.draw.augment import Augment

__all__ = [
    "Config",
    "Data",
    "DigitConfig",
    "DigitData",
    "DigitFit",
    "FinderConfig",
    "FinderData",
    "Fit",
    "Network",
    "NumberConfig",
    "NumberData",
    "NumberFit",
]

DIGIT_LAYERS = (
    "conv 24 5 /2",
    "conv 32 3",
    "conv 64 3 /2",
    "conv 64 3 +",
    "conv 128 3 /2",
    "flatten",
    "dropout 0.3",
)
NUMBER_LAYERS = (
    "conv 24 5 /2",
    "conv 48 3 /2",
    "conv 64 3",
    "conv 64 3 +",
    "conv 112 3 /2x1",
    "conv 112 3 +",
    "conv 128 4x1 valid",
    "conv 128 1x3 +",
    "conv 128 1x3 +",
)


FINDER_LAYERS = (
    "conv 16 5 /2",
    "conv 32 3 /2",
    "conv 48 3",
    "keep",
    "conv 80 3 /2",
    "conv 80 3 +",
    "keep",
    "conv 112 3 /2",
    "conv 112 3 +",
    "conv 112 3 +",
    "up",
    "conv 80 3 +",
    "conv 80 3 +",
    "up",
    "conv 48 3 +",
    "conv 64 3",
)


@dataclass(frozen=True, slots=True)
class Data:
    """What is learned from.

    Attributes:
        train: data set names or paths, joined; numbers are composed from their digits.
        validation: share of it held out by class; measures epochs, sets the calibration, never learned.
        leave_out: digits of mnist that are not learned from: a text file with their places in the training
            file, one a line, or the name of a shipped one; empty for none. ``mnist_corrupted`` has the 1,000
            that are measured under corruptions.
        seed: which digits are held out, what the pen writes, and which numbers are composed from the
            held-out digits.
    """

    train: tuple[str, ...] = ("mnist",)
    validation: float = 0.05
    leave_out: str = ""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class DigitData(Data):
    """What is learned from.

    Attributes:
        pen: number of digits that the project's own pen writes, learned beside the others.
        junk: crops that are no digit, as a share of all others; their answer is "all ten alike", or that they
            are no digit where there is such an answer.
        by_hand: number of digits that real writers' pen strokes are drawn to, learned beside the others.
        others: number of letters, words and other marks that are no digit; with them the network has an
            answer more, which says that.
        scenes: number of digits that the reader's own way cuts out of pictures of numbers, most of them by
            real hands; and crops of two digits at once, where there is an answer for what is no digit.
    """

    pen: int = 15000
    junk: float = 0.08
    by_hand: int = 0
    others: int = 0
    scenes: int = 0


@dataclass(frozen=True, slots=True)
class NumberData(Data):
    """What is learned from.

    Attributes:
        numbers: numbers composed for an epoch.
        held_numbers: numbers composed from the held-out digits and by the held-out writers.
        by_hand: share of the numbers that real writers' pen strokes are composed to; 0 needs no strokes.
        signs: share of dates, times, sums and other texts with signs.
        others: share of the numbers beside which, or in place of which, stands what is no digit.
    """

    numbers: int = 30000
    held_numbers: int = 2000
    by_hand: float = 0.0
    signs: float = 0.0
    others: float = 0.0


@dataclass(frozen=True, slots=True)
class FinderData(Data):
    """What is learned from.

    Attributes:
        windows: parts of scenes, 192 x 192 pixels each, composed for an epoch.
        held_windows: those composed from the held-out digits and by the held-out writers.
        by_hand: share of the numbers that real writers' pen strokes are composed to; 0 needs no strokes.
        signs: share of dates, times, sums and other texts with signs.
        others: share of the numbers beside which, or in place of which, stands what is no digit.
        cells: share of the windows that show small pictures side by side; the others are parts of sheets.
    """

    windows: int = 4800
    held_windows: int = 240
    by_hand: float = 0.6
    signs: float = 0.25
    others: float = 0.3
    cells: float = 0.45


@dataclass(frozen=True, slots=True)
class Network:
    """What learns; the layer language is in :mod:`inkdigits.training.learn.networks`.

    Attributes:
        layers: one description a layer, from the picture on.
        batch_norm: whether each layer's output is normalised over the batch.
    """

    layers: tuple[str, ...]
    batch_norm: bool = True


@dataclass(frozen=True, slots=True)
class Fit:
    """How it learns.

    Attributes:
        epochs: passes over what is learned from, each with new distortions.
        batch_size: pictures a step.
        learning_rate: the highest.
        schedule: "cosine": reached after ``warmup``, then along a cosine down to zero; "constant": it stays.
        warmup: share of all steps that climb to it.
        weight_decay: share of the kernels taken away at each step, times the learning rate.
        average: momentum of the running average of the weights that is kept; 0 keeps the last weights.
        clip: largest norm of a step's gradient; 0 for any.
        seed: initial weights, order and distortions.
        init: whose network is trained on: the folder of a finished run or of a bundle, or ``digit`` or
            ``number`` for a shipped one; empty to begin with a new one. It may have narrower layers, fewer
            residual ones and fewer labels. In the folder of a recipe's step it is an earlier step's name.
        keep: share of the weights it began with in those it ends with, so that what it knew is not forgotten
            for what is new (Wortsman et al., 2022); 0 for none.
        precision: "float32", or "bfloat16" to compute with half as many bits; weights keep all of theirs.
            On processors that have instructions for it a step takes three quarters of the time.
    """

    epochs: int = 70
    batch_size: int = 128
    learning_rate: float = 0.004
    schedule: str = "cosine"
    warmup: float = 0.1
    weight_decay: float = 0.02
    average: float = 0.998
    clip: float = 0.0
    seed: int = 1
    init: str = ""
    keep: float = 0.0
    precision: str = "float32"


@dataclass(frozen=True, slots=True)
class DigitFit(Fit):
    """How it learns.

    Attributes:
        label_smoothing: share of probability spread over all ten answers.
        settle: share of the epochs, at the end, in which half of the digits stay as they are.
        focus: from the second epoch on, the share of the digits that are learned from, those that the network
            found hardest at the epoch's start, over and over until the epoch is full; 1 for all alike.
    """

    label_smoothing: float = 0.03
    settle: float = 0.2
    focus: float = 1.0


@dataclass(frozen=True, slots=True)
class NumberFit(Fit):
    """How it learns.

    Attributes:
        placed: weight of naming each character at its place, beside the loss that looks for the place itself.
    """

    placed: float = 0.3


@dataclass(frozen=True, slots=True)
class DigitConfig:
    """All settings of a training that names single digits: ``task = "digit"``."""

    task: ClassVar[str] = "digit"
    data: DigitData = field(default_factory=DigitData)
    network: Network = field(default_factory=lambda: Network(DIGIT_LAYERS))
    augment: Augment = field(default_factory=Augment)
    fit: DigitFit = field(default_factory=DigitFit)

    @property
    def labels(self) -> str:
        """What the network's answers stand for, in order."""
        return spec.DIGITS + (spec.OTHER if self.data.others else "")

    def to_dict(self) -> dict[str, Any]:
        """Returns the task and its settings as nested plain dictionaries."""
        return {"task": self.task, **asdict(self)}


@dataclass(frozen=True, slots=True)
class NumberConfig:
    """All settings of a training that reads whole numbers: ``task = "number"``."""

    task: ClassVar[str] = "number"
    labels: ClassVar[str] = spec.NUMBER_LABELS
    data: NumberData = field(default_factory=NumberData)
    network: Network = field(default_factory=lambda: Network(NUMBER_LAYERS))
    fit: NumberFit = field(
        default_factory=lambda: NumberFit(
            epochs=38, batch_size=64, learning_rate=0.003, weight_decay=0.01, clip=5.0
        )
    )

    def to_dict(self) -> dict[str, Any]:
        """Returns the task and its settings as nested plain dictionaries."""
        return {"task": self.task, **asdict(self)}


@dataclass(frozen=True, slots=True)
class FinderConfig:
    """All settings of a training that finds marks: ``task = "finder"``."""

    task: ClassVar[str] = "finder"
    labels: ClassVar[str] = spec.NUMBER_LABELS
    data: FinderData = field(default_factory=FinderData)
    network: Network = field(default_factory=lambda: Network(FINDER_LAYERS))
    fit: Fit = field(
        default_factory=lambda: Fit(
            epochs=40, batch_size=16, learning_rate=0.002, weight_decay=0.01, warmup=0.05, clip=5.0
        )
    )

    def to_dict(self) -> dict[str, Any]:
        """Returns the task and its settings as nested plain dictionaries."""
        return {"task": self.task, **asdict(self)}


Config: TypeAlias = DigitConfig | NumberConfig | FinderConfig
