"""RapidOCR as a second reader: the extra ``[second]``, and the one module that imports it.

Its recogniser alone is used, PP-OCRv6 (Apache-2.0), with the models that its wheel holds: nothing is
downloaded, nothing is sent.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import MissingExtraError

__all__ = ["Rapid"]

Image = NDArray[np.uint8]

MODELS = {  # as the wheel of RapidOCR 3.10 has them; a path keeps it from fetching others
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}
RECOGNISE = {"use_det": False, "use_cls": False, "use_rec": True}
DASHES = str.maketrans(dict.fromkeys("‐‒–—−", "-"))
THREADS = {f"EngineConfig.onnxruntime.{name}_op_num_threads": 1 for name in ("intra", "inter")}


class Rapid:
    """RapidOCR, of one thread; its networks are loaded when first needed.

    Raises:
        MissingExtraError: it is not installed, or in a version without these models.
    """

    def __init__(self) -> None:
        self._engine: Any = None
        self._one_at_a_time = Lock()
        self._models = _models()

    def __reduce__(self) -> tuple[type[Rapid], tuple[()]]:
        """Lets another process load networks of its own."""
        return type(self), ()

    def read(self, pictures: Sequence[Image]) -> list[str]:
        """Returns the text of each picture of a line, uint8 (H, W) or (H, W, 3) RGB; "" for nothing."""
        with self._one_at_a_time:
            if self._engine is None:
                from rapidocr import RapidOCR

                paths = {f"{part}.model_path": str(path) for part, path in self._models.items()}
                self._engine = RapidOCR(params={"Global.log_level": "error", **THREADS, **paths})
            return [self._line(picture) for picture in pictures]

    def _line(self, picture: Image) -> str:
        if not picture.size:
            return ""
        blue = cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR if picture.ndim == 2 else cv2.COLOR_RGB2BGR)
        texts = self._engine(blue, **RECOGNISE).txts or ()
        return unicodedata.normalize("NFKC", "".join(texts)).translate(DASHES)


def _models() -> dict[str, Path]:
    """Returns where the models lie that the wheel holds."""
    from importlib.util import find_spec

    found = find_spec("rapidocr")  # importing it takes a second
    if found is None or found.origin is None:
        raise MissingExtraError("RapidOCR", "second")
    folder = Path(found.origin).parent / "models"
    models = {part: folder / name for part, name in MODELS.items()}
    if not all(path.is_file() for path in models.values()):
        raise MissingExtraError("RapidOCR 3.10, which brings its models along,", "second")
    return models
