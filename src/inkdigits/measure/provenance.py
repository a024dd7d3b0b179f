"""How a figure came about: model, versions, machine and command, so that another person can repeat it."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from inkdigits.errors import BundleError

if TYPE_CHECKING:
    from inkdigits.recognition.bundle import Bundle

__all__ = ["collect"]

# What takes part in reading; other libraries cannot change a figure.
DISTRIBUTIONS = ("inkdigits", "numpy", "onnxruntime", "opencv-python-headless", "pillow")


def collect(models: Mapping[str, Bundle], command: str) -> dict[str, Any]:
    """Returns the models with their hashes, the command, the date, the versions and the machine.

    Values are strings, or dictionaries of strings.

    Args:
        models: those that were used, by the name that each gets here.
        command: the command line that repeats the work.

    Raises:
        BundleError: a file of the model cannot be read.
    """
    return {
        **{name: {"name": bundle.name, **_hashes(bundle.path)} for name, bundle in models.items()},
        "command": command,
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "versions": {"python": platform.python_version(), **_versions()},
        "machine": {
            "system": platform.platform(),
            "processor": _processor(),
            "cores": str(os.cpu_count() or "unknown"),
        },
    }


def _hashes(folder: Path) -> dict[str, str]:
    """Returns the SHA-256 of the files that decide what the model answers."""
    try:
        return {
            name: f"sha256:{hashlib.sha256((folder / name).read_bytes()).hexdigest()}"
            for name in ("model.onnx", "bundle.json")
        }
    except OSError as error:
        raise BundleError(
            f"cannot read the model in {folder}: {error.strerror or error}; expected model.onnx and "
            "bundle.json, give another folder with --model"
        ) from error


def _versions() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in DISTRIBUTIONS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # another build of the same library, opencv-python for one
            found[name] = "unknown"
    return found


def _processor() -> str:
    """Returns the processor's name; Linux tells it only in a file."""
    try:
        for line in Path("/proc/cpuinfo").read_text("utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass  # not Linux: the general answer below will do
    return platform.processor() or platform.machine()
