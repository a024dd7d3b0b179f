"""paths.py: no picture that a path, a folder or a file stands for is left out in silence."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from inkdigits import spec
from inkdigits.errors import DecodeError, SourceError, SourceNotFoundError
from inkdigits.picture.paths import each_picture, find_pictures, page_of
from inkdigits.picture.sources import load

Save = Callable[..., Path]


@pytest.fixture
def pages(tmp_path: Path) -> Save:
    """Writes pictures that are grey all over, one a level, as the pages of one file."""

    def save(name: str, levels: tuple[int, ...] = (10, 120, 250), **how: object) -> Path:
        first, *others = (Image.fromarray(np.full((20, 30), level, np.uint8)) for level in levels)
        first.save(tmp_path / name, save_all=True, append_images=others, **how)
        return tmp_path / name

    return save


def test_folders_are_opened_up_sorted_and_without_what_is_no_picture(tmp_path):
    names = ["b.PNG", "a.jpeg", "sub/z.tif", "sub/deep/y.webp", "c.gif", "d.bmp"]
    others = ["notes.txt", "labels.csv", ".hidden.png", ".cache/x.png", "._b.PNG"]
    for name in names + others:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")
    found = find_pictures([tmp_path])
    assert found == sorted(tmp_path / name for name in names)


def test_files_are_kept_in_order_with_duplicates_and_even_when_missing(tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "1.png").write_bytes(b"")
    given = ["z.png", str(tmp_path / "folder"), "z.png", "notes.txt", "a\0b"]
    expected = ["z.png", tmp_path / "folder" / "1.png", "z.png", "notes.txt", "a\0b"]
    assert find_pictures(given) == [Path(path) for path in expected]


def test_a_folder_without_pictures(tmp_path):
    (tmp_path / "notes.txt").write_text("7")
    with pytest.raises(SourceNotFoundError, match=r"no picture in the folder .*\.png"):
        find_pictures([tmp_path])


def test_a_link_that_leads_back_does_not_go_on_for_ever(tmp_path):
    (tmp_path / "1.png").write_bytes(b"")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert find_pictures([tmp_path]) == [tmp_path / "1.png"]


def test_a_folder_that_cannot_be_listed(tmp_path, monkeypatch):
    def refuse(path: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(SourceError, match="cannot list"):
        find_pictures([tmp_path])


def test_what_is_a_picture_but_is_not_read_is_told(tmp_path):
    for name in ("a.jfif", "b.HEIC", "c.pdf", "d.avif", "e.jp2", "f.dng", "g.txt"):
        (tmp_path / name).write_bytes(b"")
    assert [path.name for path in find_pictures([tmp_path])] == [
        "a.jfif",
        "b.HEIC",
        "c.pdf",
        "d.avif",
        "e.jp2",
        "f.dng",
    ]


def test_an_empty_path_is_not_the_whole_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "1.png").write_bytes(b"")
    with pytest.raises(SourceNotFoundError, match="empty"):
        find_pictures([""])
    with pytest.raises(SourceNotFoundError, match="empty"):
        load("")


def test_a_subfolder_that_cannot_be_listed_is_kept_beside_the_others(tmp_path, monkeypatch):
    for name in ("a/1.png", "locked/2.png", "z/3.png"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"")
    listed = os.scandir

    def scandir(path: str):
        if os.fspath(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert find_pictures([tmp_path]) == [tmp_path / name for name in ("a/1.png", "locked", "z/3.png")]


def test_a_pattern_in_quotes_stands_for_what_it_matches(tmp_path):
    for name in ("b.png", "a.png", "a.txt", "[1].png"):
        (tmp_path / name).write_bytes(b"")
    assert find_pictures([f"{tmp_path}/?.png"]) == [tmp_path / "a.png", tmp_path / "b.png"]
    assert find_pictures([tmp_path / "[1].png"]) == [tmp_path / "[1].png"]  # a file of that name comes first
    assert find_pictures([f"{tmp_path}/*.bmp"]) == [tmp_path / "*.bmp"]  # reading says that


@pytest.mark.parametrize("name", ["a.tiff", "a.gif", "a.png", "a.webp"])
def test_each_page_or_frame_is_a_source(tmp_path, pages: Save, name: str):
    how = {"lossless": True} if name == "a.webp" else {}
    path = pages(name, **how)
    found = find_pictures([tmp_path])
    assert found == [tmp_path / f"{name}#{page}" for page in (1, 2, 3)] == find_pictures([path])
    shades = [int(load(page).reshape(-1)[0]) for page in found]
    assert np.abs(np.array(shades) - (10, 120, 250)).max() <= 1
    with pytest.raises(DecodeError, match=r"holds 3 pages.*#1 to .*#3"):
        load(path)
    with pytest.raises(DecodeError, match="no page 4"):
        load(f"{path}#4")


def test_a_single_page_keeps_its_name(tmp_path, pages: Save):
    for name in ("a.tiff", "a.gif", "a.png", "a.webp"):
        pages(name, (10,))
    assert [path.name for path in find_pictures([tmp_path])] == ["a.gif", "a.png", "a.tiff", "a.webp"]


def test_a_thumbnail_in_a_tiff_is_no_page(pages: Save):
    small = Image.fromarray(np.full((5, 5), 9, np.uint8))
    small.encoderinfo = {"tiffinfo": {254: 1}}
    first = Image.fromarray(np.full((20, 30), 50, np.uint8))
    path = pages("a.tiff", (10,)).with_name("b.tiff")
    first.save(path, save_all=True, append_images=[small])
    assert find_pictures([path]) == [path]
    assert load(path).shape == (20, 30)


def test_a_file_with_that_very_name_comes_first(tmp_path, pages: Save):
    path = pages("a.tiff")
    named = path.with_name("a.tiff#2")
    Image.fromarray(np.full((4, 5), 77, np.uint8)).save(named, "PNG")
    assert page_of(str(named)) == (named, None)
    assert load(named).shape == (4, 5)


def test_more_pages_than_any_book_has_are_refused(pages: Save, monkeypatch):
    path = pages("a.tiff")
    monkeypatch.setattr(spec, "MAX_PAGES", 2)
    assert find_pictures([path]) == [path]
    with pytest.raises(SourceError, match="at most 2 pages"):
        load(path)


def test_pictures_of_a_folder_come_in_the_order_of_paths(tmp_path: Path):
    names = (
        "a/1.png",
        "a.png",
        "a-b/1.png",
        "a b.png",
        "a/b.png",
        "a/b/c.png",
        "a/b-c.png",
        "B.png",
        "\u00e4/1.png",
    )
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert find_pictures([tmp_path]) == sorted(tmp_path / name for name in names)


def test_nothing_comes_before_what_is_wrong_is_known(tmp_path: Path):
    (tmp_path / "1.png").write_bytes(b"")
    with pytest.raises(SourceNotFoundError):
        next(each_picture([tmp_path / "1.png", ""]))
