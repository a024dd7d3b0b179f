"""How far a training is: lines on standard output, and on a terminal a bar below them."""

from __future__ import annotations

import math
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from inkdigits.training.learn.recipe import Step
    from inkdigits.training.learn.run import Row

__all__ = ["Progress"]

_BAR = "{desc}{percentage:3.0f}% |{bar}| {elapsed}, {remaining} to go{postfix}"


class Progress:
    """A bar on a terminal with tqdm, and one line for each finished epoch on standard output.

    Args:
        epochs: how many there are in all.
        steps: of a recipe, whose epochs come to those.
    """

    def __init__(self, epochs: int = 0, steps: tuple[Step, ...] = ()) -> None:
        from tqdm import tqdm  # 20 ms that other commands need not wait for

        self._steps, self._done = steps, 0
        self._tqdm = tqdm
        epochs += sum(step.config.fit.epochs for step in steps)
        self._bar = tqdm(total=epochs, disable=None, dynamic_ncols=True, bar_format=_BAR)

    def note(self, text: str) -> None:
        """Says what happens now, at once."""
        self._write(text)
        self._bar.refresh()

    def batch(self, share: float) -> None:
        """Moves the bar on by a share of an epoch, more than 0 and at most 1."""
        self._bar.update(share)

    def epoch(self, row: Row, name: str = "") -> None:
        """Tells the figures of a finished epoch, of the fold ``name`` if there are several."""
        # Of numbers no accuracy is counted while they are learned.
        accuracy = "" if math.isnan(row["accuracy"]) else f"accuracy {100 * row['accuracy']:.2f} %  "
        self._write(
            f"{name and name + '  '}epoch {row['epoch']:3.0f}  loss {row['loss']:.4f}  {accuracy}"
            f"held out {100 * row['val_accuracy']:.2f} %  {row['seconds']:.0f} s"
        )
        self._advance(1)

    def step(self, step: Step, finished: bool) -> None:
        """Says that the turn of a recipe's step has come, or that it was finished before."""
        number = self._steps.index(step) + 1
        note = ", finished before" if finished else ""
        self._write(f"step {number} of {len(self._steps)}: {step.name}{note}")
        if finished:
            self._advance(step.config.fit.epochs)

    def skip(self, epochs: int) -> None:
        """Moves the bar on by epochs that are not told."""
        self._advance(epochs)

    def close(self) -> None:
        """Leaves the terminal as it was."""
        self._bar.close()

    def _write(self, text: str) -> None:
        """Prints a line above the bar, into a pipe or file at once too."""
        self._tqdm.write(text)
        sys.stdout.flush()

    def _advance(self, epochs: int) -> None:
        """Sets the bar to whole epochs, of which batches have counted a part."""
        self._done += epochs
        self._bar.update(self._done - self._bar.n)
