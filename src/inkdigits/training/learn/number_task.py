"""Learning to read numbers: a frame answers for two columns; the loss finds the frames of a character."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import CancelledError, ProcessPoolExecutor
from threading import Event, Thread
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.recognition.text import transcribe
from inkdigits.training.draw.glyphs import Glyphs
from inkdigits.training.learn import networks
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.calibrate import least
from inkdigits.training.learn.data import Split
from inkdigits.training.learn.number_data import make_numbers, vary
from inkdigits.training.learn.settings import NumberConfig
from inkdigits.training.learn.task import Answer, Batch, Judgement

__all__ = ["NumberTask", "pack"]

PIECE = 250  # numbers that a process composes at a time
GROUP = 40  # batches within which numbers are sorted by width
WIDER = 32  # pixels; batches are padded to multiples of it, or each width would compile a network of its own
LONGEST = 14  # characters
EPOCHS_A_POOL = 4  # composing takes as long as learning; each number is seen four times, varied

Numbers = list[tuple[NDArray[np.uint8], str]]


class NumberTask:
    """Reads a number.

    Args:
        config: all settings; ``data.numbers`` says how many are composed for an epoch.
        split: the digits to compose from; from the held-out ones the held-out numbers are composed.

    Raises:
        DataError: one of the ten digits is missing in either part.
    """

    metrics: tuple[str, ...] = ()
    ahead = True

    def __init__(self, config: NumberConfig, split: Split) -> None:
        Glyphs(split.images, split.labels)  # a missing digit is an error here, not in a process that breaks
        Glyphs(split.held_images, split.held_labels)
        self._config, self._split = config, split
        self.steps = config.data.numbers // config.fit.batch_size
        self._held: Numbers = []
        self._pool: tuple[int, Numbers] = (-1, [])

    def build(self) -> Any:
        """Returns a new ``keras.Model``."""
        network = self._config.network
        return networks.build(network.layers, batch_norm=network.batch_norm, kind="number")

    def loss(self) -> Any:
        """Returns the mean of connectionist temporal classification over a batch."""
        ops = keras().ops

        def ctc(texts: Any, logits: Any) -> Any:
            texts = ops.cast(texts, "int32")
            lengths = ops.sum(ops.cast(texts > 0, "int32"), axis=-1)
            frames = ops.full((ops.shape(logits)[0],), ops.shape(logits)[1], dtype="int32")
            return ops.mean(ops.ctc_loss(texts, logits, lengths, frames, mask_index=0))

        return ctc

    def epoch(self, number: int, stop: Event, answer: Answer | None = None) -> list[Batch]:
        """Returns one epoch's numbers, uint8 (B, 32, W), and texts int32 (B, 14), 0 behind their end."""
        fit, split = self._config.fit, self._split
        rng = np.random.default_rng((fit.seed, number))
        count, pool = self.steps * fit.batch_size, number // EPOCHS_A_POOL
        if self._pool[0] != pool:
            self._pool = (pool, self._composed(split.images, split.labels, count, (fit.seed, pool), stop))
        numbers = [(vary(image, rng), text) for image, text in self._pool[1]]
        batches: list[Batch] = []
        for start in range(0, len(numbers), GROUP * fit.batch_size):
            group = sorted(numbers[start : start + GROUP * fit.batch_size], key=_width)
            batches += [pack(group[at : at + fit.batch_size]) for at in range(0, len(group), fit.batch_size)]
        return [batches[index] for index in rng.permutation(len(batches))]

    def held_out(self, answer: Answer) -> tuple[float, float]:
        """Returns mean negative log-likelihood of what was read, and the share of numbers read as a whole."""
        logits, frames, texts = self.held_logits(answer)
        read = transcribe(logits, frames, 1.0, spec.NUMBER_LABELS)
        right = [reading.text == text for reading, text in zip(read, texts, strict=True)]
        doubt = [-np.log(max(reading.probability, 1e-9)) for reading in read]
        return float(np.mean(doubt)), float(np.mean(right))

    def judge(self, answer: Answer) -> Judgement:
        """Calibrates how sure a whole text is: right as often as it says."""
        logits, frames, texts = self.held_logits(answer)

        def doubt(temperature: float) -> float:
            read = transcribe(logits, frames, temperature, spec.NUMBER_LABELS)
            chances = np.clip([reading.probability for reading in read], 1e-6, 1 - 1e-6)
            right = np.array([reading.text == text for reading, text in zip(read, texts, strict=True)])
            return float(-np.log(np.where(right, chances, 1 - chances)).mean())

        temperature = least(doubt, steps=12)  # each step reads all of them twice; 12 leave 2 %
        found = transcribe(logits, frames, 1.0, spec.NUMBER_LABELS)
        right = np.mean([a.text == b for a, b in zip(found, texts, strict=True)])
        return Judgement(temperature, len(texts), float(right), len(texts))

    def samples(self) -> NDArray[np.uint8]:
        """Returns the narrowest half of the held-out numbers, padded to one width."""
        numbers = self._held_numbers()
        return pack(numbers[: max(1, len(numbers) // 2)])[0]

    def held_logits(self, answer: Answer) -> tuple[NDArray[np.float32], list[int], list[str]]:
        """Returns the answers to the held-out numbers, padded to the longest; their frames; and the truth."""
        numbers = self._held_numbers()
        parts: list[NDArray[np.float32]] = []
        for start in range(0, len(numbers), 100):
            images, _ = pack(numbers[start : start + 100])
            parts.append(np.asarray(answer(images), np.float32))
        longest = max(part.shape[1] for part in parts)
        padded = [np.pad(part, ((0, 0), (0, longest - part.shape[1]), (0, 0))) for part in parts]
        frames = [image.shape[1] // spec.FRAME_WIDTH for image, _ in numbers]
        return np.concatenate(padded), frames, [text for _, text in numbers]

    def _held_numbers(self) -> Numbers:
        """Returns the held-out numbers, the narrowest first; composed once."""
        if not self._held:
            data, split = self._config.data, self._split
            seed = (data.seed, 2**31)
            numbers = self._composed(split.held_images, split.held_labels, data.held_numbers, seed, Event())
            self._held = sorted(numbers, key=_width)
        return self._held

    def _composed(
        self,
        images: NDArray[np.uint8],
        labels: NDArray[np.int64],
        count: int,
        seed: tuple[int, int],
        stop: Event,
    ) -> Numbers:
        """Composes numbers in a process a core; what comes out does not depend on how many."""
        seeds = [(*seed, piece) for piece in range(-(-count // PIECE))]
        out: Numbers = []
        spawn = multiprocessing.get_context("spawn")  # a fork of a process with threads may hang
        with ProcessPoolExecutor(os.cpu_count(), spawn, _ready, (images, labels)) as workers:
            for piece in workers.map(_piece, seeds):
                if stop.is_set():
                    workers.shutdown(cancel_futures=True)
                    raise CancelledError
                out += piece
        return out[:count]


def pack(numbers: Numbers) -> Batch:
    """Puts numbers of different widths into one array, with paper behind them.

    Args:
        numbers: (image uint8 (32, W), text) each.

    Returns:
        uint8 (N, 32, widest), and the texts as classes from 1, int32 (N, 14), 0 behind their end.
    """
    widest = -(-max(image.shape[1] for image, _ in numbers) // WIDER) * WIDER
    images = np.zeros((len(numbers), spec.NUMBER_HEIGHT, widest), np.uint8)
    texts = np.zeros((len(numbers), LONGEST), np.int32)
    for row, (image, text) in enumerate(numbers):
        images[row, :, : image.shape[1]] = image
        texts[row, : len(text)] = [spec.NUMBER_LABELS.index(value) + 1 for value in text]
    return images, texts


def _width(number: tuple[NDArray[np.uint8], str]) -> int:
    return number[0].shape[1]


_glyphs: Glyphs | None = None  # of a worker process


def _ready(images: NDArray[np.uint8], labels: NDArray[np.int64]) -> None:
    global _glyphs  # noqa: PLW0603 - set once, when the process starts
    import cv2

    cv2.setNumThreads(1)
    _glyphs = Glyphs(images, labels)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """Ends this process when the one that started it is gone: after kill -9 nobody tells it to."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _piece(seed: tuple[int, ...]) -> Numbers:
    return make_numbers(_glyphs, PIECE, np.random.default_rng(seed))
