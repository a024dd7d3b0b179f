"""``inkdigits crossval``: how good a config is, each digit answered by a network that has not seen it."""

from __future__ import annotations

import argparse
import shlex
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits import interrupt
from inkdigits.cli.common import Commands, positive_int
from inkdigits.cli.engines import add_engine, cluster_of, wrong_engine
from inkdigits.cli.train import add_settings, settings_of

if TYPE_CHECKING:
    from inkdigits.training.judge.crossval import FoldScore
    from inkdigits.training.learn.run import Row

__all__ = ["add", "run"]

_DESCRIPTION = """\
K-fold cross-validation of a config: the digits are divided into folds with the same share of each class, and
a network is trained for each fold on all others. Prints the accuracy of each fold, their mean and standard
deviation, and the pooled accuracy with its exact 95 % interval; writes crossval.json, folds.csv and
report.html into the folder. A fold that is done is never trained again: a cross-validation that was stopped
goes on with --resume. With --init each fold begins with that network: of the digits that it has learned from
none is held out, they are learned from in every fold.
"""

_EPILOG = """\
examples:
  inkdigits crossval --config quick                 half a minute
  inkdigits crossval --config standard --repeats 3
  inkdigits crossval --config small --data mnist5k --folds 10 --output runs/cv5k
  inkdigits crossval --output runs/cv5k --resume    after a stop
  inkdigits crossval --config standard --engine ray
  inkdigits crossval --init digit --data my_digits/ --set fit.epochs=10 --output runs/cv_mine
"""


def add(commands: Commands) -> None:
    """Adds the parser of ``inkdigits crossval``."""
    parser = commands.add_parser(
        "crossval", help="cross-validate a config", description=_DESCRIPTION, epilog=_EPILOG
    )
    add_settings(parser)
    parser.add_argument(
        "--init",
        metavar="RUN|BUNDLE",
        help="begin each fold with the network of a finished run or of a bundle, or with a shipped one, "
        "digit; without --config with its layers",
    )
    parser.add_argument("--folds", metavar="N", type=positive_int, default=5, help="parts (default: 5)")
    parser.add_argument(
        "--repeats",
        metavar="N",
        type=positive_int,
        default=1,
        help="divide the digits anew N times (default: 1)",
    )
    parser.add_argument(
        "--jobs",
        metavar="N",
        type=positive_int,
        help="folds trained at a time, each with its share of the cores (default: one for each core); with "
        "--engine ray each with one core of the cluster (default: all)",
    )
    add_engine(parser)
    parser.add_argument(
        "--output", metavar="DIR", type=Path, help="folder (default: runs/crossval- and the config's name)"
    )
    parser.add_argument("--resume", action="store_true", help="go on with what the folder holds")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Cross-validates, prints a line a fold and the result, and returns 0 or raises an InkdigitsError."""
    with interrupt.deferred():
        return _run(args)


def _run(args: argparse.Namespace) -> int:
    import os

    from inkdigits.cli.progress import Progress
    from inkdigits.errors import ConfigError
    from inkdigits.measure import provenance
    from inkdigits.training.judge import crossval_report as report
    from inkdigits.training.judge.crossval import cross_validate
    from inkdigits.training.learn.config import to_toml
    from inkdigits.training.learn.environment import versions
    from inkdigits.training.learn.recipe import Recipe

    wrong = wrong_engine(args)
    if wrong:
        raise ConfigError(wrong)
    folder = args.output or Path("runs") / f"crossval-{Path(args.config or 'standard').stem}"
    config = settings_of(args, folder, args.init)
    if isinstance(config, Recipe):
        raise ConfigError(
            f"config {args.config} is a recipe of {len(config.steps)} steps; "
            "expected one of a single training, like standard"
        )
    progress, told = Progress(config.fit.epochs * args.folds * args.repeats), Counter[str]()

    def tell_epoch(name: str, row: Row) -> None:
        told[name] += 1
        progress.epoch(row, name)

    def tell_fold(fold: FoldScore) -> None:
        progress.note(_line(fold))
        progress.skip(len(fold.answers.rows) - told[fold.answers.fold.name])  # of earlier sittings

    try:
        found = cross_validate(
            config,
            folder,
            folds=args.folds,
            repeats=args.repeats,
            jobs=args.jobs or os.cpu_count() or 1,
            cluster=cluster_of(args) if args.engine == "ray" else None,
            resume=args.resume,
            on_fold=tell_fold,
            on_epoch=tell_epoch,
            on_note=progress.note,
        )
    finally:
        progress.close()
    origin = provenance.collect({}, _command(args, folder))
    page = report.write(found, folder, {**origin, "libraries": versions(), "settings": to_toml(config)})
    print(report.summary(found))
    print(f"report: {page}")
    return 0


def _line(fold: FoldScore) -> str:
    score, answers = fold.evaluation.score, fold.answers
    return (
        f"{answers.fold.name}  {100 * score.accuracy:.3f} % of {score.n:,}  "
        f"({100 * score.low:.2f} to {100 * score.high:.2f})  {answers.seconds:.1f} s"
    )


def _command(args: argparse.Namespace, folder: Path) -> str:
    """Returns the command line that repeats the measurement; of a resumed folder with its own settings."""
    config = args.config or (str(folder / "config.toml") if args.resume else "standard")
    words = ["inkdigits", "crossval", *([] if args.init and not args.config else ["--config", config])]
    if args.init:
        words += ["--init", args.init]
    for option, values in (("--set", args.set), ("--data", args.data)):
        for value in values:
            words += [option, value]
    return shlex.join([*words, "--folds", str(args.folds), "--repeats", str(args.repeats)])
