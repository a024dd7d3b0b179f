"""What an evaluation counts, with a reader of ten lines in place of a model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inkdigits import spec
from inkdigits.data.datasets import Dataset
from inkdigits.errors import DataError
from inkdigits.measure import evaluation as evaluation_module
from inkdigits.measure.evaluation import BATCH, MAX_MISTAKES, MAX_UNREAD, evaluate
from inkdigits.reader import Reader
from inkdigits.readings import Box, Reading
from inkdigits.recognition.bundle import sha256_of
from inkdigits.recognition.engine import FakeDigitEngine
from inkdigits.recognition.model import Model
from inkdigits.recognition.prepare import DigitInput


class FakeReader:
    """Reads the value of the first pixel: its tens are the digit, its ones the confidence in tenths."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.expected: list[str] = []

    def max_error_of(self, kind: str = "digit") -> float:
        return 0.5

    def classify(self, images: np.ndarray) -> np.ndarray:
        self.batches.append(len(images))
        tens, ones = np.divmod(images[:, 0, 0].astype(int), 10)
        probabilities = np.repeat((1 - ones / 10)[:, None] / 9, 10, axis=1)
        probabilities[np.arange(len(images)), tens] = ones / 10
        return probabilities.astype(np.float32)

    def read_many(self, sources: Iterable[Any], expect: str = "auto") -> Iterator[Reading]:
        self.expected.append(expect)
        for source in sources:
            name = source.stem
            if name in ("empty", "error"):
                yield Reading(name, name, error="cannot decode it" if name == "error" else None)
            else:
                digit, confidence = name[0], int(name[1:]) / 100
                yield Reading(
                    name, "ok" if 1 - confidence <= self.max_error_of() else "unsure", digit, confidence
                )


def arrays(*pixels: int) -> np.ndarray:
    images = np.zeros((len(pixels), 28, 28), np.uint8)
    images[:, 0, 0] = pixels
    return images


def make_bundle(folder: Path) -> Path:
    """Writes a bundle without a model, for a reader with a fake engine."""
    metadata = {
        "format": spec.BUNDLE_FORMAT,
        "name": "fake",
        "kind": "digit",
        "preprocessing": spec.PREPROCESSING["digit"],
        "input": {"name": "digits", "dtype": "uint8", "shape": ["batch", 28, 28]},
        "labels": spec.DIGITS,
        "calibration": {"temperature": 1.0},
        "thresholds": {"max_error": 0.1},
        "files": {"model.onnx": sha256_of(b"none")},
    }
    (folder / "bundle.json").write_text(json.dumps(metadata))
    (folder / "model.onnx").write_bytes(b"none")
    return folder


def pictures(*names: str) -> tuple[Path, ...]:
    return tuple(Path(f"{name}.png") for name in names)


def test_model_input_goes_straight_to_the_model_in_batches() -> None:
    reader = FakeReader()
    n = 2 * BATCH + 3
    done: list[int] = []
    evaluation = evaluate(
        reader,
        Dataset("set", arrays(*[79] * n), ("7",) * n, "hash"),
        progress=done.append,
    )
    assert reader.batches == [BATCH, BATCH, 3]
    assert done == reader.batches
    assert reader.expected == []
    assert evaluation.score.accuracy == 1
    assert evaluation.sha256 == "hash"


def test_model_input_is_ok_from_the_threshold_on() -> None:
    evaluation = evaluate(FakeReader(), Dataset("set", arrays(79, 75, 14), ("7", "7", "7"), ""))
    assert evaluation.statuses == ("ok", "ok", "unsure")
    assert evaluation.predictions == ("7", "7", "1")
    assert evaluation.confidences == pytest.approx([0.9, 0.5, 0.4])
    assert evaluation.correct.tolist() == [True, True, False]
    [mistake] = evaluation.mistakes
    assert mistake.source is None
    assert mistake.model_input is not None
    assert mistake.model_input[0, 0] == 14


def test_pictures_take_the_whole_way_and_none_is_dropped() -> None:
    reader = FakeReader()
    done: list[int] = []
    sources = pictures("790", "empty", "error", "130", "860")
    evaluation = evaluate(
        reader,
        Dataset("set", sources, ("7", "7", "7", "1", "3"), ""),
        progress=done.append,
    )
    score = evaluation.score
    assert reader.expected == ["digit"]
    assert reader.batches == []
    assert sum(done) == score.n == 5
    assert (score.correct, score.answered, score.answered_correct) == (2, 2, 1)
    assert (score.empty, score.failed) == (1, 1)
    assert evaluation.first_error == "cannot decode it"
    assert evaluation.confusion.columns[-1] == ""
    assert evaluation.confusion.counts[7, -1] == 2
    assert [(m.index, m.status, m.error) for m in evaluation.unread] == [
        (1, "empty", None),
        (2, "error", "cannot decode it"),
    ]


def test_the_worst_mistakes_come_first_and_are_limited() -> None:
    sources = pictures(*(f"1{50 + i % 40}" for i in range(60)), *["empty"] * 20)
    evaluation = evaluate(FakeReader(), Dataset("set", sources, ("2",) * 80, ""))
    confidences = [m.confidence for m in evaluation.mistakes]
    assert len(confidences) == MAX_MISTAKES
    assert confidences[0] == pytest.approx(0.89)
    assert confidences == sorted(confidences, reverse=True)
    assert len(evaluation.unread) == MAX_UNREAD
    assert evaluation.mistakes[0].source == Path("189.png")
    assert evaluation.mistakes[0].model_input is None, "a picture that is gone has no input to show"


def test_a_mistake_shows_the_input_that_the_model_chose(monkeypatch: pytest.MonkeyPatch) -> None:
    ways = [DigitInput(image, Box(0, 0, 28, 28), 0.0) for image in arrays(14, 36, 38)]
    monkeypatch.setattr(evaluation_module, "digit_inputs", lambda picture: ways if picture.any() else [])

    class Array(FakeReader):
        def read_many(self, sources: Iterable[Any], expect: str = "auto") -> Iterator[Reading]:
            for source in sources:
                yield Reading("<array>", "ok", "3", 0.8) if source.any() else Reading("<array>", "empty")

    sources = (np.full((40, 40), 9, np.uint8), np.zeros((40, 40), np.uint8))
    evaluation = evaluate(Array(), Dataset("set", sources, ("7", "7"), ""))
    assert evaluation.mistakes[0].model_input is ways[2].image
    assert evaluation.mistakes[0].source is sources[0]
    assert evaluation.unread[0].model_input is None


def test_the_real_reader_can_be_measured(save_digit: Any, tmp_path: Path) -> None:
    path = save_digit(7, "seven.png")
    reader = Reader(Model(make_bundle(tmp_path), FakeDigitEngine(1)))
    evaluation = evaluate(reader, Dataset("set", (path, tmp_path / "gone.png"), ("7", "7"), ""))
    assert evaluation.statuses == ("ok", "error")
    assert evaluation.mistakes[0].prediction == "1"
    assert evaluation.mistakes[0].model_input.shape == (28, 28)
    assert "gone.png" in evaluation.first_error


def test_letters_are_all_wrong_and_those_answered_are_counted() -> None:
    evaluation = evaluate(
        FakeReader(), Dataset("letters", pictures("095", "620", "empty"), ("u", "d", "e"), "")
    )
    assert evaluation.score.to_reject
    assert (evaluation.score.correct, evaluation.score.answered) == (0, 1)
    assert [m.prediction for m in evaluation.mistakes] == ["0", "6"]
    assert evaluation.unread == (), "no answer to a letter is what is wanted"


def test_probabilities_a_hair_above_one_are_accepted() -> None:
    class Rounding(FakeReader):
        def classify(self, images: np.ndarray) -> np.ndarray:
            return np.eye(10, dtype=np.float32)[[7] * len(images)] * np.float32(1.0000001)

    assert evaluate(Rounding(), Dataset("set", arrays(0), ("7",), "")).confidences.tolist() == [1.0]


def test_an_empty_set_is_refused() -> None:
    with pytest.raises(DataError, match="the set nothing is empty"):
        evaluate(FakeReader(), Dataset("nothing", (), (), ""))


class NumberReader(FakeReader):
    """Reads what the name of a picture says."""

    def read_many(self, sources: Iterable[Any], expect: str = "auto") -> Iterator[Reading]:
        self.expected.append(expect)
        return (Reading(one.stem, "ok", one.stem, 0.9) for one in sources)


def test_of_a_number_the_whole_text_has_to_be_right_and_comma_and_point_are_the_same() -> None:
    reader = NumberReader()
    result = evaluate(
        reader, Dataset("numbers", pictures("12", "1.5", "127", "4"), ("12", "1,5", "121", "4"), "")
    )
    assert reader.expected == ["number"]
    assert (result.kind, result.score.n, result.score.correct) == ("number", 4, 3)
    assert result.labels == ("12", "1.5", "121", "4")
    assert [(one.label, one.prediction) for one in result.mistakes] == [("121", "127")]
    assert not result.score.to_reject
    assert {kind: count for kind, count in result.mistakes_by_kind.items() if count} == {
        "one digit for another": 1
    }


def test_numbers_of_digits_alone_have_figures_of_their_own() -> None:
    result = evaluate(NumberReader(), Dataset("numbers", pictures("12", "15", "-7"), ("12", "1.5", "-7"), ""))
    assert result.digits_only is not None
    assert (result.digits_only.n, result.digits_only.correct) == (1, 1)
    plain = evaluate(NumberReader(), Dataset("numbers", pictures("12", "15"), ("12", "17"), ""))
    assert plain.digits_only is None


def test_characters_are_compared_where_as_many_were_read_as_are_written() -> None:
    result = evaluate(NumberReader(), Dataset("numbers", pictures("12", "999"), ("17", "99"), ""))
    confusion = result.confusion
    counted = {
        (row, column): int(confusion.counts[i, j])
        for i, row in enumerate(confusion.rows)
        for j, column in enumerate(confusion.columns)
        if confusion.counts[i, j]
    }
    assert counted == {("1", "1"): 1, ("7", "2"): 1}


@pytest.mark.parametrize("label", ["1x", "", "12 3"])
def test_a_number_with_other_signs_is_refused(label: str) -> None:
    with pytest.raises(DataError, match="beside whole numbers"):
        evaluate(FakeReader(), Dataset("numbers", pictures("190", "12"), (label, "12"), ""))
