"""One set's part of a report: its figures, curves, confusions and worst mistakes, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np

from inkdigits.measure.evaluation import Evaluation, Mistake
from inkdigits.measure.report import figures
from inkdigits.measure.scoring import Confusion

__all__ = ["count", "figure_row", "interval", "percent", "section"]

_FACT = "<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>"


def section(evaluation: Evaluation, number: int) -> str:
    """Returns a ``<section>`` with the id ``set-NUMBER``; raises MissingExtraError without matplotlib."""
    s = evaluation.score
    drawn = _rejection(evaluation, number) if s.to_reject else _reading(evaluation, number)
    title = "The surest answers to pictures that are no digits" if s.to_reject else "The worst mistakes"
    return "\n".join(
        [
            f'<section id="set-{number}"><h2>{escape(s.name)}</h2>',
            f'<p class="muted">{count(s.n)} pictures, '
            f"SHA-256 <code>{escape(evaluation.sha256[:16])}…</code></p>",
            drawn,
            f"<h3>What was written (rows) and what was read (columns)</h3>{_confusion(evaluation.confusion)}",
            _cards(title, "Wrong answers, the most confident first.", evaluation.mistakes),
            _cards(
                "Without an answer", "No ink was found, or the picture could not be read.", evaluation.unread
            ),
            "</section>",
        ]
    )


def _reading(evaluation: Evaluation, number: int) -> str:
    s, right = evaluation.score, evaluation.correct
    share = s.answered_correct / s.answered if s.answered else 0.0
    facts = [
        (
            "Right",
            percent(s.accuracy),
            f"{count(s.correct)} of {count(s.n)}, interval {interval(s.low, s.high)}",
        ),
        ("Answered surely", percent(s.answered / s.n), f"{percent(share)} of these are right"),
        (
            "At 1&nbsp;% error",
            percent(s.coverage_at_1_percent_error),
            "could be answered with the best threshold",
        ),
        (
            "Calibration error",
            percent(s.expected_calibration_error),
            "mean distance of confidence and accuracy, 15 bins",
        ),
        (
            "No answer",
            count(s.empty + s.failed),
            f"{count(s.empty)} without ink, {count(s.failed)} unreadable",
        ),
    ]
    reliability = figures.reliability_figure(evaluation.confidences, right, f"r{number}")
    curve = figures.risk_coverage_figure(evaluation.confidences, right, evaluation.statuses, f"c{number}")
    return _facts(facts) + figure_row(
        (
            "Is it right as often as it says?",
            reliability,
            "Dots on the dashed line: of the answers given with 80&nbsp;% confidence, 80&nbsp;% are right. "
            "Whiskers are 95&nbsp;% intervals; below, the share of the answers in each of 15 equal bins.",
        ),
        (
            "What does staying silent buy?",
            curve,
            "The error among the most confident answers, over the share that is answered. The dot is where "
            "the reader stands with the answers that it does not mark as unsure. "
            f"Area under the curve: {percent(s.area_under_risk_coverage, 3)}.",
        ),
    )


def _rejection(evaluation: Evaluation, number: int) -> str:
    s = evaluation.score
    unsure = sum(status == "unsure" for status in evaluation.statuses)
    facts = [
        ("Answered surely", percent(s.answered / s.n), f"{count(s.answered)} of {count(s.n)}, all wrong"),
        ("Marked unsure", percent(unsure / s.n), f"{count(unsure)} of {count(s.n)}"),
        ("No ink found", count(s.empty), "no answer"),
        ("Unreadable", count(s.failed), "no answer"),
    ]
    drawing = figures.confidence_figure(evaluation.confidences, evaluation.statuses, f"h{number}")
    caption = "None of these pictures is a digit: the further left a picture, the better."
    return _facts(facts) + figure_row(("How sure was it?", drawing, caption))


def _facts(facts: Sequence[tuple[str, str, str]]) -> str:
    return '<dl class="facts">' + "".join(_FACT.format(*fact) for fact in facts) + "</dl>"


def figure_row(*drawings: tuple[str, str, str]) -> str:
    """Returns drawings side by side: title, ``<svg>`` element and caption of each, as HTML."""
    items = "".join(
        f"<figure><h3>{title}</h3>"
        + drawing.replace("<svg", f'<svg role="img" aria-label="{title}"', 1)
        + f"<figcaption>{caption}</figcaption></figure>\n"
        for title, drawing, caption in drawings
    )
    return f'<div class="figures">{items}</div>'


def _confusion(confusion: Confusion) -> str:
    counts = confusion.counts
    hit = np.array([[row == column for column in confusion.columns] for row in confusion.rows], dtype=bool)
    totals = np.maximum(counts.sum(axis=1), 1)
    most = max(int(np.where(hit, 0, counts).max()), 1)
    no_answer = '<abbr title="no answer">–</abbr>'
    head = "".join(f'<th scope="col">{escape(column) or no_answer}</th>' for column in confusion.columns)
    lines: list[str] = []
    for i, label in enumerate(confusion.rows):
        cells: list[str] = []
        for j in range(len(confusion.columns)):
            times = int(counts[i, j])
            if not times:
                cells.append('<td class="zero" style="--share:0"></td>')
                continue
            # Mistakes are few: their square root over the commonest one makes even single ones visible.
            share = times / totals[i] if hit[i, j] else 0.15 + 0.85 * np.sqrt(times / most)
            kind = "hit" if hit[i, j] else "miss"
            cells.append(f'<td class="{kind}" style="--share:{share:.3f}">{times}</td>')
        lines.append(f'<tr><th scope="row">{escape(label)}</th>{"".join(cells)}</tr>')
    body = "\n".join(lines)
    return (
        f'<div class="scroll"><table class="confusion"><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>\n{body}</tbody></table></div>"
    )


def _cards(title: str, lead: str, mistakes: Sequence[Mistake]) -> str:
    if not mistakes:
        return ""
    cards = "\n".join(_card(mistake) for mistake in mistakes)
    return f'<h3>{title}</h3><p class="muted">{lead}</p><ul class="cards">\n{cards}</ul>'


def _card(mistake: Mistake) -> str:
    answer = (
        f'read as <strong class="warn">{escape(mistake.prediction)}</strong>'
        if mistake.prediction
        else '<span class="warn">not read</span>'
    )
    place = (
        Path(mistake.source).name if isinstance(mistake.source, str | Path) else f"picture {mistake.index}"
    )
    details = [f"{percent(mistake.confidence)} sure"] if mistake.prediction else []
    details += [mistake.error or mistake.status, place]
    source = (
        ""
        if mistake.source is None
        else figures.source_picture(mistake.source, f"picture of {mistake.label}")
    )
    return (
        f'<li><div class="pictures">{source}{figures.input_picture(mistake.model_input)}</div>'
        f"<p><strong>{escape(mistake.label)}</strong> {answer}</p>"
        f'<p class="muted">{escape(", ".join(details))}</p></li>'
    )


# ---- Numbers as people read them ----


def count(value: int) -> str:
    """Returns a number of things as people read it: 10,000."""
    return f"{value:,}"


def percent(share: float, places: int = 2) -> str:
    """Returns a share in 0..1 as a percentage, never rounded up to 100."""
    if share < 1:
        share = min(share, 1 - 10.0 ** -(places + 2))
    return f"{100 * share:.{places}f}\N{NO-BREAK SPACE}%"


def interval(low: float, high: float) -> str:
    """Returns the ends of an interval, in 0..1, as percentages."""
    return f"{100 * low:.2f}–{100 * high:.2f}\N{NO-BREAK SPACE}%"
