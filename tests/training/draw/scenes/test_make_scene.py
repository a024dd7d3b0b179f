"""make.py: scenes of every kind are the same from the same seed, and their truth lies where the ink is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from inkdigits import spec
from inkdigits.readings import Box
from inkdigits.training.draw.digit import write_digits
from inkdigits.training.draw.glyphs import Glyphs
from inkdigits.training.draw.hands import Hands
from inkdigits.training.draw.scene import NONE, Scene
from inkdigits.training.draw.scenes.fonts import FontBook
from inkdigits.training.draw.scenes.make import KINDS, compose, make_scene, scene_of_sheet, take
from inkdigits.training.draw.scenes.maker import Maker
from inkdigits.training.draw.scenes.sheet import Inked, Piece, Sheet
from inkdigits.training.draw.scribe import Scribe

SEEDS = range(3)
SHEETS = [kind for kind in KINDS if kind != "cell"]
SLACK = 2.0  # pixels; resampling and soft edges


@pytest.fixture(scope="module")
def scribe(hands: Hands) -> Scribe:
    return Scribe(Glyphs(*write_digits(40, 3)), hands, by_hand=0.6, signs=0.3, others=0.15)


@pytest.fixture(scope="module")
def fonts() -> FontBook:
    return FontBook()


def rng(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_kinds_make_up_the_whole_mix():
    assert sum(KINDS.values()) == pytest.approx(1.0)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_makes_the_same_scene_and_another_one_another(
    kind: str, scribe: Scribe, fonts: FontBook
):
    one, same, other = (make_scene(scribe, fonts, rng(seed), kind=kind) for seed in (5, 5, 6))
    assert np.array_equal(one.picture, same.picture)
    assert (one.marks, one.turn) == (same.marks, same.turn)
    assert one.picture.shape != other.picture.shape or not np.array_equal(one.picture, other.picture)


@pytest.mark.parametrize("kind", KINDS)
def test_a_scene_is_a_picture_with_numbers_of_the_alphabet(kind: str, scribe: Scribe, fonts: FontBook):
    for seed in SEEDS:
        scene = make_scene(scribe, fonts, rng(seed), kind=kind)
        assert scene.kind == kind
        assert scene.picture.dtype == np.uint8
        assert scene.picture.ndim == 2 or scene.picture.shape[2] == 3
        assert 0 <= scene.turn < 360
        for mark in scene.marks:
            assert mark.label in (*spec.CHARACTERS, spec.OTHER)
            assert (mark.number == NONE) == (mark.label == spec.OTHER)
        numbers = sorted({mark.number for mark in scene.marks} - {NONE})
        assert numbers == list(range(len(numbers)))
        assert all(set(text) <= set(spec.CHARACTERS) for text in scene.texts())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ("nothing", "cell", "digit")])
def test_a_scene_has_a_number_to_read(kind: str, scribe: Scribe, fonts: FontBook):
    assert all(make_scene(scribe, fonts, rng(seed), kind=kind).texts() for seed in SEEDS)


def test_scenes_of_nothing_have_no_number_and_most_of_them_other_marks(scribe: Scribe, fonts: FontBook):
    scenes = [make_scene(scribe, fonts, rng(seed), kind="nothing") for seed in range(20)]
    assert not any(scene.texts() for scene in scenes)
    assert sum(bool(scene.marks) for scene in scenes) > 10


def test_without_a_kind_all_kinds_come(scribe: Scribe, fonts: FontBook):
    source = rng(1)
    seen = {make_scene(scribe, fonts, source).kind for _ in range(150)}
    assert len(seen) > 0.8 * len(KINDS)


class Recorder:
    """Notes where each piece was laid, so that its ink can be laid there again, alone."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.laid: list[tuple[Sheet, Piece, int, int, list[Inked]]] = []
        put = Sheet.put

        def noting(sheet: Sheet, piece: Piece, left: float, base: float, *rest, **more) -> None:
            first = len(sheet.marks)
            put(sheet, piece, left, base, *rest, **more)
            place = round(left), round(base - piece.base)
            self.laid.append((sheet, piece, *place, sheet.marks[first:]))

        monkeypatch.setattr(Sheet, "put", noting)


def ink_of(sheet: Sheet, piece: Piece, left: int, top: int, outline: np.ndarray) -> np.ndarray:
    """Returns a mark's ink alone on a sheet of this size, what reaches beyond its borders left out."""
    out = np.zeros((sheet.height, sheet.width), np.uint8)
    for row, column in zip(*np.nonzero(piece.ink > 60), strict=True):
        y, x = row + top, column + left
        inside = cv2.pointPolygonTest(outline.reshape(-1, 1, 2), (float(x), float(y)), True) >= -1.0
        if inside and 0 <= y < sheet.height and 0 <= x < sheet.width:
            out[y, x] = 255
    return out


@pytest.mark.parametrize("kind", [kind for kind in SHEETS if kind not in ("cut cell", "nothing")])
def test_a_digit_s_box_is_that_of_its_ink_moved_as_the_picture_is(
    kind: str, scribe: Scribe, fonts: FontBook, monkeypatch: pytest.MonkeyPatch
):
    checked = 0
    for seed in SEEDS:
        recorder = Recorder(monkeypatch)
        source = rng(seed)
        sheet = compose(kind, Maker(scribe, fonts), source)
        taken = take(sheet, kind, source, turned=1.0)
        height, width = taken.picture.shape[:2]
        here = [one for one in recorder.laid if one[0] is sheet]
        for _, piece, left, top, marks in here[-8:]:
            if not any(one is kept for one in marks for kept in sheet.marks):
                continue  # wiped out again
            for mark in (one for one in marks if one.label in spec.DIGITS):
                ink = ink_of(sheet, piece, left, top, mark.outline)
                moved = cv2.warpPerspective(ink, taken.matrix, (width, height), flags=cv2.INTER_LINEAR)
                rows, columns = np.nonzero(np.asarray(moved) > 100)
                box = box_of(sheet, mark, taken, kind)
                if not len(rows) or box is None or not inside(box, width, height):
                    continue
                found = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
                told = box.x, box.y, box.x + box.width, box.y + box.height
                assert np.abs(np.subtract(found, told)).max() <= max(
                    SLACK, 0.08 * max(box.width, box.height)
                ), (kind, seed, mark.label)
                checked += 1
        monkeypatch.undo()
    assert checked >= 3


def box_of(sheet: Sheet, mark: Inked, taken, kind: str) -> Box | None:
    alone = Sheet(sheet.height, sheet.width, sheet.digit, (255, 255, 255))
    alone.marks.append(mark)
    marks = scene_of_sheet(alone, taken, kind).marks
    return marks[0].box if marks else None


def inside(box: Box, width: int, height: int) -> bool:
    return box.x >= 2 and box.y >= 2 and box.x + box.width <= width - 2 and box.y + box.height <= height - 2


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_ink_in_the_boxes_of_numbers(kind: str, scribe: Scribe, fonts: FontBook):
    """Shows that picture and truth move alike: in nearly every box pixels stand out from the paper there."""
    shares = [
        contrast(scene, mark.box)
        for scene in (make_scene(scribe, fonts, rng(seed), kind=kind) for seed in range(6))
        for mark in scene.marks
        if mark.number != NONE and mark.label in spec.DIGITS
    ]
    if kind == "nothing":
        assert not shares
    else:
        assert np.mean(np.array(shares) > 6) > 0.9


def contrast(scene: Scene, box: Box) -> float:
    """Returns by how many grey levels a box's ink differs from what is commonest in it."""
    picture = scene.picture if scene.picture.ndim == 2 else scene.picture.mean(axis=2)
    piece = picture[max(0, box.y) : box.y + box.height, max(0, box.x) : box.x + box.width]
    paper = np.median(
        picture[max(0, box.y - 6) : box.y + box.height + 6, max(0, box.x - 6) :][:, : box.width + 12]
    )
    return float(np.abs(np.percentile(piece, (5, 95)) - paper).max())


def test_paper_on_a_desk_has_corners_clockwise_from_where_its_top_left_is(scribe: Scribe, fonts: FontBook):
    scenes = [make_scene(scribe, fonts, rng(seed), kind="mark slip", turned=0.0) for seed in range(12)]
    cornered = [scene for scene in scenes if scene.corners is not None]
    assert cornered
    for scene in cornered:
        assert scene.corners is not None
        top_left, top_right, bottom_right, bottom_left = scene.corners
        assert top_left[0] < top_right[0]
        assert bottom_left[0] < bottom_right[0]
        assert top_left[1] < bottom_left[1]
        assert top_right[1] < bottom_right[1]


def test_sheets_are_turned_in_any_direction_where_asked_for(scribe: Scribe, fonts: FontBook):
    turns = [make_scene(scribe, fonts, rng(seed), kind="mark slip", turned=1.0).turn for seed in range(24)]
    assert sum(60 < turn < 300 for turn in turns) >= 5


def test_a_sheet_s_rows_and_columns_are_told(scribe: Scribe, fonts: FontBook):
    scene = make_scene(scribe, fonts, rng(2), kind="mark sheet", turned=0.0)
    marks = [mark for mark in scene.marks if NONE not in {mark.number, mark.column}]
    rows = {mark.row: np.median([m.box.y for m in marks if m.row == mark.row]) for mark in marks}
    columns = {mark.column: np.median([m.box.x for m in marks if m.column == mark.column]) for mark in marks}
    for middles in (rows, columns):
        ordered = [middles[index] for index in sorted(middles)]
        assert len(ordered) > 1
        assert ordered == sorted(ordered)
