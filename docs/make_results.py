"""Writes docs/results.md from the figures of an evaluation.

Usage: inkdigits evaluate --data … --json FILE, then python docs/make_results.py FILE [RUN]...

Each RUN is the folder of a cross-validation, named crossval- and its config; without any, the section on
cross-validation stays as it is.
"""

import json
import sys
from pathlib import Path
from typing import Any

from inkdigits.measure.mistakes import KINDS

CAUSES = Path(__file__).with_name("causes.md")  # sorted by eye, so kept by hand
RESULTS = Path(__file__).with_name("results.md")

CROSSVAL = "## Cross-validation"
CROSSVAL_TEXT = """

Stratified folds of MNIST's 60,000 training digits, each answered by a network that has not learned from it;
mean and standard deviation of the folds, then all answers together. The published exercise is known for
98.960 % ± 0.097.

| command | accuracy | folds, % | n | right | 95 % interval |
|---|---|---|---|---|---|
"""

PAGE = """\
# Results

Made by `python docs/make_results.py` from the JSON of this command; do not edit by hand.

```
{command}
```

{models} {machine}. {versions}. {date}.

| set | n | right | accuracy | 95 % interval | floor | ECE | AURC | answered | right of those |
|---|---|---|---|---|---|---|---|---|---|
{rows}
{corruptions}
- *accuracy*: share of all pictures whose digit is named rightly; a picture without an answer counts as wrong.
  The interval is Clopper-Pearson's.
- *floor*: what a release has to reach.
- *ECE*: expected calibration error, 15 bins. *AURC*: area under the risk-coverage curve.
- *answered*: share with status "ok" at the model's default `max_error`; the rest is "unsure" or "empty".
- *digits only*: of a set of whole numbers those without sign or separator. A number is right when the whole
  text is; comma and point are the same.
- A set of letters holds nothing but pictures to reject: the fewer are answered, the better.

## What is wrong with the numbers that are wrong

Told from the two texts alone, in the order of this table: an answer counts where it fits first.

| mistake | {mistaken_sets} |
|---|{mistaken_rule}
{mistakes}

{causes}
{crossvals}
## What the sets are

`mnist` is the 10,000 test digits, read by `evaluate` alone: epochs, settings and weights were chosen on a
held-out part of the 60,000 training digits. The other sets are handwriting from outside MNIST. No weight was
learned from any of them; the preparation of pictures (ink, lines, neighbours) was designed while looking at
them, so expect other collections of the same kind to come out a little lower.

| set | what it is |
|---|---|
| digits_usps | 16x16 grey ZIP-code digits without margin |
| digits_pen | pen and pencil on paper, scanned; digits 0 to 7 |
| digits_semeion | binary 16x16, about 80 Italian writers, stretched to the full square |
| digits_records | colour crops from historical records, with rulings and pieces of neighbouring digits |
| not_digits_letters | handwritten letters that no digit looks like |
| strings_forms | cells cut from filled-in forms, 34 pixels high; 3 to 5 % of the labels are wrong |
| strings_photos | phone photos of numbers written with a pen on ruled paper |

The model's training command, settings and data hashes are in `src/inkdigits/models/digit/bundle.json`; its
model card says what it is good and bad at.
"""

FLOORS = {
    "mnist": "99.65",
    "digits_usps": "99.0",
    "digits_pen": "98.5",
    "digits_semeion": "96",
    "digits_records": "90",
    "strings_forms": "87",
    "strings_forms, digits only": "92",
    "strings_photos": "95",
}


def percent(share: float) -> str:
    """Returns a share as a percentage with two decimals."""
    return f"{100 * share:.2f}"


def row(score: dict[str, Any]) -> str:
    """Returns one set's row of the table."""
    name, n, answered = score["name"].removeprefix("real/"), score["n"], score["answered"]
    share = f"{percent(answered / n)} %"
    if score["to_reject"]:
        return f"| {name} | {n:,} | – | – | – | – | – | – | {share} | – |"
    right = f"{percent(score['answered_correct'] / answered)} %" if answered else "–"
    cells = (
        name,
        f"{n:,}",
        f"{score['correct']:,}",
        f"**{percent(score['accuracy'])} %**",
        f"{percent(score['low'])} to {percent(score['high'])}",
        FLOORS.get(name, "–"),
        f"{score['expected_calibration_error']:.4f}",
        f"{score['area_under_risk_coverage']:.5f}",
        share,
        right,
    )
    return "| " + " | ".join(cells) + " |"


def mistake_row(kind: str, sets: list[dict[str, Any]]) -> str:
    """Returns one kind of mistake's row: how many numbers of each set."""
    shares = (
        f"{score['mistakes'][kind]:,} ({percent(score['mistakes'][kind] / score['n'])} %)" for score in sets
    )
    return f"| {kind} | " + " | ".join(shares) + " |"


def corruption_line(mean: dict[str, Any]) -> str:
    """Returns the mean over the corruptions of one set as a paragraph."""
    kind, accuracy = mean["worst"]
    return (
        f"\n**{percent(mean['accuracy'])} %** is the mean of the {mean['corruptions']} corruptions of "
        f"{mean['name']} (floor 97); hardest {kind}, {percent(accuracy)} %, "
        f"undamaged {percent(mean['clean'])} %.\n"
    )


def crossval_section(folders: list[Path]) -> str:
    """Returns what cross-validations found: of these folders, or without any what the page has already."""
    if not folders:
        if not RESULTS.exists():
            return ""
        _, head, rest = RESULTS.read_text(encoding="utf-8").partition(CROSSVAL)
        return head + rest.partition("\n## ")[0] if head else ""
    rows: list[str] = []
    for folder in folders:
        told = json.loads((folder / "crossval.json").read_text(encoding="utf-8"))
        pooled, name = told["pooled"], folder.name.removeprefix("crossval-")
        folds = ", ".join(percent(fold["accuracy"]) for fold in told["folds"])
        rows.append(
            f"| `inkdigits crossval --config {name}` | **{100 * told['mean']:.3f} %** ± "
            f"{100 * told['standard_deviation']:.3f} | {folds} | {pooled['n']:,} | {pooled['correct']:,} | "
            f"{percent(pooled['low'])} to {percent(pooled['high'])} |"
        )
    return CROSSVAL + CROSSVAL_TEXT + "\n".join(rows) + "\n"


def main() -> None:
    """Writes the page."""
    data = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    models = [data[key] for key in ("model", "number model") if key in data]
    scores = [part for score in data["sets"] for part in (score, score.get("digits_only")) if part]
    mistaken = [score for score in data["sets"] if "mistakes" in score]
    versions = ", ".join(f"{name} {version}" for name, version in data["versions"].items())
    page = PAGE.format(
        command=data["command"],
        models=" ".join(
            f"Model `{model['name']}`, `model.onnx` SHA-256 `{model['model.onnx'].removeprefix('sha256:')}`."
            for model in models
        ),
        machine=", ".join(str(value) for value in data["machine"].values()),
        versions=versions,
        date=data["date"],
        rows="\n".join(row(score) for score in scores),
        corruptions="".join(corruption_line(mean) for mean in data["corruptions"]),
        mistaken_sets=" | ".join(Path(score["name"]).name for score in mistaken),
        mistaken_rule="---|" * len(mistaken),
        mistakes="\n".join(mistake_row(kind, mistaken) for kind in KINDS),
        causes=CAUSES.read_text(encoding="utf-8"),
        crossvals=crossval_section([Path(name) for name in sys.argv[2:]]),
    )
    RESULTS.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
