"""examples/gpu: the script that trains on a GPU, as far as it goes where there is none."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tiny import LIBRARIES_WARN

from inkdigits import spec
from inkdigits.recognition.bundle import SHIPPED_NUMBER, load
from inkdigits.training.learn import networks
from inkdigits.training.learn.config import load_config
from inkdigits.training.learn.settings import NumberConfig
from inkdigits.training.learn.weights import take_over, weights_of_bundle

pytestmark = LIBRARIES_WARN

EXAMPLE = Path(__file__).parents[1] / "examples" / "gpu"


def script(*arguments: str) -> subprocess.CompletedProcess[str]:
    # Its python3 is the one that runs the tests, whatever the machine calls so.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    command = ["bash", str(EXAMPLE / "train.sh"), *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "PATH": path}
    )


def test_its_settings_begin_with_the_model_that_ships():
    import numpy as np

    config = load_config(str(EXAMPLE / "number.toml"))
    assert isinstance(config, NumberConfig)
    assert config.fit.init == "number"
    model = networks.build(config.network.layers, batch_norm=True, kind="number")
    assert model.count_params() < 1_500_000
    bundle = load(SHIPPED_NUMBER)
    samples = np.random.default_rng(1).integers(0, 256, (8, spec.NUMBER_HEIGHT, 64), np.uint8)
    take_over(weights_of_bundle(bundle), bundle.labels, model, spec.NUMBER_LABELS, samples)


def test_the_run_s_folder_is_asked_for():
    done = script()
    assert done.returncode != 0
    assert "the folder of the run is missing" in done.stderr


@pytest.mark.skipif(importlib.util.find_spec("jax") is not None, reason="JAX is installed")
def test_without_jax_it_says_so_in_one_line_and_leaves_nothing(tmp_path: Path):
    done = script(str(tmp_path / "run"))
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("train.sh: JAX or Keras is missing; install both")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "run").exists()
