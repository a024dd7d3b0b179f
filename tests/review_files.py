"""Results to review: digits drawn in a row, and what a reader that is not sure would say of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from conftest import draw_digit
from PIL import Image

SIDE = 64
DIGITS = (1, 4, 7)
TAB, OTHER_TAB = "tab-of-ann-1", "tab-of-ben-1"


def number(
    text: str, confidence: float, left: int, others: str = "9", status: str = "unsure"
) -> dict[str, Any]:
    """Returns a number as JSON Lines have it, its characters ``SIDE`` pixels apart."""
    digits = [
        {
            "value": value,
            "confidence": confidence,
            "box": [left + place * SIDE + 8, 8, SIDE - 16, SIDE - 16],
            "alternatives": [[other, (1 - confidence) / 2] for other in others if other != value],
            "status": status,
        }
        for place, value in enumerate(text)
    ]
    box = [left, 0, len(text) * SIDE, SIDE]
    whole = {"text": text, "value": text, "confidence": confidence, "box": box}
    return {**whole, "digits": digits, "status": status}


def write_results(folder: Path, cells: int = 6) -> Path:
    """Writes a picture and the results of it: so many unsure digits, and behind them two that are sure."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = [DIGITS[index % len(DIGITS)] for index in range(cells + 2)]
    Image.fromarray(np.hstack([draw_digit(digit, SIDE) for digit in shown])).save(folder / "row.png")
    numbers = [
        number(str(digit), 0.5 + index / (4 * len(shown)), index * SIDE, "79")
        if index < cells
        else number(str(digit), 0.999, index * SIDE, "79", "ok")
        for index, digit in enumerate(shown)
    ]
    reading = {
        "source": "row.png",
        "status": "unsure",
        "text": " ".join(one["text"] for one in numbers),
        "confidence": 0.5,
        "numbers": numbers,
        "error": None,
    }
    path = folder / "readings.jsonl"
    path.write_text(json.dumps(reading) + "\n", encoding="utf-8")
    return path
