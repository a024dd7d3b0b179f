"""``/v1/model``, ``/healthz``, ``/readyz`` and ``/metrics``: what reads here, and how it is."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from inkdigits import __version__
from inkdigits.recognition.bundle import Bundle
from inkdigits.server.gate import Gate
from inkdigits.server.metrics import CONTENT_TYPE, Metrics
from inkdigits.server.problems import busy
from inkdigits.server.reading_thread import ReadingThread
from inkdigits.server.schema import HealthModel, ModelsModel, ReadyModel, problems
from inkdigits.server.settings import Settings

__all__ = ["status_routes"]


def status_routes(thread: ReadingThread, gate: Gate, settings: Settings, metrics: Metrics) -> APIRouter:
    """Returns the routes that say how the server is."""
    routes = APIRouter(tags=["status"])

    @routes.get(
        "/v1/model",
        summary="Which models read here",
        response_model=ModelsModel,
        responses=problems(),
    )
    async def _model() -> dict[str, Any]:
        reader = thread.reader
        return {
            "digit": _described(reader.digits.bundle, reader.max_error_of("digit")),
            "number": _described(reader.numbers.bundle, reader.max_error_of("number")),
            "finder": _described(reader.finder.bundle, reader.max_error_of("number")),
            "limits": {
                "max_bytes": settings.max_bytes,
                "max_pixels": settings.max_pixels,
                "max_files": settings.max_files,
                "timeout_s": settings.timeout_s,
            },
            "corrections": settings.corrections is not None,
            "review": settings.review is not None,
            "version": __version__,
        }

    @routes.get("/healthz", summary="Does the process live", responses=problems())
    async def _healthz() -> HealthModel:
        return HealthModel(status="ok")

    @routes.get("/readyz", summary="Does the server take requests", responses=problems())
    async def _readyz() -> ReadyModel:
        if gate.draining:
            raise busy("the server is shutting down", 2)
        _ = thread.reader
        return ReadyModel(status="ready")

    @routes.get(
        "/metrics",
        summary="Figures for Prometheus",
        response_class=Response,
        responses={**problems(), 200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    def _metrics() -> Response:  # in a thread: with several workers it reads files
        return Response(metrics.exposition(), headers={"Content-Type": CONTENT_TYPE})

    return routes


def _described(bundle: Bundle, max_error: float) -> dict[str, Any]:
    metadata = bundle.metadata
    return {
        "name": bundle.name,
        "kind": bundle.kind,
        "labels": metadata["labels"],
        "max_error": max_error,
        "preprocessing": metadata["preprocessing"],
        "sha256": metadata["files"]["model.onnx"],
    }
