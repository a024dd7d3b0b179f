"""config.py: settings are read back from a file as they were written, and a file states what differs."""

from __future__ import annotations

import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.errors import ConfigError
from inkdigits.training.draw.augment import Augment
from inkdigits.training.learn.config import config_names, load_config, load_settings, to_toml
from inkdigits.training.learn.settings import (
    DigitConfig,
    DigitData,
    DigitFit,
    Network,
    NumberConfig,
    NumberData,
    NumberFit,
)

shares = st.floats(0, 1)
texts = st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=1, max_size=3).map(tuple)
data = {"train": texts, "validation": st.floats(0.001, 0.5), "seed": st.integers(0, 10**9)}
networks = st.builds(Network, layers=texts, batch_norm=st.booleans())
fits = {"epochs": st.integers(1, 10_000), "learning_rate": st.floats(1e-8, 10), "clip": shares}
digit_configs = st.builds(
    DigitConfig,
    data=st.builds(
        DigitData,
        **data,
        pen=st.integers(0, 1_000_000),
        junk=shares,
        by_hand=st.integers(0, 1_000_000),
        others=st.integers(0, 1_000_000),
        scenes=st.integers(0, 1_000_000),
    ),
    network=networks,
    augment=st.builds(Augment, **{item.name: st.floats(0, 1e9) for item in fields(Augment)}),
    fit=st.builds(DigitFit, **fits, settle=shares),
)
number_configs = st.builds(
    NumberConfig,
    data=st.builds(
        NumberData,
        **data,
        numbers=st.integers(1, 10_000_000),
        held_numbers=st.integers(1, 1_000_000),
        by_hand=shares,
        signs=shares,
        others=shares,
    ),
    network=networks,
    fit=st.builds(NumberFit, **fits, placed=st.floats(0, 10)),
)


def write(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


# ---- Files ----


@pytest.mark.parametrize("name", config_names())
def test_every_shipped_config_loads_and_says_in_its_first_line_what_it_is_for(root: Path, name: str):
    load_settings(name)
    first = (root / "configs" / f"{name}.toml").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")


def test_the_shipped_configs_are_the_documented_ones():
    assert {"quick", "standard", "number"} <= set(config_names())
    assert load_config() == load_config("standard")


def test_a_file_states_only_what_differs(tmp_path: Path):
    config = load_config(write(tmp_path, "[fit]\nepochs = 3\n[augment]\nturn = 2\n"))
    expected = DigitConfig(fit=DigitFit(epochs=3), augment=Augment(turn=2.0))
    assert config == expected
    assert isinstance(config.augment.turn, float)


@given(digit_configs | number_configs)
def test_a_config_is_read_back_from_its_toml(
    tmp_path_factory: pytest.TempPathFactory, config: DigitConfig | NumberConfig
):
    path = tmp_path_factory.getbasetemp() / "round_trip.toml"
    path.write_text(to_toml(config), encoding="utf-8", newline="")
    assert load_config(str(path)) == config


@pytest.mark.parametrize("text", ['C:\\data\\"mine"', "two\nlines", "tab\tbell\x07delete\x7f", "né 数 😀"])
def test_a_path_with_odd_characters_survives(tmp_path: Path, text: str):
    config = DigitConfig(data=DigitData(train=(text,)))
    assert tomllib.loads(to_toml(config))["data"]["train"] == [text]


def test_a_config_that_is_not_there_lists_those_that_are():
    with pytest.raises(ConfigError, match=r"config 'qick' cannot be read: .*one of: .*quick.*standard"):
        load_config("qick")


@pytest.mark.parametrize(
    "content", [b"[fit\n", b"epochs = = 3\n", b"[fit]\nepochs = 3\nepochs = 4\n", b"\xff"]
)
def test_broken_toml_is_one_line(tmp_path: Path, content: bytes):
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"mine\.toml is not valid TOML: .*; mend that line") as caught:
        load_config(str(path))
    assert "\n" not in str(caught.value)
