"""A cross-validation as files: crossval.json, folds.csv and one page for people."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from inkdigits.files import write_text
from inkdigits.measure.report.cells import count, interval, percent, table
from inkdigits.measure.report.figures import ACCENT, INK, MUTED, WARN, svg
from inkdigits.measure.report.page import figures_of, page
from inkdigits.measure.report.section import figure_row, section
from inkdigits.spec import DIGITS
from inkdigits.training.judge.crossval import CrossValidation, FoldScore

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["CSV_NAME", "JSON_NAME", "PAGE_NAME", "summary", "to_csv", "to_json", "write"]

JSON_NAME, CSV_NAME, PAGE_NAME = "crossval.json", "folds.csv", "report.html"

_COLUMNS = ("repeat", "fold", "n", "correct", "accuracy", "low", "high", "epochs", "seconds")


def write(found: CrossValidation, folder: Path, provenance: Mapping[str, Any]) -> Path:
    """Writes JSON, CSV and page into ``folder`` and returns the page's path; raises OutputError."""
    write_text(folder / JSON_NAME, to_json(found, provenance))
    write_text(folder / CSV_NAME, to_csv(found))
    write_text(folder / PAGE_NAME, render(found, provenance))
    return folder / PAGE_NAME


def summary(found: CrossValidation) -> str:
    """Returns the result in one line."""
    score = found.pooled.score
    return (
        f"{len(found.folds)} folds: {100 * found.mean:.3f} % ± {100 * found.deviation:.3f}; pooled "
        f"{100 * score.accuracy:.3f} % ({100 * score.low:.2f} to {100 * score.high:.2f}), n = {score.n:,}; "
        f"fitted in {found.seconds:.0f} s"
    )


def to_json(found: CrossValidation, provenance: Mapping[str, Any]) -> str:
    """Returns all figures as JSON text that ends with a line feed."""
    content = {
        "mean": found.mean,
        "standard_deviation": found.deviation,
        "seconds": found.seconds,
        "folds": [_row(fold) for fold in found.folds],
        "pooled": figures_of(found.pooled),
        "errors_by_digit": _by_digit(found),
        "data": [
            {"name": name, "digits": digits, "sha256": digest} for name, digits, digest in found.sources
        ],
        **provenance,
    }
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def to_csv(found: CrossValidation) -> str:
    """Returns a row a fold."""
    text = io.StringIO()
    columns: list[str] = list(_COLUMNS)
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(_row(fold) for fold in found.folds)
    return text.getvalue()


def render(found: CrossValidation, provenance: Mapping[str, Any]) -> str:
    """Returns the page."""
    rows = [
        (
            f"{row['repeat']}",
            f"{row['fold']}",
            count(row["n"]),
            f'<span class="big">{percent(row["accuracy"], 3)}</span>',
            interval(row["low"], row["high"]),
            count(row["n"] - row["correct"]),
            f"{row['epochs']}",
            f"{row['seconds']:.1f}\N{NO-BREAK SPACE}s",
        )
        for row in map(_row, found.folds)
    ]
    head = ("Repeat", "Fold", "Digits", "Right", "95&nbsp;% interval", "Wrong", "Epochs", "Fitting")
    errors = _by_digit(found)
    classes = [
        (digit, count(one["n"]), count(one["wrong"]), percent(one["wrong"] / max(1, one["n"]), 3))
        for digit, one in errors.items()
    ]
    parts = [
        table(head, rows),
        figure_row(
            ("Accuracy of the folds", _box_plot(found), "A dot is a fold; the box holds the middle half."),
            (
                "Learning curves of all folds",
                _curves(found),
                "Error on distorted digits that are learned, and on those held out.",
            ),
        ),
        "<h3>Mistakes by digit</h3>",
        table(("Digit", "Digits", "Wrong", "Share"), classes),
        section(found.pooled, 1),
    ]
    title = f"{100 * found.mean:.3f} % ± {100 * found.deviation:.3f} in {len(found.folds)} folds"
    lead = (
        "Each digit is answered by a network that has not learned from it. The deviation is the folds'; "
        "intervals are exact 95&nbsp;% intervals (Clopper-Pearson)."
    )
    return page(title, "inkdigits crossval", lead, parts, provenance)


def _row(fold: FoldScore) -> dict[str, Any]:
    score, answers = fold.evaluation.score, fold.answers
    return {
        "repeat": answers.fold.repeat,
        "fold": answers.fold.number,
        "n": score.n,
        "correct": score.correct,
        "accuracy": score.accuracy,
        "low": score.low,
        "high": score.high,
        "epochs": len(answers.rows),
        "seconds": round(answers.seconds, 2),
    }


def _by_digit(found: CrossValidation) -> dict[str, dict[str, int]]:
    labels, right = np.array(found.pooled.labels), found.pooled.correct
    return {
        digit: {"n": int((labels == digit).sum()), "wrong": int((~right[labels == digit]).sum())}
        for digit in DIGITS
    }


def _box_plot(found: CrossValidation) -> str:
    values = [100 * fold.evaluation.score.accuracy for fold in found.folds]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        line = {"color": ACCENT, "linewidth": 1.4}
        axes.boxplot(
            values, widths=0.4, showfliers=False, boxprops=line, whiskerprops=line, capprops=line,
            medianprops={"color": INK, "linewidth": 1.6},
        )  # fmt: skip
        spread = np.linspace(0.9, 1.1, len(values))
        axes.plot(spread, values, color=WARN, linewidth=0, marker="o", markersize=5, alpha=0.8)
        axes.set(xlim=(0.5, 1.5), xticks=[], ylabel="right, %")

    return svg(draw, "box")


def _curves(found: CrossValidation) -> str:
    def draw(figure: Figure) -> None:
        from matplotlib.ticker import MaxNLocator

        axes = figure.subplots()
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        for index, fold in enumerate(found.folds):
            rows = fold.answers.rows
            epochs = [row["epoch"] for row in rows]
            marker = "." if len(rows) < 30 else ""
            for key, colour, label in (("accuracy", MUTED, "learned"), ("val_accuracy", ACCENT, "held out")):
                error = [100 * (1 - row[key]) for row in rows]
                axes.plot(epochs, error, color=colour, alpha=0.7, marker=marker, label="" if index else label)
        if axes.dataLim.y1 > 0:  # without a single error there is nothing to see on a log scale
            axes.set_yscale("log")
        axes.set(xlabel="epoch", ylabel="error, %")
        for text in axes.legend(loc="upper right").get_texts():
            text.set_color(MUTED)

    return svg(draw, "curves")
