"""decision.py: from which confidence on an answer is a sure one."""

from __future__ import annotations

import pytest

from inkdigits.recognition.decision import decide


@pytest.mark.parametrize(
    ("confidence", "max_error", "status"),
    [(0.9, 0.5, "ok"), (0.5, 0.5, "ok"), (0.4999, 0.5, "unsure"), (1.0, 0.0, "ok"), (0.0, 1.0, "ok")],
)
def test_an_answer_is_ok_up_to_the_accepted_risk(confidence: float, max_error: float, status: str):
    assert decide(confidence, max_error) == status
