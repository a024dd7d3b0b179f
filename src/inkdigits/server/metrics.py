"""What Prometheus collects: of this process, or of all workers through a folder that they share."""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

__all__ = ["CONTENT_TYPE", "FOLDER", "Metrics"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The environment variable with which the client library shares figures between processes. It is read when
that library is imported, so whoever starts the workers sets it before."""

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

    def exposition(self) -> bytes:
        """Returns the figures in Prometheus' text format, of all workers where there are several."""
        folder = os.environ.get(FOLDER)
        if folder:
            _forget_dead(Path(folder))
            registry = CollectorRegistry()
            MultiProcessCollector(registry)
            return generate_latest(registry)
        return generate_latest(self._registry)


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
