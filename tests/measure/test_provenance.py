"""What is kept of how a figure came about."""

from __future__ import annotations

import hashlib
import json
import types
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from inkdigits.errors import BundleError
from inkdigits.measure import provenance


def test_provenance_names_model_machine_and_versions(tmp_path: Path) -> None:
    for name in ("model.onnx", "bundle.json"):
        (tmp_path / name).write_bytes(name.encode())
    bundle: Any = types.SimpleNamespace(path=tmp_path, name="digit-9", metadata={})
    origin = provenance.collect({"model": bundle, "number model": bundle}, "inkdigits evaluate")
    assert origin["model"]["name"] == "digit-9"
    assert origin["model"]["model.onnx"] == f"sha256:{hashlib.sha256(b'model.onnx').hexdigest()}"
    assert origin["number model"] == origin["model"]
    assert origin["versions"]["numpy"] == np.__version__
    assert int(origin["machine"]["cores"]) >= 1
    assert origin["machine"]["processor"]
    json.dumps(origin)


def test_provenance_of_a_model_that_is_gone_is_a_bundle_error(tmp_path: Path) -> None:
    bundle: Any = types.SimpleNamespace(path=tmp_path, name="digit-9", metadata={})
    with pytest.raises(BundleError, match="cannot read the model"):
        provenance.collect({"model": bundle}, "inkdigits evaluate")
