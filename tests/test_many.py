"""many.py: one reading a source, whatever happens to it; in workers the same as in one process."""

from __future__ import annotations

import io
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import draw_digit
from PIL import Image

from inkdigits.errors import InkdigitsError
from inkdigits.many import core_count, read_each
from inkdigits.reader import Reader
from inkdigits.readings import Reading


def shape(picture: Any) -> Reading:
    """Reads a picture's size; some sizes go wrong."""
    if not isinstance(picture, np.ndarray):
        with Image.open(picture) as image:
            return Reading(str(picture), "ok", str(image.width))
    if picture.shape[1] == 13:
        raise ValueError("an unlucky\nwidth")
    if picture.shape[1] == 14:
        bytearray(1 << 50)
    if picture.shape[1] == 15:
        os.kill(os.getpid(), signal.SIGKILL)
    if picture.shape[1] == 16:
        threading.Event().wait()
    return Reading("<array>", "ok", str(picture.shape[1]))


def wide(width: int) -> np.ndarray:
    return np.full((4, width), 255, np.uint8)


@pytest.mark.parametrize("how", [{}, {"jobs": 2}])
def test_what_goes_wrong_with_a_source_is_its_row(how: dict[str, int]):
    found = list(read_each([wide(3), wide(13), wide(14), wide(5)], shape, **how))
    assert [reading.status for reading in found] == ["ok", "error", "error", "ok"]
    assert "ValueError: an unlucky width; report it" in (found[1].error or "")
    assert "memory" in (found[2].error or "")


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_a_source_that_takes_its_process_along_is_a_row():
    found = list(read_each([wide(3), wide(15), wide(16), wide(5)], shape, jobs=1, timeout=3.0))
    assert [reading.status for reading in found] == ["ok", "error", "error", "ok"]
    assert "<array> ended the process that read it (signal 9)" in (found[1].error or "")
    assert "<array> took longer than 3 s" in (found[2].error or "")


def test_workers_read_every_kind_of_source_as_one_process_does(tmp_path: Path):
    path, image = tmp_path / "7.png", Image.fromarray(draw_digit(7))
    image.save(path)
    content = path.read_bytes()
    rotated = Image.Exif()
    rotated[0x0112] = 6
    image.save(tmp_path / "turned.jpg", exif=rotated)
    turned = Image.open(tmp_path / "turned.jpg")

    def sources() -> list[Any]:
        kinds: list[Any] = [path, str(path), content, bytearray(content), memoryview(content)]
        kinds += [io.BytesIO(content), image, draw_digit(7), draw_digit(7) > 100, turned]
        return [*kinds, tmp_path / "none.png", b"", object()]

    reader = Reader()
    alone = list(reader.read_many(sources(), "digit"))
    assert list(reader.read_many(sources(), "digit", jobs=2)) == alone
    assert [reading.status for reading in alone[-3:]] == ["error"] * 3


def test_a_source_of_several_pictures_goes_to_one_worker_whole(save_digit: Callable[..., Path]):
    pages = (save_digit(7, "a.png"), save_digit(4, "b.png"))
    (reading,) = read_each([pages], first_of, jobs=1, timeout=60.0, ahead=False)
    assert (reading.source, reading.text) == (str(pages[0]), "2 160")


def first_of(pages: tuple[Any, ...]) -> Reading:
    return Reading("", "ok", f"{len(pages)} {shape(pages[0]).text}")


@pytest.mark.parametrize(
    "how", [{"jobs": -1}, {"jobs": 1.5}, {"jobs": 1000}, {"timeout": 0}, {"timeout": "1"}]
)
def test_odd_settings_are_refused_at_once(how: dict[str, Any]):
    with pytest.raises(InkdigitsError, match=f"{next(iter(how))} is .*; expected"):
        Reader().read_many([], **how)


def test_cores_are_those_of_this_process():
    assert 1 <= core_count() <= (os.cpu_count() or 1)
