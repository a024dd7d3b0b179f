"""notes.py: a training says what it is about to do, and when so few pictures are not what a config is for."""

from __future__ import annotations

import pytest

from inkdigits.training.learn.config import load_config
from inkdigits.training.learn.notes import short_of_steps


@pytest.mark.parametrize(
    ("config", "pictures", "advised"),
    [("quick", 3800, True), ("quick", 57000, False), ("small", 3800, False), ("standard", 300, False)],
)
def test_a_config_for_many_pictures_says_that_few_do_not_suit_it(config: str, pictures: int, advised: bool):
    settings = load_config(config)
    advice = short_of_steps(settings, pictures // settings.fit.batch_size)
    assert ("--config small suits so few pictures" in advice) == advised


def test_nothing_is_said_of_a_network_that_is_trained_on():
    settings = load_config("quick", ("fit.init='digit'",))
    assert short_of_steps(settings, 3) == ""
