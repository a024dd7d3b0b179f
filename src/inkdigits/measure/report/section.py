"""One set's part of a report: its figures, curves, confusions and worst mistakes, as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path

import numpy as np

from inkdigits.measure.pages import PageFigures
from inkdigits.measure.report import figures
from inkdigits.measure.report.cells import count, interval, percent, table
from inkdigits.measure.result import Evaluation, Mistake
from inkdigits.measure.scoring import Confusion, with_confidence

__all__ = ["figure_row", "section"]

MAX_LABEL = 40  # characters of a label that are shown

_FACT = "<div><dt>{}</dt><dd>{}<small>{}</small></dd></div>"


def section(evaluation: Evaluation, number: int) -> str:
    """Returns a ``<section>`` with the id ``set-NUMBER``; raises MissingExtraError without matplotlib."""
    s = evaluation.score
    drawn = _rejection(evaluation, number) if s.to_reject else _reading(evaluation, number)
    title = "The surest answers to pictures that are no digits" if s.to_reject else "The worst mistakes"
    return "\n".join(
        [
            f'<section id="set-{number}"><h2>{escape(s.name)}</h2>',
            f'<p class="muted">{_extent(evaluation)}, '
            f"SHA-256 <code>{escape(evaluation.sha256[:16])}…</code></p>",
            _learned(evaluation),
            drawn,
            _kinds(evaluation),
            f"<h3>What was written (rows) and what was read (columns)</h3>{_confusion(evaluation.confusion)}",
            _cards(title, "Wrong answers, the most confident first.", evaluation.mistakes),
            _cards(
                "Without an answer", "Nothing was read, or the picture could not be read.", evaluation.unread
            ),
            "</section>",
        ]
    )


def _learned(evaluation: Evaluation) -> str:
    """Returns a warning where the figures say what the model remembers, not what it can read."""
    if not evaluation.learned:
        return ""
    told = f"{count(evaluation.learned)} of these {count(evaluation.score.n)} pictures"
    return (
        f'<p class="warn"><strong>The model has learned from {told}</strong>: '
        "of them the figures say what it remembers, not how well it reads.</p>"
    )


def _extent(evaluation: Evaluation) -> str:
    n, pages = count(evaluation.score.n), evaluation.pages
    return f"{n} numbers on {count(pages.pages)} pages" if pages else f"{n} pictures"


def _reading(evaluation: Evaluation, number: int) -> str:
    s = evaluation.score
    # Silence where nothing is to be read has no confidence that could be right or wrong.
    weighed = with_confidence(evaluation.labels, evaluation.predictions)
    confidences, right = evaluation.confidences[weighed], evaluation.correct[weighed]
    statuses = [status for status, some in zip(evaluation.statuses, weighed, strict=True) if some]
    share = s.answered_correct / s.answered if s.answered else 0.0
    facts = [
        (
            "Right",
            percent(s.accuracy),
            f"{count(s.correct)} of {count(s.n)}, interval {interval(s.low, s.high)}",
        ),
        *_auto_facts(evaluation),
        ("Sure and wrong", percent(s.sure_wrong_share), f"{count(s.sure_wrong)} of {count(s.n)}"),
        ("Answered surely", percent(s.answered / s.n), f"{percent(share)} of these are right"),
        *_pages(evaluation.pages),
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
        ("Brier score", f"{s.brier_score:.4f}", "mean squared distance of confidence and being right"),
        (
            "No answer",
            count(s.empty + s.failed),
            f"{count(s.empty)} empty, {count(s.failed)} unreadable",
        ),
    ]
    reliability = figures.reliability_figure(confidences, right, f"r{number}")
    curve = figures.risk_coverage_figure(confidences, right, statuses, f"c{number}")
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


def _auto_facts(evaluation: Evaluation) -> list[tuple[str, str, str]]:
    """Returns the fact of what a user gets who says nothing of the pictures, where that was asked."""
    if evaluation.auto is None:
        return []
    s = evaluation.auto.score
    wrong = f"{percent(s.sure_wrong_share)} sure and wrong"
    return [("Right with auto", percent(s.accuracy), f"interval {interval(s.low, s.high)}; {wrong}")]


def _pages(pages: PageFigures | None) -> list[tuple[str, str, str]]:
    """Returns the facts of pages alone."""
    if pages is None:
        return []
    return [
        (
            "Sure ones not there",
            percent(pages.sure_wrong_of_sure),
            f"or misread: {count(pages.sure_wrong)} of the {count(pages.sure)} sure numbers",
        ),
        ("Whole rows", count(pages.rows_whole), f"of {count(pages.rows)} on {count(pages.pages)} pages"),
    ]


def _kinds(evaluation: Evaluation) -> str:
    """Returns a table of the kinds of picture, for a set that has several."""
    if len(evaluation.by_kind) < 2:
        return ""
    auto = evaluation.auto.by_kind if evaluation.auto else {}
    rows = [
        (
            escape(kind) or "–",
            count(score.n),
            count(score.correct),
            count(score.sure_wrong),
            *((count(auto[kind].correct), count(auto[kind].sure_wrong)) if kind in auto else ("–", "–")),
        )
        for kind, score in evaluation.by_kind.items()
    ]
    head = ("Kind", "Number", "Right", "Sure and wrong", "Right with auto", "Sure and wrong with auto")
    return "<h3>By kind</h3>" + table(head, rows)


def _rejection(evaluation: Evaluation, number: int) -> str:
    s = evaluation.score
    unsure = sum(status == "unsure" for status in evaluation.statuses)
    facts = [
        ("Answered surely", percent(s.answered / s.n), f"{count(s.answered)} of {count(s.n)}, all wrong"),
        ("Marked unsure", percent(unsure / s.n), f"{count(unsure)} of {count(s.n)}"),
        ("Nothing read", count(s.empty), "no answer, as it should be"),
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
        lines.append(f'<tr><th scope="row">{escape(label) or no_answer}</th>{"".join(cells)}</tr>')
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
        else figures.source_picture(mistake.source, f"picture of {_shortened(mistake.label) or 'nothing'}")
    )
    return (
        f'<li><div class="pictures">{source}{figures.input_picture(mistake.model_input)}</div>'
        f"<p><strong>{escape(_shortened(mistake.label)) or 'nothing'}</strong> {answer}</p>"
        f'<p class="muted">{escape(", ".join(details))}</p></li>'
    )


def _shortened(label: str) -> str:
    """Returns the beginning of a label that is as long as a page."""
    return label if len(label) <= MAX_LABEL else f"{label[:MAX_LABEL]}…"
