"""An evaluation as files: figures for machines (evaluate.json) and one page for people (report.html).

The page holds everything it shows: style, drawings and pictures. It asks no other host for anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from html import escape
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

import numpy as np

from inkdigits.files import write_text
from inkdigits.measure.corruptions import corruption_means
from inkdigits.measure.evaluation import Evaluation
from inkdigits.measure.intervals import clopper_pearson
from inkdigits.measure.report.section import count, interval, percent, section
from inkdigits.measure.scoring import Score

__all__ = ["JSON_NAME", "PAGE_NAME", "figures_of", "page", "render", "table", "to_json", "write_report"]

PAGE_NAME = "report.html"
JSON_NAME = "evaluate.json"


def write_report(
    folder: str | Path, evaluations: Sequence[Evaluation], provenance: Mapping[str, Any]
) -> tuple[Path, Path]:
    """Writes report.html and evaluate.json into ``folder``, made if absent, and returns their paths.

    Raises:
        MissingExtraError: matplotlib is not installed.
        OutputError: a file cannot be written.
    """
    target, figures = Path(folder) / PAGE_NAME, Path(folder) / JSON_NAME
    content = render(evaluations, provenance)
    write_text(figures, to_json(evaluations, provenance))
    write_text(target, content)
    return target, figures


def to_json(evaluations: Sequence[Evaluation], provenance: Mapping[str, Any]) -> str:
    """Returns the figures of all sets and how they came about, as JSON text that ends with a line feed.

    The object has ``sets``, one object a set with the attributes of
    :class:`inkdigits.measure.scoring.Score` and the set's ``sha256`` and ``confusion``, and of numbers the
    same figures of ``digits_only``, beside the entries of ``provenance``. Sets called ``NAME/CORRUPTION``
    add ``corruptions``, the mean of each NAME.
    """
    sets = [figures_of(evaluation) for evaluation in evaluations]
    means = [asdict(mean) for mean in corruption_means([one.score for one in evaluations])]
    extra = {"corruptions": means} if means else {}
    text = json.dumps({"sets": sets, **extra, **provenance}, indent=2, ensure_ascii=False, allow_nan=False)
    return _encodable(text) + "\n"


def figures_of(evaluation: Evaluation) -> dict[str, Any]:
    """Returns the figures of one set as :func:`to_json` writes them."""
    return {
        **evaluation.score.to_dict(),
        "sha256": evaluation.sha256,
        **({"digits_only": evaluation.digits_only.to_dict()} if evaluation.digits_only else {}),
        **({"mistakes": evaluation.mistakes_by_kind} if evaluation.kind == "number" else {}),
        "confusion": {
            "rows": list(evaluation.confusion.rows),
            "columns": list(evaluation.confusion.columns),
            "counts": evaluation.confusion.counts.tolist(),
        },
    }


def render(evaluations: Sequence[Evaluation], provenance: Mapping[str, Any]) -> str:
    """Returns the page.

    Args:
        evaluations: one a set, in the order to show.
        provenance: how the figures came about, as :func:`inkdigits.measure.provenance.collect` gives it:
            strings or one level of named strings.

    Raises:
        MissingExtraError: matplotlib is not installed.
    """
    model = str(provenance.get("model", {}).get("name", "model"))
    return page(
        f"How well {model} reads",
        "inkdigits evaluate",
        "Every picture counts: one without an answer counts as wrong. "
        "Intervals are exact 95&nbsp;% intervals (Clopper-Pearson).",
        [
            _digit_sets(evaluations),
            _rejected_sets(evaluations),
            *(section(evaluation, number) for number, evaluation in enumerate(evaluations, start=1)),
        ],
        provenance,
    )


def page(title: str, eyebrow: str, lead: str, parts: Sequence[str], provenance: Mapping[str, Any]) -> str:
    """Returns a page in the style of all reports.

    Args:
        title: plain text.
        eyebrow: plain text above it: the command.
        lead: HTML below it.
        parts: HTML elements.
        provenance: how the figures came about: strings or one level of named strings.
    """
    style = package_files("inkdigits.measure.report").joinpath("report.css").read_text("utf-8")
    lines = [
        "<!doctype html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title>",
        f"<style>\n{style}</style></head><body>",
        f'<header><p class="eyebrow">{escape(eyebrow)}</p>',
        f"<h1>{escape(title)}</h1>",
        f'<p class="muted">{lead}</p></header>',
        *parts,
        _provenance(provenance),
        "</body></html>",
    ]
    return _encodable("\n".join(lines)) + "\n"


def _encodable(text: str) -> str:
    r"""Returns ``text`` with the bytes of a file name that is no UTF-8 as ``\udc80``, as JSON writes them."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


# ---- The tables of all sets ----


def _digit_sets(evaluations: Sequence[Evaluation]) -> str:
    scores = [
        (number, figures)
        for number, e in enumerate(evaluations, start=1)
        for figures in (e.score, e.digits_only)
        if figures and not figures.to_reject
    ]
    if not scores:
        return ""
    # One scale for all: it starts at the next lower tenth, so that the intervals can be told apart.
    floor = min(np.floor(10 * s.low) / 10 for _, s in scores)
    rows = [
        (
            _link(number, s),
            count(s.n),
            f'<span class="big">{percent(s.accuracy)}</span>',
            f"<span>{interval(s.low, s.high)}{_range(s, float(floor))}</span>",
            percent(s.expected_calibration_error),
            percent(s.area_under_risk_coverage, 3),
            f"{percent(s.answered / s.n)}",
            percent(s.answered_correct / s.answered) if s.answered else "–",
        )
        for number, s in scores
    ]
    head = (
        "Set",
        "Pictures",
        "Right",
        "95&nbsp;% interval",
        "Calibration error",
        "Area under risk-coverage",
        "Answered surely",
        "Right of these",
    )
    return table(head, rows)


def _rejected_sets(evaluations: Sequence[Evaluation]) -> str:
    scores = [(number, e.score) for number, e in enumerate(evaluations, start=1) if e.score.to_reject]
    if not scores:
        return ""
    rows = [
        (
            _link(number, s),
            count(s.n),
            f'<span class="big">{percent(s.answered / s.n)}</span>',
            interval(*clopper_pearson(s.answered, s.n)),
            count(s.answered),
        )
        for number, s in scores
    ]
    return "<h3>Pictures that are no digits, and should be rejected</h3>" + table(
        ("Set", "Pictures", "Answered surely all the same", "95&nbsp;% interval", "Number"), rows
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Returns an HTML table that folds on a phone; cells are HTML."""
    lines = "".join(
        "<tr>"
        + "".join(f'<td data-label="{label}">{cell}</td>' for label, cell in zip(head, row, strict=True))
        + "</tr>\n"
        for row in rows
    )
    columns = "".join(f'<th scope="col">{label}</th>' for label in head)
    return f'<table class="sets"><thead><tr>{columns}</tr></thead><tbody>\n{lines}</tbody></table>'


def _link(number: int, score: Score) -> str:
    return f'<a href="#set-{number}">{escape(score.name)}</a>'


def _range(score: Score, floor: float) -> str:
    def place(share: float) -> float:
        return 100 * (share - floor) / (1 - floor) if floor < 1 else 100

    low, high, dot = place(score.low), place(score.high), place(score.accuracy)
    return (
        f'<span class="range" title="scale from {floor:.0%} to 100%">'
        f'<i style="left:{low:.2f}%;width:{high - low:.2f}%"></i><b style="left:{dot:.2f}%"></b></span>'
    )


# ---- How it was made ----


def _provenance(provenance: Mapping[str, Any]) -> str:
    items: list[str] = []
    for name, value in provenance.items():
        if isinstance(value, Mapping):
            text = "<br>".join(f"{escape(str(k))} {_code(v)}" for k, v in value.items())
        else:
            text = _code(value)
        items.append(f"<dt>{escape(name.replace('_', ' ').capitalize())}</dt><dd>{text}</dd>")
    return f'<section><h2>How this was made</h2><dl class="made">{"".join(items)}</dl></section>'


def _code(value: object) -> str:
    return f"<code>{escape(str(value))}</code>"
