"""benchmarks/review.py: a taste of it, so that it runs when somebody measures."""

from __future__ import annotations

import random
import runpy
from pathlib import Path


def test_a_script_that_types_loses_nothing_and_takes_a_key_where_the_page_offers_the_text(
    root: Path, tmp_path: Path
):
    benchmark = runpy.run_path(str(root / "benchmarks" / "review.py"))
    results, truth = benchmark["drawn"](tmp_path, 10, random.Random(1))  # noqa: S311 - no secret
    figures = benchmark["review"](results, truth, 1, 1)
    assert (figures["cells"], figures["kills"]) == (10, 1)
    assert (figures["lost"], figures["twice"]) == (0, 0)
    assert figures["offered"] >= 8
    assert figures["keys_where_offered"] == figures["offered"]
