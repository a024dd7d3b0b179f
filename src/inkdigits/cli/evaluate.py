"""``inkdigits evaluate``: how well a model reads, in a table, as JSON and as a page."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from inkdigits.cli.common import Commands, add_fitting, add_model, add_threads, models
from inkdigits.cli.output import opened
from inkdigits.cli.scores import ScoreTable
from inkdigits.errors import OutputError
from inkdigits.output.rows import one_line

if TYPE_CHECKING:
    from inkdigits.data.labelled import Dataset
    from inkdigits.measure.evaluation import Asked, DigitReader, Evaluation, Progress
    from inkdigits.reader import Reader

__all__ = ["add", "run"]

_FAILED = 1
_LEARNED = " (learned from)"  # behind the name of a set
_DEFAULT_DATA = ("mnist",)
_STDOUT = "-"
_ASKED: tuple[Asked, ...] = ("known", "auto", "both")

_DESCRIPTION = """\
Reads labelled pictures with a model and says how well that went: the share that is right with its exact 95 %
interval, the share of sure answers that are wrong, the calibration error (ECE), the share answered without
doubt, and how much of that is right. Each picture is read twice: with what it is known to hold, and with
auto, as users read who say nothing. Digits of 28 x 28 pixels as MNIST has them go straight to the model.
What a picture holds is in the column 'expect' of labels.csv (digit, number or page), else it is inferred:
pages if a label has | between rows, numbers if one is longer than a character. Of pages the numbers are
counted that are right and in order. An empty label with an 'expect' says that nothing is to be read.
Pictures that cannot be read count as wrong. A set whose labels are no digits is one to be rejected: the
fewer of it are answered, the better. A set of digits of which the model has learned some, as far as its
bundle lists them, is marked (learned from): its figures say what the model remembers, not how well it reads.
With --expected-error no labels are needed: from the confidences alone it says how many of the numbers that
are read will be wrong, of all and of the sure ones, with the interval of their count.
strokes_held is drawn from the pen strokes of the writers that no training learns from (see inkdigits data):
digits, zeros with a slash, letters and words, and numbers.
Exit code: 0 all read, 1 at least one picture failed, 2 wrong usage.
"""

_EPILOG = """\
examples:
  inkdigits evaluate
  inkdigits evaluate --data strokes_held --expect known
  inkdigits evaluate --data mnist --data scans/labelled --output reports/today
  inkdigits evaluate --data scans/dates --pattern '\\d{2}-\\d{2}-\\d{4}'
  inkdigits evaluate --data scans --expected-error
  inkdigits evaluate --model runs/mine/bundle --json - | jq '.sets[].accuracy'
"""


def add(commands: Commands) -> None:
    """Adds the command's parser."""
    parser = commands.add_parser(
        "evaluate", help="measure how well a model reads", description=_DESCRIPTION, epilog=_EPILOG
    )
    add_model(parser)
    parser.add_argument(
        "--data",
        metavar="NAME|PATH",
        action="append",
        help="a set of labelled pictures: mnist, mnist5k, strokes_held or one of its four parts, "
        "strokes_held_digits, _slashed, _letters and _numbers, a folder with labels.csv, with a subfolder "
        "a label or with the IDX files, an .npz, or one with the same digits under several corruptions, "
        "whose mean is told too; repeat it for more sets (default: the MNIST test digits)",
    )
    parser.add_argument(
        "--expect",
        choices=_ASKED,
        default="both",
        help="read with what each picture is known to hold, with auto, or with one after the other, which "
        "takes twice as long (default: both)",
    )
    parser.add_argument(
        "--expected-error",
        nargs="?",
        const="auto",
        choices=("auto", "digit", "number", "page"),
        help="say from the confidences alone how many errors the pictures of --data will have, which need no "
        "labels; read with what they hold (default: auto)",
    )
    add_fitting(parser)
    parser.add_argument(
        "--output",
        metavar="DIR",
        help="write report.html, one page with figures and the worst mistakes, and evaluate.json into DIR",
    )
    parser.add_argument(
        "--json", metavar="FILE", help="write the figures to FILE as JSON; - prints only them"
    )
    add_threads(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measures the model on each set and prints the table; gives the exit code."""
    if args.expected_error is not None:
        from inkdigits.cli.expected import expect_errors

        return expect_errors(args)
    if args.output is not None:
        _check_output(args.output)  # before minutes of work that would be lost

    from inkdigits.measure import provenance
    from inkdigits.measure.evaluation import evaluate, pictures_to_read
    from inkdigits.reader import Reader

    reader = Reader(**models(args.model), threads=args.threads)
    asked: DigitReader = reader
    if args.allowed is not None or args.pattern is not None:
        from inkdigits.measure.told import Told

        asked = Told(reader, args.allowed, args.pattern)
    # All of them before the first, which may take minutes.
    datasets = [dataset for name in args.data or _DEFAULT_DATA for dataset in _sets(name)]
    learned = [_learned(dataset, reader, args.expect) for dataset in datasets]
    names = [
        one_line(dataset.name) + (_LEARNED if count else "")
        for dataset, count in zip(datasets, learned, strict=True)
    ]
    table = ScoreTable(names) if args.json != _STDOUT else None
    evaluations: list[Evaluation] = []
    for dataset, name, count in zip(datasets, names, learned, strict=True):
        with _progress(name, pictures_to_read(dataset, args.expect)) as progress:
            evaluation = evaluate(asked, dataset, expect=args.expect, progress=progress)
        evaluation = replace(evaluation, learned=count)
        evaluations.append(evaluation)
        if table:
            table.print(name, evaluation)
        _tell_failures(name, evaluation)
    if table:
        table.print_notes(evaluations, reader.digits.bundle.metadata)
    kinds = {kind for evaluation in evaluations for kind in evaluation.models}
    used = {"model": reader.digits.bundle} if "digit" in kinds else {}
    if "number" in kinds:
        used["number model" if used else "model"] = reader.numbers.bundle
    origin = provenance.collect(used, _command(args))
    _write(args, evaluations, origin)
    return _FAILED if any(evaluation.score.failed for evaluation in evaluations) else 0


def _learned(dataset: Dataset, reader: Reader, expect: Asked) -> int | None:
    """Returns how many of a set's pictures the models that answer have learned from, where that is known."""
    from inkdigits.measure.learned import count_learned

    alone = dataset.normalised or expect == "known"  # of what holds a digit
    models = [reader.digits] if alone else [reader.digits, reader.numbers]
    return count_learned(dataset, [model.bundle for model in models])


def _sets(name: str) -> list[Dataset]:
    """Returns the data sets that an argument names."""
    from inkdigits.data.datasets import load_sets
    from inkdigits.training.judge.held import HELD_NAMES, held_sets

    return held_sets(name) if name in HELD_NAMES else load_sets(name, "test")


def _write(args: argparse.Namespace, evaluations: Sequence[Evaluation], origin: dict[str, object]) -> None:
    """Writes the files that were asked for."""
    if args.json is None and args.output is None:
        return
    from inkdigits.measure.report import page as report

    if args.json is not None:
        with opened(None if args.json == _STDOUT else args.json) as stream:
            stream.write(report.to_json(evaluations, origin))
    if args.output is not None:
        page, _ = report.write_report(args.output, evaluations, origin)
        print(f"report: {one_line(str(page))}", file=sys.stderr if args.json == _STDOUT else sys.stdout)


def _check_output(output: str) -> None:
    """Raises an error now that would otherwise come after the evaluation."""
    from inkdigits.measure.report import figures

    figures.check_available()
    try:
        Path(output).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot write into {output}: {error.strerror or error}; name a folder with --output"
        ) from error


def _command(args: argparse.Namespace) -> str:
    """Returns the command line that repeats the measurement."""
    words = ["inkdigits", "evaluate"]
    for folder in args.model:
        words += ["--model", folder]
    for argument in args.data or _DEFAULT_DATA:
        words += ["--data", argument]
    if args.expect != "both":
        words += ["--expect", args.expect]
    for option, value in (("--allowed", args.allowed), ("--pattern", args.pattern)):
        words += [option, value] if value is not None else []
    if args.threads != 1:
        words += ["--threads", str(args.threads)]
    return shlex.join(words)


@contextmanager
def _progress(name: str, total: int) -> Generator[Progress | None]:
    """Shows a bar on a terminal; a log gets none."""
    if not sys.stderr.isatty():
        yield None
        return
    from tqdm import tqdm

    with tqdm(total=total, desc=name, unit=" pictures", leave=False, file=sys.stderr) as bar:
        yield bar.update


def _tell_failures(name: str, evaluation: Evaluation) -> None:
    """Says on standard error, in one line, that pictures of a set could not be read."""
    failed = evaluation.score.failed
    if failed:
        first = evaluation.first_error or "unknown reason"
        print(
            f"inkdigits: {name}: {failed} of {evaluation.score.n} pictures could not be read and count as "
            f"wrong; the first: {one_line(first)}",
            file=sys.stderr,
        )
