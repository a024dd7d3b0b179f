"""RapidOCR and Tesseract as compare.py asks them: pictures in, texts of numbers out.

RapidOCR reads a cell with its recogniser alone, which is given the whole cell as its own finder of text would
give a line. Pages, and pictures that hold more than the line, are read with all of it: finder, turner and
recogniser, with its own settings. Its model knows 18,709 characters. "Digits alone" forbids it all others
before it decides, which its users cannot ask for; the networks run once for both. Its models are those in its
wheel: nothing is downloaded.

Tesseract is told that the picture is one line and which characters there are, and gets it twice as large: its
manual asks for capital letters of 20 pixels or more.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np

ALLOWED = "0123456789.,-"
DASHES = str.maketrans(dict.fromkeys("‐‒–—−", "-"))
ENLARGED = 2  # times, for Tesseract; three and four times read no more
RAPIDOCR = "pip install 'rapidocr==3.10.*'"
MODELS = {  # PP-OCRv6 and a turner of lines, as the wheel of RapidOCR 3.10 has them
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}
RECOGNISE = {"use_det": False, "use_cls": False, "use_rec": True}
WHOLE = dict.fromkeys(RECOGNISE, True)

Picture = np.ndarray  # uint8 (H, W) or (H, W, 3) RGB
Answers = dict[str, list[str]]  # texts of numbers by the name that they are listed under
PageTool = Callable[[Picture], Answers]  # a page; its numbers in reading order

os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # ONNX Runtime looks at it when it is imported


class Asked(NamedTuple):
    """What is known of pictures of one number each.

    Attributes:
        allowed: the characters there are.
        cut_out: whether a picture holds the number's line or cell and nothing around it.
    """

    allowed: str = ALLOWED
    cut_out: bool = True


Tool = Callable[[list[Picture], Asked], Answers]  # pictures of one number each


class MissingToolError(Exception):
    """A tool is not installed; says what installs it."""


def cleaned(text: str, allowed: str = ALLOWED) -> str:
    """Returns what an answer has of the allowed characters; wide ones, as in Chinese print, count too."""
    return "".join(character for character in _plain(text) if character in allowed)


def numbers_in(text: str) -> list[str]:
    """Returns the words of a line that are numbers."""
    words = _plain(text).split()
    return [word for word in words if set(word) <= set(ALLOWED) and any(map(str.isdigit, word))]


def blue_first(picture: Picture) -> np.ndarray:
    """Returns a picture as OpenCV's own loader gives it: uint8 (H, W, 3) BGR."""
    return cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR if picture.ndim == 2 else cv2.COLOR_RGB2BGR)


def rapidocr_engine() -> Any:
    """Returns RapidOCR, of one thread, with the models that came with it."""
    try:
        import rapidocr
    except ImportError:
        raise MissingToolError(RAPIDOCR) from None
    models = Path(rapidocr.__file__).parent / "models"
    if not all((models / name).is_file() for name in MODELS.values()):
        raise MissingToolError(f"{RAPIDOCR}; the one installed has other models")
    threads = dict.fromkeys(("intra_op_num_threads", "inter_op_num_threads"), 1)
    settings = {f"EngineConfig.onnxruntime.{key}": value for key, value in threads.items()}
    settings |= {f"{part}.model_path": str(models / name) for part, name in MODELS.items()}
    engine = rapidocr.RapidOCR(params={"Global.log_level": "error", **settings})
    engine(np.zeros((48, 48, 3), np.uint8), **RECOGNISE)  # loads the recogniser
    return engine


class RapidOCR:
    """RapidOCR's answers, and those it gives when no characters but a few are allowed."""

    name = "RapidOCR"
    masked = "RapidOCR, digits alone"

    def __init__(self) -> None:
        self._engine = rapidocr_engine()
        self._decoder = _Decoder(self._engine.text_rec.postprocess_op)
        self._engine.text_rec.postprocess_op = self._decoder

    def read_cells(self, pictures: Sequence[Picture], asked: Asked) -> Answers:
        """Reads pictures of one number each."""
        answers: Answers = {self.name: [], self.masked: []}
        for picture in pictures:
            for name, lines in self._lines(picture, asked).items():
                answers[name].append(cleaned("".join(lines), asked.allowed))
        return answers

    def read_page(self, picture: Picture) -> Answers:
        """Reads the numbers of a page, in reading order."""
        found = self._lines(picture, Asked(cut_out=False))
        return {
            name: [number for line in lines for number in numbers_in(line)] for name, lines in found.items()
        }

    def _lines(self, picture: Picture, asked: Asked) -> Answers:
        """Returns the texts of all lines."""
        outputs = self._both(picture, asked.allowed, RECOGNISE if asked.cut_out else WHOLE)
        if asked.cut_out:
            return {name: list(output.txts) for name, output in outputs.items()}
        return {name: in_reading_order(output.boxes, output.txts) for name, output in outputs.items()}

    def _both(self, picture: Picture, allowed: str, steps: dict[str, bool]) -> dict[str, Any]:
        blue = blue_first(picture)
        parts = [getattr(self._engine, part) for part in ("text_det", "text_cls", "text_rec")]
        for part in parts:
            if part is not None:
                part.session = _Remembering(getattr(part.session, "session_of", part.session))
        outputs: dict[str, Any] = {}
        for name, characters in ((self.name, None), (self.masked, allowed)):
            self._decoder.allow(characters)
            outputs[name] = self._engine(blue, **steps)
        return outputs


class _Decoder:
    """RapidOCR's decoder of what its network gives for each column: float32 (N, columns, classes), 0..1."""

    def __init__(self, decode: Any) -> None:
        self._decode = decode
        self._allowed: np.ndarray | None = None  # bool (classes,)

    def allow(self, characters: str | None) -> None:
        """Forbids all other characters; None forbids none. Between two numbers there is always a space."""
        names = self._decode.character  # the first class is CTC's blank
        self._allowed = None
        if characters is not None:
            self._allowed = np.array(
                [not index or name in {*characters, " "} for index, name in enumerate(names)]
            )

    def __call__(self, shares: np.ndarray, *rest: Any, **more: Any) -> Any:
        if self._allowed is not None:
            shares = shares * self._allowed
        return self._decode(shares, *rest, **more)


class _Remembering:
    """A network that is not run again for what it was just given."""

    def __init__(self, session: Any) -> None:
        self.session_of = session
        self._known: dict[bytes, np.ndarray] = {}

    def __call__(self, content: np.ndarray) -> np.ndarray:
        key = hashlib.sha256(content.tobytes()).digest()
        if key not in self._known:
            self._known[key] = self.session_of(content)
        return self._known[key]


def in_reading_order(boxes: Sequence[np.ndarray] | None, texts: Sequence[str] | None) -> list[str]:
    """Returns the texts found on a page, row by row, each from left to right.

    Args:
        boxes: the corners of each, float (4, 2) x and y; None for none.
        texts: what is written there, one or more words of a row.
    """
    if boxes is None or texts is None or not len(texts):
        return []
    corners = np.asarray(boxes, np.float64)
    across, down = corners.mean(axis=1).T
    height = float(np.median(np.ptp(corners[..., 1], axis=1)))
    rows: list[list[int]] = []
    for index in map(int, np.argsort(down, kind="stable")):
        if rows and down[index] - down[rows[-1]].mean() < height / 2:
            rows[-1].append(index)
        else:
            rows.append([index])
    return [texts[index] for row in rows for index in sorted(row, key=across.__getitem__)]


def tesseract() -> Tool:
    """Returns Tesseract's command line."""
    if shutil.which("tesseract") is None:
        raise MissingToolError("apt-get install tesseract-ocr, or see tesseract-ocr.github.io")

    def read(pictures: list[Picture], asked: Asked) -> Answers:
        settings = ("--psm", "7", "-c", f"tessedit_char_whitelist={asked.allowed}")
        with tempfile.TemporaryDirectory() as folder:
            paths = [Path(folder, f"{index}.png") for index in range(len(pictures))]
            for path, picture in zip(paths, pictures, strict=True):
                large = cv2.resize(picture, None, fx=ENLARGED, fy=ENLARGED, interpolation=cv2.INTER_CUBIC)
                cv2.imwrite(str(path), blue_first(large))
            names = Path(folder, "names.txt")
            names.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
            # One process for all pictures; a form feed stands between two answers, or behind each.
            command = ["tesseract", str(names), "stdout", *settings]
            one_thread = {**os.environ, "OMP_THREAD_LIMIT": "1"}
            done = subprocess.run(command, capture_output=True, text=True, check=True, env=one_thread)
        answers = done.stdout.split("\f")[: len(pictures)]
        return {"Tesseract": [cleaned(answer, asked.allowed) for answer in answers]}

    return read


def versions(tools: Iterable[str]) -> list[str]:
    """Returns the versions of those of these tools that are not the project's own."""
    found = [f"RapidOCR {version('rapidocr')}"] if "RapidOCR" in tools else []
    if "Tesseract" in tools:
        about = subprocess.run(["tesseract", "--version"], capture_output=True, text=True, check=True)
        found.append(about.stdout.splitlines()[0].replace("tesseract", "Tesseract"))
    return found


def _plain(text: str) -> str:
    """Returns a text in the characters of plain type; every dash is a minus sign."""
    return unicodedata.normalize("NFKC", text).translate(DASHES)
