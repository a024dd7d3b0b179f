"""What a reader says of a set becomes entries that can be scored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from readers import NameReader

from inkdigits.data.labelled import Dataset, Known
from inkdigits.measure.entries import entries_of_pages, entries_of_pictures, known_of, seen

NOTHING: list[int] = []


def answers(reader: NameReader, dataset: Dataset, *expects: Known):
    return list(seen(reader, dataset, expects, NOTHING.append))


def pictures(*names: str) -> tuple[Path, ...]:
    return tuple(Path(f"{name}.png") for name in names)


@pytest.mark.parametrize(
    ("labels", "expects", "known"),
    [
        (("7", "1"), (), ("digit", "digit")),
        (("7", "12"), (), ("number", "number")),
        (("7", "1 2|3"), (), ("page", "page")),
        (("u", "|"), (), ("digit", "digit")),  # letters, to be rejected
        (("7", "1 2|3"), (None, "page"), ("digit", "page")),  # what is told says nothing of the others
        (("", "12"), ("digit", None), ("digit", "number")),
    ],
)
def test_what_pictures_hold_is_told_or_inferred(labels, expects, known):
    assert known_of(Dataset("set", pictures(*labels), labels, "", expects)) == known


def test_a_picture_that_cannot_be_read_has_a_reading_that_says_why():
    reader = NameReader()
    (answer,) = answers(reader, Dataset("set", pictures("error"), ("7",), ""), "digit")
    assert (answer.reading.status, answer.reading.source) == ("error", "error.png")
    assert answer.reading.error == "error.png: no picture"


def test_what_the_model_saw_is_kept_of_mistakes_alone():
    reader = NameReader()
    found = answers(reader, Dataset("set", pictures("17", "12"), ("12", "12"), ""), "number", "number")
    assert [len(answer.inputs) for answer in found] == [1, 0]
    assert (found[0].inputs[0] == reader.inputs[0]).all()


def test_a_page_among_other_pictures_is_right_when_its_numbers_are_in_order_and_no_others():
    labels = ("1 2|3,5", "1 2|3", "7")
    dataset = Dataset("set", pictures("1 2 3.5", "1 2 3 4", "7"), labels, "", ("page", "page", "digit"))
    entries = entries_of_pictures(
        labels, known_of(dataset), answers(NameReader(), dataset, *known_of(dataset))
    )
    assert [(entry.label, entry.prediction) for entry in entries] == [
        ("1 2 3.5", "1 2 3.5"),
        ("1 2 3", "1 2 3 4"),
        ("7", "7"),
    ]


def test_each_number_of_a_page_has_its_own_status_and_input():
    reader = NameReader()
    dataset = Dataset("pages", pictures("12 unsure6 7"), ("12 5|3 7",), "")
    entries, figures = entries_of_pages(dataset.labels, answers(reader, dataset, "page"))
    assert [(e.label, e.prediction, e.status) for e in entries] == [
        ("12", "12", "ok"),
        ("5", "6", "unsure"),
        ("3", "", "empty"),
        ("7", "7", "ok"),
    ]
    assert np.array_equal(entries[1].model_input, reader.inputs[1])
    assert entries[2].model_input is None
    assert (figures.written, figures.read, figures.right, figures.sure, figures.sure_wrong) == (4, 3, 2, 2, 0)


def test_a_number_that_is_not_there_cannot_be_right():
    reader = NameReader()
    dataset = Dataset("pages", pictures("12 5 7"), ("12 7|",), "")
    entries, figures = entries_of_pages(dataset.labels, answers(reader, dataset, "page"))
    assert [(e.label, e.prediction, e.counts) for e in entries][1] == ("", "5", False)
    assert (figures.written, figures.read, figures.sure_wrong) == (2, 3, 1)


def test_the_numbers_of_a_page_that_cannot_be_read_are_wrong():
    reader = NameReader()
    dataset = Dataset("pages", pictures("error"), ("12 7|",), "")
    entries, _ = entries_of_pages(dataset.labels, answers(reader, dataset, "page"))
    assert [(e.prediction, e.confidence, e.status) for e in entries] == [("", 0.0, "error")] * 2
