"""The tables of all sets at the head of a report, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np

from inkdigits.measure.intervals import clopper_pearson
from inkdigits.measure.rejection import rejections
from inkdigits.measure.report.cells import count, interval, percent, table
from inkdigits.measure.result import Evaluation
from inkdigits.measure.scoring import Score

__all__ = ["tables"]

_LEARNED = ' <strong class="warn">learned from</strong>'  # beside the name of a set


def tables(evaluations: Sequence[Evaluation]) -> str:
    """Returns the figures of all sets: those that are read, pages as such, and those to be rejected."""
    return _read_sets(evaluations) + _page_sets(evaluations) + _rejected_sets(evaluations)


def _read_sets(evaluations: Sequence[Evaluation]) -> str:
    scores = [
        (number, f"{figures.name}{note}", figures, " numbers" if answers.pages else "", bool(e.learned))
        for number, e in enumerate(evaluations, start=1)
        for answers, note in _with_auto(e)
        for figures in (answers.score, answers.digits_only)
        if figures and not figures.to_reject
    ]
    if not scores:
        return ""
    # One scale for all: it starts at the next lower tenth, so that the intervals can be told apart.
    floor = min(np.floor(10 * s.low) / 10 for _, _, s, _, _ in scores)
    rows = [
        (
            _link(number, name) + (_LEARNED if learned else ""),
            count(s.n) + unit,
            f'<span class="big">{percent(s.accuracy)}</span>',
            f"<span>{interval(s.low, s.high)}{_range(s, float(floor))}</span>",
            percent(s.sure_wrong_share),
            percent(s.expected_calibration_error),
            f"{s.brier_score:.4f}",
            percent(s.area_under_risk_coverage, 3),
            f"{percent(s.answered / s.n)}",
            percent(s.answered_correct / s.answered) if s.answered else "–",
        )
        for number, name, s, unit, learned in scores
    ]
    head = (
        "Set",
        "Pictures",
        "Right",
        "95&nbsp;% interval",
        "Sure and wrong",
        "Calibration error",
        "Brier score",
        "Area under risk-coverage",
        "Answered surely",
        "Right of these",
    )
    return table(head, rows)


def _page_sets(evaluations: Sequence[Evaluation]) -> str:
    found = [
        (number, f"{e.score.name}{note}", answers.pages)
        for number, e in enumerate(evaluations, start=1)
        for answers, note in _with_auto(e)
        if answers.pages
    ]
    if not found:
        return ""
    rows = [
        (
            _link(number, name),
            count(pages.pages),
            count(pages.written),
            count(pages.read),
            f'<span class="big">{count(pages.right)}</span>',
            count(pages.sure),
            f"{count(pages.sure_wrong)} ({percent(pages.sure_wrong_of_sure)})",
            f"{count(pages.rows_whole)} of {count(pages.rows)}",
        )
        for number, name, pages in found
    ]
    head = (
        "Set",
        "Pages",
        "Numbers written",
        "Read",
        "Right, in order",
        "Sure",
        "Sure ones misread or not there",
        "Whole rows",
    )
    return "<h3>Pages</h3>" + table(head, rows)


def _with_auto(evaluation: Evaluation) -> list[tuple[Evaluation, str]]:
    """Returns the answers of a set for each thing that the reader was told, with a note that says what."""
    every = [evaluation, evaluation.auto] if evaluation.auto else [evaluation]
    return [(answers, ", auto" if answers.expect == "auto" else "") for answers in every]


def _rejected_sets(evaluations: Sequence[Evaluation]) -> str:
    scores = [
        (number, f"{e.score.name}{note}", answers.score)
        for number, e in enumerate(evaluations, start=1)
        for answers, note in _with_auto(e)
        if answers.score.to_reject
    ]
    if not scores:
        return ""
    told = {(one.name, one.expect == "auto"): one for one in rejections(evaluations)}
    rows = [
        (
            _link(number, name),
            count(s.n),
            f'<span class="big">{percent(s.answered / s.n)}</span>',
            interval(*clopper_pearson(s.answered, s.n)),
            count(s.answered),
            *(
                (f"{known.auroc:.4f}", percent(known.refused_share))
                if (known := told.get((s.name, name != s.name)))
                else ("–", "–")
            ),
        )
        for number, name, s in scores
    ]
    head = (
        "Set",
        "Pictures",
        "Answered surely all the same",
        "95&nbsp;% interval",
        "Number",
        "AUROC against the digits",
        "Refused where 99&nbsp;% of the digits pass",
    )
    return "<h3>Pictures that are no digits, and should be rejected</h3>" + table(head, rows)


def _link(number: int, name: str) -> str:
    return f'<a href="#set-{number}">{escape(name)}</a>'


def _range(score: Score, floor: float) -> str:
    def place(share: float) -> float:
        return 100 * (share - floor) / (1 - floor) if floor < 1 else 100

    low, high, dot = place(score.low), place(score.high), place(score.accuracy)
    return (
        f'<span class="range" title="scale from {floor:.0%} to 100%">'
        f'<i style="left:{low:.2f}%;width:{high - low:.2f}%"></i><b style="left:{dot:.2f}%"></b></span>'
    )
