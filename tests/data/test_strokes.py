"""Pen strokes: what a file of them gives, what is left out of it, and who is held out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_strokes import arrays

from inkdigits.data import strokes as module
from inkdigits.data.strokes import digest, held_writers, left_out, load_strokes, read_arrays
from inkdigits.errors import DataError

SAMPLES = [  # text, kind, source, writer, strokes
    ("1", "digit", "uji", 1, [[(0, 0), (0, 1000)]]),
    ("+", "sign", "uji", 2, [[(0, 500), (900, 500)], [(400, 0), (400, 1000)]]),
    ("7", "digit", "val", 156, [[(0, 0), (500, 0), (300, 1000)]]),
]


def saved(path: Path, **changes) -> Path:
    np.savez(path, **{**arrays(SAMPLES), **changes})
    return path


@pytest.fixture
def known(tmp_path, monkeypatch):
    """A file that counts as the known collection, the second of whose three samples is left out."""
    path = saved(tmp_path / "pen_strokes.npz")
    written = f"# why\nsha256\t{digest(arrays(SAMPLES))}\n1\tstrokes are missing\n"
    (tmp_path / "left_out.txt").write_text(written, "utf-8")
    monkeypatch.setattr(module, "_LEFT_OUT", tmp_path / "left_out.txt")
    left_out.cache_clear()
    yield path
    left_out.cache_clear()


def test_another_collection_is_returned_whole(tmp_path):
    strokes = load_strokes(saved(tmp_path / "own.npz"))

    assert strokes.texts.tolist() == ["1", "+", "7"]
    assert strokes.writers.tolist() == [1, 2, 156]
    assert [stroke.tolist() for stroke in strokes.sample(1)] == [
        [[0, 0.5], pytest.approx([0.9, 0.5])],
        [pytest.approx([0.4, 0]), pytest.approx([0.4, 1])],
    ]


def test_what_the_list_names_is_left_out_of_the_known_collection(known):
    strokes = load_strokes(known)

    assert strokes.texts.tolist() == ["1", "7"]
    assert len(strokes.points) == 5
    np.testing.assert_array_equal(strokes.sample(1)[0], np.float32([[0, 0], [0.5, 0], [0.3, 1]]))


def test_writers_who_are_one_person_count_as_one(known):
    assert load_strokes(known).writers.tolist() == [1, 155]


def test_the_list_that_ships_names_each_sample_once_with_its_reason():
    known, reasons = left_out()
    lines = [line for line in module._LEFT_OUT.read_text("utf-8").splitlines() if not line.startswith("#")]

    assert len(known) == 64
    assert len(reasons) == len(lines) - 1 > 800
    assert list(reasons) == sorted(reasons)
    assert all(reasons.values())


def test_the_digest_is_of_the_content_and_not_of_its_packing(tmp_path):
    np.savez_compressed(tmp_path / "packed.npz", **arrays(SAMPLES))
    wider = {
        name: np.asarray(value, np.int64) if value.dtype.kind == "i" else value
        for name, value in arrays(SAMPLES).items()
    }
    np.savez(tmp_path / "wide.npz", **wider)

    assert digest(read_arrays(tmp_path / "packed.npz")) == digest(arrays(SAMPLES))
    assert digest(read_arrays(tmp_path / "wide.npz")) == digest(arrays(SAMPLES))
    other = arrays(SAMPLES)
    other["xy"][0, 0] = 1
    assert digest(other) != digest(arrays(SAMPLES))


def test_a_missing_file_is_named_with_the_command_that_gets_it(tmp_path):
    with pytest.raises(DataError, match=r"pen_strokes.npz is not there; run: inkdigits data strokes"):
        load_strokes(tmp_path / "pen_strokes.npz")


@pytest.mark.parametrize("content", [b"", b"no zip file", b"PK\x03\x04 cut"])
def test_a_file_that_holds_no_strokes_is_refused(tmp_path, content):
    (tmp_path / "pen_strokes.npz").write_bytes(content)
    with pytest.raises(DataError, match=r"holds no pen strokes: expected an .npz with xy"):
        load_strokes(tmp_path / "pen_strokes.npz")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kind": np.array(["digit"])}, "expected 3 entries of kind, one a sample, received 1"),
        ({"sample_start": np.array([0, 1, 3, 9])}, "expected sample_start to rise from 0 to 4 in 4 entries"),
        (
            {"stroke_start": np.array([0, 4, 2, 6, 9])},
            "expected stroke_start to rise from 0 to 9 in 5 entries",
        ),
    ],
)
def test_offsets_that_do_not_fit_are_refused(tmp_path, changes, reason):
    with pytest.raises(DataError, match=reason):
        load_strokes(saved(tmp_path / "damaged.npz", **changes))


def test_a_fifth_of_the_writers_of_each_source_is_held_out_whatever_the_others_hold(tmp_path):
    many = [
        ("1", "digit", source, writer, [[(0, 0), (0, 9)]]) for source in ("a", "b") for writer in range(10)
    ]
    many = [(*sample[:3], sample[3] + 10 * (sample[2] == "b"), sample[4]) for sample in many]
    both = held_writers(load_strokes(saved(tmp_path / "both.npz", **arrays(many))))
    alone = held_writers(load_strokes(saved(tmp_path / "alone.npz", **arrays(many[10:]))))

    assert sum(writer < 10 for writer in both) == sum(writer >= 10 for writer in both) == 2
    assert alone == {writer for writer in both if writer >= 10}


def test_a_source_of_one_writer_is_learned_from(tmp_path):
    assert held_writers(load_strokes(saved(tmp_path / "own.npz", **arrays(SAMPLES[2:])))) == frozenset()
