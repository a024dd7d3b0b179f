"""Measures the shipped models on every set and writes docs/results.md and the table of figures in README.md.

Usage: python docs/make_results.py [--figures FILE] [RUN]...

It takes a few minutes: `inkdigits evaluate` reads all of SETS, found as `INKDIGITS_DATA` says, and leaves its
figures in build/results.json. With --figures nothing is read: FILE is such figures. Each RUN is the folder of
a cross-validation, named crossval- and its config; without any, the section on cross-validation stays.
"""

import argparse
import json
import sys
from pathlib import Path

from results_tables import (
    Figures,
    corruptions_table,
    kinds_tables,
    mistakes_table,
    pages_table,
    rows_of,
    sets_table,
    table,
)

from inkdigits.cli import main as inkdigits

ROOT = Path(__file__).parent.parent
TEMPLATE = Path(__file__).with_name("results_template.txt")
CAUSES = Path(__file__).with_name("causes.md")  # sorted by eye, so kept by hand
RESULTS = Path(__file__).with_name("results.md")
README = ROOT / "README.md"
FIGURES = ROOT / "build" / "results.json"

# What evaluate is given, and what the sets are.
SETS = {
    "mnist": "",
    "real/digits_usps": "16x16 grey ZIP-code digits without margin",
    "real/digits_pen": "pen and pencil on paper, scanned; digits 0 to 7",
    "real/digits_semeion": "binary 16x16, about 80 Italian writers, stretched to the full square",
    "real/digits_records": "colour crops from historical records, with rulings and pieces of neighbours",
    "real/not_digits_letters": "handwritten letters that no digit looks like",
    "real/strings_forms": "cells cut from filled-in forms, 34 pixels high; 3 to 5 % of the labels are wrong",
    "real/strings_photos": "phone photos of numbers written with a pen on ruled paper",
    "real/numbers_cells": "cells of pages_sheets, cut along their lines; remains of lines are left in",
    "real/numbers_signs": "sums drawn on a tablet, whose + no model has, and amount fields of cheques",
    "real/cases_made": "a picture for each thing that users of digit readers report as going wrong, composed "
    "of MNIST's training digits and drawn signs; in some nothing is to be read",
    "real/pages_sheets": "whole mark sheets as photographed: thin grid, digits 12 to 20 pixels high",
    "real/pages_desk": "photos of one sheet on different grounds, turned too, and screenshots",
    "strokes_held_digits": "digits of writers whom no training learns from, drawn on clean paper",
    "strokes_held_slashed": "their zeros with a slash",
    "strokes_held_numbers": "their numbers as they wrote them, and others made of their characters",
    "strokes_held_letters": "their words and letters, but for those like digits: nothing is to be read",
    "mnist_corrupted": "1,000 training digits that no model learned, under the corruptions of MNIST-C",
}

# The rows of the README's table: those of the page's first two tables, by other names.
README_ROWS = {
    "mnist": "MNIST, test digits",
    "digits_usps": "ZIP codes, 16x16 pixels (USPS)",
    "digits_pen": "pen and pencil on paper, scanned",
    "digits_semeion": "binary 16x16, stretched to the square (Semeion)",
    "mean of the corruptions": "MNIST under 15 corruptions, of digits never learned",
    "digits_records": "historical registers, with rulings and pieces of neighbours",
    "strings_forms, digits only": "whole numbers in cells of filled-in forms, digits only",
    "strings_forms": "the same forms, with points and signs too",
    "strings_photos": "whole numbers on ruled paper, phone photos",
    "numbers_cells": "whole numbers in cells of mark sheets",
    "pages_sheets": "whole mark sheets, photographed: numbers right and in order",
    "pages_desk": "pages on a desk, turned too: numbers right and in order",
    "cases_made": "what users of digit readers report as going wrong, a picture each",
    "not_digits_letters": "letters, which are to be rejected",
    "strokes_held_digits": "digits of 73 writers whom no model learned from",
    "strokes_held_numbers": "numbers of these writers, with signs",
    "strokes_held_letters": "their letters and words, which are to be rejected",
}
README_HEAD = "## How well it reads\n\n"
README_COLUMNS = ("n", "right", "sure and wrong", "`auto` right", "`auto` sure and wrong")

CROSSVAL = "## Cross-validation"
CROSSVAL_TEXT = """

Stratified folds of MNIST's 60,000 training digits, each answered by a network that has not learned from it;
mean and standard deviation of the folds, then all answers together. The published exercise is known for
98.960 % ± 0.097.

| command | accuracy | folds, % | n | right | 95 % interval |
|---|---|---|---|---|---|
"""


def crossval_section(folders: list[Path]) -> str:
    """Returns what cross-validations found: of these folders, or without any what the page has already."""
    if not folders:
        if not RESULTS.exists():
            return ""
        _, head, rest = RESULTS.read_text(encoding="utf-8").partition(CROSSVAL)
        return head + rest.partition("\n## ")[0] if head else ""
    rows: list[str] = []
    for folder in folders:
        found = json.loads((folder / "crossval.json").read_text(encoding="utf-8"))
        pooled, name = found["pooled"], folder.name.removeprefix("crossval-")
        folds = ", ".join(f"{100 * fold['accuracy']:.2f}" for fold in found["folds"])
        rows.append(
            f"| `inkdigits crossval --config {name}` | **{100 * found['mean']:.3f} %** ± "
            f"{100 * found['standard_deviation']:.3f} | {folds} | {pooled['n']:,} | {pooled['correct']:,} | "
            f"{100 * pooled['low']:.2f} to {100 * pooled['high']:.2f} |"
        )
    return CROSSVAL + CROSSVAL_TEXT + "\n".join(rows) + "\n"


# ---- The pages ----


def results_page(data: Figures, runs: list[Path]) -> str:
    """Returns docs/results.md.

    Args:
        data: the JSON of an evaluation of all sets.
        runs: folders of cross-validations.
    """
    models = [data[key] for key in ("model", "number model") if key in data]
    sets = [{**score, "name": score["name"].removeprefix("real/")} for score in data["sets"]]
    whole = [score for score in sets if "/" not in score["name"]]
    return TEMPLATE.read_text(encoding="utf-8").format(
        command=data["command"],
        models=" ".join(
            f"Model `{model['name']}`, `model.onnx` SHA-256 `{model['model.onnx'].removeprefix('sha256:')}`."
            for model in models
        ),
        machine=", ".join(str(value) for value in data["machine"].values()),
        versions=", ".join(f"{name} {version}" for name, version in data["versions"].items()),
        date=data["date"],
        sets=sets_table(whole),
        pages=pages_table(whole),
        kinds=kinds_tables(whole),
        corruptions=corruptions_table([s for s in sets if "/" in s["name"]], data["corruptions"][0]),
        mistakes=mistakes_table(whole),
        causes=CAUSES.read_text(encoding="utf-8"),
        crossvals=crossval_section(runs),
        contents=table(
            ("set", "what it is"), [(Path(name).name, text) for name, text in SETS.items() if text]
        ),
    )


def readme_table(results: str) -> str:
    """Returns the README's table, whose figures are those of docs/results.md."""
    found = rows_of(results)
    rows = [
        (text, *(found[name].get(column, "–") for column in README_COLUMNS))
        for name, text in README_ROWS.items()
    ]
    return table(("handwriting", *README_COLUMNS), rows)


def with_table(readme: str, figures: str) -> str:
    """Returns the README with this table at the head of its section."""
    before, head, rest = readme.partition(README_HEAD)
    return before + head + figures + "\n\n" + rest.partition("\n\n")[2]


def main() -> None:
    """Measures and writes both."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--figures", type=Path, metavar="FILE", help="the JSON of an evaluation that is done")
    parser.add_argument("runs", nargs="*", type=Path, metavar="RUN", help="folders of cross-validations")
    arguments = parser.parse_args()
    figures = arguments.figures or FIGURES
    if arguments.figures is None:
        figures.parent.mkdir(exist_ok=True)
        data = [word for name in SETS for word in ("--data", name)]
        code = inkdigits(["evaluate", *data, "--json", str(figures)])
        if code:
            sys.exit(code)
    page = results_page(json.loads(figures.read_text(encoding="utf-8")), arguments.runs)
    RESULTS.write_text(page, encoding="utf-8")
    README.write_text(with_table(README.read_text(encoding="utf-8"), readme_table(page)), encoding="utf-8")


if __name__ == "__main__":
    main()
