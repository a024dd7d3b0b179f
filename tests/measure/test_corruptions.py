"""corruptions.py: the mean over corruptions, and that evaluate tells it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from conftest import Result

from inkdigits.data.datasets import load_sets
from inkdigits.measure.corruptions import RESEMBLES, corruption_means, resembling
from inkdigits.measure.scoring import score
from inkdigits.training.draw.augment import Augment
from inkdigits.training.draw.digit import write_digits

Cli = Callable[..., Result]


def scored(name: str, right: int):
    return score(name, ["1"] * 10, ["1"] * right + ["2"] * (10 - right), [0.9] * 10, ["ok"] * 10)


def save(path: Path) -> Path:
    images, labels = write_digits(30, 2)
    np.savez(path, identity=images, fog=images // 2, blank=0 * images, labels=labels, index=np.arange(30))
    return path


def test_the_mean_leaves_the_digits_as_they_were_out():
    scores = [scored("c/identity", 10), scored("c/fog", 8), scored("mnist", 1), scored("c/stripe", 5)]
    (mean,) = corruption_means(scores)
    assert (mean.name, mean.corruptions, mean.clean) == ("c", 2, 1.0)
    assert mean.accuracy == pytest.approx(0.65)
    assert mean.worst == ("stripe", 0.5)


def test_sets_without_corruptions_have_no_mean():
    assert corruption_means([scored("mnist", 9), scored("c/identity", 9)]) == []


def test_what_resembles_a_corruption_is_a_setting_of_a_training():
    known = {item.name for item in fields(Augment)}
    assert {name for names in RESEMBLES.values() for name in names} <= known


def test_a_model_resembles_what_its_own_training_did():
    """One trained before a distortion was known has not seen it."""
    told = {"augment": {"turn": 7.0, "noise": 0.1, "shift": 0.0}}
    assert resembling(told) == ["shot_noise", "rotate", "spatter"]
    assert resembling({}) == []


def test_each_corruption_of_a_file_is_a_set(tmp_path: Path):
    path = save(tmp_path / "hard.npz")
    sets = load_sets(str(path))
    assert [one.name for one in sets] == ["hard/identity", "hard/fog", "hard/blank"]
    assert all(len(one) == 30 and one.normalised for one in sets)
    assert len({one.sha256 for one in sets}) == 3
    (tmp_path / "folder").mkdir()
    save(tmp_path / "folder" / "x.npz")
    assert [one.name for one in load_sets(str(tmp_path / "folder"))][:1] == ["folder/identity"]


def test_a_plain_file_is_one_set(tmp_path: Path):
    images, labels = write_digits(20, 2)
    np.savez(tmp_path / "plain.npz", images=images, labels=labels)
    assert [one.name for one in load_sets(str(tmp_path / "plain.npz"))] == ["plain"]


def test_evaluate_tells_the_mean(cli: Cli, tmp_path: Path):
    path, figures = save(tmp_path / "hard.npz"), tmp_path / "figures.json"
    done = cli("evaluate", "--data", str(path), "--json", str(figures))
    assert done.code == 0, done.err
    content = json.loads(figures.read_text("utf-8"))
    (mean,) = content["corruptions"]
    rows = {one["name"]: one["accuracy"] for one in content["sets"]}
    assert mean["accuracy"] == pytest.approx((rows["hard/fog"] + rows["hard/blank"]) / 2)
    assert f"hard: {100 * mean['accuracy']:.2f} % is the mean of 2 corruptions" in done.out
