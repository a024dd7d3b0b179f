"""Learning to find marks: where their middles are, what they are, how large, and what follows them."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import CancelledError, ProcessPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits import interrupt, spec
from inkdigits.data.datasets import data_dir
from inkdigits.data.fonts import FOLDER
from inkdigits.find import maps
from inkdigits.find.marks import marks_of_answer, matched
from inkdigits.processes import end_with_parent
from inkdigits.training.draw.glyphs import HEIGHT, Glyphs
from inkdigits.training.draw.scene import Scene
from inkdigits.training.draw.scenes.fonts import FontBook
from inkdigits.training.draw.scenes.make import KINDS, make_scene
from inkdigits.training.draw.scribe import Scribe
from inkdigits.training.learn import finder_data as known
from inkdigits.training.learn import networks
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.calibrate import fit_temperature
from inkdigits.training.learn.data import Split
from inkdigits.training.learn.finder_data import SIDE, Window, mosaic, vary, windows_of
from inkdigits.training.learn.finder_loss import finder_loss, pack
from inkdigits.training.learn.settings import FinderConfig
from inkdigits.training.learn.sheet_scenes import straightened
from inkdigits.training.learn.task import Answer, Batch, Judgement, Stop
from inkdigits.training.learn.writers import hands_of, strokes_file

__all__ = ["FinderTask"]

PIECE = 40  # windows that a process composes at a time
EPOCHS_A_POOL = 12  # composing takes longer than learning; each window is seen so often, varied
STRAIGHT = (
    0.8  # of the sheets are seen as the reader straightens them, where it finds one; others as they lie
)
CELLS = 14  # small pictures that may have room in a window

SMALL = {
    kind: share for kind, share in KINDS.items() if kind in ("cell", "cut cell", "digit", "line", "screen")
}
LARGE = {kind: share for kind, share in KINDS.items() if kind not in SMALL}
COMPARED = 96  # pixels; side of the pictures with which an exported network is compared

Windows = list[Window]


class FinderTask:
    """Finds marks.

    Args:
        config: all settings; ``data.windows`` says how many are composed for an epoch.
        split: the digits to compose from; from the held-out ones the held-out windows are composed.

    Raises:
        DataError: one of the ten digits is missing in either part.
    """

    labels = spec.NUMBER_LABELS
    metrics: tuple[str, ...] = ()
    ahead = True

    def __init__(self, config: FinderConfig, split: Split) -> None:
        Glyphs(split.images, split.labels)  # a missing digit is an error here, not in a process that breaks
        Glyphs(split.held_images, split.held_labels)
        self._config, self._split = config, split
        self._strokes = strokes_file() if config.data.by_hand else None
        self.steps = config.data.windows // config.fit.batch_size
        self._held: Windows = []
        self._pool: tuple[int, Windows] = (-1, [])

    def build(self) -> Any:
        """Returns a new ``keras.Model``."""
        network = self._config.network
        return networks.build(network.layers, batch_norm=network.batch_norm, kind="finder")

    def loss(self) -> Any:
        """Returns :func:`inkdigits.training.learn.finder_loss.finder_loss`."""
        return finder_loss

    def epoch(self, number: int, stop: Event, answer: Answer | None = None) -> list[Batch]:
        """Returns one epoch's windows, uint8 (B, 192, 192), and their marks; see ``pack``."""
        fit, split = self._config.fit, self._split
        rng = np.random.default_rng((fit.seed, number))
        size, pool = fit.batch_size, number // EPOCHS_A_POOL
        if self._pool[0] != pool:
            made = self._composed(
                split.images, split.labels, self.steps * size, (fit.seed, pool), stop, held=False
            )
            self._pool = (pool, made)
        windows = self._pool[1]
        order = rng.permutation(len(windows))
        return [
            pack([vary(windows[place], rng) for place in order[start : start + size]])
            for start in range(0, len(windows), size)
        ]

    def held_out(self, answer: Answer) -> tuple[float, float]:
        """Returns the mean loss, and how well marks are found and named: the harmonic mean of two shares.

        One is the share of the characters that are found and named right, the other the share of the marks
        named as characters that are.
        """
        loss, right, written, found = 0.0, 0, 0, 0
        batches = self._held_batches()
        for images, targets in batches:
            answers = np.asarray(answer(images), np.float32)
            loss += float(keras().ops.convert_to_numpy(finder_loss(targets, answers)))
            for told, marks in zip(answers, targets, strict=True):
                truth = marks[(marks[:, known.WIDTH] > 0) & (marks[:, known.NAMED] > 0)]
                if not len(truth) or len(truth) < (marks[:, known.WIDTH] > 0).sum():
                    continue  # lies on a side
                read = marks_of_answer(told)
                labels = truth[:, known.LABEL].astype(int)
                other = spec.NUMBER_LABELS.index(spec.OTHER)
                pairs = matched(read, truth[:, :4])
                named = read.chances.argmax(axis=1)
                right += sum(named[a] == labels[b] != other for a, b in pairs)
                written += int((labels != other).sum())
                found += int((named != other).sum())
        return loss / len(batches), 2 * right / max(1, written + found)

    def judge(self, answer: Answer) -> Judgement:
        """Calibrates how sure a mark's name is: right as often as it says."""
        logits: list[NDArray[np.float32]] = []
        labels: list[NDArray[np.int64]] = []
        for images, targets in self._held_batches():
            for told, marks in zip(np.asarray(answer(images), np.float32), targets, strict=True):
                there = marks[(marks[:, known.WIDTH] > 0) & (marks[:, known.NAMED] > 0)]
                rows, columns = told.shape[0], spec.FRAMES_A_COLUMN * told.shape[1]
                places = told.reshape(rows, columns, -1)
                row = np.clip(there[:, known.Y] / spec.FINDER_ROWS, 0, rows - 1).astype(int)
                column = np.clip(there[:, known.X] / spec.FINDER_COLUMNS, 0, columns - 1).astype(int)
                logits.append(places[row, column, maps.FIELDS :])
                labels.append(there[:, known.LABEL].astype(np.int64))
        every = np.concatenate(labels)
        temperature = fit_temperature(np.concatenate(logits), every)
        return Judgement(temperature, len(every), self.held_out(answer)[1], len(every))

    def samples(self) -> NDArray[np.uint8]:
        """Returns parts of held-out windows, uint8 (N, 96, 96)."""
        start = (SIDE - COMPARED) // 2
        images = np.concatenate([images for images, _ in self._held_batches()])[:64]
        return np.ascontiguousarray(images[:, start : start + COMPARED, start : start + COMPARED])

    def _held_batches(self) -> list[Batch]:
        """Returns the held-out windows; composed once, varied alike each time."""
        if not self._held:
            data, split = self._config.data, self._split
            seed = (data.seed, 2**31)
            self._held = self._composed(
                split.held_images, split.held_labels, data.held_windows, seed, Stop(), held=True
            )
        rng = np.random.default_rng(self._config.data.seed)
        looks = [vary(window, rng) for window in self._held]
        size = self._config.fit.batch_size
        return [pack(looks[start : start + size]) for start in range(0, len(looks), size)]

    def _composed(
        self,
        images: NDArray[np.uint8],
        labels: NDArray[np.int64],
        count: int,
        seed: tuple[int, int],
        stop: Event,
        *,
        held: bool,
    ) -> Windows:
        """Composes windows in a process a core; what comes out does not depend on how many."""
        data = self._config.data
        made_of = (images, labels, self._strokes, held, (data.by_hand, data.signs, data.others, data.cells))
        seeds = [(*seed, piece) for piece in range(-(-count // PIECE))]
        out: Windows = []
        spawn = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
        with ProcessPoolExecutor(os.cpu_count(), spawn, _ready, made_of) as workers:
            with interrupt.blocked():
                pieces = workers.map(_piece, seeds)
            for piece in pieces:
                if stop.is_set():
                    workers.shutdown(cancel_futures=True)
                    interrupt.check()
                    raise CancelledError
                out += piece
        return out[:count]


_scribe, _fonts = Scribe(), FontBook()  # of a worker process
_cells = 0.0


def _ready(
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    strokes: Path | None,
    held: bool,
    shares: tuple[float, float, float, float],
) -> None:
    global _scribe, _fonts, _cells  # noqa: PLW0603 - set once, when the process starts
    import cv2

    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the training that it composes for ends it
    cv2.setNumThreads(1)
    hands = None if strokes is None else hands_of(strokes, held=held, digit_height=HEIGHT)
    *written, _cells = shares
    _scribe = Scribe(Glyphs(images, labels), hands, *written)
    _fonts = FontBook.of_folder(data_dir() / FOLDER)


def _piece(seed: tuple[int, ...]) -> Windows:
    rng = np.random.default_rng(seed)
    out: Windows = []
    while len(out) < PIECE:
        if rng.random() < _cells:
            out.append(mosaic((_scene(SMALL, rng) for _ in range(CELLS)), rng))
        else:
            scene = _scene(LARGE, rng)
            out += windows_of(straightened(scene) if rng.random() < STRAIGHT else scene, rng)
    return out[:PIECE]


def _scene(kinds: dict[str, float], rng: np.random.Generator) -> Scene:
    """Makes a scene of one of the kinds, in their shares."""
    shares = np.array(list(kinds.values()))
    kind = str(rng.choice(list(kinds), p=shares / shares.sum()))
    return make_scene(_scribe, _fonts, rng, kind=kind)
