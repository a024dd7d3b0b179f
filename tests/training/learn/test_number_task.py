"""number_task.py: numbers of an epoch follow from its number alone, the loss is learned, runs go on alike."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from made_strokes import WRITERS
from tiny import LIBRARIES_WARN, save_digits, saved, split_of, tiny_numbers

from inkdigits import spec
from inkdigits.data.strokes import Strokes, held_writers
from inkdigits.errors import DataError
from inkdigits.training.draw import texts
from inkdigits.training.draw.glyphs import HEIGHT
from inkdigits.training.draw.scribe import Scribe
from inkdigits.training.learn import number_task
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.data import Split
from inkdigits.training.learn.fit import fit
from inkdigits.training.learn.number_data import Sample, make_numbers
from inkdigits.training.learn.number_task import EPOCHS_A_POOL, LONGEST, NumberTask, pack
from inkdigits.training.learn.run import Row, Run
from inkdigits.training.learn.settings import NumberConfig

pytestmark = LIBRARIES_WARN

NEVER = threading.Event()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_digits(tmp_path_factory.mktemp("data") / "digits.npz")


@pytest.fixture(scope="module")
def config(data: Path) -> NumberConfig:
    return tiny_numbers(data)


@pytest.fixture(scope="module")
def split(config: NumberConfig) -> Split:
    return split_of(config)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Composes in this process; starting others takes a second each time."""

    class Here:
        def __init__(self, _count: int, _context: object, ready, arguments: tuple[object, ...]) -> None:
            ready(*arguments)

        def __enter__(self):
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def shutdown(self, *, cancel_futures: bool) -> None:
            assert cancel_futures

        map = staticmethod(map)

    monkeypatch.setattr(number_task, "ProcessPoolExecutor", Here)
    # A process of its own ignores Ctrl-C; this one must not, and its threads could not.
    unchanged = SimpleNamespace(signal=lambda *_: None, SIGINT=signal.SIGINT, SIG_IGN=signal.SIG_IGN)
    monkeypatch.setattr(number_task, "signal", unchanged)
    monkeypatch.setattr(number_task, "PIECE", 40)


def assert_same(one: list[tuple[np.ndarray, np.ndarray]], other: list[tuple[np.ndarray, np.ndarray]]) -> None:
    assert len(one) == len(other)
    for (images, targets), (same, expected) in zip(one, other, strict=True):
        np.testing.assert_array_equal(images, same)
        np.testing.assert_array_equal(targets, expected)


def texts_of(batches: list[tuple[np.ndarray, np.ndarray]]) -> list[str]:
    """Returns what is written in the batches, sorted."""
    return sorted(
        "".join(spec.NUMBER_LABELS[value - 1] for value in row[:LONGEST] if value)
        for _, targets in batches
        for row in targets
    )


# ---- An epoch ----


def test_an_epoch_does_not_depend_on_how_many_processes_compose_it(
    config: NumberConfig, split: Split, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(number_task, "PIECE", 10)
    epochs = []
    for cores in (1, 3):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        epochs.append(NumberTask(config, split).epoch(1, NEVER))
    assert_same(*epochs)
    assert not multiprocessing.active_children()


@pytest.mark.usefixtures("here")
def test_an_epoch_is_a_function_of_seed_and_number_alone(config: NumberConfig, split: Split):
    task = NumberTask(config, split)
    epochs = [task.epoch(number, NEVER) for number in range(4)]
    for number in (3, 0, 2):  # also when the run begins with the second epoch of a pool
        assert_same(NumberTask(config, split).epoch(number, NEVER), epochs[number])
    other = replace(config, fit=replace(config.fit, seed=2))
    assert texts_of(NumberTask(other, split).epoch(0, NEVER)) != texts_of(epochs[0])


@pytest.mark.usefixtures("here")
def test_some_epochs_share_their_numbers_but_not_their_looks(config: NumberConfig, split: Split):
    task = NumberTask(config, split)
    first, second, third = (task.epoch(number, NEVER) for number in (0, EPOCHS_A_POOL - 1, EPOCHS_A_POOL))
    assert texts_of(first) == texts_of(second) != texts_of(third)
    seen = {image.tobytes() for images, _ in first for image in images}
    assert not seen & {image.tobytes() for images, _ in second for image in images}


@pytest.mark.usefixtures("here")
def test_an_epoch_is_whole_batches_of_numbers_as_wide_as_each_other(config: NumberConfig, split: Split):
    task = NumberTask(config, split)
    batches = task.epoch(0, NEVER)
    assert len(batches) == task.steps == 5
    for images, targets in batches:
        assert images.shape[:2] == (8, spec.NUMBER_HEIGHT)
        assert images.shape[2] % number_task.WIDER == 0
        assert targets.shape == (8, 2 * LONGEST)
    widths = [images.shape[2] for images, _ in batches]
    assert len(set(widths)) > 1
    assert min(widths) < 0.7 * max(widths), "numbers are sorted by width before they are padded"


def test_an_epoch_that_is_no_longer_wanted_is_given_up_and_no_process_is_left(
    config: NumberConfig, split: Split
):
    stop = threading.Event()
    stop.set()
    with pytest.raises(CancelledError):
        NumberTask(config, split).epoch(0, stop)
    assert not multiprocessing.active_children()


@pytest.mark.parametrize("held", [False, True])
def test_a_digit_that_nobody_has_written_is_told_at_once(config: NumberConfig, split: Split, held: bool):
    labels = "held_labels" if held else "labels"
    other = getattr(split, labels).copy()
    other[(other == 3) | (other == 7)] = 1
    with pytest.raises(
        DataError, match=r"composed: of 3, 7 there is none among \d+ digits; expected .*; add"
    ):
        NumberTask(config, replace(split, **{labels: other}))


# ---- Packing ----


def test_numbers_are_packed_to_the_left_with_paper_behind_them():
    one, other = np.full((32, 20), 7, np.uint8), np.full((32, 44), 9, np.uint8)
    images, targets = pack([Sample(one, "0.5"), Sample(other, "-12")])
    assert (images.shape, images.dtype) == ((2, 32, 64), np.uint8)
    assert (targets.shape, targets.dtype) == ((2, 2 * LONGEST), np.int32)
    assert (images[0, :, :20] == 7).all()
    assert (images[1, :, :44] == 9).all()
    assert not images[0, :, 20:].any()
    assert not images[1, :, 44:].any()
    assert targets[:, :4].tolist() == [[1, 11, 6, 0], [12, 2, 3, 0]]
    assert not targets[:, 3:LONGEST].any()
    assert (targets[:, LONGEST:] == -1).all(), "nobody knows where their characters are"


def test_the_frames_of_the_characters_stand_behind_the_text():
    image = np.zeros((32, 20), np.uint8)
    _, targets = pack([Sample(image, "12?", (0.0, 7.9, 19.0)), Sample(image, "34", (-3.0, 40.0))])
    assert targets[0, LONGEST:].tolist() == [0, 3, 9] + (LONGEST - 3) * [-1]
    assert targets[0, :4].tolist() == [2, 3, len(spec.NUMBER_LABELS), 0]
    assert (targets[1, LONGEST:] == -1).all(), "moved out of the picture"


def test_the_longest_text_that_is_composed_can_be_packed():
    longest = spec.OTHER + "1" * (LONGEST - 2) + spec.OTHER
    centres = tuple(np.linspace(0, 60, LONGEST).tolist())
    _, targets = pack([Sample(np.zeros((32, 64), np.uint8), longest, centres)])
    assert (targets[0] > 0).sum() == LONGEST + (targets[0, LONGEST:] > 0).sum()
    assert (targets[0, LONGEST:] >= 0).all()
    assert texts.LONGEST + 2 <= LONGEST, "a mark that is no digit before and behind it"


# ---- The loss ----


def ctc(task: NumberTask, text: str, path: str) -> float:
    """Returns the loss of frames that say ``path`` almost surely, ``_`` for none, for ``text``."""
    return loss_of(task, path, Sample(np.zeros((32, 2 * len(path)), np.uint8), text))


def loss_of(task: NumberTask, path: str, *samples: Sample) -> float:
    """Returns the loss of frames that all say ``path`` for each sample."""
    _, targets = pack(list(samples))
    classes = [0 if sign == "_" else 1 + spec.NUMBER_LABELS.index(sign) for sign in path]
    logits = 20 * np.eye(1 + len(spec.NUMBER_LABELS), dtype=np.float32)[None, classes]
    logits = np.repeat(logits, len(samples), axis=0)
    return float(task.loss()(targets, keras().ops.array(logits)))


@pytest.mark.parametrize(("text", "path"), [("12", "_1_22_"), ("11", "1_1"), ("0", "0000"), ("-3.5", "-3.5")])
def test_frames_that_say_the_text_cost_nothing(config: NumberConfig, split: Split, text: str, path: str):
    assert ctc(NumberTask(config, split), text, path) < 1e-3


@pytest.mark.parametrize(
    ("text", "path"), [("12", "_1___"), ("11", "_111_"), ("0", "_8_"), ("12", "_1_22_2")]
)
def test_frames_that_say_something_else_cost(config: NumberConfig, split: Split, text: str, path: str):
    assert ctc(NumberTask(config, split), text, path) > 10


def test_a_character_named_beside_its_place_costs_where_the_place_is_known(
    config: NumberConfig, split: Split
):
    task = NumberTask(config, split)
    image = np.zeros((32, 12), np.uint8)
    placed = config.fit.placed
    assert placed == 0.3
    here = loss_of(task, "_1__2_", Sample(image, "12", (2.5, 8.5)))
    beside = loss_of(task, "_1__2_", Sample(image, "12", (2.5, 11.0)))
    unknown = loss_of(task, "_1__2_", Sample(image, "12"))
    assert here == pytest.approx(unknown, abs=1e-3)
    # One of the two characters is named in a frame that says "nothing here" by 20.
    assert beside - here == pytest.approx(placed * 20 / 2, rel=1e-3)
    # What is not known is no part of the mean.
    mixed = loss_of(task, "_1__2_", Sample(image, "12", (2.5, 11.0)), Sample(image, "12"))
    assert mixed - here == pytest.approx(placed * 20 / 2, rel=1e-3)


def test_without_its_weight_the_loss_does_not_ask_where_characters_are(config: NumberConfig, split: Split):
    task = NumberTask(replace(config, fit=replace(config.fit, placed=0.0)), split)
    image = np.zeros((32, 12), np.uint8)
    assert loss_of(task, "_1__2_", Sample(image, "12", (0.0, 11.0))) < 1e-3


@pytest.mark.usefixtures("here")
def test_a_tiny_network_learns_from_a_few_hundred_numbers(data: Path, tmp_path: Path):
    config = tiny_numbers(data, "data.numbers=240", "fit.epochs=6", "fit.learning_rate=0.02")
    _, rows = fit(config, NumberTask(config, split_of(config)), Run(tmp_path))
    losses = [row["loss"] for row in rows]
    assert losses[-1] < 0.5 * losses[0]
    assert rows[-1]["val_loss"] < rows[0]["val_loss"] or rows[-1]["val_accuracy"] > rows[0]["val_accuracy"]
    assert all(np.isnan(row["accuracy"]) for row in rows), "while learning nobody decodes"


# ---- What is held out ----


def knowing(task: NumberTask, wrong: int, logit: float):
    """Returns a network that knows the held-out numbers, all but the first ``wrong``, by heart."""
    numbers = task._held_numbers()
    told = iter([("8" if index < wrong else sample.text) for index, sample in enumerate(numbers)])

    def answer(images: np.ndarray) -> np.ndarray:
        logits = np.zeros((len(images), images.shape[2] // 2, 1 + len(spec.NUMBER_LABELS)), np.float32)
        for row in logits:
            classes = np.zeros(len(row), int)
            for index, value in enumerate(next(told)):
                classes[2 * index] = 1 + spec.NUMBER_LABELS.index(value)
            row[np.arange(len(row)), classes] = logit
        return logits

    return answer


@pytest.fixture
def task(config: NumberConfig, split: Split, here: None) -> NumberTask:
    spaced = NumberTask(config, split)
    # Frames enough for what the network above answers.
    spaced._held = [
        one for one in spaced._held_numbers() if one.image.shape[1] >= 4 * len(one.text) and one.text != "8"
    ]
    assert len(spaced._held) > 15
    return spaced


def test_a_number_counts_as_read_when_the_whole_text_is_right(task: NumberTask):
    count = len(task._held_numbers())
    loss, accuracy = task.held_out(knowing(task, 0, 30.0))
    assert (loss, accuracy) == (pytest.approx(0, abs=1e-6), 1.0)
    _, accuracy = task.held_out(knowing(task, 3, 30.0))
    assert accuracy == pytest.approx(1 - 3 / count)


def test_a_network_that_is_too_sure_gets_a_temperature_above_one(task: NumberTask):
    count = len(task._held_numbers())
    judged = task.judge(knowing(task, count // 2, 14.0))
    assert (judged.held_out, judged.calibrated_on) == (count, count)
    assert judged.accuracy == pytest.approx(1 - (count // 2) / count)
    assert judged.temperature > 1.5


@pytest.mark.usefixtures("here")
def test_the_held_out_numbers_are_the_narrowest_first_and_stay_the_same(config: NumberConfig, split: Split):
    task = NumberTask(config, split)
    numbers = task._held_numbers()
    assert len(numbers) == 24
    widths = [sample.image.shape[1] for sample in numbers]
    assert widths == sorted(widths)
    other_seed = replace(config, fit=replace(config.fit, seed=9))
    for sample, same in zip(numbers, NumberTask(other_seed, split)._held_numbers(), strict=True):
        assert (sample.text, sample.centres) == (same.text, same.centres)
        np.testing.assert_array_equal(sample.image, same.image)
    samples = task.samples()
    assert samples.shape == (12, spec.NUMBER_HEIGHT, samples.shape[2])
    assert samples.shape[2] < max(widths) + number_task.WIDER


@pytest.mark.usefixtures("here")
def test_held_out_numbers_are_made_of_held_out_digits_alone(
    config: NumberConfig, split: Split, monkeypatch: pytest.MonkeyPatch
):
    given = []

    def kept(scribe: Scribe, count: int, rng: np.random.Generator):
        given.append(scribe.glyphs._images)
        return make_numbers(scribe, 2, rng)

    monkeypatch.setattr(number_task, "make_numbers", kept)
    task = NumberTask(config, split)
    task.samples()
    task.epoch(0, NEVER)
    np.testing.assert_array_equal(given[0], split.held_images)
    np.testing.assert_array_equal(given[1], split.images)


@pytest.mark.usefixtures("here", "kept_strokes")
def test_held_out_numbers_are_written_by_held_out_writers_alone(
    data: Path, split: Split, strokes: Strokes, monkeypatch: pytest.MonkeyPatch
):
    scribes: list[Scribe] = []

    def kept(scribe: Scribe, count: int, rng: np.random.Generator):
        scribes.append(scribe)
        return make_numbers(scribe, 2, rng)

    monkeypatch.setattr(number_task, "make_numbers", kept)
    shares = ("data.by_hand=0.5", "data.signs=0.25", "data.others=0.125")
    task = NumberTask(tiny_numbers(data, *shares), split)
    task.samples()
    task.epoch(0, NEVER)
    held, learned = scribes[0], scribes[1]
    out = held_writers(strokes)
    for scribe, writers in ((held, out), (learned, set(range(WRITERS)) - out)):
        assert (scribe.by_hand, scribe.signs, scribe.others) == (0.5, 0.25, 0.125)
        assert scribe.hands is not None
        assert set(strokes.writers[scribe.hands.digits].tolist()) == writers
        assert scribe.hands.digit_height == HEIGHT


@pytest.mark.usefixtures("here")
def test_answers_are_padded_to_the_longest_and_their_frames_counted(config: NumberConfig, split: Split):
    task = NumberTask(config, split)
    logits, frames, texts = task.held_logits(
        lambda images: np.full(
            (len(images), images.shape[2] // 2, 1 + len(spec.NUMBER_LABELS)), 2.0, np.float32
        )
    )
    assert len(logits) == len(frames) == len(texts) == 24
    assert frames == [sample.image.shape[1] // 2 for sample in task._held_numbers()]
    assert logits.shape[1] >= max(frames)


# ---- Stops ----


class StoppedError(Exception):
    """Stands for whatever ends a run in the middle."""


def without_seconds(rows: list[Row]) -> list[Row]:
    # Numbers have no accuracy while they are learned; NaN is not even itself.
    return [row | {"seconds": 0.0, "accuracy": 0.0} for row in rows]


@pytest.mark.usefixtures("here")
def test_a_stopped_run_ends_where_an_uninterrupted_one_does(
    tmp_path: Path, config: NumberConfig, split: Split, monkeypatch: pytest.MonkeyPatch
):
    # TensorFlow rounds a width in another way when it was the first that it met, in the seventh digit.
    monkeypatch.setattr(number_task, "WIDER", 320)
    whole, rows = fit(config, NumberTask(config, split), Run(tmp_path / "whole"))
    for stopped in (1, 2):  # between the two epochs of a pool, and behind them
        run = Run(tmp_path / str(stopped))

        def stop(row: Row, after: int = stopped) -> None:
            if row["epoch"] == after:
                raise StoppedError

        with pytest.raises(StoppedError):
            fit(config, NumberTask(config, split), run, on_epoch=stop)
        model, again = fit(config, NumberTask(config, split), run)
        assert without_seconds(again) == without_seconds(rows)
        for resumed, uninterrupted in zip(model.get_weights(), whole.get_weights(), strict=True):
            np.testing.assert_array_equal(resumed, uninterrupted)


def children_of(parent: int) -> list[int]:
    """Returns the processes that a process has started, and theirs."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state = folder.joinpath("stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(state[1]) == parent and state[0] != "Z":
            found += [int(folder.name), *children_of(int(folder.name))]
    return found


def in_session(session: int) -> bool:
    """Tells whether a process of this session still runs."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state = stat.read_text().rpartition(")")[2].split()
            if int(state[3]) == session and state[0] != "Z":
                return True
    return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system lists no processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.usefixtures("ctrl_c")
def test_no_worker_outlives_a_run_that_was_stopped(data: Path, tmp_path: Path, number: signal.Signals):
    words = saved(tiny_numbers(data, "data.numbers=2000"), tmp_path / "numbers.toml")
    command = [sys.executable, "-m", "inkdigits", "train", *words, "--output", str(tmp_path / "run")]
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        try:
            # A pool's own helper process is one; the workers come on top.
            while len(children_of(process.pid)) < 2:
                assert process.poll() is None, process.communicate()
                time.sleep(0.05)
            process.send_signal(number)  # to it alone
            _, err = process.communicate(timeout=300)
        finally:
            process.kill()
    if number == signal.SIGINT:
        assert (process.returncode, err) == (130, "inkdigits: stopped by Ctrl-C\n")
    until = time.monotonic() + 60
    while in_session(process.pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not in_session(process.pid)
