"""Ablation of how forms are laid over their blank, and their fields read: each threshold moved by a quarter.

Usage: python benchmarks/ablate_forms.py [--forms N] [--foreign N] [--jobs N]

The forms are those of ``forms.py`` under another seed, filled in and photographed once; then all are read
again with one threshold moved. What is counted are fields whose text is right, of forms that are known again,
those that are sure and wrong, and pictures of other forms that are taken for this one. It takes
thirteen minutes beside other work and writes its section of docs/ablation.md.
"""

import argparse
import hashlib
import importlib
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from ablate import QUARTER, moved
from ablate_page import TITLES, write_section
from ablate_reading import remembering_reader, switched
from forms import CARD, filled_in, foreign, template_of

from inkdigits.errors import SourceError
from inkdigits.reader import Reader
from inkdigits.tables.forms import FormReader
from inkdigits.tables.registration import Blank, Laid, lay_over

SEED = 19
ROOT = Path(__file__).parent.parent
MODULES = ("registration", "handwriting", "field_reader", "ticks", "forms")
LIMITS = {
    "registration:FORM_SIDE": "the scale that all other lengths of a form are in",
    "registration:POINTS_SIDE": "the scale of the points, for speed",
    "registration:POINTS": "a bound, for speed",
    "handwriting:WAYS": "directions, no threshold",
    "field_reader:EMPTY": "a confidence that is said, by which nothing is decided",
}
"""Numbers that are no thresholds, and what they are."""


class Outcome(NamedTuple):
    """What came of all forms: which fields are right, how many sure and wrong, what else was taken."""

    right: tuple[bool, ...]
    sure_wrong: int
    taken: int


def thresholds() -> list[str]:
    """Returns the numbers that decide how forms are read, as ``module:NAME``."""
    return [
        f"{module}:{name}"
        for module in MODULES
        for name, value in vars(importlib.import_module(f"inkdigits.tables.{module}")).items()
        if name.isupper() and type(value) in (int, float, tuple) and f"{module}:{name}" not in LIMITS
    ]


@cache
def pictures(forms: int, others: int) -> tuple[list[tuple[np.ndarray, dict[str, str]]], list[np.ndarray]]:
    """Returns photos of filled-in forms with what is to be read of them, and pictures of other forms."""
    own = [filled_in(np.random.default_rng((SEED, index))) for index in range(forms)]
    return own, [foreign(index, np.random.default_rng((SEED, 10**4 + index))) for index in range(others)]


def outcome(forms: int, others: int, switch: tuple[str, Any] | None) -> Outcome:
    """Reads all forms, with one threshold set to another value."""
    own, strange = pictures(forms, others)
    switches = () if switch is None else ((f"tables.{switch[0]}", switch[1]),)
    if switch is not None and not switch[0].startswith("registration"):  # the forms lie as they did
        switches = (*switches, ("tables.forms:lay_over", _laid_before))
    right, sure_wrong = list[bool](), 0
    with tempfile.TemporaryDirectory() as place, switched(switches):
        reader = FormReader(template_of(CARD, Path(place) / "blank.png"), _reader())
        for photo, told in own:
            try:
                fields = reader.read(photo).fields
            except SourceError:
                right += [False] * len(told)
                continue
            for one in fields:
                right.append(one.text == told[one.name])
                sure_wrong += one.status != "unsure" and not right[-1]
        taken = sum(_reads(reader, picture) for picture in strange)
    return Outcome(tuple(right), sure_wrong, taken)


@cache
def _reader() -> Reader:
    return remembering_reader()


_LAID: dict[bytes, tuple[int, Laid] | SourceError] = {}


def _laid_before(picture: np.ndarray, blanks: list[Blank]) -> tuple[int, Laid]:
    """Lays a form over its blank once for all thresholds that come after."""
    key = hashlib.sha256(picture.tobytes()).digest()
    if key not in _LAID:
        try:
            _LAID[key] = lay_over(picture, blanks)
        except SourceError as error:
            _LAID[key] = error
    found = _LAID[key]
    if isinstance(found, SourceError):
        raise found
    return found


def _reads(reader: FormReader, picture: np.ndarray) -> bool:
    try:
        reader.read(picture)
    except SourceError:
        return False
    return True


def told(usual: Outcome, after: Outcome) -> str:
    """Returns what changed, as cells of a table."""
    pairs = list(zip(usual.right, after.right, strict=True))
    lost = sum(was and not is_ for was, is_ in pairs)
    won = sum(is_ and not was for was, is_ in pairs)
    parts = (-lost, won, after.sure_wrong - usual.sure_wrong, after.taken - usual.taken)
    return " | ".join("0" if part == 0 else f"{part:+}" for part in parts).replace("-", "−")


def moves() -> Iterator[tuple[str, Any]]:
    """Yields each threshold with a value that is a quarter lower, then higher."""
    for name in thresholds():
        module, _, attribute = name.partition(":")
        value = getattr(importlib.import_module(f"inkdigits.tables.{module}"), attribute)
        for part in (-QUARTER, QUARTER):
            yield name, moved(value, part)


def main() -> None:
    """Measures, prints and writes the section."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--forms", type=int, default=12, metavar="N", help="how many filled forms (12)")
    parser.add_argument("--foreign", type=int, default=8, metavar="N", help="how many other pictures (8)")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes (2)")
    args = parser.parse_args()
    usual = outcome(args.forms, args.foreign, None)
    each = "lost | won | sure and wrong | taken"
    lines = [
        TITLES["forms"],
        "",
        f"`python benchmarks/ablate_forms.py --forms {args.forms} --foreign {args.foreign}`: "
        f"{sum(usual.right)} of {len(usual.right)} fields right, {usual.sure_wrong} sure and wrong, "
        f"{usual.taken} of {args.foreign} pictures of other forms taken; fields lost and won, how many more "
        "are sure and wrong, and how many more other pictures are taken.",
        "",
        f"| threshold | −25 %: {each} | +25 %: {each} |",
        "|---|" + 8 * "--:|",
    ]
    every = list(moves())
    with ProcessPoolExecutor(args.jobs) as pool:
        found = pool.map(outcome, *zip(*((args.forms, args.foreign, one) for one in every), strict=True))
        cells = [told(usual, after) for after in found]
    for name, *pair in zip((name for name, _ in every[::2]), cells[::2], cells[1::2], strict=True):
        lines.append(f"| {name} | {pair[0]} | {pair[1]} |")
        print(lines[-1], flush=True)
    lines += ["", "Not moved: " + "; ".join(f"{name} ({why})" for name, why in LIMITS.items()) + ".", ""]
    write_section(ROOT / "docs" / "ablation.md", "forms", "\n".join(lines))


if __name__ == "__main__":
    main()
