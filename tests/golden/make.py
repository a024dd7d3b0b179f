"""Writes the golden references: pictures that this file draws, and what ink/ and normalize.py make of them.

Usage: python tests/golden/make.py [FOLDER]
       python tests/golden/make.py --stamp BUNDLE…

How ink looks to a model must be the same when it learns and when it reads. So a bundle holds a hash of what
the preparation makes of these pictures, ``spec.PREPROCESSING`` holds that of this version, and loading
compares the two. The hash covers picture → ink and shades, and crop → model input; not where find/ cuts,
which may change without a training.

A change that is seen in them makes the tests fail. If it is meant, run this: it writes references.npz and the
hashes in spec.py. Then train the models of that kind again; or, if `inkdigits evaluate` shows that the models
read as well as before, give their bundles the new hash with --stamp.

The hash is of the references as they are stored, which a build of OpenCV or a processor that rounds otherwise
must only come near to (``TOLERANCE``): a hash of what each machine makes itself would differ in a last bit,
however coarsely that is rounded, because some value always stands at the edge between two levels.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

import cv2
import numpy as np

from inkdigits import spec
from inkdigits.files import write_text
from inkdigits.find.row import Row
from inkdigits.ink.shades import Inks, ink_images, page_ink
from inkdigits.ink.zoom import finder_ink, rescaled
from inkdigits.recognition.normalize import normalize_digit, normalize_number
from inkdigits.recognition.prepare import digit_inputs, number_inputs

NAME = "references.npz"
SPEC = Path(spec.__file__)
KINDS = ("digit", "number", "finder")
ZOOM = 0.6  # at which the finder's ink of pages is kept; that of numbers is enlarged as much
TOLERANCE = 0.01  # of the ink; OpenCV without its fast paths differs by 0.0003, a stroke 5 % wider by 0.04

# Points (x, y) of the strokes, in a box of 1 x 1.
TWO = [[(0.1, 0.25), (0.3, 0.02), (0.75, 0.05), (0.85, 0.3), (0.5, 0.65), (0.05, 0.97), (0.95, 0.95)]]
FOUR = [[(0.3, 0.0), (0.05, 0.6), (0.95, 0.6)], [(0.7, 0.15), (0.6, 1.0)]]
FIVE = [
    [(0.3, 0.05), (0.2, 0.45), (0.7, 0.45), (0.85, 0.75), (0.5, 0.98), (0.1, 0.9)],
    [(0.3, 0.05), (0.9, 0.0)],
]
SEVEN = [[(0.05, 0.05), (0.9, 0.0), (0.4, 1.0)]]
ONE = [[(0.55, 0.0), (0.45, 1.0)]]


def ink(
    strokes: list, height: int, width: int, thick: int, margin: int, *, strength: int = 255
) -> np.ndarray:
    """Returns strokes as ink: uint8 (H, W), 255 = ink."""
    out = np.zeros((height, width), np.uint8)
    scale = np.array((width - 1 - 2 * margin, height - 1 - 2 * margin))
    for stroke in strokes:
        points = np.rint((np.array(stroke) * scale + margin) * 16).astype(np.int32)
        cv2.polylines(out, [points], False, strength, thick, cv2.LINE_AA, 4)
    return out


def inks() -> dict[str, tuple[np.ndarray, float]]:
    """Returns what ``normalize_digit`` is asked: ink and squeeze by name."""
    small = ink(FIVE, 20, 14, 2, 1)
    mnist = np.zeros((28, 28), np.uint8)
    mnist[4:24, 7:21] = small
    return {
        "already in the convention": (mnist, 1.0),
        "large": (ink(SEVEN, 300, 240, 24, 40), 1.0),
        "pencil of one pixel": (ink(FOUR, 400, 300, 1, 30), 1.0),
        "narrow": (ink(ONE, 120, 60, 9, 12), 1.0),
        "wide": (ink(TWO, 50, 150, 8, 8), 1.0),
        "of ten pixels": (ink(FOUR, 10, 8, 1, 0), 1.0),
        "faint": (ink(TWO, 90, 70, 7, 8, strength=90), 1.0),
        "heavy on one side": (
            np.maximum(ink(ONE, 100, 100, 4, 10), np.tri(100, 100, -70, np.uint8) * 255),
            1.0,
        ),
        "stretched to a square": (ink(TWO, 28, 28, 3, 1), spec.SQUEEZE),
    }


def pictures() -> dict[str, np.ndarray]:
    """Returns what ``digit_inputs`` is asked: pictures by name."""
    rng = np.random.default_rng(1)
    white = 245 - 0.8 * ink(TWO, 80, 60, 6, 14)
    ruled = 240 - np.maximum(0.7 * ink(FIVE, 90, 80, 6, 18), 0)
    ruled[80:82] = 150
    down, across = np.mgrid[0:110, 0:90]
    lamp = (230 - 0.7 * ink(FOUR, 110, 90, 7, 20)) * (1 - 0.4 * down / 110 - 0.2 * across / 90)
    neighbours = ink(SEVEN, 90, 80, 6, 20)
    neighbours[:, :9], neighbours[:, -9:] = ink(TWO, 90, 60, 6, 18)[:, -22:-13], ink(ONE, 90, 9, 5, 3)
    blue = np.array((250, 225, 110)) - (ink(TWO, 100, 90, 8, 22) / 255)[..., None] * np.array((220, 165, -40))
    return {
        "dark on white": white,
        "on a ruling": ruled,
        "in a lamp's light with grain": lamp + rng.normal(0, 2, lamp.shape),
        "between neighbours": 235 - 0.75 * neighbours,
        "blue on yellow": blue,
        "chalk": 50 + 0.7 * ink(FIVE, 120, 100, 9, 24),
        "of ten pixels": 240 - 0.8 * ink(SEVEN, 12, 10, 1, 1),
        "in a large scan": 250 - 0.6 * ink(FOUR, 900, 800, 5, 300),
    }


def row(height: int, gap: int, *, climb: int = 0) -> np.ndarray:
    """Returns the number 254.71 as ink, each digit ``climb`` pixels above the one before."""
    digits = [ink(one, height, round(0.6 * height), 3, 2) for one in (TWO, FIVE, FOUR, SEVEN, ONE)]
    room = abs(climb) * len(digits)
    out = np.zeros((height + room, len(digits) * (digits[0].shape[1] + gap)), np.uint8)
    for index, digit in enumerate(digits):
        top = room - climb * index if climb > 0 else -climb * index
        left = index * (digit.shape[1] + gap)
        out[top : top + height, left : left + digit.shape[1]] = digit
        if index == 2:
            out[top + height - 5 : top + height - 1, left + digit.shape[1] : left + digit.shape[1] + 4] = 255
    return out


def numbers() -> dict[str, np.ndarray]:
    """Returns what ``number_inputs`` is asked: pictures by name."""
    plain = np.pad(row(24, 6), 12)
    height, width = plain.shape
    cell = 235 - 0.5 * plain
    cell[1:3], cell[-3:-1], cell[:, -4:-2] = 120, 120, 120
    ruled = 240 - 0.7 * plain
    for left in range(width):
        for top in (6 + left // 40, height - 12 + left // 40):
            ruled[top : top + 2, left] = 130
    down, across = np.mgrid[0:height, 0:width]
    lamp = (230 - 0.6 * plain) * (1 - 0.3 * down / height - 0.3 * across / width)
    return {
        "in a lamp's light with grain": lamp + np.random.default_rng(4).normal(0, 2, plain.shape),
        "in a form cell": cell,
        "between leaning rulings": ruled,
        "faint with grain": 210 - 0.12 * plain + np.random.default_rng(2).normal(0, 2, plain.shape),
        "climbing": 240 - 0.8 * np.pad(row(24, 6, climb=7), 12),
        "chalk": 40 + 0.7 * plain,
        "of ten pixels": 240 - 0.8 * np.pad(row(10, 3), 4),
        "in a large scan": 250 - 0.6 * np.pad(np.kron(row(24, 6), np.ones((8, 8), np.uint8)), 90),
    }


def crops() -> dict[str, tuple[np.ndarray, Row | None]]:
    """Returns what ``normalize_number`` is asked: crop and row by name."""
    plain = row(24, 6)
    return {
        "as it is": (plain, None),
        "climbing": (row(24, 6, climb=7), Row(-0.3, 40.0, 30)),
        "large": (np.kron(plain, np.ones((8, 8), np.uint8)), None),
        "of ten pixels": (row(10, 3), None),
        "long": (np.tile(plain, (1, 9)), None),
        "faint": (plain // 4, None),
    }


def pages() -> dict[str, np.ndarray]:
    """Returns pages: pictures by name."""
    page = np.zeros((500, 420), np.uint8)
    for index in range(5):
        number = row(26, 4)
        page[60 + 80 * index :, 60:][: number.shape[0], : number.shape[1]] = number
        page[60 + 80 * index + 28] = 150
    turn = cv2.getRotationMatrix2D((210, 250), 6, 1.0)
    turned = np.asarray(cv2.warpAffine(page, turn, (420, 500)))
    down, across = np.mgrid[0:500, 0:420]
    lamp = (240 - 0.6 * page) * (1 - 0.4 * down / 500 - 0.2 * across / 420)
    return {
        "ruled": 240 - 0.7 * page,
        "turned": 240 - 0.7 * turned,
        "in a lamp's light with grain": lamp + np.random.default_rng(3).normal(0, 2, lamp.shape),
    }


def drawn() -> dict[str, np.ndarray]:
    """Returns the sources by name, as this machine draws them."""
    out: dict[str, np.ndarray] = {}
    for name, (source, squeeze) in inks().items():
        out[f"normalize/{name}/source"], out[f"normalize/{name}/squeeze"] = source, np.array(squeeze)
    for name, (crop, place) in crops().items():
        out[f"crop/{name}/source"] = crop
        out[f"crop/{name}/row"] = np.array([] if place is None else place, np.float64)
    for group, made in (("prepare", pictures()), ("number", numbers()), ("page", pages())):
        out |= {f"{group}/{name}/source": picture_of(picture) for name, picture in made.items()}
    return out


def looks(sources: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Returns how the ink of the sources looks to models today; the first part of a name is the kind."""
    out: dict[str, np.ndarray] = {}
    for path, source in sources.items():
        if not path.endswith("/source"):
            continue
        group, name, _ = path.split("/")
        if group == "normalize":
            out[f"digit/input/{name}"] = normalize_digit(source, float(sources[f"normalize/{name}/squeeze"]))
        elif group == "crop":
            out[f"number/input/{name}"] = normalize_number(source, row_of(sources[f"crop/{name}/row"]))
        elif group == "page":
            out[f"number/page/{name}"] = page_ink(source).shades
            out[f"finder/page/{name}"] = rescaled(finder_ink(Inks(source)).shades, ZOOM)
        else:
            for index, seen in enumerate(ink_images(source)):
                kind, image = ("digit", seen.pixels) if group == "prepare" else ("number", seen.shades)
                out[f"{kind}/ink/{name}/{index}"] = image
            if group == "number":
                out[f"finder/near/{name}"] = rescaled(finder_ink(Inks(source)).shades, 1 / ZOOM)
    return out


def cuts(sources: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Returns the first model input that is found in each picture today; find/ may change it."""
    first = {
        "prepare": lambda picture: digit_inputs(picture)[0],
        "number": lambda picture: number_inputs(picture)[0],
    }
    return {
        path.replace("/source", "/expected"): first[group](source).image
        for path, source in sources.items()
        if (group := path.split("/")[0]) in first and path.endswith("/source")
    }


def row_of(stored: np.ndarray) -> Row | None:
    """Returns the row that was stored with a crop."""
    return Row(float(stored[0]), float(stored[1]), int(stored[2])) if stored.size else None


def near(one: np.ndarray, other: np.ndarray) -> bool:
    """Says whether two images differ by no more than rounding."""
    if one.shape != other.shape:
        return False
    apart = np.abs(one.astype(float) - other).sum()
    return bool(apart <= TOLERANCE * np.abs(other.astype(float)).sum())


def references(stored: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Returns all sources and what they give, by name; what is near to the one that is stored stays so."""

    def settled(made: dict[str, np.ndarray], start: str = "") -> dict[str, np.ndarray]:
        names = {name: f"{start}{name}" for name in made}
        return {
            names[name]: stored[names[name]]
            if names[name] in stored and near(new, stored[names[name]])
            else new
            for name, new in made.items()
        }

    sources = settled(drawn())
    return {**sources, **settled(looks(sources), "looks/"), **settled(cuts(sources))}


def hash_of(references: dict[str, np.ndarray], kind: str) -> str:
    """Returns the SHA-256 of how ink looks to the models of a kind, from references as they are stored."""
    digest = hashlib.sha256()
    for name in sorted(name for name in references if name.startswith(f"looks/{kind}/")):
        image = references[name]
        digest.update(f"{name} {image.shape}\n".encode())
        digest.update(np.ascontiguousarray(image, np.uint8).tobytes())
    return digest.hexdigest()


def picture_of(drawn: np.ndarray) -> np.ndarray:
    """Returns grey levels as a picture holds them."""
    return np.clip(np.rint(drawn), 0, 255).astype(np.uint8)


def renew(folder: Path) -> None:
    """Writes the references into a folder; into that of this file, with the hashes in spec.py."""
    here = Path(__file__).parent
    stored = dict(np.load(here / NAME)) if (here / NAME).exists() else {}
    found = references(stored)
    np.savez_compressed(folder / NAME, **found)
    if folder != here:
        return
    text = SPEC.read_text(encoding="utf-8")
    for kind in KINDS:
        old, new = spec.PREPROCESSING[kind], hash_of(found, kind)
        text = re.sub(rf'(    "{kind}": )"[0-9a-f]+"', rf'\1"{new}"', text)
        print(f"{kind}: {'as before' if old == new else 'changed; train these models again, or see --stamp'}")
    write_text(SPEC, text)


def stamp(folder: Path) -> None:
    """Gives a bundle the hash of this version, in its ``bundle.json`` and its card."""
    file, card = folder / "bundle.json", folder / "MODEL_CARD.md"
    metadata = json.loads(file.read_text(encoding="utf-8"))
    new = spec.PREPROCESSING[metadata["kind"]]
    text = re.sub(
        r"(?m)^\| preprocessing \| .* \|$", f"| preprocessing | `{new[:12]}` |", card.read_text("utf-8")
    )
    metadata.update(format=spec.BUNDLE_FORMAT, preprocessing=new)
    metadata["files"][card.name] = hashlib.sha256(text.encode()).hexdigest()
    write_text(card, text)
    write_text(file, json.dumps(metadata, indent=2) + "\n")


def main() -> None:
    """Does what the arguments ask for."""
    arguments = sys.argv[1:]
    if arguments[:1] == ["--stamp"]:
        for folder in arguments[1:]:
            stamp(Path(folder))
    else:
        renew(Path(arguments[0]) if arguments else Path(__file__).parent)


if __name__ == "__main__":
    main()
