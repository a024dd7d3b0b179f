"""Evidence weighed, and thresholds from a stated risk."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkdigits.readings import Box, Number
from inkdigits.recognition.bundle import Bundle
from inkdigits.recognition.confidence import ConfidenceModel, RiskCurve
from inkdigits.recognition.decision import weighed
from inkdigits.recognition.evidence import SIGNS, Answered, Evidence


def bundle(confidence: ConfidenceModel | None, lone: ConfidenceModel | None) -> Bundle:
    return Bundle(Path(), "fitted", {}, b"", confidence, None, lone)


NONE = Evidence(*(0.0,) * len(Evidence._fields))
MODEL = ConfidenceModel(NONE._replace(probability=0.5, other=-2.0), 0.25, (-2.0, 0.0, 2.0), (0.1, 0.5, 0.9))
CURVE = RiskCurve((0.5, 0.8, 0.9, 0.99), (900, 500, 200, 9), (90, 10, 1, 0), (0.12, 0.04, 0.02, 0.28))


def test_confidence_goes_straight_between_scores_and_stays_outside() -> None:
    assert MODEL.confidence(NONE._replace(probability=1.5)) == pytest.approx(0.7)
    assert MODEL.confidence(NONE._replace(probability=99.0)) == 0.9
    assert MODEL.confidence(NONE._replace(other=1.0, probability=-9.0)) == 0.1


@given(st.sampled_from(range(len(Evidence._fields))), st.floats(0, 3))
def test_more_of_what_speaks_for_a_number_makes_it_no_less_sure(place: int, more: float) -> None:
    model = ConfidenceModel(SIGNS, 0.0, (-9.0, 9.0), (0.0, 1.0))
    figures = list(NONE)
    figures[place] += SIGNS[place] * more
    assert model.confidence(Evidence(*figures)) >= model.confidence(NONE)


def test_both_survive_their_json() -> None:
    assert ConfidenceModel.from_dict(MODEL.to_dict()) == MODEL
    assert RiskCurve.from_dict(CURVE.to_dict()) == CURVE


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"weights": {"luck": 1.0}}, "luck"),
        ({"weights": {"other": 1.0}}, "weight of other"),
        ({"weights": 3}, "weights"),
        ({"bias": "x"}, "bias"),
        ({"scores": [1.0, 1.0, 2.0]}, "rising"),
        ({"confidences": [0.9, 0.5, 0.1]}, "fall"),
        ({"confidences": None}, "confidences"),
    ],
)
def test_a_model_that_breaks_a_rule_is_refused(change: dict[str, object], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        ConfidenceModel.from_dict(MODEL.to_dict() | change)


@pytest.mark.parametrize("change", [{"highest": []}, {"confidences": [0.9, 0.5, 0.1, 0.2]}, {"wrong": 3}])
def test_a_curve_that_breaks_a_rule_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="risk"):
        RiskCurve.from_dict(CURVE.to_dict() | change)


@pytest.mark.parametrize(
    ("stated", "risk"), [(1.0, 0.5), (0.05, 0.2), (0.02, 0.1), (0.001, 0.001), (0.0, 0.0)]
)
def test_a_stated_risk_finds_the_lowest_confidence_that_keeps_it(stated: float, risk: float) -> None:
    assert CURVE.accepted(stated) == pytest.approx(risk)


def test_a_number_without_evidence_or_chance_stays_as_it_is() -> None:
    number = Number("12", 0.3, Box(0, 0, 1, 1))
    image = np.zeros((32, 8), np.uint8)
    told, fitted = Answered(number, image, lambda: NONE), bundle(MODEL, None)
    assert weighed(told, None) is number
    assert weighed(told._replace(evidence=None), fitted) is number
    never = Number("12", 0.0, Box(0, 0, 1, 1))
    assert weighed(told._replace(number=never), fitted) is never
    assert weighed(told, fitted).confidence == pytest.approx(0.55)


def test_a_lone_number_has_a_model_of_its_own() -> None:
    told = Answered(Number("12", 0.3, Box(0, 0, 1, 1)), np.zeros((32, 8), np.uint8), lambda: NONE, lone=True)
    surer = replace(MODEL, bias=1.0)
    assert weighed(told, bundle(MODEL, None)) is told.number
    assert weighed(told, bundle(MODEL, surer)).confidence == pytest.approx(0.7)
    assert weighed(told._replace(lone=False), bundle(MODEL, surer)).confidence == pytest.approx(0.55)
