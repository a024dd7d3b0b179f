"""digit_task.py: an epoch of digits follows from its number alone, and what is held out is judged truly."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tiny import EPOCHS, LIBRARIES_WARN, split_of

from inkdigits.training.learn.data import Split
from inkdigits.training.learn.digit_task import DigitTask
from inkdigits.training.learn.networks import build
from inkdigits.training.learn.number_task import NumberTask
from inkdigits.training.learn.settings import DigitConfig, NumberConfig
from inkdigits.training.train import task_of

pytestmark = LIBRARIES_WARN

NEVER = threading.Event()


def epoch(config: DigitConfig, split: Split, number: int) -> tuple[np.ndarray, np.ndarray]:
    """Returns pictures and answers of all batches of an epoch."""
    images, answers = zip(*DigitTask(config, split).epoch(number, NEVER), strict=True)
    return np.concatenate(images), np.concatenate(answers)


def undistorted(config: DigitConfig) -> DigitConfig:
    return replace(config, augment=replace(config.augment, clean=1.0))


# ---- The digits of an epoch ----


def test_an_epoch_is_a_function_of_seed_and_number_alone(config: DigitConfig, split: Split):
    first, again = (epoch(config, split, 1) for _ in range(2))
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    other_seed = replace(config, fit=replace(config.fit, seed=2))
    for images, _ in (epoch(config, split, 2), epoch(other_seed, split, 1)):
        assert (images != first[0]).any(axis=(1, 2)).mean() > 0.9


def test_the_same_task_gives_its_epochs_in_any_order(config: DigitConfig, split: Split):
    task = DigitTask(config, split)
    for number in (2, 0, 2, 1):
        images = np.concatenate([batch for batch, _ in task.epoch(number, NEVER)])
        assert (images == epoch(config, split, number)[0]).all()


def test_digits_keep_their_answers_and_junk_is_all_ten_alike(config: DigitConfig, split: Split):
    images, answers = epoch(undistorted(config), split, 0)
    assert len(images) == 320 + 32
    assert (answers.dtype, answers.shape) == (np.float32, (352, 10))
    known = {image.tobytes(): label for image, label in zip(split.images, split.labels, strict=True)}
    junk = [image.tobytes() not in known for image in images]
    assert sum(junk) == 32
    for image, answer, is_junk in zip(images, answers, junk, strict=True):
        expected = np.full(10, 0.1) if is_junk else np.eye(10)[known[image.tobytes()]]
        np.testing.assert_allclose(answer, expected, atol=1e-6)


@pytest.fixture
def with_others(config: DigitConfig, kept_strokes: Path) -> DigitConfig:
    return replace(config, data=replace(config.data, by_hand=20, others=40))


def test_with_other_marks_there_is_an_answer_more_and_junk_gets_it(with_others: DigitConfig):
    split = split_of(with_others)
    task = DigitTask(with_others, split)
    assert task.labels == with_others.labels == "0123456789?"
    assert task.build().output_shape == (None, 11)
    images, answers = epoch(undistorted(with_others), split, 0)
    assert (answers.dtype, answers.shape) == (np.float32, (len(images), 11))
    assert len(split.images) == 320 + 20 + 40
    known = {image.tobytes(): label for image, label in zip(split.images, split.labels, strict=True)}
    told = answers.argmax(axis=1)
    assert (answers.sum(axis=1) == 1).all()
    assert (answers.max(axis=1) == 1).all()
    for image, label in zip(images, told, strict=True):
        assert label == known.get(image.tobytes(), 10)
    assert (told == 10).sum() == pytest.approx(40 + 38, abs=4), "marks, and junk; a rest is no whole batch"


def test_other_marks_are_held_out_and_judged_too(with_others: DigitConfig):
    split = split_of(with_others)
    labels = split.held_labels
    assert (labels == 10).sum() == 4
    answers = iter(np.concatenate((labels, labels)))
    loss, accuracy = DigitTask(with_others, split).held_out(
        lambda images: 30 * np.eye(11, dtype=np.float32)[[next(answers) for _ in images]]
    )
    assert (loss, accuracy) == (pytest.approx(0, abs=1e-6), 1.0)


def test_an_epoch_holds_whole_batches_in_another_order_each_time(config: DigitConfig, split: Split):
    settings = replace(config, fit=replace(config.fit, batch_size=100), data=replace(config.data, junk=0.0))
    task = DigitTask(settings, split)
    assert task.steps == 3
    assert [len(images) for images, _ in task.epoch(0, NEVER)] == [100] * 3
    first, second = (epoch(undistorted(settings), split, number)[0] for number in (0, 1))
    assert len(first) == len(second) == 300
    assert (first != second).any()
    assert len({image.tobytes() for image in first}) == len({image.tobytes() for image in split.images[:300]})


def test_in_the_last_epochs_half_of_the_digits_stay_as_they_are(config: DigitConfig, split: Split):
    settings = replace(config, data=replace(config.data, junk=0.0))
    known = {image.tobytes() for image in split.images}

    def clean(number: int) -> float:
        return float(np.mean([image.tobytes() in known for image in epoch(settings, split, number)[0]]))

    assert [clean(0), clean(1)] == pytest.approx([config.augment.clean] * 2, abs=0.1)
    assert clean(EPOCHS - 1) == pytest.approx(0.5, abs=0.1)


def test_an_epoch_that_is_no_longer_wanted_is_given_up(config: DigitConfig, split: Split):
    stop = threading.Event()
    stop.set()
    with pytest.raises(CancelledError):
        DigitTask(config, split).epoch(0, stop)


# ---- Hard digits ----


def test_with_focus_an_epoch_goes_over_the_hardest_digits_again_and_again(config: DigitConfig, split: Split):
    settings = replace(
        undistorted(config),
        fit=replace(config.fit, focus=0.25, batch_size=10),
        data=replace(config.data, junk=0.0),
    )
    task = DigitTask(settings, split)
    assert not task.ahead
    hard = {image.tobytes() for image in split.images[:56]}  # seven tenths of a quarter of 320

    def answer(images: np.ndarray) -> np.ndarray:
        """Knows all others."""
        labels = {image.tobytes(): label for image, label in zip(split.images, split.labels, strict=True)}
        own = np.array([labels[image.tobytes()] for image in images])
        sure = np.array([image.tobytes() not in hard for image in images])
        return np.where(sure[:, None], 9.0, -9.0) * np.eye(10, dtype=np.float32)[own]

    def seen(number: int) -> list[bytes]:
        return [one.tobytes() for images, _ in task.epoch(number, NEVER, answer) for one in images]

    assert len(set(seen(0))) == len({image.tobytes() for image in split.images})
    second = seen(1)
    rounds = [second[at : at + 80] for at in range(0, 320, 80)]
    assert all(hard <= set(one) for one in rounds)
    easy = [frozenset(one) - hard for one in rounds]
    assert all(20 <= len(one) <= 24 for one in easy)  # now and then one twice
    assert len(set(easy)) == 4
    assert seen(1) == second
    assert seen(2) != second


def test_without_focus_the_next_epoch_can_be_made_ahead(config: DigitConfig, split: Split):
    assert DigitTask(config, split).ahead


# ---- What is held out ----


def sure(split: Split, wrong: int, logit: float):
    """Returns a network that knows the held-out digits, all but the first ``wrong``, by heart."""
    labels = split.held_labels.copy()
    labels[:wrong] = (labels[:wrong] + 1) % 10
    given = iter(np.resize(labels, 2 * len(labels)))  # as they are, then distorted

    def answer(images: np.ndarray) -> np.ndarray:
        return logit * np.eye(10, dtype=np.float32)[[next(given) for _ in images]]

    return answer


def test_loss_and_accuracy_are_those_of_the_held_out_digits(config: DigitConfig, split: Split):
    loss, accuracy = DigitTask(config, split).held_out(sure(split, 8, 5.0))
    assert accuracy == pytest.approx(1 - 8 / 80)
    chance = np.exp(5.0) / (np.exp(5.0) + 9)
    missed = 1 / (np.exp(5.0) + 9)
    assert loss == pytest.approx(-(0.9 * np.log(chance) + 0.1 * np.log(missed)), rel=1e-5)


def test_huge_logits_give_a_finite_loss(config: DigitConfig, split: Split):
    loss, accuracy = DigitTask(config, split).held_out(sure(split, 0, 1e30))
    assert (loss, accuracy) == (0.0, 1.0)


def test_a_network_that_is_too_sure_gets_a_temperature_above_one(config: DigitConfig, split: Split):
    task = DigitTask(config, split)
    judged = task.judge(sure(split, 8, 20.0))
    assert (judged.held_out, judged.calibrated_on) == (80, 160)
    assert judged.accuracy == pytest.approx(0.9)
    assert np.exp(20 / judged.temperature) / (np.exp(20 / judged.temperature) + 9) == pytest.approx(
        0.9, abs=0.01
    )


def test_the_samples_are_never_learned_from(config: DigitConfig, split: Split):
    samples = {image.tobytes() for image in DigitTask(config, split).samples()}
    images, _ = epoch(undistorted(config), split, 0)
    assert samples == {image.tobytes() for image in split.held_images}
    assert not samples & {image.tobytes() for image in images}


# ---- Which task ----


def test_the_config_says_what_is_learned(config: DigitConfig, split: Split):
    assert isinstance(task_of(config, split), DigitTask)
    assert isinstance(task_of(NumberConfig(), split), NumberTask)


def test_a_digit_task_builds_the_network_of_its_config(config: DigitConfig, split: Split):
    model = DigitTask(config, split).build()
    same = build(config.network.layers, batch_norm=config.network.batch_norm)
    assert [one.shape for one in model.weights] == [one.shape for one in same.weights]
    assert model.output_shape == (None, 10)
