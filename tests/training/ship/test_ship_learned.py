"""ship/learned.py: a list has what was learned from, by the network that a run began with too; no more."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tiny import LIBRARIES_WARN, recipe, save_digits, split_of, tiny

from inkdigits import files
from inkdigits.data.fingerprints import fingerprints
from inkdigits.measure.learned import list_of
from inkdigits.recognition.bundle import load
from inkdigits.training.learn.config import to_toml
from inkdigits.training.learn.run import Run
from inkdigits.training.ship.learned import learned_by
from inkdigits.training.train import train

pytestmark = LIBRARIES_WARN


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_digits(tmp_path_factory.mktemp("data") / "digits.npz")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_digits(tmp_path_factory.mktemp("other") / "others.npz", seed=2)


def run_of(folder: Path, settings) -> Path:
    """Makes a run folder that only says what is learned."""
    files.write_text(Run(folder).config, to_toml(settings))
    return folder


def prints(images: np.ndarray) -> list[int]:
    return np.unique(fingerprints(images)).tolist()


def test_what_is_held_out_is_not_listed(data: Path, tmp_path: Path):
    found = learned_by(run_of(tmp_path / "run", tiny(data)))
    split = split_of(tiny(data, "data.junk=0"))
    assert found.prints.tolist() == prints(split.images)
    assert not set(prints(split.held_images)) & set(found.prints.tolist())
    assert found.complete


def test_digits_as_files_are_known_by_their_pixels(tmp_path: Path):
    from PIL import Image

    from inkdigits.training.draw.digit import write_digits

    images, labels = write_digits(40, 3)
    for index, (image, label) in enumerate(zip(images, labels, strict=True)):
        path = tmp_path / "mine" / str(label) / f"{index}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(255 - image).save(path)
    found = learned_by(run_of(tmp_path / "run", tiny(tmp_path / "mine")))
    assert 20 <= len(found.prints) < 40
    assert set(found.prints.tolist()) < set(prints(images))


def test_all_steps_of_a_recipe_and_all_runs_of_a_mean_count(data: Path, other: Path, tmp_path: Path):
    run = run_of(tmp_path / "steps", recipe(data))
    assert learned_by(run).prints.tolist() == learned_by(run_of(tmp_path / "one", tiny(data))).prints.tolist()
    both = learned_by(run, run_of(tmp_path / "other", tiny(other)))
    assert len(both.prints) == 640


def test_a_run_that_goes_on_from_another_has_learned_what_that_did(data: Path, other: Path, tmp_path: Path):
    first = run_of(tmp_path / "first", tiny(data))
    second = run_of(tmp_path / "second", tiny(other, f"fit.init='{first}'"))
    found = learned_by(second)
    assert (len(found.prints), found.complete) == (640, True)


def test_a_beginning_that_tells_nothing_leaves_the_list_incomplete(data: Path, tmp_path: Path):
    gone = run_of(tmp_path / "second", tiny(data, f"fit.init='{tmp_path / 'nowhere'}'"))
    found = learned_by(gone)
    assert (len(found.prints), found.complete) == (320, False)


def test_a_bundle_lists_it_and_a_training_that_begins_with_the_bundle_too(
    data: Path, other: Path, tmp_path: Path
):
    bundle = train(tiny(data, "fit.epochs=1"), tmp_path / "run")
    assert bundle.metadata["learned"] == {"digits": 320, "complete": True}
    listed = list_of(load(bundle.path))
    assert listed is not None
    assert listed.tolist() == prints(split_of(tiny(data, "data.junk=0")).images)
    (tmp_path / "run").rename(tmp_path / "away")
    begun = run_of(tmp_path / "second", tiny(other, f"fit.init='{tmp_path / 'away' / 'bundle'}'"))
    found = learned_by(begun)
    assert (len(found.prints), found.complete) == (640, True)


def test_what_began_with_itself_under_another_name_is_told_once(data: Path, tmp_path: Path):
    ours = run_of(tmp_path / "run", tiny(data, f"fit.init={tmp_path / 'run'}"))
    assert learned_by(ours).prints.tolist() == prints(split_of(tiny(data, "data.junk=0")).images)
