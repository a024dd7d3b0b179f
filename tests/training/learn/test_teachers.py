"""teachers.py: a network learns from what others say of the pictures that it gets."""

from __future__ import annotations

import json
import shutil
import threading
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny import LIBRARIES_WARN

from inkdigits.errors import ConfigError, TrainingError
from inkdigits.reader import Reader
from inkdigits.recognition.bundle import SHIPPED_DIGIT, SHIPPED_NUMBER
from inkdigits.training.judge.crossval import cross_validate
from inkdigits.training.learn.config import Config, from_dict, load_config, override, to_toml
from inkdigits.training.learn.data import Split
from inkdigits.training.learn.tasks import DigitTask
from inkdigits.training.learn.teachers import Teachers
from inkdigits.training.train import task_of

pytestmark = LIBRARIES_WARN

NEVER = threading.Event()
SHIPPED = str(SHIPPED_DIGIT)


def taught(config: Config, share: float, *teachers: str) -> Config:
    return replace(config, fit=replace(config.fit, teachers=teachers or (SHIPPED,), taught=share))


def epoch(config: Config, split: Split) -> tuple[np.ndarray, np.ndarray]:
    images, answers = zip(*DigitTask(config, split).epoch(0, NEVER), strict=True)
    return np.concatenate(images), np.concatenate(answers)


def test_they_answer_as_the_reader_does_and_several_with_their_mean(split: Split, tmp_path: Path):
    sure = Reader(threads=1).classify(split.images)
    np.testing.assert_allclose(Teachers((SHIPPED,)).answers(split.images, NEVER), sure, atol=1e-6)

    # The same network at four times its temperature answers with the fourth roots, made shares again.
    hesitant = tmp_path / "hesitant"
    shutil.copytree(SHIPPED, hesitant)
    facts = json.loads((hesitant / "bundle.json").read_text(encoding="utf-8"))
    facts["calibration"]["temperature"] *= 4
    (hesitant / "bundle.json").write_text(json.dumps(facts), encoding="utf-8")
    roots = np.maximum(sure, 1e-30) ** 0.25
    mean = (sure + roots / roots.sum(axis=1, keepdims=True)) / 2
    said = Teachers((SHIPPED, str(hesitant))).answers(split.images, NEVER)
    np.testing.assert_allclose(said, mean, atol=1e-4)
    assert np.abs(said - sure).max() > 0.1


def test_what_they_say_of_the_distorted_picture_joins_its_label(config: Config, split: Split):
    images, labels = epoch(config, split)
    said = Reader(threads=1).classify(images)
    for share in (0.0, 0.7, 1.0):
        same, answers = epoch(taught(config, share), split)
        assert (same == images).all()
        assert answers.dtype == np.float32
        np.testing.assert_allclose(answers, (1 - share) * labels + share * said, atol=1e-5)
    np.testing.assert_allclose(answers.sum(axis=1), 1, atol=1e-5)


def test_a_stop_is_heard_between_pictures(split: Split):
    stop = threading.Event()
    stop.set()
    with pytest.raises(CancelledError):
        Teachers((SHIPPED,)).answers(split.images, stop)


@pytest.mark.parametrize("named", ["nowhere", str(SHIPPED_NUMBER)])
def test_what_is_no_digit_model_teaches_nothing(config: Config, split: Split, named: str):
    with pytest.raises(TrainingError, match=r"fit\.teachers has .*; name the folder of a bundle"):
        DigitTask(taught(config, 0.7, SHIPPED, named), split).epoch(0, NEVER)


def test_a_taught_network_is_judged_without_its_teachers(config: Config, split: Split):
    task = DigitTask(taught(config, 0.7, "gone"), split)
    assert task.judge(lambda images: np.zeros((len(images), 10), np.float32)).held_out == 80


def test_settings_name_teachers_or_none(tmp_path: Path):
    plain = load_config("small")
    assert plain.fit.teachers == ()
    assert from_dict(plain.to_dict()) == plain
    path = tmp_path / "taught.toml"
    path.write_text(to_toml(override(plain, 'fit.teachers=["a", "b"]')), encoding="utf-8")
    assert load_config(str(path)).fit.teachers == ("a", "b")


def test_numbers_have_no_teachers(config: Config, split: Split):
    number = replace(taught(config, 0.7), network=replace(config.network, kind="number"))
    with pytest.raises(ConfigError, match="teachers are for networks that name digits"):
        task_of(number, split)


@pytest.mark.parametrize("setting", ["fit.teachers=['digit']", "fit.init='digit'"])
def test_who_has_seen_the_digits_held_out_is_not_cross_validated(
    config: Config, tmp_path: Path, setting: str
):
    with pytest.raises(ConfigError, match="have not seen the digits held out"):
        cross_validate(override(config, setting), tmp_path / "run")
