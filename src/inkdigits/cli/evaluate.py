"""``inkdigits evaluate``: how well a model reads, in a table, as JSON and as a page."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkdigits.cli.common import Commands, add_model, add_threads, models
from inkdigits.cli.output import opened
from inkdigits.errors import OutputError
from inkdigits.output.rows import one_line

if TYPE_CHECKING:
    from inkdigits.measure.evaluation import Evaluation, Progress
    from inkdigits.measure.scoring import Score

__all__ = ["add", "run"]

_FAILED = 1
_DEFAULT_DATA = ("mnist",)
_STDOUT = "-"

_DESCRIPTION = """\
Reads labelled pictures with a model and says how well that went: the share that is right with its exact 95 %
interval, the calibration error (ECE), the share answered without doubt, and how much of that is right.
Pictures that cannot be read count as wrong. A set whose labels are no digits is one to be rejected: the
fewer of it are answered, the better.
Exit code: 0 all read, 1 at least one picture failed, 2 wrong usage.
"""

_EPILOG = """\
examples:
  inkdigits evaluate
  inkdigits evaluate --data mnist --data scans/labelled --output reports/today
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
        help="a set of labelled pictures: mnist, mnist5k, a folder with labels.csv, with a subfolder a label "
        "or with the IDX files, an .npz, or an .npz with the same digits under several corruptions, whose "
        "mean is told too; repeat it for more sets (default: the MNIST test digits)",
    )
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
    if args.output is not None:
        _check_output(args.output)  # before minutes of work that would be lost

    from inkdigits.data.datasets import load_sets
    from inkdigits.measure import provenance
    from inkdigits.measure.evaluation import check, evaluate
    from inkdigits.reader import Reader

    reader = Reader(**models(args.model), threads=args.threads)
    datasets = [one for argument in args.data or _DEFAULT_DATA for one in load_sets(argument, "test")]
    for dataset in datasets:  # all of them before the first, which may take minutes
        check(dataset)
    names = [one_line(dataset.name) for dataset in datasets]
    table = _Table(names) if args.json != _STDOUT else None
    evaluations: list[Evaluation] = []
    for dataset, name in zip(datasets, names, strict=True):
        with _progress(name, len(dataset)) as progress:
            evaluation = evaluate(reader, dataset, progress=progress)
        evaluations.append(evaluation)
        if table:
            table.print(name, evaluation.score)
            if evaluation.digits_only:
                table.print("  digits only", evaluation.digits_only)
        _tell_failures(name, evaluation)
    if table:
        table.print_notes(evaluations, reader.digits.bundle.metadata)
    used = {} if all(one.kind == "number" for one in evaluations) else {"model": reader.digits.bundle}
    if any(one.kind == "number" for one in evaluations):
        used["number model" if used else "model"] = reader.numbers.bundle
    origin = provenance.collect(used, _command(args))
    _write(args, evaluations, origin)
    return _FAILED if any(evaluation.score.failed for evaluation in evaluations) else 0


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
    if args.threads != 1:
        words += ["--threads", str(args.threads)]
    return shlex.join(words)


@contextmanager
def _progress(name: str, total: int) -> Generator[Progress | None]:
    """Shows a bar on a terminal if the library for it is there; a log gets none."""
    if not sys.stderr.isatty():
        yield None
        return
    try:
        from tqdm import tqdm
    except ImportError:  # a convenience that comes with the [train] extra; the work goes on without
        yield None
        return
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


class _Table:
    """Aligned columns, printed row by row as the sets are done."""

    HEAD = ("n", "right", "95 % interval", "ECE", "answered", "right of these")

    def __init__(self, names: Sequence[str]) -> None:
        self._widths = [max(len(name) for name in ("set", *names)), 7, 8, 15, 7, 8, 14]
        self._print("set", *self.HEAD)

    def print(self, name: str, score: Score) -> None:
        """Prints the row of a set; accuracy says nothing of pictures that should be rejected."""
        answered = _percent(score.answered, score.n)
        if score.to_reject:
            self._print(name, f"{score.n:,}", "–", "–", "–", answered, "–")
            return
        self._print(
            name,
            f"{score.n:,}",
            _percent(score.correct, score.n),
            f"{100 * score.low:.2f}–{100 * score.high:.2f} %",
            f"{100 * score.expected_calibration_error:.2f} %",
            answered,
            _percent(score.answered_correct, score.answered),
        )

    def print_notes(self, evaluations: Sequence[Evaluation], told: Mapping[str, Any]) -> None:
        """Prints what the rows do not say by themselves; ``told`` is what the digit bundle says of itself."""
        from inkdigits.measure.corruptions import corruption_means, resembling

        training = told.get("training", {}).get("config", {})
        known = ", ".join(resembling(training)) or "none"
        # Corrupted digits are most often digits of MNIST's training file.
        learned = "mnist" in training.get("data", {}).get("train", ()) and not training["data"].get(
            "leave_out"
        )
        warning = "; its training left no digits of mnist out and may have had these" if learned else ""
        for mean in corruption_means([one.score for one in evaluations]):
            kind, accuracy = mean.worst
            print(
                f"{one_line(mean.name)}: {100 * mean.accuracy:.2f} % is the mean of {mean.corruptions} "
                f"corruptions; hardest {one_line(kind)}, {100 * accuracy:.2f} %; like what the model's "
                f"training did to its digits: {known}{warning}"
            )
        for evaluation in evaluations:
            score = evaluation.score
            if score.to_reject:
                print(
                    f"{one_line(score.name)} holds no digits: {score.answered:,} of {score.n:,} were "
                    "answered and should have been rejected"
                )

    def _print(self, *cells: str) -> None:
        name, *numbers = (
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(cells, self._widths, strict=True))
        )
        print("  ".join([name, *numbers]).rstrip(), flush=True)


def _percent(count: int, total: int) -> str:
    return f"{100 * count / total:.2f} %" if total else "–"
