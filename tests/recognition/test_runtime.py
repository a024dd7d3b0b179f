"""runtime.py: ONNX Runtime comes with its telemetry off, unless the user has said otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

CODE = """
import os, sys
from inkdigits.recognition.runtime import onnxruntime
assert "onnxruntime" not in sys.modules
sys.modules["onnxruntime"] = type(sys)("onnxruntime")  # what a value of 0 turns on is not wanted here
assert onnxruntime() is sys.modules["onnxruntime"]
print(os.environ["ORT_DISABLE_TELEMETRY"])
"""


@pytest.mark.parametrize(("given", "kept"), [(None, "1"), ("0", "0"), ("1", "1")])
def test_telemetry_is_off_before_the_import_unless_the_user_has_set_it(given: str | None, kept: str):
    env = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    env |= {} if given is None else {"ORT_DISABLE_TELEMETRY": given}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=env, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{kept}\n", "")
