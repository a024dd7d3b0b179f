"""recognition/views.py: what is looked at again, and what most views agree on."""

from __future__ import annotations

import numpy as np
import pytest

from inkdigits import spec
from inkdigits.recognition.model import Model
from inkdigits.recognition.text import Character, Transcript
from inkdigits.recognition.views import VIEWS, View, doubtful, most_agree, seen_from

WIDTH = 64


def transcript(text: str, probability: float, *, step: float = 8.0, gain: float = 1.0) -> Transcript:
    """Returns a transcript of characters that stand apart, each as sure as the whole."""
    characters = tuple(
        Character(value, probability, (place + 0.5) * step, (("8", 1 - probability),))
        for place, value in enumerate(text)
    )
    return Transcript(characters, probability, gain)


def stroke() -> np.ndarray:
    """Returns an upright stroke in the middle of an image."""
    image = np.zeros((spec.NUMBER_HEIGHT, WIDTH), np.uint8)
    image[6:26, 31:33] = 255
    return image


def columns(image: np.ndarray) -> np.ndarray:
    """Returns the mean column of the ink in each row that has any."""
    return np.array([np.flatnonzero(row > 127).mean() for row in image if (row > 127).any()])


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_is_an_image_that_the_model_takes(view: View):
    seen = seen_from(view, stroke())
    assert seen.dtype == np.uint8
    assert seen.shape[0] == spec.NUMBER_HEIGHT
    assert seen.shape[1] % spec.NUMBER_STEP == 0
    assert seen.max() > 127


def test_a_slant_leans_to_the_right_and_keeps_the_middle():
    lean = columns(seen_from(View(slant=0.2), stroke()))
    assert lean[0] - lean[-1] == pytest.approx(0.2 * (len(lean) - 1), abs=1.0)
    assert lean.mean() == pytest.approx(31.5 + 8, abs=0.6)  # of the margin on the left


def test_less_height_leaves_the_line_in_the_middle():
    rows = np.flatnonzero((seen_from(View(tall=0.5), stroke()) > 127).any(axis=1))
    assert rows[-1] - rows[0] + 1 == pytest.approx(10, abs=1)
    assert (rows[0] + rows[-1]) / 2 == pytest.approx(15.5, abs=1)


def test_bold_has_more_ink_and_soft_less_of_the_darkest():
    plain = stroke()
    assert (seen_from(View(pen="bold"), plain) == 255).sum() > (plain == 255).sum()
    assert (seen_from(View(pen="soft"), plain) == 255).sum() < (plain == 255).sum()


def test_the_text_that_most_views_give_wins_with_its_mean_probability():
    reads = [transcript("17", 0.6), *(transcript("11", 0.8) for _ in VIEWS)]
    read = most_agree(reads, [WIDTH] * len(reads))
    assert read.text == "11"
    assert read.probability == pytest.approx(0.8 * len(VIEWS) / len(reads))


def test_views_that_agree_make_a_number_no_surer_than_it_was():
    reads = [transcript("17", 0.6), *(transcript("17", 0.99) for _ in VIEWS)]
    assert most_agree(reads, [WIDTH] * len(reads)).probability == pytest.approx(0.6)


def test_one_sure_view_outweighs_unsure_ones_that_differ():
    reads = [transcript("17", 0.9), *(transcript(text, 0.2) for text in ("11", "12", "13", "14"))]
    read = most_agree(reads, [WIDTH] * len(reads))
    assert read.text == "17"
    assert read.probability == pytest.approx(0.9 / 5)


def test_a_character_is_as_sure_as_all_views_make_it_and_knows_what_else_they_saw():
    reads = [transcript("17", 0.9), transcript("17", 0.9), transcript("11", 0.9)]
    reads += [transcript("17", 0.9), transcript("170", 0.1)]  # of another length: says nothing of a place
    first, second = most_agree(reads, [WIDTH] * 5).characters
    assert first.probability == pytest.approx(0.9)
    assert second.probability == pytest.approx(0.9 * 3 / 4)
    assert second.alternatives[0] == ("1", pytest.approx(0.9 / 4))


def test_places_are_those_of_the_first_image():
    widths = [WIDTH, *(seen_from(view, stroke()).shape[1] for view in VIEWS)]
    narrow = VIEWS[0]
    centre = 20.0  # frames, in the image that was read at first
    shown = (centre * spec.FRAME_WIDTH * (widths[1] - 16) / WIDTH + 8) / spec.FRAME_WIDTH
    reads = [Transcript((), 0.1)] * len(widths)
    reads[1] = Transcript((Character("4", 0.9, shown, ()),), 0.9)
    assert narrow.slant
    assert most_agree(reads, widths).characters[0].centre == pytest.approx(centre)


def test_what_is_no_character_stays_where_it_is():
    other = Character(spec.OTHER, 0.7, 4.0, ())
    reads = [Transcript((other, Character("5", 0.5, 12.0, ())), 0.5)] * 5
    assert most_agree(reads, [WIDTH] * 5).characters[0] == other


def test_what_was_said_to_stand_there_counts_as_in_the_views_that_say_so():
    reads = [transcript("5", 0.5, gain=1.0), transcript("5", 0.5, gain=2.0), *[transcript("6", 0.1)] * 3]
    assert most_agree(reads, [WIDTH] * 5).gain == pytest.approx(1.5)


class Views:
    """An engine that reads a 1 in the image as it is, and surely a 7 wherever it is seen otherwise."""

    def __init__(self, first: float) -> None:
        self.first = first
        self.images = 0

    def logits(self, images: np.ndarray) -> np.ndarray:
        """Returns (N, W / 2, classes)."""
        out = np.zeros((len(images), images.shape[2] // spec.FRAME_WIDTH, 1 + len(spec.NUMBER_LABELS)))
        out[..., 0] = 20
        for row, image in enumerate(images):
            plain = np.array_equal(image[:, :WIDTH], stroke())
            label = 1 + spec.NUMBER_LABELS.index("1" if plain else "7")
            out[row, 15, 0] = 0
            out[row, 15, label] = self.first if plain else 20
        self.images += len(images)
        return out.astype(np.float32)


@pytest.mark.parametrize(("first", "text", "images"), [(1.0, "7", 5), (20.0, "1", 1)])
def test_only_what_is_unsure_is_looked_at_again(first: float, text: str, images: int):
    engine = Views(first)
    model = Model(Model.shipped("number").bundle, engine)
    assert model.transcribe([stroke()])[0].text == text
    assert engine.images == images


def test_of_very_many_unsure_numbers_the_surest_are_looked_at_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(spec, "MOST_LOOKED_AT_AGAIN", 100)
    reads = [transcript("1", chance) for chance in (0.2, 0.7, 0.95, 0.5)]
    reads.append(Transcript((), 0.1))
    assert doubtful(reads, [40] * 5) == [1, 3]
    assert doubtful(reads, [70] * 5) == [1]
