"""``inkdigits calibrate``: what is wrong is told in one line before anything is made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Result

from inkdigits.recognition.bundle import SHIPPED_DIGIT

Cli = Callable[..., Result]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((str(SHIPPED_DIGIT),), 2, "--output"),
        ((str(SHIPPED_DIGIT), "--output", "new", "--scenes", "0"), 2, "--scenes"),
        ((str(SHIPPED_DIGIT), "--output", "new", "--max-error", "2"), 2, "--max-error"),
        (("nowhere", "--output", "new"), 1, "nowhere"),
    ],
)
def test_what_is_wrong_is_told(
    cli: Cli, tmp_path: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    result = cli("calibrate", *(str(tmp_path / word) if word == "new" else word for word in words))
    assert (result.code, result.out) == (code, "")
    assert told in result.err.splitlines()[-1]
    assert not any(tmp_path.iterdir())


def test_a_folder_of_something_else_is_not_replaced(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine", encoding="utf-8")
    result = cli("calibrate", str(SHIPPED_DIGIT), "--output", str(tmp_path))
    assert result.code == 1
    assert str(tmp_path) in result.err
    assert (tmp_path / "letters.txt").read_text(encoding="utf-8") == "mine"
