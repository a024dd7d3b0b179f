"""strict.py: a setting that its task does not read, or a wrong value, is named with what to do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from inkdigits.errors import ConfigError
from inkdigits.recognition.bundle import SHIPPED_DIGIT, SHIPPED_NUMBER, load
from inkdigits.training.learn.config import load_config
from inkdigits.training.learn.settings import DigitConfig, NumberConfig
from inkdigits.training.learn.strict import from_record, override, read_config


def write(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


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


@pytest.mark.parametrize(
    ("task", "setting", "owner"),
    [
        ("number", "data.pen=3", "digit"),
        ("number", "data.junk=0.1", "digit"),
        ("number", "augment.turn=3", "digit"),
        ("number", "fit.focus=0.5", "digit"),
        ("number", "fit.settle=0.5", "digit"),
        ("number", "fit.label_smoothing=0.1", "digit"),
        ("digit", "data.numbers=3", "number"),
        ("digit", "data.held_numbers=3", "number"),
    ],
)
def test_a_setting_of_the_other_task_is_an_error_that_says_so(task: str, setting: str, owner: str):
    name = setting.partition("=")[0]
    name = name if not name.startswith("augment") else "augment"
    expected = (
        rf"^setting {name} is read where task is '{owner}' alone; here it is '{task}': leave the setting out"
    )
    with pytest.raises(ConfigError, match=expected):
        override(read_config({"task": task}), setting)


# ---- Tasks ----


def test_the_task_of_a_file_chooses_its_settings():
    assert read_config({}) == DigitConfig()
    assert read_config({"task": "digit"}) == DigitConfig()
    assert read_config({"task": "number"}) == NumberConfig()


@pytest.mark.parametrize("task", ["letter", "Number", "", 3])
def test_a_task_that_is_not_known_says_which_are(task: Any):
    with pytest.raises(ConfigError, match=r"^task is .*; expected one of digit, number, finder$"):
        read_config({"task": task})


@pytest.mark.parametrize("config", [DigitConfig(), NumberConfig()])
def test_what_a_bundle_records_is_read_back(config: DigitConfig | NumberConfig):
    changed = override(override(config, "data.seed=7"), 'network.layers=["flatten"]')
    assert from_record(json.loads(json.dumps(changed.to_dict()))) == changed


@pytest.mark.parametrize(("folder", "task"), [(SHIPPED_DIGIT, "digit"), (SHIPPED_NUMBER, "number")])
def test_what_the_shipped_bundles_record_is_read(folder: Path, task: str):
    record = load(folder).metadata["training"]["config"]
    assert record["task"] == task
    config = from_record(record)
    assert config.task == task
    assert list(config.network.layers) == record["network"]["layers"]
    assert config.fit.epochs == record["fit"]["epochs"]
    assert config.data.leave_out == record["data"]["leave_out"]


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
        override(DigitConfig(), setting)


@pytest.mark.parametrize(
    "setting",
    [
        "data.validation=0",
        "data.validation=0.6",
        "data.pen=-1",
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
        override(DigitConfig(), setting)


@pytest.mark.parametrize("setting", ["data.numbers=0", "data.held_numbers=0"])
def test_a_value_of_numbers_out_of_range_says_the_range(setting: str):
    with pytest.raises(ConfigError, match=rf"^setting {setting[:-2]} is 0; expected 1 to "):
        override(NumberConfig(), setting)


def test_a_section_that_is_no_table_is_an_error(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"setting fit is 3; expected a table \[fit\]"):
        load_config(write(tmp_path, "fit = 3"))


# ---- --set ----


def test_overrides_are_applied_last_and_in_order(tmp_path: Path):
    path = write(tmp_path, "[fit]\nepochs = 3\nseed = 7\n")
    config = load_config(path, ("fit.epochs=4", "fit.epochs = 5"))
    assert (config.fit.epochs, config.fit.seed) == (5, 7)


def test_an_override_leaves_the_config_it_is_made_from():
    config = DigitConfig()
    assert override(config, "fit.epochs=3").fit.epochs == 3
    assert config == DigitConfig()


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
    assert override(DigitConfig(), setting).data.train == expected


@pytest.mark.parametrize("text", ["", "fit.epochs", "epochs=3", "=3", ".=3", "fit.=3", ".epochs=3"])
def test_an_override_of_another_form_shows_the_form(text: str):
    with pytest.raises(ConfigError, match=r"expected SECTION\.KEY=VALUE, for example fit\.epochs=3"):
        override(DigitConfig(), text)


@pytest.mark.parametrize("text", ["fit.epoch=3", "fti.epochs=3", "fit.epochs.more=3"])
def test_an_override_of_an_unknown_setting_is_refused(text: str):
    with pytest.raises(ConfigError, match=r"^unknown setting f"):
        override(DigitConfig(), text)
