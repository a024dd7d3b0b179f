"""config.py: settings are read back as they were written, and a wrong one is named with what to do."""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.errors import ConfigError
from inkdigits.training.draw.augment import Augment
from inkdigits.training.learn.config import (
    Config,
    Data,
    Fit,
    Network,
    config_names,
    load_config,
    override,
    to_toml,
)

KINDS = ("digit", "number")
shares = st.floats(0, 1)
texts = st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=1, max_size=3).map(tuple)
configs = st.builds(
    Config,
    data=st.builds(
        Data,
        train=texts,
        pen=st.integers(0, 1_000_000),
        numbers=st.integers(1, 10_000_000),
        held_numbers=st.integers(1, 1_000_000),
        junk=shares,
        validation=st.floats(0.001, 0.5),
        seed=st.integers(0, 10**9),
    ),
    network=st.builds(Network, kind=st.sampled_from(KINDS), layers=texts, batch_norm=st.booleans()),
    augment=st.builds(Augment, **{item.name: st.floats(0, 1e9) for item in fields(Augment)}),
    fit=st.builds(
        Fit, epochs=st.integers(1, 10_000), learning_rate=st.floats(1e-8, 10), settle=shares, clip=shares
    ),
)


def write(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


# ---- Files ----


@pytest.mark.parametrize("name", config_names())
def test_every_shipped_config_loads_and_says_in_its_first_line_what_it_is_for(root: Path, name: str):
    assert isinstance(load_config(name), Config)
    first = (root / "configs" / f"{name}.toml").read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# ")


def test_the_shipped_configs_are_the_documented_ones():
    assert {"quick", "standard", "number"} <= set(config_names())
    assert load_config() == load_config("standard")


def test_a_file_states_only_what_differs(tmp_path: Path):
    config = load_config(write(tmp_path, "[fit]\nepochs = 3\n[augment]\nturn = 2\n"))
    expected = Config(fit=replace(Fit(), epochs=3), augment=replace(Augment(), turn=2.0))
    assert config == expected
    assert isinstance(config.augment.turn, float)


@given(configs)
def test_a_config_is_read_back_from_its_toml(tmp_path_factory: pytest.TempPathFactory, config: Config):
    path = tmp_path_factory.getbasetemp() / "round_trip.toml"
    path.write_text(to_toml(config), encoding="utf-8", newline="")
    assert load_config(str(path)) == config


@pytest.mark.parametrize("text", ['C:\\data\\"mine"', "two\nlines", "tab\tbell\x07delete\x7f", "né 数 😀"])
def test_a_path_with_odd_characters_survives(tmp_path: Path, text: str):
    config = Config(data=Data(train=(text,)))
    assert tomllib.loads(to_toml(config))["data"]["train"] == [text]


def test_the_dictionary_is_plain_and_has_every_section():
    table = Config().to_dict()
    assert list(table) == ["data", "network", "augment", "fit"]
    assert table["fit"]["epochs"] == Config().fit.epochs


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


# ---- Unknown settings ----


@pytest.mark.parametrize(
    ("text", "name", "near"),
    [
        ("[fit]\nepoch = 3", "fit.epoch", "fit.epochs"),
        ("[fit]\nlearning-rate = 0.1", "fit.learning-rate", "fit.learning_rate"),
        ("[augment]\nrotate = 3\nruling = 1", "augment.rotate", ""),
        ("[augment]\nruling = 1", "augment.ruling", "augment.rulings"),
        ("[netwrok]\nbatch_norm = true", "netwrok", "network"),
        ("epochs = 3", "epochs", ""),
    ],
)
def test_an_unknown_setting_names_the_nearest_or_all_known_ones(
    tmp_path: Path, text: str, name: str, near: str
):
    with pytest.raises(ConfigError) as caught:
        load_config(write(tmp_path, text))
    advice = f"did you mean {near}?" if near else "known: "
    assert str(caught.value).startswith(f"unknown setting {name}; {advice}")


# ---- Types and ranges ----


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("fit.epochs=3.0", "int"),
        ("fit.epochs=many", "int"),
        ("fit.epochs=true", "int"),
        ("fit.epochs=", "int"),
        ("fit.learning_rate=true", "float"),
        ('fit.learning_rate="0.1"', "float"),
        ("network.batch_norm=1", "bool"),
        ("data.pen=[1]", "int"),
        ("data.train=3", "a list of strings, at least one"),
        ("data.train=[1, 2]", "a list of strings, at least one"),
        ("data.train=[]", "a list of strings, at least one"),
        ("network.layers=[]", "a list of strings, at least one"),
        ("network.layers={a = 1}", "a list of strings, at least one"),
    ],
)
def test_a_value_of_a_wrong_type_says_what_is_expected(setting: str, expected: str):
    name = setting.partition("=")[0]
    with pytest.raises(ConfigError, match=rf"^setting {name} is .*; expected {expected}"):
        override(Config(), setting)


@pytest.mark.parametrize(
    "setting",
    [
        "data.validation=0",
        "data.validation=0.6",
        "data.pen=-1",
        "data.numbers=0",
        "data.held_numbers=0",
        "data.seed=-1",
        "fit.epochs=0",
        "fit.batch_size=0",
        "fit.learning_rate=0",
        "fit.learning_rate=nan",
        "fit.learning_rate=inf",
        "fit.average=1.0",
        "fit.warmup=1",
        "fit.clip=-1",
        "fit.clip=nan",
        "fit.seed=-1",
        "fit.settle=1.1",
        "augment.turn=-1",
        "augment.turn=inf",
        "augment.noise=nan",
    ],
)
def test_a_value_out_of_range_says_the_range(setting: str):
    name = setting.partition("=")[0]
    with pytest.raises(ConfigError, match=rf"^setting {name} is .*; expected [\d.e+-]+ to [\d.e+-]+$"):
        override(Config(), setting)


@pytest.mark.parametrize("kind", ["letter", "Number", ""])
def test_a_kind_of_network_that_is_not_known_says_which_are(kind: str):
    with pytest.raises(ConfigError, match=r"^setting network\.kind is .*; expected one of digit, number$"):
        override(Config(), f"network.kind='{kind}'")


def test_a_section_that_is_no_table_is_an_error(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"setting fit is 3; expected a table \[fit\]"):
        load_config(write(tmp_path, "fit = 3"))


# ---- --set ----


def test_overrides_are_applied_last_and_in_order(tmp_path: Path):
    path = write(tmp_path, "[fit]\nepochs = 3\nseed = 7\n")
    config = load_config(path, ("fit.epochs=4", "fit.epochs = 5"))
    assert (config.fit.epochs, config.fit.seed) == (5, 7)


def test_an_override_leaves_the_config_it_is_made_from():
    config = Config()
    assert override(config, "fit.epochs=3").fit.epochs == 3
    assert config == Config()


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("data.train=mnist5k", ("mnist5k",)),
        ('data.train="my digits"', ("my digits",)),
        ("data.train=a=b/c.npz", ("a=b/c.npz",)),
        ('data.train=["mnist", "mine"]', ("mnist", "mine")),
    ],
)
def test_an_override_takes_a_word_a_string_or_a_list(setting: str, expected: tuple[str, ...]):
    assert override(Config(), setting).data.train == expected


@pytest.mark.parametrize("text", ["", "fit.epochs", "epochs=3", "=3", ".=3", "fit.=3", ".epochs=3"])
def test_an_override_of_another_form_shows_the_form(text: str):
    with pytest.raises(ConfigError, match=r"expected SECTION\.KEY=VALUE, for example fit\.epochs=3"):
        override(Config(), text)


@pytest.mark.parametrize("text", ["fit.epoch=3", "fti.epochs=3", "fit.epochs.more=3"])
def test_an_override_of_an_unknown_setting_is_refused(text: str):
    with pytest.raises(ConfigError, match=r"^unknown setting f"):
        override(Config(), text)
