"""What Prometheus collects: of this process, or of all workers through a folder that they share."""

from __future__ import annotations

import os
import time
from collections import deque
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from inkdigits.readings import Status

__all__ = ["CONTENT_TYPE", "FOLDER", "Metrics"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable with which the client library shares figures between processes. It is read when
that library is imported, so whoever starts the workers sets it before."""

_WINDOW_S = 60  # of the rate

_SECONDS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30)


class Metrics:
    """The figures of one server; each app has its own, so that two in one process do not mix."""

    def __init__(self) -> None:
        self._registry = registry = CollectorRegistry()
        self.requests = Counter(
            "inkdigits_requests",
            "Requests answered, by route and status.",
            ("method", "route", "status"),
            registry=registry,
        )
        self.seconds = Histogram(
            "inkdigits_request_seconds",
            "Seconds from a request's first byte to the end of its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=registry,
        )
        self.readings = Counter(
            "inkdigits_readings", "Pictures read, by what came out.", ("status",), registry=registry
        )
        self.reading_seconds = Histogram(
            "inkdigits_reading_seconds",
            "Seconds in which one picture was decoded and read.",
            buckets=_SECONDS,
            registry=registry,
        )
        self._recent: deque[float] = deque()
        self.per_second = Gauge(
            "inkdigits_readings_per_second",
            f"Pictures read a second, over the last {_WINDOW_S} seconds.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.in_progress = Gauge(
            "inkdigits_requests_in_progress",
            "Requests that have begun and are not answered.",
            multiprocess_mode="livesum",
            registry=registry,
        )
        self.queued = Gauge(
            "inkdigits_queue",
            "Requests that are being read or wait for it.",
            multiprocess_mode="livesum",
            registry=registry,
        )

    def count(self, status: Status, started: float) -> float:
        """Counts a picture that was read, begun at this ``time.perf_counter()``; gives the time now."""
        now = time.perf_counter()
        self.readings.labels(status).inc()
        if status != "error":
            self.reading_seconds.observe(now - started)
        self._recent.append(now)
        return now

    def tick(self) -> None:
        """Brings the rate up to date; the event loop calls it every second, also while nothing is read."""
        before = time.perf_counter() - _WINDOW_S
        while self._recent and self._recent[0] < before:
            self._recent.popleft()
        self.per_second.set(len(self._recent) / _WINDOW_S)

    def exposition(self) -> bytes:
        """Returns the figures in Prometheus' text format, of all workers where there are several."""
        folder = os.environ.get(FOLDER)
        if folder:
            _forget_dead(Path(folder))
        source = MultiProcessCollector(None) if folder else self._registry
        registry = CollectorRegistry()
        registry.register(_WithShare(list(source.collect())))
        return generate_latest(registry)


class _WithShare(Collector):
    """Figures, and the share of the unsure pictures among those with an answer, which follows from them."""

    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        told: dict[str, float] = {}
        for family in self._families:
            for sample in family.samples:
                if sample.name == "inkdigits_readings_total":
                    told[sample.labels["status"]] = sample.value
        answered = told.get("ok", 0.0) + told.get("unsure", 0.0)
        share = GaugeMetricFamily(
            "inkdigits_unsure_share",
            "Of the pictures with an answer, since the start, the share that is unsure.",
            value=told.get("unsure", 0.0) / answered if answered else None,
        )
        return [*self._families, share]


def _forget_dead(folder: Path) -> None:
    """Removes what a worker that was killed had in progress; what it had counted stays."""
    for path in folder.glob("gauge_live*_*.db"):
        process = path.stem.rpartition("_")[2]
        try:
            os.kill(int(process), 0)
        except (ProcessLookupError, ValueError):
            mark_process_dead(process)
        except PermissionError:  # it lives
            continue
