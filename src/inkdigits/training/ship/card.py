"""The model card: what a model is, learned from, and can be trusted with."""

from __future__ import annotations

from typing import Any

from inkdigits import spec
from inkdigits.find import maps

__all__ = ["COUNTED", "model_card"]

COUNTED = {"digit": "digits", "number": "numbers", "finder": "marks"}
"""What of a model's kind is held out and counted."""

_CARD = """\
# {name}

{what}

| | |
|---|---|
| input | {input} |
| output | {output} |
| network | {layers} |{mean}
| parameters | {parameters:,} ({size:,} bytes) |
| held-out accuracy | {accuracy:.2f} % of {held:,} {counted} {of} |
| preprocessing | `{preprocessing}` |

## Learned from

{data}
{made}

{licence}No other handwriting was learned from.

## Good at

{good}

## Not good at

{bad}

## Made by

`inkdigits train` {version}, {backend} backend, Python {python}, seed {seed}, {epochs} epochs; every setting
and the SHA-256 of the data are in `bundle.json`.
"""

_DIGIT = {
    "what": "Names one handwritten digit, 0 to 9{or_other}, and says how sure it is.",
    "input": "uint8 (N, 28, 28), 255 = ink, MNIST's convention: longer side 20 pixels, centred by mass",
    "output": "float32 (N, {labels}) logits, `{alphabet}`; probabilities are softmax(logits / {temperature})",
    "of": "of the sets below that it did not learn from",
    "made": """\
- digits written by the project's own pen: {pen:,}
{by_hand}- crops that are no digit, made from those: {junk:.0f} % of all others""",
    "good": """\
Single digits written with pen, pencil or marker; dark on light or light on dark; with light, shadow and
ruling taken out by inkdigits' own preparation. Feed it through `inkdigits.Reader`, which does that.""",
    "bad": """\
- Several digits in one picture: it answers for the one in the middle.
{others}
- Digits of other scripts, printed or typed digits: it has not seen any.
- Confidence is calibrated on held-out digits of these sets, clean and distorted; on other handwriting it
  can be too high or too low. Measure on pictures of your own: `inkdigits evaluate --data FOLDER`.""",
}

_NUMBER = {
    "what": "Reads a handwritten number of `{characters}`{or_other}, and says how sure it is.",
    "input": "uint8 (N, 32, W), 255 = ink, level, the crop 32 pixels high, W a multiple of 4",
    "output": "float32 (N, W / 2, {outputs}) logits: nothing, or one of `{alphabet}`; over {temperature}",
    "of": "composed from digits{and_writers} that it did not learn from",
    "made": """\
- numbers composed from those digits and from what the project's own pen writes, in one hand each, put on
  drawn paper with rulings, boxes, light and compression: {numbers:,} an epoch
{by_hand}""",
    "good": """\
Numbers of 1 to 12 characters in form cells and on ruled paper, touching digits, low contrast, digits from
9 pixels high. A comma is read as a point. Feed it through `inkdigits.Reader`, which prepares the picture.""",
    "bad": """\
{others}
- Digits of other scripts, printed or typed digits: it has not seen any.
- Confidence is calibrated on composed numbers; on real handwriting it can be too high or too low.
  Measure on pictures of your own: `inkdigits evaluate --data FOLDER`.""",
}

_FINDER = {
    "what": "Finds the marks of handwritten numbers, `{characters}`, on any picture, and what follows each.",
    "input": "uint8 (N, H, W), 255 = ink, sides multiples of 16, digits about 22 pixels high",
    "output": "float32 (N, H / 4, W / 4, {answers}) for two places each; `{alphabet}` over {temperature}",
    "of": "composed from digits{and_writers} that it did not learn from, found and named",
    "made": """\
- windows of scenes, composed from those digits and what the project's own pen writes: {windows:,} an epoch
{by_hand}""",
    "good": """\
Digits and signs of any size in cells, lines and pages, of which it tells place, size, name, and whether
another of the same number follows. Feed it through `inkdigits.Reader`, which finds the size and tiles.""",
    "bad": """\
{others}
- Digits of other scripts, printed or typed digits: it has not seen any.
- How sure it is of a name is calibrated on composed windows; measure on pictures of your own.""",
}

_UNKNOWN = """\
- {these}: it has no word for them. Its confidence is usually low then; do not rely on it."""
_KNOWN = """\
- {these}: they have one answer, `?`. Letters that look like a digit (O, l, S, Z) are not learned as such."""

_MEAN = "\n| weights | the mean of those of the runs {runs}; what is said of the training is of the first |"

_MNIST = """\
MNIST was made by Yann LeCun, Corinna Cortes and Christopher J. C. Burges from NIST's Special
Databases 1 and 3, and is under the Creative Commons Attribution-Share Alike 3.0 licence (CC BY-SA 3.0).
"""

_STROKES = """\
The pen strokes were brought to one form and drawn with pens, slants and sizes of the project's own. They are
of UNIPEN train_r01_v07 (Guyon, Schomaker, Plamondon, Liberman and Janet, 1994; International Unipen
Foundation; doi 10.5281/zenodo.1195803) and UJI Pen Characters v2 (Prat et al.; doi 10.24432/C5FG8S), both
under the Creative Commons Attribution 4.0 licence (CC BY 4.0), and of NumberPad (bridger), under the Apache
License 2.0. A fifth of the writers was not learned from.
"""


def model_card(metadata: dict[str, Any], parameters: int, size: int) -> str:
    """Returns the card as Markdown.

    Args:
        metadata: the content of ``bundle.json``.
        parameters: of the network.
        size: bytes of ``model.onnx``.
    """
    training = metadata["training"]
    config = training["config"]
    learned = config["data"]
    by_hand = bool(learned.get("by_hand") or (metadata["kind"] == "digit" and learned.get("others")))
    sets = training["data"]
    data = "\n".join(
        f"- {_named(entry, strokes=by_hand and entry is sets[-1])}, SHA-256 `{entry['sha256']}`"
        for entry in sets
    )
    kind = metadata["kind"]
    texts = {"digit": _DIGIT, "number": _NUMBER, "finder": _FINDER}[kind]
    alphabet = metadata["labels"]
    knows_others = spec.OTHER in alphabet
    these = "Letters and other signs" if kind == "digit" else "Words and other signs"
    values = {
        "temperature": metadata["calibration"]["temperature"],
        "alphabet": alphabet,
        "characters": alphabet.replace(spec.OTHER, ""),
        "labels": len(alphabet),
        "outputs": 1 + len(alphabet),
        "answers": spec.FRAMES_A_COLUMN * (maps.FIELDS + len(alphabet)),
        "or_other": ", or says that it is none" if kind == "digit" and knows_others else _beside(alphabet),
        "others": (_KNOWN if knows_others else _UNKNOWN).format(these=these),
        "and_writers": " and by writers" if by_hand else "",
        "by_hand": _by_hand(kind, learned),
        "pen": learned.get("pen"),  # of digits alone
        "junk": 100 * learned.get("junk", 0),
        "numbers": learned.get("numbers"),  # of numbers alone
        "windows": learned.get("windows"),  # of finders alone
    }
    licences = [_MNIST] if any(entry["name"] in ("mnist", "mnist5k") for entry in sets) else []
    licences += [_STROKES] if by_hand else []
    return _CARD.format(
        **{name: text.format(**values).rstrip("\n") for name, text in texts.items()},
        counted=COUNTED[kind],
        name=metadata["name"],
        layers=", ".join(f"`{layer}`" for layer in config["network"]["layers"]),
        mean=_MEAN.format(runs=", ".join(training["mean_of"])) if "mean_of" in training else "",
        parameters=parameters,
        size=size,
        accuracy=100 * metadata["metrics"]["held_out_accuracy"],
        held=metadata["metrics"][f"held_out_{COUNTED[kind]}"],
        preprocessing=metadata["preprocessing"][:12],
        data=data,
        licence="\n".join(licences),
        version=training["inkdigits"],
        backend=training["backend"],
        python=training["python"],
        seed=config["fit"]["seed"],
        epochs=config["fit"]["epochs"],
    )


def _named(entry: dict[str, Any], *, strokes: bool) -> str:
    """Returns what a set is and how much of it there is."""
    if strokes:
        return f"pen strokes: {entry['digits']:,} digits, signs, letters, words and numbers of many writers"
    return f"{entry['name']}: {entry['digits']:,} digits"


def _beside(alphabet: str) -> str:
    """Returns what a number model answers besides, in words."""
    return " and tells marks that are none of them" if spec.OTHER in alphabet else ""


def _by_hand(kind: str, data: dict[str, Any]) -> str:
    """Returns what was drawn from pen strokes, and what is no digit, as lines of the list."""
    digits, others = data.get("by_hand"), data.get("others")
    if kind == "digit":
        drawn = f"- digits drawn from the strokes of real writers: {digits:,}\n" if digits else ""
        marks = "- letters, words, ticks, struck-out digits and other marks that are no digit: "
        return drawn + (f"{marks}{others:,}\n" if others else "")
    shares = (
        (digits, "are written by real writers, each in one's own hand"),
        (data.get("signs"), "are dates, times, sums and other texts with signs"),
        (others, "have marks beside them, or are replaced by some, that are no digit"),
    )
    listed = [f"{100 * share:.0f} % {words}" for share, words in shares if share]
    return f"- of these {'; '.join(listed)}\n" if listed else ""
