"""Pen strokes: what a file of them gives, what is left out of it, and who is held out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_strokes import stroke_arrays

from inkdigits.data import strokes as module
from inkdigits.data.strokes import digest, held_writers, keys, left_out, load_strokes, read_arrays
from inkdigits.errors import DataError

SAMPLES = [  # text, kind, source, writer, strokes
    ("1", "digit", "uji", 1, [[(0, 0), (0, 1000)]]),
    ("+", "sign", "uji", 2, [[(0, 500), (900, 500)], [(400, 0), (400, 1000)]]),
    ("7", "digit", "val", 156, [[(0, 0), (500, 0), (300, 1000)]]),
]


def arrays(samples=SAMPLES):
    return stroke_arrays(samples)


def saved(path: Path, **changes) -> Path:
    np.savez(path, **{**arrays(), **changes})
    return path


def test_a_sample_is_its_strokes_one_high(tmp_path):
    strokes = load_strokes(saved(tmp_path / "own.npz"))

    assert strokes.texts.tolist() == ["1", "+", "7"]
    assert strokes.writers.tolist() == [1, 2, 156]
    assert [stroke.tolist() for stroke in strokes.sample(1)] == [
        [[0, 0.5], pytest.approx([0.9, 0.5])],
        [pytest.approx([0.4, 0]), pytest.approx([0.4, 1])],
    ]


def test_what_the_list_names_is_left_out_wherever_it_stands(tmp_path, monkeypatch):
    key = keys(arrays())[1]
    (tmp_path / "left_out.txt").write_text(f"# why\n{key}\tuji\t+\tstrokes are missing\n", "utf-8")
    monkeypatch.setattr(module, "_LEFT_OUT", tmp_path / "left_out.txt")
    left_out.cache_clear()
    try:
        strokes = load_strokes(saved(tmp_path / "one.npz"))
        other = load_strokes(saved(tmp_path / "other.npz", **arrays([SAMPLES[1], SAMPLES[0]])))
    finally:
        left_out.cache_clear()

    assert strokes.texts.tolist() == ["1", "7"]
    assert len(strokes.points) == 5
    np.testing.assert_array_equal(strokes.sample(1)[0], np.float32([[0, 0], [0.5, 0], [0.3, 1]]))
    assert other.texts.tolist() == ["1"]


def test_a_sample_that_stands_there_twice_is_returned_once_and_a_dot_is_anybodys(tmp_path):
    long = [[(0, step) for step in range(0, 1000, 100)]]
    samples = [("1", "digit", "ibm", 1, long), ("1", "digit", "ibm", 2, long), ("1", "digit", "val", 3, long)]
    dots = [(".", "sign", "ibm", writer, [[(0, 0)]]) for writer in (1, 2)]
    strokes = load_strokes(saved(tmp_path / "twice.npz", **arrays(samples + dots)))

    assert strokes.writers.tolist() == [1, 3, 1, 2]


@pytest.mark.parametrize(("shared", "expected"), [(module.SHARED, {4}), (module.SHARED - 1, {4, 7})])
def test_writers_who_share_many_samples_are_one_person(tmp_path, shared, expected):
    samples = [
        (str(value), "digit", "ibm", writer, [[(0, 100 * step + value) for step in range(9)]])
        for writer in (7, 4)
        for value in range(shared)
    ]
    samples.append(("9", "digit", "ibm", 7, [[(5, 100 * step) for step in range(9)]]))
    samples.append(("9", "digit", "ibm", 4, [[(6, 100 * step) for step in range(9)]]))

    assert set(load_strokes(saved(tmp_path / "own.npz", **arrays(samples))).writers.tolist()) == expected


def test_zeros_with_a_slash_are_told(tmp_path, monkeypatch):
    (tmp_path / "slashed.txt").write_text(f"# why\n{keys(arrays())[2]}\n", "utf-8")
    monkeypatch.setattr(module, "_SLASHED", tmp_path / "slashed.txt")

    assert load_strokes(saved(tmp_path / "own.npz")).slashed.tolist() == [False, False, True]


def test_the_list_that_ships_names_each_sample_once_with_its_reason():
    lines = [line for line in module._LEFT_OUT.read_text("utf-8").splitlines() if not line.startswith("#")]

    assert len(left_out()) == len(lines) > 500
    assert all(sample.source and sample.text and sample.reason for sample in left_out().values())


def test_the_digest_is_of_the_content_and_not_of_its_packing(tmp_path):
    np.savez_compressed(tmp_path / "packed.npz", **arrays())
    wider = {
        name: np.asarray(value, np.int64) if value.dtype.kind == "i" else value
        for name, value in arrays().items()
    }
    np.savez(tmp_path / "wide.npz", **wider)

    assert digest(read_arrays(tmp_path / "packed.npz")) == digest(arrays())
    assert digest(read_arrays(tmp_path / "wide.npz")) == digest(arrays())
    other = arrays()
    other["xy"][0, 0] = 1
    assert digest(other) != digest(arrays())


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
