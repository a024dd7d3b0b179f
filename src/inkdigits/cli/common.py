"""What the commands share: option types, and options that have one name and one help text everywhere."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Literal, TypeAlias, TypedDict

from inkdigits.spec import MAX_JOBS, MAX_THREADS

__all__ = [
    "Commands",
    "Models",
    "add_fitting",
    "add_jobs",
    "add_max_error",
    "add_model",
    "add_second",
    "add_threads",
    "job_count",
    "job_range",
    "models",
    "positive_int",
    "probability",
    "seconds",
    "thread_count",
]

if TYPE_CHECKING:
    # argparse has no public name for what add_subparsers() returns.
    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]  # pyright: ignore[reportPrivateUsage]
else:
    Commands: TypeAlias = argparse.Action


def positive_int(text: str) -> int:
    """Returns ``text`` as an integer of at least 1; the ``type`` of options that count something."""
    try:
        value = int(text)
    except ValueError:
        value = 0
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a whole number of at least 1, got {text!r}")
    return value


def probability(text: str) -> float:
    """Returns ``text`` as a number in 0..1; the ``type`` of options that name a share or a risk."""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1.0:  # also false for NaN
        raise argparse.ArgumentTypeError(f"expected a number from 0 to 1, got {text!r}")
    return value


def add_fitting(parser: argparse.ArgumentParser) -> None:
    """Adds ``--allowed CHARACTERS`` and ``--pattern REGEX``, what may stand there."""
    parser.add_argument(
        "--allowed",
        metavar="CHARACTERS",
        help="the characters that may stand there, written as within the brackets of a regular expression: "
        "0-9, 0-9. or 0-9/ (default: all)",
    )
    parser.add_argument(
        "--pattern",
        metavar="REGEX",
        help=r"a Python regular expression that the text of each number matches as a whole, such as "
        r"'\d{2}/\d{2}/\d{4}'; needs the extra [patterns]. What is read is the likeliest text that fits; it "
        "is unsure where another was far likelier (default: any text)",
    )


def add_max_error(parser: argparse.ArgumentParser) -> None:
    """Adds ``--max-error P``, the risk above which an answer is unsure."""
    parser.add_argument(
        "--max-error",
        metavar="P",
        type=probability,
        help="mark as unsure so much that of the other answers a share of at most P is expected to be "
        "wrong, 0 to 1; a model without a measured risk curve marks each answer whose own risk, "
        "1 - confidence, is above P (default: as the model was calibrated)",
    )


def add_second(parser: argparse.ArgumentParser) -> None:
    """Adds ``--second NAME``, who reads unsure numbers again."""
    parser.add_argument(
        "--second",
        choices=("rapidocr",),
        help="read each unsure number again with this reader: where both agree it is surer, else it stays "
        "unsure; what the second one read is told too, in a column 'second' (extra [second])",
    )


def add_model(parser: argparse.ArgumentParser) -> None:
    """Adds ``--model DIR``, a model folder in place of the shipped one."""
    parser.add_argument(
        "--model",
        metavar="DIR",
        action="append",
        default=[],
        help="model folder to use in place of the shipped one for digits or for numbers, whichever it is of; "
        "may be given twice",
    )


class Models(TypedDict, total=False):
    """The arguments of a reader that name models."""

    digits: str
    numbers: str
    finder: str


KEYS: dict[str, Literal["digits", "numbers", "finder"]] = {
    "digit": "digits",
    "number": "numbers",
    "finder": "finder",
}  # by what a model does


def models(folders: list[str]) -> Models:
    """Returns the arguments of a reader that stand for the folders given with ``--model``.

    Raises:
        BundleError: a folder holds no model.
        ConfigError: two are of the same kind.
    """
    if not folders:
        return {}
    from inkdigits.errors import ConfigError
    from inkdigits.recognition.bundle import load

    chosen: Models = {}
    for folder in folders:
        kind = load(folder).kind
        key = KEYS[kind]
        if key in chosen:
            raise ConfigError(f"--model {folder} is the second {kind} model; expected one of each kind")
        chosen[key] = folder
    return chosen


def thread_count(text: str) -> int:
    """Returns ``text`` as an integer from 1 to ``MAX_THREADS``; the ``type`` of ``--threads``."""
    value = positive_int(text)
    if value > MAX_THREADS:
        raise argparse.ArgumentTypeError(f"expected at most {MAX_THREADS} threads, got {text!r}")
    return value


def job_count(text: str) -> int:
    """Returns ``text`` as an integer up to ``MAX_JOBS``, 0 for ``auto``; the ``type`` of ``--jobs``."""
    value = 0 if text in ("0", "auto") else positive_int(text)
    if value > MAX_JOBS:
        raise argparse.ArgumentTypeError(f"expected at most {MAX_JOBS} processes, got {text!r}")
    return value


def job_range(text: str) -> int | tuple[int, int]:
    """Returns ``text`` as a number of processes, 0 for ``auto``, or ``2-16`` as (2, 16)."""
    least, dash, most = text.partition("-")
    if not dash:
        return job_count(text)
    low, high = job_count(least), job_count(most)
    if not 0 < low <= high:
        raise argparse.ArgumentTypeError(f"expected the fewer before the more, as in 2-16, got {text!r}")
    return low, high


def seconds(text: str) -> float:
    """Returns ``text`` as a time above 0; the ``type`` of ``--timeout``."""
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0.0 < value < float("inf"):  # also false for NaN
        raise argparse.ArgumentTypeError(f"expected a number of seconds above 0, got {text!r}")
    return value


def add_jobs(parser: argparse.ArgumentParser, timeout: float | None = None, *, ranges: bool = False) -> None:
    """Adds ``--jobs N`` and ``--timeout S``, the processes that read many pictures."""
    one = "this one" if timeout is None else "beside this one"
    parser.add_argument(
        "--jobs",
        metavar="N",
        type=job_range if ranges else job_count,
        default=None if ranges else 1,
        help=f"processes that read, at most {MAX_JOBS}, each with its own models and --threads; auto or 0 "
        + (
            "for one a core; with --engine ray also MIN-MAX, as 2-16 (default: 1; with --engine ray auto)"
            if ranges
            else f"for one a core (default: 1, {one})"
        ),
    )
    parser.add_argument(
        "--timeout",
        metavar="S",
        type=seconds,
        default=timeout,
        help="give a picture up after S seconds of loading or of reading it; its process is ended and "
        f"replaced, its row is an error (default: {'none' if timeout is None else f'{timeout:g}'})",
    )


def add_threads(parser: argparse.ArgumentParser) -> None:
    """Adds ``--threads N``, the number of processor threads of the reader."""
    parser.add_argument(
        "--threads",
        metavar="N",
        type=thread_count,
        default=1,
        # One picture is too little work to share: a second thread costs more than it gains.
        help=f"processor threads that reading may use, at most {MAX_THREADS} (default: 1)",
    )
