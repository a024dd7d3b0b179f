"""Measures what confidence is worth and writes docs/confidence.md and its pictures.

Usage: python docs/make_confidence.py [--figures FILE]

It takes some minutes: every set is read as it is known to be and with `auto`, and what came of each answer
goes to build/confidence.json. With --figures nothing is read: FILE is such figures. Sets are found as
`INKDIGITS_DATA` says.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from results_tables import percent, table

from inkdigits.data.datasets import load_dataset
from inkdigits.measure.confidence import expected_calibration_error, risk_coverage
from inkdigits.measure.evaluation import Evaluation, evaluate
from inkdigits.measure.intervals import clopper_pearson
from inkdigits.reader import Reader
from inkdigits.recognition.decision import accepted_risk
from inkdigits.training.judge.held import HELD_NAMES, held_sets

DOCS = Path(__file__).parent
PAGE = DOCS / "confidence.md"
TEMPLATE = DOCS / "confidence_template.txt"
FIGURES = DOCS.parent / "build" / "confidence.json"

STATED = (0.005, 0.01, 0.02)  # what is stated with --max-error
GROUPS = {  # a picture each
    "digits": (
        "mnist",
        "digits_usps",
        "digits_pen",
        "digits_semeion",
        "digits_records",
        "strokes_held_digits",
    ),
    "numbers": ("strings_forms", "strings_photos", "numbers_cells", "cases_made", "strokes_held_numbers"),
    "pages": ("pages_sheets", "pages_desk"),
}
LETTERS = ("not_digits_letters", "strokes_held_letters")
PAPERS = {
    "mnist": "MNIST's digits",
    "digits_usps": "ZIP codes, 16x16 pixels",
    "digits_pen": "pen and pencil, scanned",
    "digits_semeion": "binary digits, stretched to the square",
    "digits_records": "historical registers",
    "strokes_held_digits": "clean digits of writers that no model knows",
    "strings_forms": "cells of filled-in forms",
    "strings_photos": "phone photos of numbers on ruled paper",
    "numbers_cells": "cells of mark sheets",
    "cases_made": "what users report as going wrong",
    "strokes_held_numbers": "clean numbers of writers that no model knows",
    "pages_sheets": "whole mark sheets",
    "pages_desk": "photos of a sheet on a desk",
}
HOLDS, OPEN, FAILS = "holds", "cannot be told", "does not hold"
SIZE, DOTS, POINTS = (6.4, 3.6), 80, 200  # inches, dots an inch, points of a curve

Answers = dict[str, Any]  # of one set, read one way: what build/confidence.json has of it


class Point(NamedTuple):
    """What comes of a stated error.

    Attributes:
        answered: how many answers are sure.
        wrong: how many of these are wrong.
        low: lower end of the 95 % interval of their share; 0 of no answer.
        high: its upper end; 1 of no answer.
    """

    answered: int
    wrong: int
    low: float
    high: float

    def verdict(self, stated: float) -> str:
        """Returns whether at most the stated share is wrong, by what was counted and by its interval."""
        if self.high <= stated:
            return HOLDS
        if self.low > stated:
            return FAILS
        return HOLDS if self.answered and self.wrong <= stated * self.answered else OPEN


# ---- Measuring ----


def source_of(name: str) -> str:
    """Returns what a set is found by."""
    return name if name == "mnist" or name in HELD_NAMES else f"real/{name}"


def answers_of(reader: Reader, evaluation: Evaluation) -> Answers:
    """Returns what came of a set's answers."""
    found = evaluation.expect in ("auto", "page")
    kind = "digit" if evaluation.holds == "digit" else "number"
    bundle = reader.digits.bundle if kind == "digit" else reader.numbers.bundle
    finder = reader.finder.bundle if found and kind == "number" else None
    return {
        "read as": evaluation.expect,
        "n": evaluation.score.n,
        "confidences": np.round(evaluation.confidences, 6).tolist(),
        "correct": evaluation.correct.astype(int).tolist(),
        "risks": {str(stated): accepted_risk(bundle, finder, stated) for stated in STATED},
    }


def measured(names: Iterator[str]) -> dict[str, list[Answers]]:
    """Reads the sets."""
    reader = Reader()
    found: dict[str, list[Answers]] = {}
    for name in names:
        source = source_of(name)
        dataset = held_sets(source)[0] if source in HELD_NAMES else load_dataset(source, "test")
        evaluation = evaluate(reader, dataset)
        ways = [evaluation, *([evaluation.auto] if evaluation.auto else [])]
        found[name] = [answers_of(reader, way) for way in ways]
    return found


# ---- The page ----


def point_of(answers: Answers, stated: float) -> Point:
    """Returns what comes of a stated error."""
    sure = np.array(answers["confidences"]) >= 1 - answers["risks"][str(stated)]
    right = np.array(answers["correct"], dtype=bool)
    answered, wrong = int(sure.sum()), int((sure & ~right).sum())
    low, high = clopper_pearson(wrong, answered) if answered else (0.0, 1.0)
    return Point(answered, wrong, low, high)


def stated_table(found: dict[str, list[Answers]], stated: float) -> str:
    """Returns the table of one stated error."""
    rows: list[tuple[str, ...]] = []
    for name, ways in found.items():
        if name in LETTERS:
            continue
        for answers in ways:
            point = point_of(answers, stated)
            wrong = "–"
            if point.answered:
                interval = f"{100 * point.low:.2f} to {percent(point.high)}"
                wrong = f"{point.wrong:,} ({percent(point.wrong / point.answered)})"
            else:
                interval = "–"
            answered = f"{point.answered:,} ({percent(point.answered / answers['n'])})"
            verdict = point.verdict(stated)
            rows.append(
                (name, f"`{answers['read as']}`", f"{answers['n']:,}", answered, wrong, interval, verdict)
            )
    head = (
        "set",
        "read as",
        "n",
        "answered surely",
        "of these wrong",
        "95 % interval",
        f"at most {100 * stated:g} %",
    )
    return table(head, rows)


def calibration_table(found: dict[str, list[Answers]]) -> str:
    """Returns the table of calibration errors, and of what answers say on average and are."""
    rows: list[tuple[str, ...]] = []
    for name, ways in found.items():
        if name in LETTERS:
            continue
        for answers in ways:
            said, right = np.array(answers["confidences"]), np.array(answers["correct"], dtype=bool)
            error = expected_calibration_error(said, right)
            lean = "too low" if right.mean() > said.mean() else "too high"
            if abs(right.mean() - said.mean()) < 0.005:
                lean = "as it is"
            cells = (percent(error), percent(float(said.mean())), percent(float(right.mean())), lean)
            rows.append((name, f"`{answers['read as']}`", f"{len(said):,}", *cells))
    low = sum(row[-1] == "too low" for row in rows)
    return table(("set", "read as", "answers", "ECE", "said on average", "right", "confidence is"), rows) + (
        f"\n\nIn {low} of these {len(rows)} rows confidence is too low: more is right than it says, and more "
        "is left unsure than need be. Of pages what was read where nothing is written counts as wrong."
    )


def letters_table(found: dict[str, list[Answers]]) -> str:
    """Returns the table of letters that are answered."""
    rows = [
        (
            name,
            f"`{answers['read as']}`",
            f"{answers['n']:,}",
            *(
                f"{point.answered:,} ({percent(point.answered / answers['n'])})"
                for point in (point_of(answers, stated) for stated in STATED)
            ),
        )
        for name in LETTERS
        for answers in found.get(name, ())
    ]
    return table(("set", "read as", "n", *(f"`--max-error {stated}`" for stated in STATED)), rows)


def verdicts(found: dict[str, list[Answers]], stated: float) -> str:
    """Returns, as a list, on which papers a stated error holds when nobody says what a picture holds."""
    groups: dict[str, list[str]] = {HOLDS: [], OPEN: [], FAILS: []}
    for name, ways in found.items():
        if name not in LETTERS:
            groups[point_of(ways[-1], stated).verdict(stated)].append(PAPERS[name])
    return "\n".join(f"- **{verdict}**: {'; '.join(names) or 'none'}" for verdict, names in groups.items())


def page_of(found: dict[str, list[Answers]]) -> str:
    """Returns docs/confidence.md."""
    return TEMPLATE.read_text(encoding="utf-8").format(
        pictures="\n\n".join(f"![Risk over coverage, {group}](confidence_{group}.png)" for group in GROUPS),
        verdicts=verdicts(found, 0.01),
        calibration=calibration_table(found),
        letters=letters_table(found),
        tables="\n\n".join(
            f"### `--max-error {stated}`\n\n{stated_table(found, stated)}" for stated in STATED
        ),
    )


def draw(found: dict[str, list[Answers]], group: str, path: Path) -> None:
    """Draws the risk over the coverage of a group's sets: `auto` as a line, what is known dashed."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, dpi=DOTS, layout="constrained")
    axes = figure.subplots()
    for index, name in enumerate(name for name in GROUPS[group] if name in found):
        for answers in found[name]:
            curve = risk_coverage(answers["confidences"], np.array(answers["correct"], dtype=bool))
            kept = np.unique(np.linspace(0, len(curve.risk) - 1, POINTS).round().astype(int))
            auto = answers is found[name][-1]
            axes.plot(
                100 * curve.coverage[kept],
                100 * curve.risk[kept],
                color=f"C{index}",
                linestyle="-" if auto else (0, (3, 2)),
                linewidth=1.4,
                label=name if auto else None,
            )
    axes.set(xlabel="answered, the surest first, %", ylabel="of these wrong, %", xlim=(0, 100), ylim=(0, 10))
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8, frameon=False)
    figure.savefig(path, metadata={"Software": None})


def main() -> None:
    """Measures, draws and writes."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--figures", type=Path, metavar="FILE", help="figures that are measured already")
    arguments = parser.parse_args()
    if arguments.figures is None:
        names = (name for group in (*GROUPS.values(), LETTERS) for name in group)
        FIGURES.parent.mkdir(exist_ok=True)
        FIGURES.write_text(json.dumps(measured(names)), encoding="utf-8")
    found = json.loads((arguments.figures or FIGURES).read_text(encoding="utf-8"))
    for group in GROUPS:
        draw(found, group, DOCS / f"confidence_{group}.png")
    PAGE.write_text(page_of(found), encoding="utf-8")


if __name__ == "__main__":
    main()
