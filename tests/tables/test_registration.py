"""Scans and photos laid over a blank: where each place is, and what is no such form."""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np
import pytest
from drawn_forms import DESIGN, OTHER, PRINT, blank_of, ink_of, misplaced, scanned

from inkdigits.errors import SourceError
from inkdigits.tables.areas import Area
from inkdigits.tables.registration import Blank, lay_over
from inkdigits.training.draw.desk import on_desk
from inkdigits.training.draw.form import draw_blank
from inkdigits.training.draw.page import make_page
from inkdigits.training.draw.raster import strength_of

BENT = 2.0  # pixels of a photo


@lru_cache(maxsize=2)
def blank(other: bool = False) -> Blank:
    return blank_of(OTHER if other else DESIGN)


@pytest.mark.parametrize("turn", [0, 90, 180, 271, 37])
def test_a_photo_is_laid_over_the_blank_at_any_turn(turn: int):
    shot = on_desk(ink_of(), 1900, np.random.default_rng(turn), turn=turn)
    page, laid = lay_over(shot.picture, [blank()])
    assert page == 0
    assert misplaced(laid, shot.to_photo, blank()) < BENT
    assert laid.print > 0.95
    assert laid.seen.all()


def test_a_scan_of_another_resolution_in_colour_is_laid_over_the_blank():
    small = cv2.resize(scanned(), None, fx=0.7, fy=0.7, interpolation=cv2.INTER_AREA)
    _, laid = lay_over(np.stack([small] * 3, axis=-1), [blank()])
    assert laid.sheet.picture.shape == blank().shape
    assert laid.zoom == pytest.approx(2200 / 868, rel=0.05)


def test_a_scan_of_many_dots_keeps_its_thin_lines():
    fine = cv2.resize(scanned(), None, fx=5, fy=5, interpolation=cv2.INTER_LINEAR)
    fine[1000:1004] = 60  # a line of four pixels is less than two of the form's
    _, laid = lay_over(fine, [blank()])
    row = round(1002 * laid.zoom)
    assert laid.zoom < 0.5
    assert int(laid.sheet.picture[row - 3 : row + 4, 400:1200].min(axis=0).max()) < 190


def test_the_page_that_a_picture_shows_is_found():
    blanks = [blank(other=True), blank()]
    assert lay_over(scanned(), blanks)[0] == 1
    assert lay_over(draw_blank(OTHER)[0], blanks)[0] == 0


@pytest.mark.parametrize(
    "picture",
    [
        on_desk(PRINT * (1 - strength_of(draw_blank(OTHER)[0])), 1900, np.random.default_rng(1)).picture,
        make_page(None, np.random.default_rng(2)).picture,
        np.full((800, 600), 240, np.uint8),
        np.random.default_rng(3).integers(0, 255, (700, 500), np.uint8),
        np.zeros((3, 5), np.uint8),
    ],
    ids=["another form of the office", "a page", "paper", "noise", "five pixels"],
)
def test_what_is_no_such_form_is_refused(picture: np.ndarray):
    with pytest.raises(SourceError, match="not the form of the template"):
        lay_over(picture, [blank()])


def test_a_form_of_which_most_is_cut_off_is_refused():
    with pytest.raises(SourceError, match=r"too little of the form|not the form"):
        lay_over(scanned()[: 1240 // 3], [blank()])


def test_a_mirrored_form_is_refused():
    with pytest.raises(SourceError, match="not the form"):
        lay_over(np.ascontiguousarray(scanned()[:, ::-1]), [blank()])


def test_a_blank_without_print_is_refused():
    with pytest.raises(SourceError, match="too little print"):
        Blank(np.full((900, 600), 255, np.uint8))


def test_anchors_say_where_print_is_the_same():
    head = Blank(draw_blank(DESIGN)[0], (Area(0, 0, 1, 0.11),))
    assert head.points[0][:, 1].max() < 0.13 * head.shape[0]
    assert not head.anchored[head.shape[0] // 4 :].any()
    lay_over(scanned(), [head])
