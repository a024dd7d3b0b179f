"""card.py: the model card says what the bundle's metadata say, in words and figures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from inkdigits.training.learn.settings import DigitConfig, NumberConfig
from inkdigits.training.ship.card import model_card


def metadata() -> dict[str, Any]:
    return {
        "name": "my-model",
        "preprocessing": "0123456789abcdef" * 4,
        "calibration": {"temperature": 1.2345},
        "kind": "digit",
        "labels": "0123456789",
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


# ---- Real hands and what is no digit ----


def by_hand(kind: str, **changes: Any) -> dict[str, Any]:
    """Returns the metadata of a model that learned from pen strokes."""
    data = metadata()
    config = DigitConfig() if kind == "digit" else NumberConfig()
    config = replace(config, data=replace(config.data, **changes))
    metrics = {"held_out_accuracy": 0.9, f"held_out_{kind}s": 2000}
    strokes = {"name": "strokes", "digits": 35346, "sha256": "ef" * 32}
    data["training"] |= {"config": config.to_dict(), "data": [*data["training"]["data"], strokes]}
    return data | {"kind": kind, "labels": config.labels, "metrics": metrics}


OTHERS = {"others": 12000}
HANDS = {"by_hand": 0.5}


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("digit", {"by_hand": 4000}, "- digits drawn from the strokes of real writers: 4,000\n- crops that"),
        (
            "digit",
            OTHERS,
            "- letters, words, ticks, struck-out digits and other marks that are no digit: 12,0",
        ),
        ("digit", OTHERS, "marks that are no digit: 12,000\n- crops that"),
        ("digit", OTHERS, "| output | float32 (N, 11) logits, `0123456789?`;"),
        ("digit", OTHERS, "Names one handwritten digit, 0 to 9, or says that it is none, and says"),
        ("digit", OTHERS, "- Letters and other signs: they have one answer, `?`."),
        (
            "number",
            {"by_hand": 0.55},
            "\n- of these 55 % are written by real writers, each in one's own hand\n",
        ),
        ("number", HANDS | {"signs": 0.3}, "hand; 30 % are dates, times, sums and other texts with signs\n"),
        (
            "number",
            HANDS | {"others": 0.2},
            "hand; 20 % have marks beside them, or are replaced by some, that",
        ),
        ("number", HANDS, "of 2,000 numbers composed from digits and by writers that it did not learn"),
        ("number", {}, "| output | float32 (N, W / 2, 18) logits: nothing, or one of `0123456789.-+/:%?`;"),
        ("number", {}, "Reads a handwritten number of `0123456789.-+/:%` and tells marks that are none"),
    ],
)
def test_the_card_says_what_hands_wrote(kind: str, changes: dict[str, Any], words: str):
    assert words in model_card(by_hand(kind, **changes), 1, 1)


@pytest.mark.parametrize(
    ("kind", "changes"), [("digit", {"by_hand": 9}), ("digit", {"others": 9}), ("number", {"by_hand": 0.1})]
)
def test_the_strokes_are_listed_with_their_licences(kind: str, changes: dict[str, Any]):
    card = model_card(by_hand(kind, **changes), 1, 1)
    listed = "- pen strokes: 35,346 digits, signs, letters, words and numbers of many writers, SHA-256 "
    assert f"- of_ours: 123 digits, SHA-256 `{'cd' * 32}`\n{listed}`{'ef' * 32}`\n" in card
    told = " ".join(card.split())
    for named in (
        "UNIPEN train_r01_v07 (Guyon,",
        "doi 10.5281/zenodo.1195803",
        "UJI Pen Characters v2 (Prat",
    ):
        assert named in told
    assert "(CC BY 4.0), and of NumberPad (bridger), under the Apache License 2.0" in told
    assert "MNIST was made by Yann LeCun" in card
    assert "No other handwriting was learned from." in card


def test_a_model_that_saw_no_strokes_speaks_of_none():
    card = model_card(metadata(), 1, 1)
    assert "UNIPEN" not in card
    assert "real writers" not in card
    assert "?" not in card
    own = metadata()
    own["training"]["data"] = [{"name": "strokes", "digits": 7, "sha256": "ab" * 32}]  # somebody's digits
    assert "- strokes: 7 digits" in model_card(own, 1, 1)


def test_a_number_model_of_fewer_labels_says_which():
    data = by_hand("number") | {"labels": "0123456789.-"}
    card = model_card(data, 1, 1)
    assert "float32 (N, W / 2, 13) logits: nothing, or one of `0123456789.-`; over 1.2345" in card
    assert "a handwritten number of `0123456789.-`, and says how sure it is." in card
    assert "- Words and other signs: it has no word for them." in card
    assert "\n\n\n" not in card


@pytest.mark.parametrize("name", ["{name}", "100 %", "a_b*c"])
def test_a_name_with_signs_of_its_own_breaks_nothing(name: str):
    assert model_card(metadata() | {"name": name}, 1, 1).startswith(f"# {name}\n")
