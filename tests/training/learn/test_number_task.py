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
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny import LIBRARIES_WARN, save_digits, saved, split_of, tiny_numbers

from inkdigits import spec
from inkdigits.errors import DataError
from inkdigits.training.learn import number_task
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.data import Split
from inkdigits.training.learn.fit import fit
from inkdigits.training.learn.number_data import make_numbers
from inkdigits.training.learn.number_task import EPOCHS_A_POOL, NumberTask, pack
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
    monkeypatch.setattr(number_task, "PIECE", 40)


def assert_same(one: list[tuple[np.ndarray, np.ndarray]], other: list[tuple[np.ndarray, np.ndarray]]) -> None:
    assert len(one) == len(other)
    for (images, texts), (same, expected) in zip(one, other, strict=True):
        np.testing.assert_array_equal(images, same)
        np.testing.assert_array_equal(texts, expected)


def texts_of(batches: list[tuple[np.ndarray, np.ndarray]]) -> list[str]:
    """Returns what is written in the batches, sorted."""
    return sorted(
        "".join(spec.NUMBER_LABELS[value - 1] for value in row if value)
        for _, texts in batches
        for row in texts
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
    for images, texts in batches:
        assert images.shape[:2] == (8, spec.NUMBER_HEIGHT)
        assert images.shape[2] % number_task.WIDER == 0
        assert texts.shape == (8, number_task.LONGEST)
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
    images, texts = pack([(one, "0.5"), (other, "-12")])
    assert (images.shape, images.dtype) == ((2, 32, 64), np.uint8)
    assert (texts.shape, texts.dtype) == ((2, number_task.LONGEST), np.int32)
    assert (images[0, :, :20] == 7).all()
    assert (images[1, :, :44] == 9).all()
    assert not images[0, :, 20:].any()
    assert not images[1, :, 44:].any()
    assert texts[:, :4].tolist() == [[1, 11, 6, 0], [12, 2, 3, 0]]
    assert not texts[:, 3:].any()


def test_the_longest_text_that_is_composed_can_be_packed():
    longest = "-12345678901.5"[: number_task.LONGEST]
    _, texts = pack([(np.zeros((32, 16), np.uint8), longest)])
    assert (texts[0] > 0).sum() == len(longest)


# ---- The loss ----


def ctc(task: NumberTask, text: str, path: str) -> float:
    """Returns the loss of frames that say ``path`` almost surely, ``_`` for none, for ``text``."""
    _, texts = pack([(np.zeros((32, 16), np.uint8), text)])
    classes = [0 if sign == "_" else 1 + spec.NUMBER_LABELS.index(sign) for sign in path]
    logits = 20 * np.eye(1 + len(spec.NUMBER_LABELS), dtype=np.float32)[None, classes]
    return float(task.loss()(texts, keras().ops.array(logits)))


@pytest.mark.parametrize(("text", "path"), [("12", "_1_22_"), ("11", "1_1"), ("0", "0000"), ("-3.5", "-3.5")])
def test_frames_that_say_the_text_cost_nothing(config: NumberConfig, split: Split, text: str, path: str):
    assert ctc(NumberTask(config, split), text, path) < 1e-3


@pytest.mark.parametrize(
    ("text", "path"), [("12", "_1___"), ("11", "_111_"), ("0", "_8_"), ("12", "_1_22_2")]
)
def test_frames_that_say_something_else_cost(config: NumberConfig, split: Split, text: str, path: str):
    assert ctc(NumberTask(config, split), text, path) > 10


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
    told = iter([("8" if index < wrong else text) for index, (_, text) in enumerate(numbers)])

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
        one for one in spaced._held_numbers() if one[0].shape[1] >= 4 * len(one[1]) and one[1] != "8"
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
    widths = [image.shape[1] for image, _ in numbers]
    assert widths == sorted(widths)
    other_seed = replace(config, fit=replace(config.fit, seed=9))
    for (image, text), (same, expected) in zip(
        numbers, NumberTask(other_seed, split)._held_numbers(), strict=True
    ):
        assert text == expected
        np.testing.assert_array_equal(image, same)
    samples = task.samples()
    assert samples.shape == (12, spec.NUMBER_HEIGHT, samples.shape[2])
    assert samples.shape[2] < max(widths) + number_task.WIDER


@pytest.mark.usefixtures("here")
def test_held_out_numbers_are_made_of_held_out_digits_alone(
    config: NumberConfig, split: Split, monkeypatch: pytest.MonkeyPatch
):
    given = []

    def kept(glyphs, count: int, rng: np.random.Generator):
        given.append(glyphs._images)
        return make_numbers(glyphs, 2, rng)

    monkeypatch.setattr(number_task, "make_numbers", kept)
    task = NumberTask(config, split)
    task.samples()
    task.epoch(0, NEVER)
    np.testing.assert_array_equal(given[0], split.held_images)
    np.testing.assert_array_equal(given[1], split.images)


@pytest.mark.usefixtures("here")
def test_answers_are_padded_to_the_longest_and_their_frames_counted(config: NumberConfig, split: Split):
    task = NumberTask(config, split)
    logits, frames, texts = task.held_logits(
        lambda images: np.full((len(images), images.shape[2] // 2, 13), 2.0, np.float32)
    )
    assert len(logits) == len(frames) == len(texts) == 24
    assert frames == [image.shape[1] // 2 for image, _ in task._held_numbers()]
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


def gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="this system lists no processes in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
@pytest.mark.usefixtures("ctrl_c")
def test_no_worker_outlives_a_run_that_was_stopped(data: Path, tmp_path: Path, number: signal.Signals):
    words = saved(tiny_numbers(data, "data.numbers=2000"), tmp_path / "numbers.toml")
    command = [sys.executable, "-m", "inkdigits", "train", *words, "--output", str(tmp_path / "run")]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            until = time.monotonic() + 120
            # A pool's own helper process is one; the workers come on top.
            while len(children := children_of(process.pid)) < 2 and time.monotonic() < until:
                time.sleep(0.05)
            assert len(children) >= 2, "nothing composes"
            time.sleep(1.0)
            children = children_of(process.pid)
            process.send_signal(number)
            _, err = process.communicate(timeout=60)
        finally:
            process.kill()
    if number == signal.SIGINT:
        assert (process.returncode, err) == (130, "inkdigits: stopped by Ctrl-C\n")
    until = time.monotonic() + 20
    while not all(map(gone, children)) and time.monotonic() < until:
        time.sleep(0.05)
    assert all(map(gone, children))
