"""The model card: what a model is, learned from, and can be trusted with."""

from __future__ import annotations

from typing import Any

__all__ = ["model_card"]

_CARD = """\
# {name}

{what}

| | |
|---|---|
| input | {input} |
| output | {output} |
| network | {layers} |{mean}
| parameters | {parameters:,} ({size:,} bytes) |
| held-out accuracy | {accuracy:.2f} % of {held:,} {kind}s {of} |
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
    "what": "Names one handwritten digit, 0 to 9, and says how sure it is.",
    "input": "uint8 (N, 28, 28), 255 = ink, MNIST's convention: longer side 20 pixels, centred by mass",
    "output": "float32 (N, 10) logits; probabilities are softmax(logits / {temperature})",
    "of": "of the sets below that it did not learn from",
    "made": """\
- digits written by the project's own pen: {pen:,}
- crops that are no digit, made from those: {junk:.0f} % of all others""",
    "good": """\
Single digits written with pen, pencil or marker; dark on light or light on dark; with light, shadow and
ruling taken out by inkdigits' own preparation. Feed it through `inkdigits.Reader`, which does that.""",
    "bad": """\
- Several digits in one picture: it answers for the one in the middle.
- Letters and other signs: it has no word for them. Its confidence is usually low then; do not rely on it.
- Digits of other scripts, printed or typed digits: it has not seen any.
- Confidence is calibrated on held-out digits of these sets, clean and distorted; on other handwriting it
  can be too high or too low. Measure on pictures of your own: `inkdigits evaluate --data FOLDER`.""",
}

_NUMBER = {
    "what": "Reads a handwritten number of 0 to 9, point and minus, and says how sure it is.",
    "input": "uint8 (N, 32, W), 255 = ink, level, the crop 32 pixels high, W a multiple of 4",
    "output": "float32 (N, W / 2, 13) logits: nothing here, or one of `0123456789.-`; over {temperature}",
    "of": "composed from digits that it did not learn from",
    "made": """\
- numbers composed from those digits and from what the project's own pen writes, in one hand each, put on
  drawn paper with rulings, boxes, light and compression: {numbers:,} an epoch""",
    "good": """\
Numbers of 1 to 12 characters in form cells and on ruled paper, touching digits, low contrast, digits from
9 pixels high. A comma is read as a point. Feed it through `inkdigits.Reader`, which prepares the picture.""",
    "bad": """\
- Words and other signs: it has no word for them. Its confidence is usually low then; do not rely on it.
- Digits of other scripts, printed or typed digits: it has not seen any.
- Confidence is calibrated on composed numbers; on real handwriting it can be too high or too low.
  Measure on pictures of your own: `inkdigits evaluate --data FOLDER`.""",
}

_MEAN = "\n| weights | the mean of those of the runs {runs}; what is said of the training is of the first |"

_MNIST = """\
MNIST was made by Yann LeCun, Corinna Cortes and Christopher J. C. Burges from NIST's Special
Databases 1 and 3, and is under the Creative Commons Attribution-Share Alike 3.0 licence (CC BY-SA 3.0).
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
    data = "\n".join(
        f"- {entry['name']}: {entry['digits']:,} digits, SHA-256 `{entry['sha256']}`"
        for entry in training["data"]
    )
    kind = metadata["kind"]
    texts = {"digit": _DIGIT, "number": _NUMBER}[kind]
    values = {
        "temperature": metadata["calibration"]["temperature"],
        "pen": config["data"].get("pen"),  # of digits alone
        "junk": 100 * config["data"].get("junk", 0),
        "numbers": config["data"].get("numbers"),  # of numbers alone
    }
    return _CARD.format(
        **{name: text.format(**values) for name, text in texts.items()},
        kind=kind,
        name=metadata["name"],
        layers=", ".join(f"`{layer}`" for layer in config["network"]["layers"]),
        mean=_MEAN.format(runs=", ".join(training["mean_of"])) if "mean_of" in training else "",
        parameters=parameters,
        size=size,
        accuracy=100 * metadata["metrics"]["held_out_accuracy"],
        held=metadata["metrics"][f"held_out_{kind}s"],
        preprocessing=metadata["preprocessing"][:12],
        data=data,
        licence=_MNIST if any(entry["name"] in ("mnist", "mnist5k") for entry in training["data"]) else "",
        version=training["inkdigits"],
        backend=training["backend"],
        python=training["python"],
        seed=config["fit"]["seed"],
        epochs=config["fit"]["epochs"],
    )
