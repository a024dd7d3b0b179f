"""bundle.py: a model folder is whole and understood, or refused in one sentence that names what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits import spec
from inkdigits.errors import BundleError
from inkdigits.recognition import bundle
from inkdigits.recognition.bundle import SHIPPED, SHIPPED_DIGIT, sha256_of

MODEL = b"the bytes of a network"
CARD = b"# A card\n"


def metadata() -> dict[str, Any]:
    return {
        "format": spec.BUNDLE_FORMAT,
        "name": "tiny",
        "kind": "digit",
        "preprocessing": spec.PREPROCESSING["digit"],
        "input": {"name": "digits", "dtype": "uint8", "shape": ["batch", 28, 28]},
        "labels": "0123456789",
        "calibration": {"temperature": 1.25},
        "thresholds": {"max_error": 0.1},
        "files": {"model.onnx": sha256_of(MODEL), "MODEL_CARD.md": sha256_of(CARD)},
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bundle; loading runs nothing of it, so its model may be any bytes."""
    path = tmp_path / "bundle"
    path.mkdir()
    (path / "model.onnx").write_bytes(MODEL)
    (path / "MODEL_CARD.md").write_bytes(CARD)
    (path / "bundle.json").write_text(json.dumps(metadata()))
    return path


@pytest.fixture
def refused(folder: Path) -> Callable[..., str]:
    """Loads the bundle with other metadata and gives the one line that refuses it."""

    def load(content: Any) -> str:
        (folder / "bundle.json").write_text(json.dumps(content))
        with pytest.raises(BundleError) as caught:
            bundle.load(folder)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    return load


def test_a_bundle_tells_what_a_reader_must_know(folder: Path):
    loaded = bundle.load(str(folder))
    assert (loaded.path, loaded.name, loaded.model) == (folder, "tiny", MODEL)
    assert (loaded.temperature, loaded.max_error) == (1.25, 0.1)
    assert loaded.metadata == metadata()


def test_the_shipped_model_is_a_whole_bundle():
    loaded = bundle.load(SHIPPED_DIGIT)
    assert set(loaded.metadata["files"]) == {"model.onnx", "learned.bin", "MODEL_CARD.md"}
    assert loaded.model == (SHIPPED_DIGIT / "model.onnx").read_bytes()


def test_a_newer_release_may_add_keys(folder: Path):
    (folder / "bundle.json").write_text(json.dumps({**metadata(), "colour": "blue"}))
    assert bundle.load(folder).name == "tiny"


# ---- Damage ----


@pytest.mark.parametrize("name", ["model.onnx", "MODEL_CARD.md"])
@pytest.mark.parametrize("where", [0, -1])
def test_a_changed_byte_is_noticed(folder: Path, name: str, where: int):
    content = bytearray((folder / name).read_bytes())
    content[where] ^= 1
    (folder / name).write_bytes(content)
    with pytest.raises(BundleError, match=rf"{name} is damaged: its SHA-256 .* export the bundle again"):
        bundle.load(folder)


@pytest.mark.parametrize("change", [lambda content: content[:-1], lambda content: content + b"\0"])
def test_a_model_of_another_length_is_noticed(folder: Path, change: Callable[[bytes], bytes]):
    (folder / "model.onnx").write_bytes(change(MODEL))
    with pytest.raises(BundleError, match=r"model\.onnx is damaged"):
        bundle.load(folder)


@pytest.mark.parametrize("name", ["model.onnx", "MODEL_CARD.md", "bundle.json"])
def test_a_missing_file_is_named(folder: Path, name: str):
    (folder / name).unlink()
    with pytest.raises(BundleError, match=rf"{name} cannot be read: No such file") as caught:
        bundle.load(folder)
    assert isinstance(caught.value.__cause__, OSError)


def test_a_path_that_is_no_folder_is_told_from_a_damaged_bundle(tmp_path: Path):
    (tmp_path / "model.onnx").write_bytes(MODEL)
    for path in (tmp_path / "none", tmp_path / "model.onnx"):
        with pytest.raises(BundleError, match="is no folder; expected a bundle with"):
            bundle.load(path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[" * 100_000])
def test_what_is_no_json_is_refused(folder: Path, content: bytes):
    (folder / "bundle.json").write_bytes(content)
    with pytest.raises(BundleError, match=r"bundle\.json is not valid JSON: .*; export the bundle again"):
        bundle.load(folder)


@pytest.mark.parametrize("content", [[], "text", None, 1])
def test_json_that_is_no_object_is_refused(refused: Callable[..., str], content: Any):
    assert "holds no JSON object" in refused(content)


# ---- Metadata ----


@pytest.mark.parametrize("key", sorted(set(metadata()) - {"format"}))
def test_a_missing_key_and_one_of_a_wrong_type_are_named(refused: Callable[..., str], key: str):
    whole = metadata()
    assert f"lacks {key!r}" in refused({name: whole[name] for name in whole if name != key})
    assert f"lacks {key!r}" in refused({**whole, key: ["wrong"]})


@pytest.mark.parametrize("version", [spec.BUNDLE_FORMAT + 1, 1, 0, -1, "2", 2.0, True, None])
def test_another_format_says_which_of_the_two_is_too_old(refused: Callable[..., str], version: Any):
    message = refused({**metadata(), "format": version})
    assert f"has format {version!r}; this version reads format {spec.BUNDLE_FORMAT}; " in message
    assert ("upgrade inkdigits" in message) == (version == spec.BUNDLE_FORMAT + 1)
    assert ("export the bundle again with this version" in message) == (version != spec.BUNDLE_FORMAT + 1)


def test_a_newer_format_is_told_before_keys_that_it_may_have_dropped(refused: Callable[..., str]):
    assert "upgrade" in refused({"format": spec.BUNDLE_FORMAT + 1})


def test_a_model_of_another_preparation_is_refused(refused: Callable[..., str]):
    message = refused({**metadata(), "preprocessing": spec.PREPROCESSING["number"]})
    assert "learned from pictures that were prepared in another way" in message
    assert (
        f"is {spec.PREPROCESSING['number'][:12]!r}, expected {spec.PREPROCESSING['digit'][:12]!r}" in message
    )
    assert message.endswith("train the model again with this version of inkdigits")


@pytest.mark.parametrize("kind", ["letter", "", "Digit"])
def test_a_model_for_something_else_is_refused(refused: Callable[..., str], kind: str):
    message = refused({**metadata(), "kind": kind})
    assert f"is a {kind!r} model; expected a 'digit' model or a 'number' model" in message


@pytest.mark.parametrize("labels", ["abc", "1123", "", "0123456789 ", "½"])
def test_labels_that_no_reading_may_hold_are_refused(refused: Callable[..., str], labels: str):
    message = refused({**metadata(), "labels": labels})
    assert f"has labels {labels!r}; expected different characters of '0123456789.-+/:%?'" in message


@pytest.mark.parametrize("labels", ["0123456789", "9876543210", "01", "0123456789+", spec.DIGIT_LABELS])
def test_which_labels_it_has_is_the_bundle_s_own_affair(folder: Path, labels: str):
    (folder / "bundle.json").write_text(json.dumps({**metadata(), "labels": labels}))
    loaded = bundle.load(folder)
    assert (loaded.labels, loaded.classes, loaded.input_shape) == (labels, len(labels), (28, 28))


def test_a_number_model_has_a_class_for_nothing_and_takes_any_width():
    loaded = bundle.load(SHIPPED["number"])
    assert (loaded.labels, loaded.classes, loaded.input_shape) == (spec.NUMBER_LABELS, 18, (32, None))


@pytest.mark.parametrize(
    "change", [{"dtype": "float32"}, {"shape": [1, 28, 28]}, {"shape": ["batch", 32, 32]}, {"shape": None}]
)
def test_a_model_with_another_input_is_refused(refused: Callable[..., str], change: dict[str, Any]):
    whole = metadata()
    message = refused({**whole, "input": {**whole["input"], **change}})
    assert "expected uint8 of shape ['batch', 28, 28]" in message


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("calibration", "temperature", 0),
        ("calibration", "temperature", -1.0),
        ("calibration", "temperature", float("nan")),
        ("calibration", "temperature", float("inf")),
        ("calibration", "temperature", "1"),
        ("calibration", "temperature", True),
        ("calibration", "temperature", None),
        ("thresholds", "max_error", -0.1),
        ("thresholds", "max_error", 1.1),
        ("thresholds", "max_error", [0.1]),
    ],
)
def test_a_number_out_of_range_is_named(refused: Callable[..., str], section: str, key: str, value: Any):
    assert f"has {section}.{key} {value!r}; expected a number" in refused(
        {**metadata(), section: {key: value}}
    )


def test_the_hash_of_the_model_must_be_there(refused: Callable[..., str]):
    whole = metadata()
    del whole["files"]["model.onnx"]
    assert "has no hash of model.onnx" in refused(whole)


@pytest.mark.parametrize("value", [None, 1, [], sha256_of(b"another model")])
def test_a_hash_that_is_not_the_models_is_refused(refused: Callable[..., str], value: Any):
    assert "model.onnx is damaged" in refused({**metadata(), "files": {"model.onnx": value}})


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "..", ".", "sub/file", "a\0b"])
def test_a_bundle_cannot_name_a_file_outside(refused: Callable[..., str], folder: Path, name: str):
    secret = b"not for reading"
    (folder.parent / "secret").write_bytes(secret)
    whole = metadata()
    whole["files"][name] = sha256_of(secret)
    assert "names a file outside the bundle; do not use this bundle" in refused(whole)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(sorted(metadata())), anything)
def test_whatever_a_key_holds_it_is_a_bundle_or_refused(
    tmp_path_factory: pytest.TempPathFactory, key: str, value: Any
):
    path = tmp_path_factory.getbasetemp() / "whatever"
    path.mkdir(exist_ok=True)
    (path / "model.onnx").write_bytes(MODEL)
    (path / "MODEL_CARD.md").write_bytes(CARD)
    (path / "bundle.json").write_text(json.dumps({**metadata(), key: value}))
    try:
        loaded = bundle.load(path)
    except BundleError as error:
        assert str(error).startswith(str(path))
    else:
        assert loaded.model == MODEL


@pytest.mark.parametrize("name", ["\ud800", "a" * 300, ""])
def test_a_file_name_that_no_disk_can_hold_is_refused(refused: Callable[..., str], name: str):
    whole = metadata()
    whole["files"][name] = ""
    assert "cannot be read" in refused(whole)


def test_the_folder_of_a_run_says_where_its_bundle_is(folder: Path):
    with pytest.raises(BundleError, match=r"folder of a run: expected its bundle; name .*bundle$"):
        bundle.load(folder.parent)
