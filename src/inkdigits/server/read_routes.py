"""``POST /v1/read`` and ``/v1/read/batch``: pictures in, the reader's own readings out."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from typing import Annotated, Any, Literal, TypedDict

from fastapi import APIRouter, Depends, Query, Request, Response

from inkdigits.batch.engine import Asked
from inkdigits.errors import InkdigitsError
from inkdigits.reader import Reader
from inkdigits.readings import Expect
from inkdigits.server.batches import read_uploads
from inkdigits.server.bodies import Bodies, seconds_left
from inkdigits.server.forms import Upload, is_multipart, only, parse
from inkdigits.server.metrics import Metrics
from inkdigits.server.pictures import data_uri, load
from inkdigits.server.problems import Problem, problem_of
from inkdigits.server.reading_thread import ReadingThread
from inkdigits.server.schema import (
    FILE,
    PICTURE_BODY,
    BatchModel,
    ReadingModel,
    form_of,
    problems,
)
from inkdigits.server.settings import Settings

__all__ = ["read_routes"]

ExpectQuery = Annotated[
    Expect, Query(description="what a picture holds: one digit, one number, a page of them, or auto")
]
RiskQuery = Annotated[
    float | None,
    Query(
        ge=0, le=1, description="answers with a higher probability of being wrong are unsure; as calibrated"
    ),
]
ShowQuery = Annotated[
    Literal["inputs"] | None, Query(description="inputs: also what the model saw of each number")
]

AllowedQuery = Annotated[
    str | None,
    Query(description="the characters that may stand there, as within the brackets of an expression: 0-9."),
]
PatternQuery = Annotated[
    str | None,
    Query(
        description="a Python regular expression that the text of each number matches as a whole; the answer "
        "is the likeliest text that fits, and unsure where another was far likelier"
    ),
]


class AskedOf(TypedDict):
    """What a request says of its pictures, as the reader takes it."""

    expect: Expect
    allowed: str | None
    pattern: str | None
    max_error: float | None


def _asked(
    expect: ExpectQuery = "auto",
    allowed: AllowedQuery = None,
    pattern: PatternQuery = None,
    max_error: RiskQuery = None,
) -> AskedOf:
    return {"expect": expect, "allowed": allowed, "pattern": pattern, "max_error": max_error}


AskedQuery = Annotated[AskedOf, Depends(_asked)]

_BATCH_BODY = {
    "requestBody": {
        "required": True,
        "content": {"multipart/form-data": form_of("files", {"type": "array", "items": FILE, "minItems": 1})},
    }
}


def read_routes(thread: ReadingThread, bodies: Bodies, settings: Settings, metrics: Metrics) -> APIRouter:
    """Returns the routes that read pictures."""
    routes = APIRouter(tags=["read"])

    def read(reader: Reader, upload: Upload, asked: AskedOf, show: bool) -> Any:
        """Reads one picture and keeps what the model saw. Runs in the reader's thread."""
        started = time.perf_counter()
        try:
            picture = load(upload.content, upload.name, settings.max_pixels)
            seen = reader.see(picture, **asked)
        except InkdigitsError:
            metrics.count("error", started)
            raise
        answer = replace(seen.reading, source=upload.name).to_dict()
        if show:
            answer["inputs"] = [data_uri(one) for one in seen.inputs]
        metrics.count(seen.reading.status, started)
        return answer

    @routes.post(
        "/v1/read",
        summary="Read one picture",
        response_model=ReadingModel,
        responses=problems(403, 408, 413, 415, 422),
        openapi_extra=PICTURE_BODY,
    )
    async def _read(request: Request, asked: AskedQuery, show: ShowQuery = None) -> Response:
        content_type = request.headers.get("content-type", "")

        def work(reader: Reader) -> tuple[bytes, float]:
            started = time.perf_counter()
            upload = only(body, content_type)
            try:
                content = _json(read(reader, upload, asked, show is not None))
            except InkdigitsError as error:
                raise problem_of(error) from error
            return content, time.perf_counter() - started

        async with bodies.of(request) as body:
            content, seconds = await thread.run(work, seconds_left(request, settings))
        timing = {"Server-Timing": f"read;dur={1000 * seconds:.1f}"}
        return Response(content, headers=timing, media_type="application/json")

    @routes.post(
        "/v1/read/batch",
        summary="Read several pictures",
        description="A picture that cannot be read has the status error; the others are read all the same.",
        response_model=BatchModel,
        responses=problems(403, 408, 413, 415, 422),
        openapi_extra=_BATCH_BODY,
    )
    async def _read_batch(request: Request, asked: AskedQuery) -> Response:
        content_type = request.headers.get("content-type", "")
        if not is_multipart(content_type):
            raise Problem(
                415, f"a batch is multipart/form-data with fields 'files'; received {content_type[:80]!r}"
            )

        def work(reader: Reader) -> tuple[bytes, float]:
            started = time.perf_counter()
            uploads = parse(body, content_type, settings.max_files).uploads("files")
            if not uploads:
                raise Problem(
                    422, "no files: expected at least one field 'files' with a picture, received none"
                )
            _check(reader, asked)
            plain = Asked(asked["expect"], asked["allowed"], asked["pattern"])
            readings: list[Any] = []
            before = started
            for reading in read_uploads(reader, uploads, plain, asked["max_error"], settings.max_pixels):
                before = metrics.count(reading.status, before)
                readings.append(reading.to_dict())
                if seconds_left(request, settings) <= 0:
                    break  # the answer to all has been given: too late
            return _json({"readings": readings}), time.perf_counter() - started

        async with bodies.of(request) as body:
            content, seconds = await thread.run(work, seconds_left(request, settings))
        timing = {"Server-Timing": f"read;dur={1000 * seconds:.1f}"}
        return Response(content, headers=timing, media_type="application/json")

    return routes


def _check(reader: Reader, asked: AskedOf) -> None:
    """Raises a Problem for what is wrong with every picture of a request."""
    try:
        reader.language(asked["expect"], asked["allowed"], asked["pattern"])
    except InkdigitsError as error:
        raise problem_of(error) from error


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
