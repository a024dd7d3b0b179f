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

from inkdigits.files import write_text
from inkdigits.measure.corruptions import corruption_means
from inkdigits.measure.rejection import rejections
from inkdigits.measure.report.section import section
from inkdigits.measure.report.tables import tables
from inkdigits.measure.result import Evaluation

__all__ = ["JSON_NAME", "PAGE_NAME", "figures_of", "page", "render", "to_json", "write_report"]

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
    :class:`inkdigits.measure.scoring.Score`, what the reader was told (``expect``), the set's ``sha256`` and
    ``confusion``; of numbers the same figures of ``digits_only`` and the ``mistakes`` by their kind, of pages
    ``pages``, of sets that tell kinds ``by_kind``; and in ``auto`` the same of the answers that were given
    when the reader was told nothing, null where it was not asked so. ``learned`` is how many of its pictures
    the model has learned from, null where that is not known. Beside it are the entries of
    ``provenance``.
    Where sets hold what is no digit, ``rejections`` says how well their confidence tells it from the digits
    of all sets, as :class:`inkdigits.measure.rejection.Rejection` has it.
    Sets called ``NAME/CORRUPTION`` add ``corruptions``, the mean of each NAME.
    """
    sets = [figures_of(evaluation) for evaluation in evaluations]
    means = [asdict(mean) for mean in corruption_means([one.score for one in evaluations])]
    extra = {"corruptions": means} if means else {}
    if refused := [one.to_dict() for one in rejections(evaluations)]:
        extra["rejections"] = refused
    text = json.dumps({"sets": sets, **extra, **provenance}, indent=2, ensure_ascii=False, allow_nan=False)
    return _encodable(text) + "\n"


def figures_of(evaluation: Evaluation) -> dict[str, Any]:
    """Returns the figures of one set as :func:`to_json` writes them."""
    confusion = evaluation.confusion
    return {
        **_figures(evaluation),
        "auto": _figures(evaluation.auto) if evaluation.auto else None,
        "sha256": evaluation.sha256,
        "learned": evaluation.learned,
        "confusion": {
            "rows": list(confusion.rows),
            "columns": list(confusion.columns),
            "counts": confusion.counts.tolist(),
        },
    }


def _figures(evaluation: Evaluation) -> dict[str, Any]:
    """Returns the figures of the answers to a set, whatever the reader was told."""
    figures = {**evaluation.score.to_dict(), "expect": evaluation.expect}
    if evaluation.digits_only:
        figures["digits_only"] = evaluation.digits_only.to_dict()
    if evaluation.holds == "number":
        figures["mistakes"] = evaluation.mistakes_by_kind
    if evaluation.pages:
        figures["pages"] = evaluation.pages.to_dict()
    if evaluation.by_kind:
        figures["by_kind"] = {kind: asdict(score) for kind, score in evaluation.by_kind.items()}
    return figures


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
            tables(evaluations),
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
    """Returns a value as code; one of several lines, such as settings, keeps them."""
    text = escape(str(value).strip("\n"))
    return f"<pre><code>{text}</code></pre>" if "\n" in text else f"<code>{text}</code>"
