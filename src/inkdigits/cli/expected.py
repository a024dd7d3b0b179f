"""``inkdigits evaluate --expected-error``: how many errors pictures without labels will have."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkdigits.cli.common import models
from inkdigits.cli.output import opened
from inkdigits.errors import ConfigError
from inkdigits.output.rows import one_line

if TYPE_CHECKING:
    from inkdigits.measure.expected import ExpectedErrors

__all__ = ["expect_errors"]

_FAILED = 1
_STDOUT = "-"
_NOTE = "an estimate from the confidences alone: numbers that were missed are not in it"


def expect_errors(args: argparse.Namespace) -> int:
    """Reads the pictures of each ``--data`` and tells the errors to expect; gives the exit code.

    Raises:
        ConfigError: no data is named, or the report is asked for, which needs labels.
    """
    if not args.data:
        raise ConfigError("--expected-error reads pictures without labels: expected --data FOLDER, got none")
    if args.output is not None:
        raise ConfigError("--output writes a report, which needs labels; leave it out, or --expected-error")
    from inkdigits.measure.expected import expected_errors
    from inkdigits.reader import Reader

    reader = Reader(**models(args.model), threads=args.threads)
    found: list[ExpectedErrors] = []
    for name in args.data:
        readings = reader.read_many(
            _pictures(name), args.expected_error, allowed=args.allowed, pattern=args.pattern
        )
        errors = expected_errors(name, readings)
        found.append(errors)
        if args.json != _STDOUT:
            _tell(errors)
    if args.json is not None:
        figures = {"sets": [errors.to_dict() for errors in found], "expect": args.expected_error}
        with opened(None if args.json == _STDOUT else args.json) as stream:
            stream.write(json.dumps(figures, indent=2) + "\n")
    return _FAILED if any(errors.failed for errors in found) else 0


def _pictures(name: str) -> list[Any]:
    """Returns the pictures of a path, with or without labels, or of a data set that is known by name."""
    from inkdigits.data.datasets import load_sets
    from inkdigits.picture.paths import find_pictures

    if Path(name).exists():
        return [*find_pictures([name])]
    return [picture for dataset in load_sets(name, "test") for picture in dataset.images]


def _tell(errors: ExpectedErrors) -> None:
    lines = [
        f"{one_line(errors.name)}: {errors.pictures:,} pictures, in {errors.empty:,} nothing was read, "
        f"{errors.failed:,} could not be read",
        f"  {errors.numbers:,} numbers: {_errors(errors.expected, errors.low, errors.high, errors.numbers)}",
        f"  {errors.sure:,} sure ones: "
        f"{_errors(errors.sure_expected, errors.sure_low, errors.sure_high, errors.sure)}",
        f"  {_NOTE}",
    ]
    print("\n".join(lines))


def _errors(expected: float, low: int, high: int, among: int) -> str:
    share = f" ({100 * expected / among:.2f} %)" if among else ""
    return f"{expected:.1f} errors expected{share}, 95 % interval {low:,} to {high:,}"
