"""The sets that ``ablate.py`` reads, with parts of the package replaced, and what came of each picture."""

import contextlib
import importlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from ablate_rules import AUTO, STAGES

import inkdigits
from inkdigits.data.datasets import data_dir, load_dataset
from inkdigits.data.labelled import Dataset
from inkdigits.measure.entries import entries_of_pages, entries_of_pictures, known_of, seen
from inkdigits.measure.scoring import right_answers
from inkdigits.picture.sources import load
from inkdigits.recognition.bundle import Kind
from inkdigits.training.draw.glyphs import Glyphs
from inkdigits.training.draw.page import make_page

SEED = 24
MADE_PAGES = 12
HELD_OUT = 50_000  # pages are composed of MNIST's training digits from here on
REMEMBERED = 30_000  # calls of a model; most of what it sees is the same with and without a rule
SEEN = 2_000  # calls of the finder, whose answers are large
MISREAD = "previously_misread"
ROOT = Path(__file__).parent.parent
GROUPS = {
    "digits": "digits_",
    "letters": "not_digits_",
    "numbers": ("strings_", "numbers_"),
    "cases": "cases_",
}

Switch = tuple[str, Any]  # (room.module:attribute, replacement)


class Outcome(NamedTuple):
    """What came of one picture.

    Attributes:
        right: right answers; on a page each number counts.
        sure_wrong: answers that are sure and wrong.
        n: answers that can be right.
        read: the text, and the status of each number.
    """

    right: int
    sure_wrong: int
    n: int
    read: str


Outcomes = dict[str, list[Outcome]]  # of each set


# ---- Sets ----


def group_of(name: str) -> str:
    """Returns which group of sets a set belongs to."""
    return next((group for group, starts in GROUPS.items() if name.startswith(starts)), "pages")


def names_of_sets() -> list[str]:
    """Returns the names of the sets that are there; prints a line for what is not."""
    real = data_dir() / "real"
    names = sorted(path.parent.name for path in real.glob("*/labels.csv"))
    if not names:
        print("real: left out, it is not there; INKDIGITS_DATA names the folder of the data sets")
    if not (data_dir() / "mnist").is_dir():
        print("made pages: left out, MNIST is not there; see: inkdigits data --help")
    else:
        names.append("pages_made")
    return [*names, MISREAD]


def made_pages() -> Dataset:
    """Returns pages of lists, tables and boxes, the same in every run."""
    digits = load_dataset("mnist", "train")
    values = np.array(digits.labels[HELD_OUT:]).astype(int)
    glyphs = Glyphs(np.asarray(digits.images[HELD_OUT:]), values)
    layouts = ("list", "table", "boxes")
    pages = [
        make_page(glyphs, np.random.default_rng((SEED, index)), layout=layouts[index % len(layouts)])
        for index in range(MADE_PAGES)
    ]
    labels = tuple(" ".join(text for text, _ in page.numbers) for page in pages)
    return Dataset("pages_made", tuple(page.picture for page in pages), labels, "", ("page",) * len(pages))


def set_of(name: str, sample: int) -> Dataset:
    """Returns a set with its pictures decoded, thinned evenly to a sample."""
    if name == "pages_made":
        return made_pages()
    found = load_dataset(str(ROOT / "tests" / MISREAD if name == MISREAD else data_dir() / "real" / name))
    picked = np.unique(np.linspace(0, len(found) - 1, min(sample, len(found))).round().astype(int))
    known = known_of(found)
    return replace(
        found,
        name=name,
        images=tuple(load(found.images[index]) for index in picked),
        labels=tuple(found.labels[index] for index in picked),
        expects=tuple(known[index] for index in picked),
        kinds=(),
    )


def asked_of(stage: str, names: Iterable[str]) -> list[tuple[str, bool]]:
    """Returns the sets that a stage is read on, each with whether "auto" is asked."""
    wanted = STAGES[stage]
    return [
        (name, stage in AUTO or name == MISREAD)
        for name in names
        if name == MISREAD or group_of(name) in wanted
    ]


# ---- Reading ----


class Remembering:
    """An engine that computes what it was asked before only once.

    Args:
        engine: what computes.
        most: answers that are kept; None for all that a small model gives.
    """

    def __init__(self, engine: Any, most: int | None = None) -> None:
        self._engine, self._most = engine, REMEMBERED if most is None else most
        self._known: dict[Any, Any] = {}

    def logits(self, images: Any) -> Any:
        """Returns the network's answers; see :meth:`inkdigits.Engine.logits`."""
        key = images.shape, images.tobytes()
        found = self._known.pop(key, None)
        if found is None:
            found = self._engine.logits(images)
            if len(self._known) >= self._most:
                del self._known[next(iter(self._known))]  # what was asked longest ago
        self._known[key] = found
        return found


def remembering_reader() -> inkdigits.Reader:
    """Returns a reader of the shipped models that remembers their answers."""
    kinds: tuple[Kind, ...] = ("digit", "number", "finder")
    models = [inkdigits.Model.shipped(kind) for kind in kinds]
    for model in models:
        model.engine = Remembering(model.engine, SEEN if model.kind == "finder" else None)
    return inkdigits.Reader(*models)


@contextlib.contextmanager
def switched(switches: Sequence[Switch]) -> Iterator[None]:
    """Replaces attributes of the package's modules, and puts them back."""
    before: list[tuple[Any, str, Any]] = []
    try:
        for address, replacement in switches:
            owner, name = owner_of(address)
            before.append((owner, name, vars(owner)[name]))
            setattr(owner, name, replacement)
        yield
    finally:
        for owner, name, value in reversed(before):
            setattr(owner, name, value)


def owner_of(address: str) -> tuple[Any, str]:
    """Returns the module or class that ``room.module:attribute`` is in, and the attribute's name."""
    module, _, path = address.partition(":")
    owner: Any = importlib.import_module(f"inkdigits.{module}")
    *classes, name = path.split(".")
    for part in classes:
        owner = getattr(owner, part)
    return owner, name


def outcomes(reader: Any, dataset: Dataset, *, auto: bool) -> list[Outcome]:
    """Reads a set and returns what came of each picture."""
    known = known_of(dataset)
    answers = list(seen(reader, dataset, ["auto"] * len(dataset) if auto else known, lambda _: None))
    if set(known) == {"page"}:
        entries, _ = entries_of_pages(dataset.labels, answers)
    else:
        entries = entries_of_pictures(dataset.labels, known, answers)
    right = right_answers(*zip(*((e.label, e.prediction, e.status) for e in entries), strict=True))
    counts = np.zeros((len(dataset), 3), int)
    for entry, is_right in zip(entries, right, strict=True):
        counts[entry.picture] += (is_right, entry.status == "ok" and not is_right, entry.counts)
    return [
        Outcome(*row, f"{answer.reading.text}|{' '.join(number.status for number in answer.reading.numbers)}")
        for row, answer in zip(counts.tolist(), answers, strict=True)
    ]
