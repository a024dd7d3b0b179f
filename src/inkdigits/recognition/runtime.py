"""ONNX Runtime, imported in one place and with its telemetry off."""

from __future__ import annotations

import os
from types import ModuleType

__all__ = ["onnxruntime"]

_TELEMETRY = "ORT_DISABLE_TELEMETRY"  # "1" turns it off; the library reads it once, while it is imported


def onnxruntime() -> ModuleType:
    """Returns the module ``onnxruntime``, imported so that it sends nothing.

    Wheels of today (seen in 1.32) look up a host of their maker and leave a device's id and a queue of
    events in the user's cache folder. The environment variable stops both, if it is set before the import;
    ``onnxruntime.disable_telemetry_events()`` comes too late. A value that the user has set stays.
    """
    os.environ.setdefault(_TELEMETRY, "1")
    import onnxruntime

    return onnxruntime
