"""told.py: a reader that is measured with what may stand there."""

from __future__ import annotations

import numpy as np
import pytest
from fakes import Spells, fake, row_of

from inkdigits.data.labelled import Dataset
from inkdigits.errors import ConfigError
from inkdigits.measure.evaluation import evaluate
from inkdigits.measure.told import Told


def test_pictures_are_read_with_what_was_said():
    told = Told(fake(numbers=Spells("147")), "0-9", r"\d{2}")
    reading, inputs = told.see(row_of(1, 4, 7), "number")
    assert (len(reading.text), len(inputs)) == (2, 1)
    assert told.max_error_of("number") == fake().max_error_of("number")


def test_digits_that_may_not_stand_there_are_not_named():
    images = np.zeros((2, 28, 28), np.uint8)
    reader = fake(7, 3.0)
    np.testing.assert_array_equal(Told(reader).classify(images), reader.classify(images))
    rows = Told(reader, "0-4").classify(images)
    assert (rows[:, :5] > 0).all()
    assert (rows[:, 5:] == 0).all()
    assert (rows.sum(axis=1) < 1).all()  # it may be another: most likely it is
    with pytest.raises(ConfigError, match="none of 0123456789"):
        Told(reader, None, r"\d\d").classify(images)


def test_what_is_wrong_with_it_is_said_at_once():
    with pytest.raises(ConfigError, match="allowed is 'x'"):
        Told(fake(), "x")


def test_it_is_evaluated_as_a_reader_is():
    pictures = Dataset("cells", (row_of(1, 4, 7),), ("14",), "hash", ("number",))
    plain = evaluate(fake(numbers=Spells("147")), pictures, expect="known")
    told = evaluate(Told(fake(numbers=Spells("147")), None, r"14?"), pictures, expect="known")
    assert (plain.predictions, told.predictions) == (("147",), ("14",))
