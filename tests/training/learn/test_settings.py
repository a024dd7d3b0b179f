"""settings.py: each task has the settings that it reads, and they are plain data."""

from __future__ import annotations

import json

import pytest

from inkdigits.training.learn.settings import DigitConfig, NumberConfig


@pytest.mark.parametrize(
    ("config", "sections"),
    [
        (DigitConfig(), ["task", "data", "network", "augment", "fit"]),
        (NumberConfig(), ["task", "data", "network", "fit"]),
    ],
)
def test_the_dictionary_is_plain_and_has_the_task_and_every_section(
    config: DigitConfig | NumberConfig, sections: list[str]
):
    table = config.to_dict()
    assert list(table) == sections
    assert table["task"] == config.task
    assert table["fit"]["epochs"] == config.fit.epochs
    json.dumps(table)


def test_what_a_task_does_not_read_it_does_not_have():
    digits, numbers = DigitConfig().to_dict(), NumberConfig().to_dict()
    assert {"pen", "junk"} <= set(digits["data"]) - set(numbers["data"])
    assert {"numbers", "held_numbers"} <= set(numbers["data"]) - set(digits["data"])
    assert {"settle", "focus", "label_smoothing"} <= set(digits["fit"]) - set(numbers["fit"])
