"""recipe.py: steps are read in order, each a diff on what is common; a wrong one is one line."""

from __future__ import annotations

import json
import tomllib
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tiny import recipe

from inkdigits.errors import ConfigError
from inkdigits.recognition.bundle import SHIPPED_DIGIT, SHIPPED_NUMBER, load
from inkdigits.training.learn.config import load_config, load_settings, to_toml
from inkdigits.training.learn.recipe import Recipe, read_recipe
from inkdigits.training.learn.settings import DIGIT_LAYERS
from inkdigits.training.learn.strict import from_record, override

GOOD = """
[fit]
epochs = 3
seed = 5
[[step]]
name = "a"
[step.fit]
epochs = 4
[[step]]
name = "b"
init = "a"
[step.data]
pen = 0
[export]
name = "mine"
mean_of = ["a", "b"]
"""


def read(text: str) -> Recipe:
    return read_recipe(tomllib.loads(text))


# ---- What it says ----


def test_each_step_is_a_diff_on_the_common_settings():
    first, second = read(GOOD).steps
    assert (first.name, first.init, first.config.fit.init) == ("a", "", "")
    assert (first.config.fit.epochs, first.config.fit.seed) == (4, 5)
    assert (second.name, second.init, second.config.fit.init) == ("b", "a", "a")
    assert (second.config.fit.epochs, second.config.fit.seed) == (3, 5)
    assert (second.config.data.pen, first.config.data.pen) == (0, 15000)
    assert read(GOOD).export.mean_of == ("a", "b")


def test_the_whole_is_judged_as_the_first_step_that_is_exported():
    made = read(GOOD.replace('["a", "b"]', '["b", "a"]'))
    assert made.config == made.steps[1].config


def test_a_change_comes_to_every_step_and_leaves_where_it_begins():
    changed = read(GOOD).changed(partial(override, text="fit.init='digit'"))
    changed = changed.changed(partial(override, text="fit.epochs=9"))
    assert [step.config.fit.epochs for step in changed.steps] == [9, 9]
    assert [step.config.fit.init for step in changed.steps] == ["digit", "a"]


def test_a_recipe_is_read_back_from_its_toml(tmp_path: Path):
    made = recipe(tmp_path / "d.npz")
    path = tmp_path / "recipe.toml"
    path.write_text(to_toml(made), encoding="utf-8")
    assert load_settings(str(path)) == made
    assert read_recipe(json.loads(json.dumps(made.to_dict()))) == made


def test_overrides_of_a_file_are_applied_to_every_step(tmp_path: Path):
    path = tmp_path / "recipe.toml"
    path.write_text(GOOD, encoding="utf-8")
    made = load_settings(str(path), ("fit.epochs=1",))
    assert isinstance(made, Recipe)
    assert [step.config.fit.epochs for step in made.steps] == [1, 1]


def test_where_one_training_is_expected_a_recipe_is_refused():
    with pytest.raises(ConfigError, match=r"config champion is a recipe of 7 steps, .*; expected one of a"):
        load_config("champion")


@pytest.mark.parametrize(
    ("name", "folder", "steps"),
    [
        (
            "champion",
            SHIPPED_DIGIT,
            [
                "champion",
                "champion_settle",
                "champion_hands",
                "champion_hands_settle",
                "champion_scenes",
                "champion_scenes_settle",
                "champion_scenes_mnist",
            ],
        ),
        (
            "number",
            SHIPPED_NUMBER,
            [
                "number",
                "number_settle",
                "number_hands",
                "number_forms",
                "number_real",
                "number_more",
                "number_signs",
            ],
        ),
    ],
)
def test_the_recipe_of_a_shipped_model_is_what_its_bundle_says(name: str, folder: Path, steps: list[str]):
    made, bundle = load_settings(name), load(folder)
    assert isinstance(made, Recipe)
    assert [step.name for step in made.steps] == steps
    assert [step.init for step in made.steps] == ["", *steps[:-1]]
    assert (made.export.name, list(made.export.mean_of)) == (
        bundle.name,
        bundle.metadata["training"]["mean_of"],
    )
    record: dict[str, Any] = bundle.metadata["training"]["config"]
    record = {**record, "fit": {**record["fit"], "init": made.config.fit.init}}  # then a folder's path
    assert made.config == from_record(record)


# ---- What is wrong with it ----


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('init = "a"', 'init = "c"', "step b begins with 'c'; expected an earlier step: a"),
        ('init = "a"', 'init = "b"', "step b begins with 'b'; expected an earlier step: a"),
        (
            'name = "a"',
            'name = "a"\ninit = "b"',
            "step a begins with 'b'; expected no init, as it is",
        ),
        ('name = "b"', 'name = "a"', "two steps are called 'a'; give each a name of its own"),
        ('name = "b"', 'name = "../b"', "a step's name is '../b'; expected letters, digits"),
        ('name = "b"', 'name = "bundle"', "a step's name is 'bundle'; expected .* and not 'bundle'"),
        ('name = "b"', "name = 3", "a step's name is 3; expected letters"),
        ('name = "b"', 'nam = "b"', "unknown setting step.nam; did you mean step.name?"),
        ("pen = 0", "penn = 0", "step b: unknown setting data.penn; did you mean data.pen?"),
        ("pen = 0", "numbers = 3", "step b: setting data.numbers is read where task is 'number' alone"),
        ("pen = 0", "pen = -1", "step b: setting data.pen is -1; expected 0 to "),
        (
            "pen = 0",
            "seed = 3",
            "step b holds out other digits than step a: its data.seed is 3, not 1",
        ),
        ("[step.data]", "[step.dat]", "step b: unknown setting dat; did you mean data?"),
        ('["a", "b"]', '["a", "c"]', r"export.mean_of is \['a', 'c'\]; expected a list of steps, .*: a, b"),
        ('["a", "b"]', '["a", "a"]', "expected a list of steps, each once: a, b"),
        ('["a", "b"]', "[]", "expected a list of steps"),
        ('name = "mine"', "name = 3", "setting export.name is 3; expected what the model calls itself"),
        ("mean_of", "mean", "unknown setting export.mean; did you mean export.mean_of?"),
        ("[export]", "[exprot]", "unknown setting exprot; did you mean export?"),
        (
            "[step.data]",
            '[step.network]\nlayers = ["conv 8 5 /2", "flatten"]\n[step.data]',
            "export.mean_of names step a and step b, whose networks differ; expected the same network.layers",
        ),
        (
            "pen = 0",
            "others = 9",
            "export.mean_of names step a and step b, .*the same labels: name one",
        ),
        ("[fit]", "[fti]", "unknown setting fti; did you mean fit?"),
    ],
)
def test_what_is_wrong_is_one_line(old: str, new: str, expected: str):
    with pytest.raises(ConfigError, match=expected.replace("?", r"\?")) as caught:
        read(GOOD.replace(old, new, 1))
    assert "\n" not in str(caught.value)


def test_a_step_may_have_another_network_than_an_earlier_one_and_dropout_is_no_difference():
    other = '[step.network]\nlayers = ["conv 8 5 /2", "flatten"]\n[step.data]'
    grown = read(GOOD.replace("[step.data]", other).replace('["a", "b"]', '["b"]'))
    assert grown.config.network.layers == ("conv 8 5 /2", "flatten")
    layers = [layer for layer in DIGIT_LAYERS if not layer.startswith("dropout")]
    assert len(layers) < len(DIGIT_LAYERS)
    same = read(GOOD.replace("[step.data]", f"[step.network]\nlayers = {layers}\n[step.data]"))
    assert same.export.mean_of == ("a", "b")


def test_steps_that_begin_with_each_other_are_refused():
    text = GOOD.replace('name = "a"', 'name = "a"\ninit = "b"', 1)
    with pytest.raises(ConfigError, match="step a begins with 'b'"):
        read(text)


@pytest.mark.parametrize("text", ["step = []\n", "", "step = 3\n"])
def test_without_steps_there_is_no_recipe(text: str):
    with pytest.raises(ConfigError, match=r"the recipe has no steps; expected at least one table"):
        read(text + GOOD[GOOD.index("[export]") :])


def test_a_recipe_that_exports_nothing_is_refused():
    with pytest.raises(ConfigError, match=r"exports nothing; expected a table \[export\] with name and"):
        read(GOOD[: GOOD.index("[export]")])
