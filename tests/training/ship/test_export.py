"""export.py: a bundle is what Keras says, or is refused; a failed export costs nothing that was there."""

from __future__ import annotations

import builtins
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from tiny import LIBRARIES_WARN, save_digits, split_of, tiny

from inkdigits import spec
from inkdigits.errors import MissingExtraError, OutputError, TrainingError
from inkdigits.reader import Reader
from inkdigits.recognition.bundle import Bundle, load
from inkdigits.recognition.engine import OnnxEngine
from inkdigits.training.learn import networks
from inkdigits.training.learn.backend import keras
from inkdigits.training.learn.data import Split
from inkdigits.training.learn.digit_task import DigitTask
from inkdigits.training.learn.environment import environment
from inkdigits.training.learn.fit import fit
from inkdigits.training.learn.run import Run
from inkdigits.training.learn.settings import DigitConfig
from inkdigits.training.ship import export
from inkdigits.training.ship.export import LARGEST_DIFFERENCE, check_agreement, check_place, export_bundle
from inkdigits.training.ship.learned import learned_by
from inkdigits.training.train import export_run

pytestmark = LIBRARIES_WARN

FILES = ["MODEL_CARD.md", "bundle.json", "learned.bin", "model.onnx"]


class Trained(NamedTuple):
    """A finished run, its parts and its bundle."""

    run: Run
    config: DigitConfig
    split: Split
    task: DigitTask
    model: Any
    bundle: Bundle


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    folder = tmp_path_factory.mktemp("trained")
    config = tiny(save_digits(folder / "digits.npz"))
    split = split_of(config)
    run = Run(folder / "run")
    run.start(config, split)
    task = DigitTask(config, split)
    model, rows = fit(config, task, run)
    run.finish(model, rows)
    return Trained(run, config, split, task, model, export_run(run.folder))


@pytest.fixture
def write(trained: Trained) -> Callable[..., Bundle]:
    """Exports the trained network, or another, to a folder."""

    def export_to(folder: Path, model: Any = trained.model) -> Bundle:
        _, config, split, task, _, _ = trained
        return export_bundle(
            model,
            folder,
            name="mine",
            config=config,
            task=task,
            environment=environment(split),
            learned=learned_by(trained.run.folder),
        )

    return export_to


@pytest.fixture
def exported(monkeypatch: pytest.MonkeyPatch, trained: Trained) -> None:
    """Saves the seconds of the exporter where the test is about what comes after it."""
    monkeypatch.setattr(export, "onnx_of", lambda model, kind: trained.bundle.model)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def inputs(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 28, 28), np.uint8)


# ---- What a bundle is ----


def test_a_bundle_gives_the_logits_of_keras_at_any_batch_size(trained: Trained):
    engine = OnnxEngine(trained.bundle)
    for size in (1, 2, 7, 64, 100):
        images = inputs(size)
        expected = trained.model.predict(images, verbose=0)
        np.testing.assert_allclose(engine.logits(images), expected, atol=LARGEST_DIFFERENCE)
    assert check_agreement(trained.model, trained.bundle, trained.split.held_images) < LARGEST_DIFFERENCE


def test_a_bundle_says_what_it_is_and_where_it_comes_from(trained: Trained):
    data = trained.bundle.metadata
    assert trained.bundle.path == trained.run.bundle
    assert names(trained.run.bundle) == FILES
    assert (data["name"], data["kind"], data["labels"]) == ("run", "digit", "0123456789")
    assert (data["format"], data["preprocessing"]) == (spec.BUNDLE_FORMAT, spec.PREPROCESSING["digit"])
    assert data["metrics"]["held_out_digits"] == len(trained.split.held_labels) == 80
    assert data["calibration"]["digits"] == 160  # as they are and once more distorted
    assert data["training"]["config"] == json.loads(json.dumps(trained.config.to_dict()))
    assert data["training"]["data"] == environment(trained.split)["data"]
    assert set(data["files"]) == {"model.onnx", "MODEL_CARD.md", "learned.bin"}
    assert data["learned"] == {"digits": 320, "complete": True}


def test_the_held_out_accuracy_is_that_of_the_bundle(trained: Trained):
    reader = Reader(trained.bundle.path)
    right = reader.classify(trained.split.held_images).argmax(axis=1) == trained.split.held_labels
    assert trained.bundle.metadata["metrics"]["held_out_accuracy"] == right.mean() > 0.6


def test_a_reader_of_the_bundle_is_about_as_sure_as_it_is_right(trained: Trained):
    reader = Reader(trained.bundle.path)
    images, labels = trained.split.held_images, trained.split.held_labels
    probabilities = reader.classify(images)
    logits = trained.model.predict(images, verbose=0) / trained.bundle.temperature
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(probabilities, expected, atol=1e-3)
    right = (probabilities.argmax(axis=1) == labels).mean()
    assert probabilities.max(axis=1).mean() == pytest.approx(right, abs=0.15)


def test_the_exporter_says_nothing_of_its_own(
    trained: Trained, write: Callable[..., Bundle], tmp_path: Path, capfd: pytest.CaptureFixture[str]
):
    write(tmp_path / "bundle")
    assert capfd.readouterr() == ("", "")


# ---- Disagreement ----


class Skewed:
    """An engine whose answers are wrong at one batch size."""

    size = 0
    by = 0.0

    def __init__(self, bundle: Bundle) -> None:
        self._engine = OnnxEngine(bundle)

    def logits(self, images: np.ndarray) -> np.ndarray:
        logits = self._engine.logits(images).copy()
        if len(images) == self.size:
            logits[0, 3] += self.by
        return logits


@pytest.mark.parametrize("size", [1, 7, 64])
@pytest.mark.parametrize("by", [2e-3, -50.0, np.nan, np.inf])
def test_an_answer_that_differs_at_one_batch_size_refuses_the_export(
    trained: Trained, monkeypatch: pytest.MonkeyPatch, size: int, by: float
):
    monkeypatch.setattr(export, "OnnxEngine", Skewed)
    monkeypatch.setattr(Skewed, "size", size)
    monkeypatch.setattr(Skewed, "by", by)
    with pytest.raises(TrainingError, match=f"export refused: at batch size {size} ONNX Runtime and Keras"):
        check_agreement(trained.model, trained.bundle, trained.split.held_images)


def test_a_difference_within_the_limit_is_reported_and_allowed(
    trained: Trained, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(export, "OnnxEngine", Skewed)
    monkeypatch.setattr(Skewed, "size", 7)
    monkeypatch.setattr(Skewed, "by", 0.5 * LARGEST_DIFFERENCE)
    worst = check_agreement(trained.model, trained.bundle, trained.split.held_images)
    assert 0.3 * LARGEST_DIFFERENCE < worst < LARGEST_DIFFERENCE


@pytest.mark.usefixtures("exported")
def test_a_refused_export_leaves_the_bundle_that_was_there(
    trained: Trained, write: Callable[..., Bundle], tmp_path: Path
):
    folder = tmp_path / "bundle"
    shutil.copytree(trained.bundle.path, folder)
    before = {name: (folder / name).read_bytes() for name in FILES}
    other = keras().models.clone_model(trained.model)
    other.set_weights([-weights for weights in trained.model.get_weights()])
    with pytest.raises(TrainingError, match=r"export refused: .* and name \d+ of 448 differently; try"):
        write(folder, other)
    assert {name: (folder / name).read_bytes() for name in FILES} == before
    assert names(tmp_path) == ["bundle"]


def test_few_held_out_digits_are_enough_to_compare(trained: Trained):
    few = trained.split.held_images[:3]
    assert check_agreement(trained.model, trained.bundle, few) < LARGEST_DIFFERENCE


# ---- Places ----


@pytest.mark.usefixtures("exported")
def test_a_bundle_replaces_a_bundle_as_a_whole(
    trained: Trained, write: Callable[..., Bundle], tmp_path: Path
):
    folder = tmp_path / "deep" / "bundle"
    write(folder)
    (folder / "MODEL_CARD.md").unlink()  # a damaged one may be replaced too
    assert write(folder).name == load(folder).name == "mine"
    assert names(folder) == FILES
    assert names(folder.parent) == ["bundle"]


@pytest.mark.parametrize("stranger", ["thesis.docx", "model.keras", ".git", "bundle.json.bak"])
def test_a_folder_with_strangers_is_left_alone(
    trained: Trained, write: Callable[..., Bundle], tmp_path: Path, stranger: str
):
    (tmp_path / stranger).write_text("of years")
    (tmp_path / "bundle.json").write_text("{}")
    with pytest.raises(OutputError, match=f"a bundle to replace, found {stranger} in it; choose another"):
        write(tmp_path)
    assert (tmp_path / stranger).read_text() == "of years"
    assert names(tmp_path) == sorted([stranger, "bundle.json"])


@pytest.mark.usefixtures("exported")
def test_a_file_in_the_way_is_left_alone(write: Callable[..., Bundle], tmp_path: Path):
    (tmp_path / "file").write_text("kept")
    for place in (tmp_path / "file", tmp_path / "file" / "bundle"):
        with pytest.raises(OutputError, match=r"cannot write .*Not a directory; .*choose another"):
            write(place)
    assert (tmp_path / "file").read_text() == "kept"


def test_new_and_empty_folders_and_bundles_are_good_places(trained: Trained, tmp_path: Path):
    (tmp_path / "empty").mkdir()
    for place in (tmp_path / "new", tmp_path / "empty", trained.bundle.path):
        check_place(place)


@pytest.mark.usefixtures("exported")
@pytest.mark.parametrize("file", FILES)
def test_a_full_disk_leaves_the_bundle_that_was_there(
    trained: Trained,
    write: Callable[..., Bundle],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    file: str,
):
    folder = tmp_path / "bundle"
    shutil.copytree(trained.bundle.path, folder)
    before = load(folder)
    written = Path.write_bytes

    def full(self: Path, content: bytes) -> int:
        if self.name == file:
            written(self, content[:10])
            raise OSError(28, "No space left on device")
        return written(self, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OutputError, match=r"cannot write .*bundle: No space left on device; free some space"):
        write(folder)
    monkeypatch.undo()
    assert load(folder) == before
    assert names(tmp_path) == ["bundle"]


@pytest.mark.usefixtures("exported")
def test_what_a_killed_export_left_behind_is_cleared(
    trained: Trained, write: Callable[..., Bundle], tmp_path: Path
):
    for leftover in (".bundle-new", ".bundle-old"):
        (tmp_path / leftover).mkdir()
        (tmp_path / leftover / "model.onnx").write_bytes(b"half")
    assert load(write(tmp_path / "bundle").path).name == "mine"
    assert names(tmp_path) == ["bundle"]


@pytest.mark.usefixtures("exported")
def test_a_bundle_that_cannot_be_put_in_place_gives_the_old_one_back(
    trained: Trained,
    write: Callable[..., Bundle],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    folder = tmp_path / "bundle"
    shutil.copytree(trained.bundle.path, folder)
    before = load(folder)
    replaced = Path.replace

    def refuse(self: Path, target: Path) -> Path:
        if self.name == ".bundle-new":
            raise PermissionError(13, "Permission denied")
        return replaced(self, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OutputError, match="Permission denied"):
        write(folder)
    assert load(folder) == before
    assert names(tmp_path) == ["bundle"]


# ---- The exporter ----


def test_a_missing_exporter_names_the_command_that_installs_it(
    trained: Trained, write: Callable[..., Bundle], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    imported = builtins.__import__

    def without(name: str, *arguments: Any, **named: Any) -> Any:
        if name.partition(".")[0] == "tf2onnx":
            raise ModuleNotFoundError("No module named 'tf2onnx'", name="tf2onnx")
        return imported(name, *arguments, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(
        MissingExtraError, match=r"tf2onnx is not installed .*pip install 'inkdigits\[train\]'"
    ):
        write(tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()


def test_an_exporter_that_fails_is_one_line(
    trained: Trained, write: Callable[..., Bundle], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("an operation\nhas no ONNX form")

    monkeypatch.setattr(trained.model, "export", fail)
    with pytest.raises(TrainingError, match="exported to ONNX: an operation has no ONNX form; try other"):
        write(tmp_path / "bundle")


# ---- A run ----


@pytest.fixture
def finished(trained: Trained, tmp_path: Path) -> Run:
    """A copy of the finished run, to be damaged."""
    return Run(Path(shutil.copytree(trained.run.folder, tmp_path / "copy")))


def test_a_run_is_exported_again_with_the_same_weights(trained: Trained, finished: Run, tmp_path: Path):
    again = export_run(finished.folder, tmp_path / "out", name="again")
    images = inputs(20)
    expected = OnnxEngine(trained.bundle).logits(images)
    np.testing.assert_allclose(OnnxEngine(again).logits(images), expected, atol=1e-6)
    assert again.name == "again"
    for key in ("calibration", "metrics", "training", "thresholds", "input"):
        assert again.metadata[key] == trained.bundle.metadata[key]


def test_what_is_no_run_is_told_from_one_that_is_not_finished(finished: Run, tmp_path: Path):
    with pytest.raises(TrainingError, match=r"holds no run \(no config\.toml\); name a folder that"):
        export_run(tmp_path / "none")
    finished.model.unlink()
    with pytest.raises(
        TrainingError, match=r"no finished run \(no model\.keras\); finish it with: .*--resume"
    ):
        export_run(finished.folder)


@pytest.mark.parametrize("content", [b"", b"no network", "half"])
def test_a_damaged_network_is_one_line(finished: Run, content: bytes | str):
    whole = finished.model.read_bytes()
    finished.model.write_bytes(whole[: len(whole) // 2] if isinstance(content, str) else content)
    with pytest.raises(TrainingError, match=r"model\.keras cannot be loaded: .*; train again") as caught:
        export_run(finished.folder)
    assert "\n" not in str(caught.value)


def test_a_run_whose_data_have_changed_is_not_exported(trained: Trained, finished: Run, tmp_path: Path):
    other = save_digits(tmp_path / "digits.npz", seed=9)
    text = finished.config.read_text()
    finished.config.write_text(text.replace(str(trained.run.folder.parent / "digits.npz"), str(other)))
    with pytest.raises(TrainingError, match="has learned from other data: "):
        export_run(finished.folder)


def test_a_place_that_is_taken_is_told_before_the_data_are_loaded(finished: Run, tmp_path: Path):
    finished.config.write_text("[data]\ntrain = ['none']\n")
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.docx").touch()
    with pytest.raises(OutputError, match=r"thesis\.docx"):
        export_run(finished.folder, tmp_path / "taken")


def test_every_kind_of_layer_is_exported(trained: Trained, tmp_path: Path):
    layers = ("conv 4 5 valid /2", "conv 4 3 +", "pool", "mean", "dense 12", "dropout 0.5")
    model = networks.build(layers, batch_norm=False)
    _, config, split, task, _, _ = trained
    place = tmp_path / "bundle"
    bundle = export_bundle(model, place, name="b", config=config, task=task, environment=environment(split))
    expected = model.predict(inputs(5), verbose=0)
    np.testing.assert_allclose(OnnxEngine(bundle).logits(inputs(5)), expected, atol=LARGEST_DIFFERENCE)
