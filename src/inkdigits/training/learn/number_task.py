"""Learning to read numbers: a frame answers for two columns; the loss finds the frames of a character."""

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
from inkdigits.processes import end_with_parent
from inkdigits.recognition.text import transcribe
from inkdigits.training.draw.glyphs import HEIGHT, Glyphs
from inkdigits.training.draw.scribe import Scribe
from inkdigits.training.learn import networks
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.calibrate import least
from inkdigits.training.learn.data import Split
from inkdigits.training.learn.number_data import Sample, make_numbers, vary
from inkdigits.training.learn.settings import NumberConfig
from inkdigits.training.learn.task import Answer, Batch, Judgement, Stop
from inkdigits.training.learn.writers import hands_of, strokes_file

__all__ = ["NumberTask", "pack"]

PIECE = 250  # numbers that a process composes at a time
GROUP = 40  # batches within which numbers are sorted by width
WIDER = 32  # pixels; batches are padded to multiples of it, or each width would compile a network of its own
WIDER_JAX = 128  # the same where compiling one takes ten seconds
LONGEST = 16  # characters
EPOCHS_A_POOL = 4  # composing takes as long as learning; each number is seen four times, varied

Numbers = list[Sample]


class NumberTask:
    """Reads a number.

    Args:
        config: all settings; ``data.numbers`` says how many are composed for an epoch.
        split: the digits to compose from; from the held-out ones the held-out numbers are composed.

    Raises:
        DataError: one of the ten digits is missing in either part.
    """

    labels = spec.NUMBER_LABELS
    metrics: tuple[str, ...] = ()
    ahead = True

    def __init__(self, config: NumberConfig, split: Split) -> None:
        Glyphs(split.images, split.labels)  # a missing digit is an error here, not in a process that breaks
        Glyphs(split.held_images, split.held_labels)
        self._config, self._split = config, split
        self._strokes = strokes_file() if config.data.by_hand else None
        self.steps = config.data.numbers // config.fit.batch_size
        self._held: Numbers = []
        self._pool: tuple[int, Numbers] = (-1, [])

    def build(self) -> Any:
        """Returns a new ``keras.Model``."""
        network = self._config.network
        return networks.build(network.layers, batch_norm=network.batch_norm, kind="number")

    def loss(self) -> Any:
        """Returns connectionist temporal classification and the naming of each character, means of a batch.

        The first finds the places of the characters itself. Where they are known it is told them besides: in
        the frame in the middle of each character the answer is that character.
        """
        ops = keras().ops
        placed = self._config.fit.placed

        def ctc(targets: Any, logits: Any) -> Any:
            targets = ops.cast(targets, "int32")
            texts, places = targets[:, :LONGEST], targets[:, LONGEST:]
            lengths = ops.sum(ops.cast(texts > 0, "int32"), axis=-1)
            frames = ops.full((ops.shape(logits)[0],), ops.shape(logits)[1], dtype="int32")
            loss = ops.mean(ops.ctc_loss(texts, logits, lengths, frames, mask_index=0))
            if not placed:
                return loss
            known = ops.cast(places >= 0, logits.dtype)
            there = ops.take_along_axis(logits, ops.maximum(places, 0)[:, :, None], axis=1)
            wrong = ops.sparse_categorical_crossentropy(texts, there, from_logits=True)
            return loss + placed * ops.sum(known * wrong) / ops.maximum(ops.sum(known), 1.0)

        return ctc

    def epoch(self, number: int, stop: Event, answer: Answer | None = None) -> list[Batch]:
        """Returns one epoch's numbers, uint8 (B, 32, W), and texts and places int32 (B, 32); see pack."""
        fit, split = self._config.fit, self._split
        rng = np.random.default_rng((fit.seed, number))
        count, pool = self.steps * fit.batch_size, number // EPOCHS_A_POOL
        if self._pool[0] != pool:
            self._pool = (
                pool,
                self.composed(split.images, split.labels, count, (fit.seed, pool), stop, held=False),
            )
        numbers = [vary(sample, rng) for sample in self._pool[1]]
        batches: list[Batch] = []
        for start in range(0, len(numbers), GROUP * fit.batch_size):
            group = sorted(numbers[start : start + GROUP * fit.batch_size], key=_width)
            starts = range(0, len(group), fit.batch_size)
            batches += [pack(group[at : at + fit.batch_size], _wider()) for at in starts]
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
            images, _ = pack(numbers[start : start + 100], _wider())
            parts.append(np.asarray(answer(images), np.float32))
        longest = max(part.shape[1] for part in parts)
        padded = [np.pad(part, ((0, 0), (0, longest - part.shape[1]), (0, 0))) for part in parts]
        frames = [sample.image.shape[1] // spec.FRAME_WIDTH for sample in numbers]
        # What stands beside a number is found and is no part of the answer.
        texts = [sample.text.replace(spec.OTHER, "") for sample in numbers]
        return np.concatenate(padded), frames, texts

    def _held_numbers(self) -> Numbers:
        """Returns the held-out numbers, the narrowest first; composed once."""
        if not self._held:
            data, split = self._config.data, self._split
            seed = (data.seed, 2**31)
            numbers = self.composed(
                split.held_images, split.held_labels, data.held_numbers, seed, Stop(), held=True
            )
            self._held = sorted(numbers, key=_width)
        return self._held

    def composed(
        self,
        images: NDArray[np.uint8],
        labels: NDArray[np.int64],
        count: int,
        seed: tuple[int, int],
        stop: Event,
        *,
        held: bool,
    ) -> Numbers:
        """Composes numbers in a process a core; what comes out does not depend on how many."""
        data = self._config.data
        made_of = (images, labels, self._strokes, held, (data.by_hand, data.signs, data.others))
        seeds = [(*seed, piece) for piece in range(-(-count // PIECE))]
        out: Numbers = []
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


def pack(numbers: Numbers, wider: int = WIDER) -> Batch:
    """Puts numbers of different widths into one array, with paper behind them.

    Args:
        numbers: at least one.
        wider: the array's width is a multiple of it, pixels.

    Returns:
        uint8 (N, 32, widest); and int32 (N, 2 x 16): the texts as classes from 1, 0 behind their end, then
        the frame in the middle of each character, -1 where it is not known.
    """
    widest = -(-max(sample.image.shape[1] for sample in numbers) // wider) * wider
    images = np.zeros((len(numbers), spec.NUMBER_HEIGHT, widest), np.uint8)
    targets = np.zeros((len(numbers), 2 * LONGEST), np.int32)
    targets[:, LONGEST:] = -1
    for row, sample in enumerate(numbers):
        images[row, :, : sample.image.shape[1]] = sample.image
        targets[row, : len(sample.text)] = [spec.NUMBER_LABELS.index(value) + 1 for value in sample.text]
        places = np.array(sample.centres, np.float64) // spec.FRAME_WIDTH
        places[(places < 0) | (places >= widest // spec.FRAME_WIDTH)] = -1
        targets[row, LONGEST : LONGEST + len(places)] = places
    return images, targets


def _wider() -> int:
    return WIDER_JAX if keras().backend.backend() == "jax" else WIDER


def _width(number: Sample) -> int:
    return number.image.shape[1]


_scribe = Scribe()  # of a worker process


def _ready(
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    strokes: Path | None,
    held: bool,
    shares: tuple[float, float, float],
) -> None:
    global _scribe  # noqa: PLW0603 - set once, when the process starts
    import cv2

    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the training that it composes for ends it
    cv2.setNumThreads(1)
    hands = None if strokes is None else hands_of(strokes, held=held, digit_height=HEIGHT)
    _scribe = Scribe(Glyphs(images, labels), hands, *shares)


def _piece(seed: tuple[int, ...]) -> Numbers:
    return make_numbers(_scribe, PIECE, np.random.default_rng(seed))
