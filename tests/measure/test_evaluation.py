"""What an evaluation counts, with a reader of ten lines in place of a model."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from readers import NameReader

from inkdigits import spec
from inkdigits.data.datasets import Dataset
from inkdigits.data.labelled import Known
from inkdigits.errors import DataError, SourceError
from inkdigits.measure.entries import BATCH
from inkdigits.measure.evaluation import MAX_MISTAKES, MAX_UNREAD, evaluate, pictures_to_read
from inkdigits.reader import Reader
from inkdigits.readings import Reading
from inkdigits.recognition.bundle import sha256_of
from inkdigits.recognition.engine import FakeDigitEngine
from inkdigits.recognition.model import Model


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

    def see(self, source: Path, expect: str = "auto") -> tuple[Reading, tuple[np.ndarray, ...]]:
        self.expected.append(expect)
        name = source.stem
        if name == "error":
            raise SourceError("cannot decode it")
        if name == "empty":
            return Reading(name, "empty"), ()
        digit, confidence = name[0], int(name[1:]) / 100
        status = "ok" if 1 - confidence <= self.max_error_of() else "unsure"
        image = np.full((28, 28), int(name) % 251, np.uint8)
        return Reading(name, status, digit, confidence), (image,)


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
        expect="known",
        progress=done.append,
    )
    score = evaluation.score
    assert reader.expected == ["digit"] * 5
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


def test_a_mistake_shows_the_input_that_its_answer_was_read_from() -> None:
    evaluation = evaluate(FakeReader(), Dataset("set", pictures("380", "empty"), ("7", "7"), ""))
    assert evaluation.mistakes[0].model_input.max() == 380 % 251
    assert evaluation.mistakes[0].source == Path("380.png")
    assert evaluation.unread[0].model_input is None


def test_the_real_reader_can_be_measured(save_digit: Any, tmp_path: Path) -> None:
    path = save_digit(7, "seven.png")
    reader = Reader(Model(make_bundle(tmp_path), FakeDigitEngine(1, labels="0123456789")))
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


def test_of_a_number_the_whole_text_has_to_be_right_and_comma_and_point_are_the_same() -> None:
    reader = NameReader()
    result = evaluate(
        reader, Dataset("numbers", pictures("12", "1.5", "127", "4"), ("12", "1,5", "121", "4"), "")
    )
    assert reader.expected == ["number"] * 4 + ["auto"] * 4
    assert (result.expect, result.score.n, result.score.correct) == ("number", 4, 3)
    assert result.labels == ("12", "1.5", "121", "4")
    assert [(one.label, one.prediction) for one in result.mistakes] == [("121", "127")]
    assert not result.score.to_reject
    assert {kind: count for kind, count in result.mistakes_by_kind.items() if count} == {
        "one digit for another": 1
    }


def test_numbers_of_digits_alone_have_figures_of_their_own() -> None:
    result = evaluate(NameReader(), Dataset("numbers", pictures("12", "15", "-7"), ("12", "1.5", "-7"), ""))
    assert result.digits_only is not None
    assert (result.digits_only.n, result.digits_only.correct) == (1, 1)
    plain = evaluate(NameReader(), Dataset("numbers", pictures("12", "15"), ("12", "17"), ""))
    assert plain.digits_only is None


def test_characters_are_compared_where_as_many_were_read_as_are_written() -> None:
    result = evaluate(NameReader(), Dataset("numbers", pictures("12", "999"), ("17", "99"), ""))
    confusion = result.confusion
    counted = {
        (row, column): int(confusion.counts[i, j])
        for i, row in enumerate(confusion.rows)
        for j, column in enumerate(confusion.columns)
        if confusion.counts[i, j]
    }
    assert counted == {("1", "1"): 1, ("7", "2"): 1}


def test_a_number_with_characters_that_no_model_has_is_wrong() -> None:
    result = evaluate(NameReader(), Dataset("numbers", pictures("12", "7"), ("12:5", "7"), ""))
    assert (result.score.n, result.score.correct) == (2, 1)


# ---- Beside what is known: auto ----


def test_pictures_are_read_as_what_they_hold_and_as_a_user_reads_who_says_nothing() -> None:
    class Confused(NameReader):
        """Takes each picture for another when nothing is told."""

        def see(self, source: Path, expect: str = "auto"):
            return super().see(source if expect != "auto" else Path("99.png"), expect)

    dataset = Dataset("numbers", pictures("12", "34"), ("12", "34"), "")
    result = evaluate(Confused(), dataset)
    assert result.auto is not None
    assert (result.expect, result.score.correct, result.score.sure_wrong) == ("number", 2, 0)
    assert (result.auto.expect, result.auto.score.correct, result.auto.score.sure_wrong_share) == (
        "auto",
        0,
        1,
    )


@pytest.mark.parametrize(
    ("asked", "expected", "times"),
    [("known", ["digit"], 1), ("auto", ["auto"], 1), ("both", ["digit", "auto"], 2)],
)
def test_pictures_are_read_once_where_that_is_enough(asked, expected, times) -> None:
    reader, done = FakeReader(), []
    dataset = Dataset("set", pictures("790"), ("7",), "")
    result = evaluate(reader, dataset, expect=asked, progress=done.append)
    assert reader.expected == expected
    assert result.expect == expected[0]
    assert (result.auto is not None) == (asked == "both")
    assert sum(done) == pictures_to_read(dataset, asked) == times


def test_what_goes_straight_to_the_model_has_no_auto() -> None:
    dataset = Dataset("set", arrays(79), ("7",), "")
    assert evaluate(FakeReader(), dataset).auto is None
    assert pictures_to_read(dataset) == 1


@pytest.mark.parametrize(
    ("labels", "asked", "models"),
    [
        (("7",), "known", {"digit"}),
        (("12",), "known", {"number"}),
        (("1 2|3",), "known", {"number"}),
        (("7",), "both", {"digit", "number"}),
        (("12",), "auto", {"digit", "number"}),
    ],
)
def test_which_models_answered(labels, asked, models) -> None:
    assert evaluate(NameReader(), Dataset("set", pictures("7"), labels, ""), expect=asked).models == models


# ---- Sets of several kinds, and pages ----


def test_each_picture_of_a_mixed_set_has_its_own_expectation() -> None:
    reader = NameReader()
    names, labels = ("7", "12", "1 2_3", "empty", "5"), ("7", "12", "1 2|3", "", "")
    dataset = Dataset("mixed", pictures(*names), labels, "", ("digit", "number", "page", "digit", "digit"))
    result = evaluate(reader, dataset, expect="known")
    assert reader.expected == ["digit", "number", "page", "digit", "digit"]
    assert (result.expect, result.score.n, result.score.correct) == ("mixed", 5, 4)
    assert [(mistake.label, mistake.prediction) for mistake in result.mistakes] == [("", "5")]
    assert result.pages is None


def test_kinds_have_figures_of_their_own() -> None:
    labels, kinds = ("12", "34", "5"), ("ruled", "ruled", "plain")
    dataset = Dataset("set", pictures("12", "35", "unsure6"), labels, "", (), kinds)
    result = evaluate(NameReader(), dataset)
    found = {kind: (score.n, score.correct, score.sure_wrong) for kind, score in result.by_kind.items()}
    assert found == {"ruled": (2, 1, 1), "plain": (1, 0, 0)}
    assert result.auto is not None
    assert result.auto.by_kind == result.by_kind


def test_of_pages_the_numbers_are_scored() -> None:
    labels, kinds = ("12 5|7", "8|9"), ("desk", "sheet")
    dataset = Dataset("pages", pictures("12 6 3_7", "empty"), labels, "", (), kinds)
    result = evaluate(NameReader(), dataset)
    assert result.pages is not None
    assert (result.expect, result.score.n, result.score.correct) == ("page", 5, 2)
    assert (result.score.empty, result.score.failed, result.score.sure_wrong) == (1, 0, 2)
    assert (result.pages.rows, result.pages.rows_whole) == (4, 1)
    assert [(m.label, m.prediction) for m in result.mistakes] == [("5", "6"), ("", "3")]
    assert [mistake.label for mistake in result.unread] == ["8|9"]
    assert result.by_kind["desk"].n == 3


@pytest.mark.parametrize("holds", ["digit", "number", "page"])
def test_letters_that_are_to_be_left_alone_are_right_when_they_are(holds: Known) -> None:
    names = ("empty", "5", "unsure4", "error", "empty")
    kinds = ("letter", "letter", "word", "word", "word")
    dataset = Dataset("letters", pictures(*names), ("",) * 5, "", (holds,) * 5, kinds)
    result = evaluate(NameReader(), dataset)
    assert result.auto is not None
    for answers in (result, result.auto):
        score = answers.score
        assert (score.to_reject, score.n, score.correct) == (True, 5, 2)
        assert (score.answered, score.sure_wrong, score.sure_wrong_share) == (1, 1, 0.2)
        assert (score.answered_correct, score.empty, score.failed) == (0, 2, 1)
        assert answers.correct.tolist() == [True, False, False, False, True]
        assert [mistake.prediction for mistake in answers.mistakes] == ["5", "4"]
        assert answers.unread == ()
        assert sum(answers.mistakes_by_kind.values()) == 2
        found = {kind: (one.n, one.correct, one.sure_wrong) for kind, one in answers.by_kind.items()}
        assert found == {"letter": (2, 1, 1), "word": (3, 1, 0)}


def test_letters_among_digits_count_like_them_and_their_silence_says_nothing_of_confidence() -> None:
    names, labels = ("7", "empty", "unsure3", "empty"), ("7", "", "3", "")
    dataset = Dataset("mixed", pictures(*names), labels, "", ("digit",) * 4)
    beside = evaluate(NameReader(), dataset, expect="known")
    alone = evaluate(NameReader(), Dataset("alone", pictures("7", "unsure3"), ("7", "3"), ""), expect="known")
    assert (beside.score.n, beside.score.correct, beside.score.sure_wrong) == (4, 4, 0)
    assert not beside.score.to_reject
    assert beside.mistakes == beside.unread == ()
    for figure in ("expected_calibration_error", "area_under_risk_coverage", "answered_correct"):
        assert getattr(beside.score, figure) == getattr(alone.score, figure)


def test_pages_on_which_nothing_is_written_are_scored_as_pictures() -> None:
    dataset = Dataset("blank", pictures("empty", "5"), ("", ""), "", ("page", "page"))
    result = evaluate(NameReader(), dataset, expect="known")
    assert (result.score.n, result.score.answered, result.pages) == (2, 1, None)
    assert result.score.to_reject
