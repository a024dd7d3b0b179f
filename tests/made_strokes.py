"""Made-up pen strokes of fifteen writers, so that no test needs the file of real ones."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from inkdigits.data.strokes import FILE, FOLDER, Strokes, load_strokes
from inkdigits.training.draw.hands import Hands
from inkdigits.training.draw.pen_styles import STYLES

Drawn = list[list[tuple[float, float]]]
Sample = tuple[str, str, str, int, Drawn]  # text, kind, source, writer, strokes in thousandths of its height

WRITERS = 15  # of which three are held out
DIGIT_HEIGHT = 40  # pixels

_TOP_TO_BOTTOM = [(0, 0), (0, 1000)]
_RING = [(500, 0), (0, 500), (500, 1000), (1000, 500), (500, 0)]
_SIGNS: dict[str, Drawn] = {
    ".": [[(0, 0), (40, 40)]],
    ",": [[(100, 0), (0, 1000)]],
    "-": [[(0, 0), (1000, 40)]],
    "+": [[(0, 500), (1000, 500)], [(500, 0), (500, 1000)]],
    "/": [[(450, 0), (0, 1000)]],
    ":": [[(0, 0), (20, 20)], [(0, 980), (20, 1000)]],
    "%": [[(0, 0), (200, 0), (200, 200), (0, 0)], [(700, 0), (100, 1000)], [(600, 800), (800, 1000)]],
    "'": [[(60, 0), (0, 1000)]],
    "=": [[(0, 0), (900, 0)], [(0, 1000), (900, 1000)]],
    "$": [[(600, 100), (0, 300), (600, 700), (0, 900)], [(300, 0), (300, 1000)]],
    "(": [[(300, 0), (0, 500), (300, 1000)]],
    "!": [_TOP_TO_BOTTOM, [(0, 1000), (10, 1000)]],
}
_LETTERS: dict[str, Drawn] = {
    "K": [_TOP_TO_BOTTOM, [(600, 0), (0, 500), (600, 1000)]],
    "M": [[(0, 1000), (0, 0), (400, 600), (800, 0), (800, 1000)]],
    "x": [[(0, 0), (900, 1000)], [(900, 0), (0, 1000)]],
    "O": [_RING],
    "l": [_TOP_TO_BOTTOM],
}


def stroke_arrays(samples: Sequence[Sample]) -> dict[str, np.ndarray]:
    """Returns what a file of strokes with these samples holds."""
    pieces = [np.array(stroke, np.int16) for *_, drawn in samples for stroke in drawn]
    return {
        "xy": np.concatenate(pieces),
        "stroke_start": np.cumsum([0, *map(len, pieces)]).astype(np.int32),
        "sample_start": np.cumsum([0, *(len(drawn) for *_, drawn in samples)]).astype(np.int32),
        "text": np.array([sample[0] for sample in samples]),
        "kind": np.array([sample[1] for sample in samples]),
        "source": np.array([sample[2] for sample in samples]),
        "writer": np.array([sample[3] for sample in samples], np.int32),
        "country": np.array(["" for _ in samples]),
    }


def made_samples() -> list[Sample]:
    """Returns what each writer wrote: all digits twice, signs, letters, two words and three numbers."""
    out: list[Sample] = []
    for writer in range(WRITERS):
        for value, styles in STYLES.items():
            drawn = [_digit(styles[(writer + turn) % len(styles)]) for turn in (0, 1)]
            out += [(value, "digit", "made", writer, each) for each in drawn]
        out += [(sign, "sign", "made", writer, drawn) for sign, drawn in _SIGNS.items()]
        out += [(letter, "letter", "made", writer, drawn) for letter, drawn in _LETTERS.items()]
        for text in ("KM", "MxMKx"):
            out.append((text, "word", "made", writer, _beside([_LETTERS[letter] for letter in text])))
        for text in ("12", "$7", "3845."):
            glyphs = [_SIGNS[v] if v in _SIGNS else _digit(STYLES[v][0]) for v in text]
            if text.endswith("."):
                glyphs[-1] = [[(0, 960), (40, 1000)]]
            out.append((text, "number", "made", writer, _beside(glyphs)))
    return shaken(out)


def shaken(samples: Sequence[Sample]) -> list[Sample]:
    """Returns samples whose points are a little off, so that no two are the same strokes."""
    rng = np.random.default_rng(1)
    return [(*told, [_shaken(stroke, rng) for stroke in drawn]) for *told, drawn in samples]


def _shaken(stroke: Sequence[tuple[float, float]], rng: np.random.Generator) -> list[tuple[float, float]]:
    moved = np.array(stroke, float) + rng.normal(0, 4, (len(stroke), 2))
    return [(round(x), round(y)) for x, y in moved.tolist()]


def _digit(style: tuple[float, float, tuple[tuple[tuple[float, float], ...], ...]]) -> Drawn:
    _, aspect, strokes = style
    return [_dense([(1000 * aspect * x, 1000 * y) for x, y in stroke]) for stroke in strokes]


def _dense(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Returns as many points on the same lines as a digitiser would give."""
    known = np.array(points)
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(known, axis=0).T))])
    wanted = np.linspace(0, along[-1], max(2, round(along[-1] / 60)))
    return [
        (round(np.interp(at, along, known[:, 0])), round(np.interp(at, along, known[:, 1]))) for at in wanted
    ]


def _beside(glyphs: Sequence[Drawn]) -> Drawn:
    out: Drawn = []
    left = 0.0
    for drawn in glyphs:
        out += [[(x + left, y) for x, y in stroke] for stroke in drawn]
        left += 200 + max(x for stroke in drawn for x, _ in stroke)
    return out


def save_strokes(path: Path, samples: Sequence[Sample] | None = None) -> Path:
    """Saves a file of strokes, of the made-up ones unless others are given."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, **stroke_arrays(made_samples() if samples is None else samples))
    return path


@pytest.fixture(scope="session")
def strokes_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of data sets that holds the made-up strokes and nothing else."""
    folder = tmp_path_factory.mktemp("strokes-data")
    save_strokes(folder / FOLDER / FILE)
    return folder


@pytest.fixture
def kept_strokes(strokes_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of made-up strokes, where trainings look for strokes."""
    monkeypatch.setenv("INKDIGITS_DATA", str(strokes_folder))
    return strokes_folder / FOLDER / FILE


@pytest.fixture(scope="session")
def strokes(strokes_folder: Path) -> Strokes:
    """The made-up strokes."""
    return load_strokes(strokes_folder / FOLDER / FILE)


@pytest.fixture(scope="session")
def hands(strokes: Strokes) -> Hands:
    """All writers of them."""
    return Hands(strokes, range(WRITERS), digit_height=DIGIT_HEIGHT)
