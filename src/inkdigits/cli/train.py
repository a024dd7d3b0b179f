"""``inkdigits train``: settings to a run folder with a bundle."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits import interrupt

if TYPE_CHECKING:
    from inkdigits.cli.common import Commands
    from inkdigits.recognition.bundle import Bundle
    from inkdigits.training.learn.recipe import Recipe
    from inkdigits.training.learn.settings import Config

__all__ = ["add", "add_settings", "run", "settings_of"]

_DESCRIPTION = """\
Trains a model with Keras and exports it as a bundle that read and evaluate use.
The run folder keeps settings, history, learning curve and a checkpoint after every epoch: a run that was
stopped, even with kill -9, goes on with --resume. Ctrl-C stops it after the batch at hand, or once what is
loaded or exported is done; a second one at once. A config with steps, such as champion and number, is a
recipe: its trainings run in order, each in a folder of its own in the run folder, and the mean of the weights
that it names is exported.
"""

_EPILOG = """\
examples:
  inkdigits train --config small --data mnist5k --output runs/try   a first model in a minute
  inkdigits train --output runs/standard                            the config standard
  inkdigits train --output runs/standard --resume                   after a stop
  inkdigits train --config champion                                 all steps of the shipped digit model
  inkdigits train --init digit --data mnist --data my_digits/ --set fit.epochs=10 --output runs/mine
"""


def add(commands: Commands) -> None:
    """Adds the parser of ``inkdigits train``."""
    parser = commands.add_parser(
        "train", help="train a model and export it", description=_DESCRIPTION, epilog=_EPILOG
    )
    add_settings(parser)
    parser.add_argument(
        "--output", metavar="DIR", type=Path, help="run folder (default: runs/ and the config's name)"
    )
    parser.add_argument(
        "--init",
        metavar="RUN|BUNDLE",
        help="begin with the network of a finished run or of a bundle, or with a shipped one, digit or "
        "number; without --config with its layers and held-out digits; of digits it is told whether that "
        "made MNIST worse; of a recipe, the steps that go on from no other begin there",
    )
    parser.add_argument("--resume", action="store_true", help="go on with the run in the folder")
    parser.set_defaults(run=run)


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Adds the options that say what is learned and how: ``--config``, ``--set`` and ``--data``."""
    parser.add_argument(
        "--config", metavar="NAME|FILE", help="a shipped config or a TOML file (default: standard)"
    )
    parser.add_argument(
        "--set",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="change one setting, like fit.epochs=3, in every step of a recipe; may be given more than once "
        "(docs/settings.md has all)",
    )
    parser.add_argument(
        "--data",
        metavar="NAME|PATH",
        action="append",
        default=[],
        help="data set to learn from; may be given more than once (default: the config's)",
    )


_HELD = ("validation", "leave_out", "seed")  # which digits are not learned from


def settings_of(args: argparse.Namespace, folder: Path, init: str | None = None) -> Config | Recipe:
    """Returns the settings that the options name; of a resumed folder its own unless others are asked for.

    Args:
        args: with ``config``, ``set``, ``data`` and ``resume``.
        folder: where the run is kept.
        init: whose network is trained on; None for what the settings say.

    Raises:
        ConfigError: a setting is unknown, of the other task, or out of range.
    """
    from dataclasses import replace

    from inkdigits.training.learn.config import load_settings
    from inkdigits.training.learn.recipe import Recipe
    from inkdigits.training.learn.strict import override, read_config

    kept = folder / "config.toml"
    goes_on = args.resume and args.config is None and kept.exists()
    settings = load_settings(str(kept) if goes_on else args.config or "standard")
    if init and not goes_on and args.config is None and not isinstance(settings, Recipe):
        from inkdigits.training.learn.initial_weights import initial_settings

        before = initial_settings(init)
        if before.task != settings.task:
            settings = read_config({"task": before.task})
        # With the same digits held out, what the training did to MNIST can be told on all of them.
        held = replace(settings.data, **{key: getattr(before.data, key) for key in _HELD})
        settings = replace(settings, network=before.network, data=held)

    def change(config: Config) -> Config:
        for text in args.set:
            config = override(config, text)
        if args.data:
            config = replace(config, data=replace(config.data, train=tuple(args.data)))
        return replace(config, fit=replace(config.fit, init=init)) if init else config

    return settings.changed(change) if isinstance(settings, Recipe) else change(settings)


def run(args: argparse.Namespace) -> int:
    """Trains, prints what happens and a line an epoch, and returns 0 or raises an InkdigitsError."""
    with interrupt.deferred():
        return _run(args)


def _run(args: argparse.Namespace) -> int:
    from inkdigits.cli.progress import Progress
    from inkdigits.training.learn.recipe import Recipe
    from inkdigits.training.ship.card import COUNTED
    from inkdigits.training.train import train

    folder = args.output or Path("runs") / Path(args.config or "standard").stem
    settings = settings_of(args, folder, args.init)
    if isinstance(settings, Recipe):
        init = next((step.config.fit.init for step in settings.steps if not step.init), "")
        progress = Progress(steps=settings.steps)
    else:
        init = settings.fit.init
        progress = Progress(settings.fit.epochs)
    try:
        bundle = train(
            settings,
            folder,
            resume=args.resume,
            on_epoch=progress.epoch,
            on_step=progress.step,
            on_batch=progress.batch,
            on_note=progress.note,
        )
    finally:
        progress.close()
    metrics = bundle.metadata["metrics"]
    counted = COUNTED[bundle.kind]
    print(
        f"held out: {100 * metrics['held_out_accuracy']:.2f} % of "
        f"{metrics[f'held_out_{counted}']:,} {counted}; "
        f"temperature {bundle.temperature:.3f}"
    )
    if init and bundle.kind == "digit":
        _compare(init, bundle)
    print(f"bundle: {bundle.path}")
    print(f"try it: inkdigits read --model {bundle.path} PICTURE")
    return 0


def _compare(init: str, bundle: Bundle) -> None:
    """Says what the training did to the digits of MNIST."""
    from inkdigits.errors import DataError
    from inkdigits.training.judge.on_mnist import compare_on_mnist
    from inkdigits.training.learn.initial_weights import initial_bundle

    try:
        print(compare_on_mnist(initial_bundle(init), bundle))
    except DataError as error:
        print(f"MNIST: not compared with what it began with: {error}")
