"""golden/make.py: a preparation that models have not learned from is noticed, whatever machine it runs on."""

from __future__ import annotations

import json
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from inkdigits import spec
from inkdigits.recognition import bundle
from inkdigits.recognition.bundle import SHIPPED

GOLDEN = Path(__file__).parent / "golden"
MAKE = runpy.run_path(str(GOLDEN / "make.py"))
STORED = dict(np.load(GOLDEN / "references.npz"))
LOOKS = sorted(name.removeprefix("looks/") for name in STORED if name.startswith("looks/"))
KINDS = MAKE["KINDS"]
RENEW = (
    "pictures look otherwise to the models; if that is meant, run: python tests/golden/make.py, then train "
    "the models again, or see --stamp there"
)


@pytest.fixture(scope="module")
def today() -> dict[str, np.ndarray]:
    """What the preparation makes of the stored sources now."""
    return MAKE["looks"](STORED)


def changed(looks: dict[str, np.ndarray]) -> set[str]:
    """Returns the kinds to whose models some picture looks otherwise than as it is stored."""
    names = set(LOOKS) ^ set(looks) | {
        name for name in set(LOOKS) & set(looks) if not MAKE["near"](looks[name], STORED[f"looks/{name}"])
    }
    return {name.split("/")[0] for name in names}


@pytest.mark.parametrize("name", LOOKS)
def test_pictures_look_to_the_models_as_they_are_stored(today: dict[str, np.ndarray], name: str):
    assert MAKE["near"](today[name], STORED[f"looks/{name}"]), RENEW


def test_every_picture_is_stored(today: dict[str, np.ndarray]):
    assert sorted(today) == LOOKS, RENEW


@pytest.mark.parametrize("kind", KINDS)
def test_the_hash_of_this_version_is_that_of_the_stored_looks(kind: str):
    assert MAKE["hash_of"](STORED, kind) == spec.PREPROCESSING[kind], RENEW


@pytest.mark.parametrize("kind", SHIPPED)
def test_the_shipped_model_learned_from_this_preparation(kind: str):
    loaded = bundle.load(SHIPPED[kind])
    assert loaded.metadata["preprocessing"] == spec.PREPROCESSING[kind]
    card = (SHIPPED[kind] / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert f"| preprocessing | `{spec.PREPROCESSING[kind][:12]}` |" in card


@pytest.mark.parametrize(
    ("constant", "factor", "kinds"),
    [
        ("MIN_STROKE", 1.05, {"digit"}),
        ("DIGIT_BOX", 1.05, {"digit"}),
        ("SHADE_CORE", 1.05, {"number", "finder"}),
        ("NUMBER_MARGIN", 1.25, {"number"}),
        ("NUMBER_MAX_WIDTH", 0.95, {"number"}),
        ("PAGE_PIXELS", 0.05, {"number", "finder"}),
        ("PAGE_PAPER_REACH", 2.0, {"number"}),
        ("PAPER_REACH", 1.5, {"digit", "number", "finder"}),
        ("WORK_SIDE", 0.9, {"digit", "number"}),
    ],
)
def test_another_preparation_is_noticed(
    monkeypatch: pytest.MonkeyPatch, constant: str, factor: float, kinds: set[str]
):
    before = getattr(spec, constant)
    monkeypatch.setattr(spec, constant, type(before)(before * factor))
    assert changed(MAKE["looks"](STORED)) == kinds


def test_another_build_of_opencv_is_none(monkeypatch: pytest.MonkeyPatch):
    cv2.setUseOptimized(False)
    try:
        assert changed(MAKE["looks"](STORED)) == set()
    finally:
        cv2.setUseOptimized(True)


def test_the_command_keeps_what_is_near_to_what_is_stored(tmp_path: Path):
    subprocess.run([sys.executable, GOLDEN / "make.py", tmp_path], check=True)
    again = dict(np.load(tmp_path / "references.npz"))
    assert sorted(again) == sorted(STORED)
    for kind in KINDS:
        assert MAKE["hash_of"](again, kind) == spec.PREPROCESSING[kind]


def test_a_hash_depends_on_every_look_of_its_kind_and_on_no_other():
    for name in LOOKS:
        other = {**STORED, f"looks/{name}": STORED[f"looks/{name}"] ^ 1}
        differ = {kind for kind in KINDS if MAKE["hash_of"](other, kind) != spec.PREPROCESSING[kind]}
        assert differ == {name.split("/")[0]}


def test_a_bundle_gets_the_hash_of_this_version_with_stamp(tmp_path: Path):
    folder = shutil.copytree(SHIPPED["digit"], tmp_path / "mine")
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    old = json.loads(before["bundle.json"])
    (folder / "bundle.json").write_text(json.dumps({**old, "preprocessing": "0" * 64}))
    with pytest.raises(bundle.BundleError, match="prepared in another way"):
        bundle.load(folder)
    subprocess.run([sys.executable, GOLDEN / "make.py", "--stamp", folder], check=True)
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
