"""What a training is about to do, in words, and what would suit its data better."""

from __future__ import annotations

from collections.abc import Iterator

from inkdigits.training.learn.config import load_config
from inkdigits.training.learn.data import Split
from inkdigits.training.learn.settings import Config, DigitConfig, FinderConfig
from inkdigits.training.learn.task import Task

__all__ = ["FEW_STEPS", "epochs_of", "notes_on", "short_of_steps"]

FEW_STEPS = 150  # of the optimiser; quick takes 450 with MNIST, small 350 with mnist5k, quick 30 with it


def notes_on(config: Config, split: Split, task: Task) -> Iterator[str]:
    """Yields lines that say what is learned from, and why that will not go well if it can be seen now."""
    held = f"{len(split.held_labels):,} held out"
    if isinstance(config, DigitConfig):
        yield f"{len(split.labels):,} pictures to learn from, {held}; {epochs_of(config)}"
    elif isinstance(config, FinderConfig):
        yield (
            f"{len(split.labels):,} digits to compose {config.data.windows:,} windows from, for each of "
            f"{epochs_of(config)}, {held}"
        )
    else:
        yield (
            f"{len(split.labels):,} digits to compose {config.data.numbers:,} numbers from, for each of "
            f"{epochs_of(config)}, {held}"
        )
    advice = short_of_steps(config, task.steps)
    if advice:
        yield advice


def short_of_steps(config: Config, steps: int) -> str:
    """Returns advice where a network takes too few steps to learn and a config for few pictures takes more.

    Args:
        config: all settings.
        steps: of the optimiser, an epoch.
    """
    if not isinstance(config, DigitConfig) or config.fit.init:
        return ""
    total, small = steps * config.fit.epochs, load_config("small").fit
    others = steps * config.fit.batch_size // small.batch_size * small.epochs
    if total >= min(others, FEW_STEPS):
        return ""
    return (
        f"note: {total} steps of {config.fit.batch_size} pictures are few to learn from; "
        f"--config small suits so few pictures: it takes {others}"
    )


def epochs_of(config: Config) -> str:
    """Returns how many epochs there are, in words."""
    return f"{config.fit.epochs} epoch{'s' if config.fit.epochs > 1 else ''}"
