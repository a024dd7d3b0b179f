"""Published pen strokes are read as they were recorded."""

from __future__ import annotations

import pytest
from pen_files import UJI, numberpad_json, put_unipen

from inkdigits.data.pen_formats import kind_of, read_numberpad, read_uji, read_unipen
from inkdigits.errors import DataError


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("7", "digit"),
        ("%", "sign"),
        ("E", "letter"),
        ("10", "number"),
        ("(202)", "number"),
        ("12/27/93,", "number"),
        ("$12,738.50", "number"),
        ("able", "word"),
        ("B2", "word"),
        ("--", "word"),
    ],
)
def test_a_text_is_of_one_kind(text, kind):
    assert kind_of(text) == kind


def test_numberpad_gives_its_strokes(tmp_path):
    path = tmp_path / "bridger.json"
    path.write_bytes(numberpad_json())
    samples = list(read_numberpad(path))

    assert [(sample.text, sample.source) for sample in samples] == [("?", "numberpad"), ("7", "numberpad")]
    assert [stroke.tolist() for stroke in samples[1].strokes] == [[[0, 0], [50, 0], [30, 100]]]


def test_uji_gives_strokes_and_writers(tmp_path):
    path = tmp_path / "ujipenchars2.txt"
    path.write_text(UJI, "latin-1")
    samples = list(read_uji(path))

    assert [(sample.text, sample.writer) for sample in samples] == [
        ("1", "trn_UJI_W01"),
        ("ñ", "trn_UJI_W01"),
        ("4", "tst_UPV_W18"),
    ]
    assert [stroke.tolist() for stroke in samples[2].strokes] == [
        [[0, 0], [0, 50]],
        [[20, 0], [20, 50], [20, 100]],
    ]


def test_unipen_gives_strokes_with_y_down_and_the_writer(tmp_path):
    samples = list(read_unipen(put_unipen(tmp_path), ("1a",)))

    # The third segment names a component that there is not.
    assert [(sample.text, sample.source, sample.writer) for sample in samples] == [
        ("4", "apb", "A_B"),
        ("8", "apb", "A_B"),
    ]
    assert [stroke.tolist() for stroke in samples[0].strokes] == [
        [[215, -1644], [215, -1544]],
        [[207, -1600], [300, -1600]],
    ]
    assert len(samples[1].strokes[0]) == 3


def test_a_segment_may_be_a_part_of_a_stroke_and_its_label_a_quotation_mark(tmp_path):
    (sample,) = read_unipen(put_unipen(tmp_path), ("1d",))

    assert sample.text == '"'
    assert [stroke.tolist() for stroke in sample.strokes] == [[[0, -10], [5, -20]]]


def test_recorded_strokes_with_the_pen_up_count_and_are_no_ink(tmp_path):
    number, word, letter = read_unipen(put_unipen(tmp_path), ("7",))

    assert (number.text, number.writer) == ("10", "w1")
    assert [len(stroke) for stroke in number.strokes] == [2, 3]
    assert word.strokes[0].tolist() == [[0, 0], [10, 0], [90, -50]]
    assert letter.text == "o"


def test_a_folder_without_data_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"has no UNIPEN data: expected data/1a/ with files ending in .dat"):
        list(read_unipen(tmp_path, ("1a",)))


def test_points_that_are_missing_or_cut_are_refused(tmp_path):
    put_unipen(tmp_path)
    points = tmp_path / "include/apb/data/apb02/app0237.dat"
    points.write_text(".PEN_DOWN\n1 2 3\n4\n", "latin-1")
    with pytest.raises(DataError, match=r"app0237.dat is damaged: expected 3 numbers a point \(X Y T\)"):
        list(read_unipen(tmp_path, ("1a",)))
    points.unlink()
    with pytest.raises(DataError, match=r"cannot read .*app0237.dat"):
        list(read_unipen(tmp_path, ("1d",)))


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"rawData": {"1": [[[["a", 1]]]]}}'])
def test_a_file_that_is_none_of_numberpad_is_refused(tmp_path, content):
    path = tmp_path / "bridger.json"
    path.write_text(content)
    with pytest.raises(DataError, match="is no file of NumberPad: expected JSON with rawData"):
        list(read_numberpad(path))


@pytest.mark.parametrize(
    "cut", ["WORD 1 w", "WORD 1 w\nNUMSTROKES 1\n", "WORD 1 w\nNUMSTROKES 1\nPOINTS 1 # 4"]
)
def test_a_file_that_is_none_of_uji_is_refused(tmp_path, cut):
    path = tmp_path / "ujipenchars2.txt"
    path.write_text(cut)
    with pytest.raises(DataError, match="is no file of UJI Pen Characters v2: expected WORD, NUMSTROKES"):
        list(read_uji(path))
