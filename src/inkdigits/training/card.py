"""The model card: what a model is, learned from, and can be trusted with."""

from __future__ import annotations

from typing import Any

__all__ = ["model_card"]

_CARD = """\
# {name}

Names one handwritten digit, 0 to 9, and says how sure it is.

| | |
|---|---|
| input | uint8 (N, 28, 28), 255 = ink, MNIST's convention: longer side 20 pixels, centred by mass |
| output | float32 (N, 10) logits; probabilities are softmax(logits / {temperature}) |
| network | {layers} |
| parameters | {parameters:,} ({size:,} bytes) |
| held-out accuracy | {accuracy:.2f} % of {held:,} digits of the sets below that it did not learn from |
| preprocessing | version {preprocessing} |

## Learned from

{data}
- digits written by the project's own pen: {pen:,}
- crops that are no digit, made from those: {junk:.0f} % of all others

{licence}No other handwriting was learned from.

## Good at

Single digits written with pen, pencil or marker; dark on light or light on dark; with light, shadow and
ruling taken out by inkdigits' own preparation. Feed it through `inkdigits.Reader`, which does that.

## Not good at

- Several digits in one picture: it answers for the one in the middle.
- Letters and other signs: it has no word for them. Its confidence is usually low then; do not rely on it.
- Digits of other scripts, printed or typed digits: it has not seen any.
- Confidence is calibrated on held-out digits of these sets, clean and distorted; on other handwriting it
  can be too high or too low. Measure on pictures of your own: `inkdigits evaluate --data FOLDER`.

## Made by

`inkdigits train` {version}, {backend} backend, Python {python}, seed {seed}, {epochs} epochs; every setting
and the SHA-256 of the data are in `bundle.json`.
"""

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
    return _CARD.format(
        name=metadata["name"],
        temperature=metadata["calibration"]["temperature"],
        layers=", ".join(f"`{layer}`" for layer in config["network"]["layers"]),
        parameters=parameters,
        size=size,
        accuracy=100 * metadata["metrics"]["held_out_accuracy"],
        held=metadata["metrics"]["held_out_digits"],
        preprocessing=metadata["preprocessing"],
        data=data,
        licence=_MNIST if any(entry["name"] in ("mnist", "mnist5k") for entry in training["data"]) else "",
        pen=config["data"]["pen"],
        junk=100 * config["data"]["junk"],
        version=training["inkdigits"],
        backend=training["backend"],
        python=training["python"],
        seed=config["fit"]["seed"],
        epochs=config["fit"]["epochs"],
    )
