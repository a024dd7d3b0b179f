"""The tables of docs/results.md, made of the figures of an evaluation."""

from pathlib import Path
from typing import Any

from inkdigits.measure.mistakes import KINDS

FLOORS = {
    "mnist": "99.65",
    "digits_usps": "99.0",
    "digits_pen": "98.5",
    "digits_semeion": "96",
    "digits_records": "90",
    "strings_forms": "87",
    "strings_forms, digits only": "92",
    "strings_photos": "95",
    "numbers_cells": "95",
    "pages_sheets": "88",
    "pages_desk": "72",
}

Figures = dict[str, Any]  # of one set, as evaluate's JSON has them


def percent(share: float) -> str:
    """Returns a share as a percentage with two decimals."""
    return f"{100 * share:.2f} %"


def table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """Returns a table in Markdown."""
    lines = [" | ".join(cell.replace("|", "\\|") for cell in row) for row in (head, *rows)]
    lines.insert(1, "|".join("---" for _ in head))
    return "\n".join(f"| {line} |" if index != 1 else f"|{line}|" for index, line in enumerate(lines))


# ---- The tables ----


def shares(score: Figures | None) -> tuple[str, str, str]:
    """Returns the share that is right, its interval, and the share that is sure and wrong."""
    if score is None:
        return ("–", "–", "–")
    wrong = percent(score["sure_wrong_share"])
    if score["to_reject"]:
        return ("–", "–", wrong)
    return percent(score["accuracy"]), f"{100 * score['low']:.2f} to {percent(score['high'])}", wrong


def quality(score: Figures) -> tuple[str, str, str]:
    """Returns calibration error, area under the risk-coverage curve, and the share that is answered."""
    answered = percent(score["answered"] / score["n"])
    if score["to_reject"]:
        return ("–", "–", answered)
    return (
        f"{score['expected_calibration_error']:.4f}",
        f"{score['area_under_risk_coverage']:.5f}",
        answered,
    )


def sets_table(sets: list[Figures]) -> str:
    """Returns the table of all sets but the corrupted ones."""
    rows: list[tuple[str, ...]] = []
    for score in sets:
        auto = score["auto"] or {}
        for part, of_auto in (
            (score, auto or None),
            (score.get("digits_only"), auto.get("digits_only")),
        ):
            if part:
                name, floor = part["name"], FLOORS.get(part["name"], "–")
                rows.append((name, f"{part['n']:,}", *shares(part), *shares(of_auto), floor, *quality(part)))
    names = ("right", "95 % interval", "sure and wrong")
    head = ("set", "n", *names, *(f"`auto` {name}" for name in names), "floor", "ECE", "AURC", "answered")
    return table(head, rows)


def pages_table(sets: list[Figures]) -> str:
    """Returns the table of the pages."""
    rows: list[tuple[str, ...]] = []
    for score in sets:
        for answers in (score, score["auto"]):
            if answers and "pages" in answers:
                pages = answers["pages"]
                rows.append(
                    (
                        score["name"],
                        f"`{answers['expect']}`",
                        f"{pages['pages']:,}",
                        f"{pages['written']:,}",
                        f"{pages['read']:,}",
                        f"{pages['right']:,} ({percent(answers['accuracy'])})",
                        f"{pages['sure']:,}",
                        f"{pages['sure_wrong']:,} ({percent(pages['sure_wrong_of_sure'])})",
                        f"{pages['rows_whole']:,} of {pages['rows']:,}",
                    )
                )
    head = (
        "set", "read as", "pages", "numbers written", "read", "right, in order", "sure", "of these wrong",
        "whole rows",
    )  # fmt: skip
    return table(head, rows)


def kinds_tables(sets: list[Figures]) -> str:
    """Returns a table of its kinds for each set that has several; of pages the numbers are counted."""
    parts: list[str] = []
    for score in sets:
        kinds = score.get("by_kind", {})
        if len(kinds) < 2:
            continue
        auto = (score["auto"] or {}).get("by_kind", {})
        rows = [
            (
                kind or "nothing special",
                *(f"{found[name]:,}" for name in ("n", "correct", "sure_wrong")),
                *(f"{auto[kind][name]:,}" if kind in auto else "–" for name in ("correct", "sure_wrong")),
            )
            for kind, found in kinds.items()
        ]
        head = (score["name"], "n", "right", "sure and wrong", "`auto` right", "`auto` sure and wrong")
        parts.append(table(head, rows))
    return "\n\n".join(parts)


def corruptions_table(sets: list[Figures], mean: Figures) -> str:
    """Returns the table of the corruptions, with their mean, and a line on the hardest."""
    rows = [
        (Path(score["name"]).name, f"{score['n']:,}", *shares(score), "–", *quality(score)) for score in sets
    ]
    corrupted = [score for score in sets if not score["name"].endswith("/identity")]
    n = f"{sum(score['n'] for score in corrupted):,}"
    whole = (percent(mean["accuracy"]), "–", percent(mean["sure_wrong_share"]), "97", "–", "–", "–")
    rows.append(("mean of the corruptions", n, *whole))
    kind, accuracy = mean["worst"]
    head = ("corruption", "n", "right", "95 % interval", "sure and wrong", "floor", "ECE", "AURC", "answered")
    return table(head, rows) + (
        f"\n\nThe mean is that of the {mean['corruptions']} corruptions without `identity`, the digits as "
        f"they were; the hardest is {kind} with {percent(accuracy)}."
    )


def mistakes_table(sets: list[Figures]) -> str:
    """Returns the table of what is wrong with numbers, how many of each set."""
    sets = [score for score in sets if "mistakes" in score]
    rows = [
        (kind, *(f"{s['mistakes'][kind]:,} ({percent(s['mistakes'][kind] / s['n'])})" for s in sets))
        for kind in KINDS
    ]
    return table(("mistake", *(score["name"] for score in sets)), rows)


def rows_of(page: str) -> dict[str, dict[str, str]]:
    """Returns the rows of a page's tables: the cells under their headings, by the first cell."""
    found: dict[str, dict[str, str]] = {}
    for block in page.split("\n\n"):
        lines = [line[2:-2].split(" | ") for line in block.splitlines() if line.startswith("| ")]
        for cells in lines[1:]:
            found.setdefault(cells[0], dict(zip(lines[0], cells, strict=False)))
    return found
