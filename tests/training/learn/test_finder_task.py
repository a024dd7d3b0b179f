"""finder_task.py and finder_loss.py: epochs follow from their number, marks are learned, runs go on alike."""

from __future__ import annotations

import itertools
import signal
import threading
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from tiny import LIBRARIES_WARN, save_digits, split_of, tiny_finder

from inkdigits import Reader, spec
from inkdigits.errors import BundleError, DataError
from inkdigits.find import maps
from inkdigits.find.linking import numbers_of, rows_of
from inkdigits.find.marks import marks_of_answer
from inkdigits.find.scan import find_marks
from inkdigits.recognition.model import Model
from inkdigits.training.draw.glyphs import Glyphs
from inkdigits.training.draw.scenes.fonts import FontBook
from inkdigits.training.draw.scenes.make import make_scene
from inkdigits.training.draw.scribe import Scribe
from inkdigits.training.learn import finder_data as known
from inkdigits.training.learn import finder_task
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.data import Split
from inkdigits.training.learn.finder_data import COLUMNS, SIDE, Window, marks_of, window_at
from inkdigits.training.learn.finder_loss import MOST, finder_loss, pack
from inkdigits.training.learn.finder_task import EPOCHS_A_POOL, FinderTask
from inkdigits.training.learn.networks import build
from inkdigits.training.learn.settings import FinderConfig
from inkdigits.training.train import train

pytestmark = LIBRARIES_WARN

NEVER = threading.Event()


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> FinderConfig:
    return tiny_finder(save_digits(tmp_path_factory.mktemp("data") / "digits.npz"))


@pytest.fixture(scope="module")
def split(config: FinderConfig) -> Split:
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

    monkeypatch.setattr(finder_task, "ProcessPoolExecutor", Here)
    # A process of its own ignores Ctrl-C; this one must not, and its threads could not.
    unchanged = SimpleNamespace(signal=lambda *_: None, SIGINT=signal.SIGINT, SIG_IGN=signal.SIG_IGN)
    monkeypatch.setattr(finder_task, "signal", unchanged)
    monkeypatch.setattr(finder_task, "end_with_parent", lambda: None)
    monkeypatch.setattr(finder_task, "PIECE", 4)


def window(*marks: tuple[str, float, float, float, float], named: bool = True) -> Window:
    """Returns a window in which each mark is a black box that the next one follows."""
    image, rows = np.zeros((96, 96), np.uint8), np.zeros((len(marks), COLUMNS), np.float32)
    for row, (label, x, y, width, height) in zip(rows, marks, strict=True):
        image[int(y - height / 2) : int(y + height / 2), int(x - width / 2) : int(x + width / 2)] = 200
        row[:4] = (x, y, width, height)
        row[known.LABEL] = spec.NUMBER_LABELS.index(label)
        row[known.NAMED] = row[known.LINKED] = named
        row[known.COSINE] = 1
    for row, after in itertools.pairwise(rows):
        row[known.LINK] = 1
        row[known.NEXT_X : known.NEXT_Y + 1] = after[:2] - row[:2]
    return Window(image, rows)


# ---- The loss ----


def answers_of(marks: np.ndarray, side: int = 96) -> np.ndarray:
    """Returns what a network would answer that knows these marks, (1, H / 4, W / 4, …)."""
    rows, columns = side // spec.FINDER_ROWS, side // spec.FINDER_COLUMNS
    out = np.zeros((rows, columns, maps.FIELDS + len(spec.NUMBER_LABELS)), np.float32)
    out[..., maps.CENTRE] = -9
    down, across = maps.centres_of_places(rows, columns)
    for mark in marks:
        x, y, width, height = mark[:4]
        for row in range(rows):
            for column in range(columns):
                right, below = x - across[column], y - down[row]
                place = out[row, column]
                if abs(right) > width / 3 or abs(below) > height / 3:
                    continue
                place[maps.CENTRE] = 9 if abs(right) <= 1 and abs(below) <= 2 else place[maps.CENTRE]
                place[maps.WIDTH : maps.HEIGHT + 1] = np.log(mark[2:4] / spec.FINDER_HEIGHT)
                place[maps.RIGHT : maps.DOWN + 1] = np.array((right, below)) / maps.OFFSET_UNIT
                place[maps.LINK] = 9 if mark[known.LINK] else -9
                place[maps.NEXT_RIGHT : maps.NEXT_DOWN + 1] = (
                    mark[known.NEXT_X : known.NEXT_Y + 1] / spec.FINDER_HEIGHT
                )
                place[maps.SINE : maps.COSINE + 1] = mark[known.SINE], mark[known.COSINE]
                place[maps.FIELDS :] = 0
                place[maps.FIELDS + int(mark[known.LABEL])] = 12
    return out.reshape(1, rows, columns // spec.FRAMES_A_COLUMN, -1)


def loss_of(one: Window, answers: np.ndarray) -> float:
    return float(keras().ops.convert_to_numpy(finder_loss(pack([one])[1], answers)))


TWO = (("4", 30.4, 40.2, 12.0, 22.0), ("2", 46.1, 41.7, 12.0, 22.0))


def test_perfect_answers_cost_nothing_and_decode_to_the_truth():
    one = window(*TWO)
    answers = answers_of(one.marks)
    assert loss_of(one, answers) < 0.01
    found = marks_of_answer(answers[0])
    names = found.chances.argmax(axis=1)
    (row,) = rows_of(found, numbers_of(found))
    assert ["".join(spec.NUMBER_LABELS[names[place]] for place in number) for number in row] == ["42"]


@pytest.mark.parametrize("field", range(maps.FIELDS))
def test_every_map_is_learned(field: int):
    one = window(*TWO)
    good, bad = answers_of(one.marks), answers_of(one.marks)
    told = bad.reshape(24, 48, -1)  # shares the memory
    told[..., field] = -told[..., field] if field in (maps.CENTRE, maps.LINK) else told[..., field] + 0.5
    assert loss_of(one, bad) > loss_of(one, good) + 0.02


def test_a_wrong_name_costs_only_where_names_are_known():
    costs = []
    for named in (True, False):
        one = window(*TWO, named=named)
        good, bad = answers_of(one.marks), answers_of(one.marks)
        bad.reshape(24, 48, -1)[..., maps.FIELDS :] = 0
        costs.append(loss_of(one, bad) - loss_of(one, good))
    assert costs[0] > 1
    assert abs(costs[1]) < 1e-5


def test_windows_without_marks_cost_what_is_seen_in_them():
    blank = window()
    nothing, something = answers_of(blank.marks), answers_of(window(*TWO).marks)
    assert loss_of(blank, nothing) < 1e-3 < loss_of(blank, something)


def test_windows_are_packed_with_zeros_behind_their_marks():
    images, targets = pack([window(*TWO), window()])
    assert (images.shape, images.dtype) == ((2, 96, 96), np.uint8)
    assert (targets.shape, targets.dtype) == ((2, MOST, COLUMNS), np.float32)
    assert (targets[0, :, known.WIDTH] > 0).sum() == 2
    assert not targets[1].any()


# ---- Epochs ----


@pytest.mark.usefixtures("here")
def test_an_epoch_is_a_function_of_seed_and_number_alone(config: FinderConfig, split: Split):
    task = FinderTask(config, split)
    epochs = [task.epoch(number, NEVER) for number in (0, 1)]
    assert len(epochs[0]) == task.steps == 2
    again = FinderTask(config, split).epoch(1, NEVER)
    for (images, targets), (same, expected) in zip(again, epochs[1], strict=True):
        assert images.shape == (4, SIDE, SIDE)
        np.testing.assert_array_equal(images, same)
        np.testing.assert_array_equal(targets, expected)
    seen = {image.tobytes() for images, _ in epochs[0] for image in images if image.any()}
    assert not seen & {image.tobytes() for images, _ in epochs[1] for image in images}
    other = FinderTask(replace(config, fit=replace(config.fit, seed=2)), split).epoch(0, NEVER)
    assert not np.array_equal(other[0][0], epochs[0][0][0])
    assert EPOCHS_A_POOL > 1


@pytest.mark.usefixtures("here")
def test_an_epoch_that_is_no_longer_wanted_is_given_up(config: FinderConfig, split: Split):
    stop = threading.Event()
    stop.set()
    with pytest.raises(CancelledError):
        FinderTask(config, split).epoch(0, stop)


def test_a_digit_that_nobody_has_written_is_told_at_once(config: FinderConfig, split: Split):
    labels = split.labels.copy()
    labels[labels == 3] = 1
    with pytest.raises(DataError, match="of 3 there is none"):
        FinderTask(config, replace(split, labels=labels))


# ---- Learning ----


def test_a_small_network_learns_one_scene_by_heart_and_finds_it_again():
    keras().utils.set_random_seed(1)
    images, labels = split_digits()
    scene = make_scene(
        Scribe(Glyphs(images, labels)), FontBook(), np.random.default_rng(11), kind="form strip"
    )
    shades = 255 - (scene.picture if scene.picture.ndim == 2 else scene.picture.min(axis=2))
    shades[shades < 90] = 0
    truth = marks_of(scene)
    digits = truth[truth[:, known.LABEL] < 10]
    scale = 22 / float(np.median(digits[:, known.HEIGHT]))
    middle = tuple(digits[:, :2].mean(axis=0).tolist())
    part = window_at(shades, truth, middle, scale, side=SIDE)
    layers = (
        "conv 12 5 /2",
        "conv 24 3 /2",
        "keep",
        "conv 32 3 /2",
        "conv 32 3 +",
        "up",
        "conv 32 3",
        "conv 32 3 +",
    )
    model = build(layers, batch_norm=True, kind="finder")
    model.compile(keras().optimizers.Adam(0.01), finder_loss)
    images, targets = pack(2 * [part])
    losses = [float(model.train_on_batch(images, targets)) for _ in range(90)]
    assert losses[-1] < 0.1 * losses[0]
    # With the statistics of its normalisations, which lag behind.
    found = marks_of_answer(np.asarray(model.predict_on_batch(images))[0])
    names = found.chances.argmax(axis=1)
    near = [int(np.abs(found.places[:, :2] - mark[:2]).max(axis=1).argmin()) for mark in part.marks]
    right = sum(names[place] == int(mark[known.LABEL]) for place, mark in zip(near, part.marks, strict=True))
    assert right >= 0.9 * len(part.marks)


def split_digits() -> tuple[np.ndarray, np.ndarray]:
    from inkdigits.training.draw.digit import write_digits

    return write_digits(60, 3)


def test_a_run_is_trained_exported_and_read_with(
    config: FinderConfig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Two tiny epochs: the bundle is loaded by a reader, whose way of finding it then is."""
    monkeypatch.setattr(finder_task, "PIECE", 4)
    bundle = train(config, tmp_path / "run")
    assert (bundle.kind, bundle.labels) == ("finder", spec.NUMBER_LABELS)
    assert "Finds the marks" in (bundle.path / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert bundle.metadata["calibration"]["marks"] > 0
    again = train(config, tmp_path / "run", resume=True)
    assert again.model == bundle.model
    model = Model(bundle)
    shades = np.zeros((70, 150), np.uint8)
    shades[20:42, 30:44] = 220
    assert model.find_marks(shades).places.shape[1] == 4
    assert len(find_marks(shades, model.engine.logits)) >= 0
    reader = Reader(finder=bundle.path)
    assert reader.finder is not None
    assert reader.read(255 - shades, "number").status in ("ok", "unsure", "empty")
    with pytest.raises(BundleError, match="'finder' model"):
        Reader(numbers=bundle.path)
    with pytest.raises(BundleError, match="expected a 'number' model"):
        model.transcribe([np.zeros((32, 32), np.uint8)])
