"""The originals of the pen strokes come over a server on this machine and become one file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from mirrors import ok
from pen_files import numberpad_json, uji_zip, unipen_tgz

from inkdigits.data import originals
from inkdigits.data.originals import ORIGINALS, convert, fetch_strokes, pack
from inkdigits.data.pen_formats import Sample
from inkdigits.data.strokes import LeftOut, keys, load_strokes
from inkdigits.errors import DataError, DownloadError

CONTENTS = {"unipen": unipen_tgz(), "uji": uji_zip(), "numberpad": numberpad_json()}


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch):
    """The made-up files hold none of the samples that people looked at."""
    known: dict[str, LeftOut] = {}
    monkeypatch.setattr(originals, "left_out", lambda: known)
    return known


@pytest.fixture
def served(mirrors, monkeypatch):
    """The originals at addresses on this machine, each with the answers given or its right content."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)

    def serve(**answers):
        whole = {name: [ok(content)] for name, content in CONTENTS.items()} | answers
        addresses = dict(zip(whole, mirrors.serve(**whole), strict=True))
        return [replace(one, addresses=(addresses[one.name] + one.file,)) for one in ORIGINALS]

    return serve


def sample(*strokes, text="1"):
    return Sample(text, "uji", "w", [np.array(stroke, float) for stroke in strokes])


def test_all_originals_become_one_file(served, mirrors, tmp_path):
    path = fetch_strokes(tmp_path, served())
    strokes = load_strokes(path)

    assert list(
        zip(strokes.texts.tolist(), strokes.kinds.tolist(), strokes.sources.tolist(), strict=True)
    ) == [
        ("4", "digit", "apb"),
        ("8", "digit", "apb"),
        ('"', "sign", "apb"),
        ("10", "number", "sta"),
        ("able", "word", "sta"),
        ("1", "digit", "uji"),
        ("4", "digit", "uji"),
        ("?", "sign", "numberpad"),
        ("7", "digit", "numberpad"),
    ]
    assert strokes.writers.tolist() == [0, 0, 0, 1, 1, 2, 3, 4, 4]
    assert mirrors.asked == ["unipen", "uji", "numberpad"]


def test_what_is_there_is_not_fetched_again(served, mirrors, tmp_path):
    (tmp_path / ORIGINALS[0].file).write_bytes(CONTENTS["unipen"])
    fetch_strokes(tmp_path, served())
    assert mirrors.asked == ["uji", "numberpad"]


@pytest.mark.parametrize("name", CONTENTS)
@pytest.mark.parametrize(
    "bad",
    [(503, b"busy", 4), ok(b"<html>please log in</html>"), ok(b"")],
    ids=["503", "a web page", "nothing"],
)
def test_a_file_that_is_not_whole_is_asked_for_again(served, mirrors, tmp_path, name, bad):
    fetch_strokes(tmp_path, served(**{name: [bad, ok(CONTENTS[name])]}))
    assert mirrors.asked.count(name) == 2


@pytest.mark.parametrize("name", CONTENTS)
def test_a_file_that_is_cut_short_is_asked_for_again(served, mirrors, tmp_path, name):
    fetch_strokes(tmp_path, served(**{name: [ok(CONTENTS[name][:-40]), ok(CONTENTS[name])]}))
    assert mirrors.asked.count(name) == 2


def test_an_original_that_is_nowhere_is_named_with_its_address(served, tmp_path):
    with pytest.raises(DownloadError, match=r"cannot download bridger_train\.json: ") as caught:
        fetch_strokes(tmp_path, served(numberpad=[(404, b"", 0)]))
    assert caught.value.details[0].endswith("HTTP status 404")
    assert not (tmp_path / "pen_strokes.npz").exists()


def test_other_strokes_than_were_published_are_refused(served, tmp_path, nothing_known):
    nothing_known.update({str(number): LeftOut("uji", "1", "why") for number in range(3)})
    with pytest.raises(DataError, match="expected 3 samples that are known by their points, found 0"):
        fetch_strokes(tmp_path, served())
    assert not (tmp_path / "pen_strokes.npz").exists()


def test_known_samples_of_the_sources_at_hand_count_alone(nothing_known):
    arrays = pack([sample([[0, 0], [0, 9]])])
    nothing_known.update({keys(arrays)[0]: LeftOut("uji", "1", "why"), "x": LeftOut("ibm", "1", "why")})
    originals.check_known(arrays)


@pytest.mark.parametrize("name", ["unipen", "uji"])
def test_an_archive_that_is_none_is_refused(tmp_path, name):
    path = tmp_path / next(one.file for one in ORIGINALS if one.name == name)
    path.write_bytes(b"no archive")
    with pytest.raises(DataError, match="is no whole archive"):
        convert(name, path)


def test_a_writer_adds_a_stated_number_of_words(monkeypatch, tmp_path):
    monkeypatch.setattr(originals, "WORDS", 0)
    path = tmp_path / ORIGINALS[0].file
    path.write_bytes(CONTENTS["unipen"])
    assert [one.text for one in convert("unipen", path)] == ["4", "8", '"', "10"]


def test_samples_are_1000_high_and_begin_at_0():
    arrays = pack([sample([[50, -70], [50, -20]], [[60, -70], [90, -20]])])

    assert arrays["xy"].tolist() == [[0, 0], [0, 1000], [200, 0], [800, 1000]]
    assert arrays["stroke_start"].tolist() == [0, 2, 4]
    assert arrays["sample_start"].tolist() == [0, 2]


@pytest.mark.parametrize(
    ("stroke", "expected"),
    [
        ([[0, 5], [40, 5], [80, 5]], [[0, 0], [10000, 0], [20000, 0]]),  # a dash is 20 times as wide as high
        ([[3, 3], [3, 3]], [[0, 0], [0, 0]]),  # a dot
    ],
)
def test_what_has_no_height_is_measured_by_its_width(stroke, expected):
    assert pack([sample(stroke)])["xy"].tolist() == expected


def test_points_too_close_to_the_one_before_are_left_out_but_for_the_last():
    stroke = [[0, 0], [0, 19], [0, 21], [0, 1000], [0, 999]]
    assert pack([sample(stroke)])["xy"].tolist() == [[0, 0], [0, 21], [0, 1000], [0, 999]]


def test_nothing_makes_no_file():
    with pytest.raises(DataError, match="no pen strokes: expected at least one sample"):
        pack([])
