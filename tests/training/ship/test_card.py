"""card.py: the model card says what the bundle's metadata say, in words and figures."""

from __future__ import annotations

from typing import Any

import pytest

from inkdigits.training.learn.settings import DigitConfig
from inkdigits.training.ship.card import model_card


def metadata() -> dict[str, Any]:
    return {
        "name": "my-model",
        "preprocessing": "0123456789abcdef" * 4,
        "calibration": {"temperature": 1.2345},
        "kind": "digit",
        "metrics": {"held_out_accuracy": 0.98765, "held_out_digits": 3000},
        "training": {
            "config": DigitConfig().to_dict(),
            "data": [
                {"name": "mnist", "digits": 60000, "sha256": "ab" * 32},
                {"name": "of_ours", "digits": 123, "sha256": "cd" * 32},
            ],
            "inkdigits": "9.8.7",
            "backend": "jax",
            "python": "3.14.1",
        },
    }


def test_the_card_is_markdown_under_the_name_of_the_model():
    card = model_card(metadata(), 1, 1)
    assert card.startswith("# my-model\n\n")
    assert card.endswith("\n")
    for title in ("Learned from", "Good at", "Not good at", "Made by"):
        assert f"\n## {title}\n" in card


@pytest.mark.parametrize(
    "words",
    [
        "softmax(logits / 1.2345)",
        "98.77 % of 3,000 digits of the sets below that it did not learn from",
        "234,567 (1,234,567 bytes)",
        "| preprocessing | `0123456789ab` |",
        "digits written by the project's own pen: 15,000",
        "crops that are no digit, made from those: 8 % of all others",
        "`inkdigits train` 9.8.7, jax backend, Python 3.14.1, seed 1, 70 epochs",
        "`conv 24 5 /2`, `conv 32 3`",
    ],
)
def test_the_card_holds_the_figures(words: str):
    assert words in model_card(metadata(), 234_567, 1_234_567)


def test_every_data_set_is_listed_with_its_hash():
    card = model_card(metadata(), 1, 1)
    assert (
        f"- mnist: 60,000 digits, SHA-256 `{'ab' * 32}`\n- of_ours: 123 digits, SHA-256 `{'cd' * 32}`\n"
        in card
    )


@pytest.mark.parametrize(("name", "named"), [("mnist", True), ("mnist5k", True), ("my_digits", False)])
def test_the_licence_of_mnist_is_told_of_a_model_that_learned_from_it(name: str, named: bool):
    data = metadata()
    data["training"]["data"] = [{"name": name, "digits": 1, "sha256": "ab" * 32}]
    card = model_card(data, 1, 1)
    assert ("CC BY-SA 3.0" in card) is named
    assert ("MNIST was made by Yann LeCun" in card) is named
    assert "No other handwriting was learned from." in card


@pytest.mark.parametrize("name", ["{name}", "100 %", "a_b*c"])
def test_a_name_with_signs_of_its_own_breaks_nothing(name: str):
    assert model_card(metadata() | {"name": name}, 1, 1).startswith(f"# {name}\n")
