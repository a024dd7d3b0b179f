"""The wheel, installed alone in an empty environment, reads a picture: nothing it needs is missing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

TRAINING_LIBRARIES = {
    "jax",
    "keras",
    "matplotlib",
    "mlxtend",
    "onnx",
    "pandas",
    "pooch",
    "scikit-learn",
    "scipy",
    "tensorflow",
    "tensorflow-cpu",
    "torch",
}


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(root)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(root: Path, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and what it declares to need; returns its folder of programs."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=os.name != "nt")  # without pip: the one that runs the tests installs into it
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    command = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install", "--quiet"]
    done = subprocess.run(
        [*command, "--constraint", str(root / "constraints.txt"), str(wheel)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return programs


def run(*command: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs a program with nothing in its surroundings that could lend it a module."""
    clean = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "INKDIGITS"))
    }
    return subprocess.run(
        list(map(str, command)), capture_output=True, text=True, cwd=cwd, env=clean, check=False
    )


def test_the_wheel_holds_the_package_the_model_the_configs_and_the_licence(wheel: Path):
    names = zipfile.ZipFile(wheel).namelist()
    assert {
        "inkdigits/py.typed",
        "inkdigits/models/digit/learned.bin",
        "inkdigits/models/digit/model.onnx",
        "inkdigits/models/digit/bundle.json",
        "inkdigits/models/number/learned.bin",
        "inkdigits/models/number/model.onnx",
        "inkdigits/models/number/bundle.json",
        "inkdigits/models/finder/learned.bin",
        "inkdigits/models/finder/model.onnx",
        "inkdigits/models/finder/bundle.json",
    } <= set(names)
    assert any(name.startswith("inkdigits/training/configs/") and name.endswith(".toml") for name in names)
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "examples/")) or name.endswith(".pyc")]
    assert wheel.stat().st_size < 7_000_000  # bytes; the models may take six of them


def test_it_reads_a_picture_from_any_folder(environment: Path, save_digit: Callable[..., Path]):
    seven = save_digit(7, "seven.png")
    done = run(environment / "inkdigits", "read", seven.name, cwd=seven.parent)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()[:2] == ["seven.png", "7"]


def test_python_reads_a_picture_in_one_call(environment: Path, save_digit: Callable[..., Path]):
    code = "import sys, inkdigits; print(inkdigits.read(sys.argv[1]).text)"
    done = run(environment / "python", "-c", code, save_digit(4, "four.png"))
    assert (done.returncode, done.stdout, done.stderr) == (0, "4\n", "")


def test_it_brings_no_training_library(environment: Path):
    done = run(sys.executable, "-m", "pip", "--python", environment / "python", "list", "--format", "json")
    installed = {package["name"].lower() for package in json.loads(done.stdout)}
    assert {"inkdigits", "numpy", "onnxruntime"} <= installed
    assert not installed & TRAINING_LIBRARIES


def test_training_names_the_command_that_installs_what_it_needs(environment: Path, tmp_path: Path):
    done = run(
        environment / "inkdigits", "train", "--data", "mnist5k", "--output", tmp_path / "run", cwd=tmp_path
    )
    assert done.returncode == 1
    assert "pip install 'inkdigits[train]'" in done.stderr
    assert done.stderr.count("\n") == 1
