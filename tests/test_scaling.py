"""benchmarks/scaling_simulation.py: what can be known beforehand comes out of it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

BENCHMARKS = str(Path(__file__).parent.parent / "benchmarks")


@pytest.fixture
def simulation(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(BENCHMARKS)
    import scaling_simulation

    yield scaling_simulation
    sys.modules.pop("scaling_simulation")


def test_workers_share_the_work_and_what_is_lost_is_read_again(simulation: Any):
    figures = simulation.Figures(0.01, 0.0, 1.0, 0.0, 5.0, 7.0, 1000.0)
    plan = simulation.Plan(10_000, machines=1, workers=1, part=100, cores=1)
    one = simulation.simulated(figures, plan)
    assert one.seconds == pytest.approx(105.0)
    four = simulation.simulated(figures, simulation.Plan(10_000, 4, 1, 100, 1))
    assert four.seconds == pytest.approx(30.0)
    # One of four is lost in the middle of a part: three read what is left of it, and that part again.
    lost = simulation.simulated(figures, simulation.Plan(10_000, 4, 1, 100, 1, lost=1, lost_by=31.0))
    assert lost.again == 100
    assert 33.0 < lost.seconds < 36.0
    back = simulation.simulated(
        figures, simulation.Plan(10_000, 4, 1, 100, 1, lost=1, lost_by=31.0, back=0.0)
    )
    assert 30.0 < back.seconds < lost.seconds


def test_one_process_one_disk_and_slow_machines_are_bounds(simulation: Any):
    figures = simulation.Figures(0.01, 0.0, 1.0, 0.01, 0.0, 0.0, 1000.0)
    many = simulation.Plan(10_000, machines=50, workers=2, part=100, cores=2)
    found = simulation.simulated(figures, many)
    assert found.seconds == pytest.approx(100.0, rel=0.05)  # 10 ms a picture in the first process
    assert found.first > 0.95
    free = simulation.Figures(0.01, 0.0, 1.0, 0.0, 0.0, 0.0, 1000.0)
    disk = simulation.simulated(free, simulation.Plan(10_000, 50, 2, 100, 2, storage=100_000.0))
    assert disk.seconds == pytest.approx(100.0, rel=0.05)
    assert disk.storage > 0.95
    slow = simulation.simulated(free, simulation.Plan(10_000, 1, 2, 100, 2, slow=1.0, slower=3.0))
    assert slow.seconds == pytest.approx(150.0)
    shared = simulation.Figures(0.01, 0.0, 1.0, 0.005, 0.0, 0.0, 1000.0)
    both = simulation.simulated(shared, simulation.Plan(10_000, 1, 2, 1, 2, shared=True))
    assert both.seconds == pytest.approx(75.0, rel=0.5)
    assert both.seconds > 75.0 * 0.99
