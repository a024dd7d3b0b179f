"""``/v1/corrections``: what people corrected, kept for the next training; 404 where that is off."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from inkdigits.errors import InkdigitsError
from inkdigits.reader import Reader
from inkdigits.readings import Box
from inkdigits.server.bodies import Bodies, seconds_left
from inkdigits.server.corrections import ID_PATTERN, Correction, CorrectionStore
from inkdigits.server.forms import is_multipart, parse
from inkdigits.server.pictures import load
from inkdigits.server.problems import Problem, problem_of
from inkdigits.server.reading_thread import ReadingThread
from inkdigits.server.schema import PICTURES, CorrectionListModel, CorrectionModel, problems
from inkdigits.server.settings import Settings

__all__ = ["corrections_routes"]

_LABEL = re.compile(r"[0-9]", re.ASCII)
_READ = re.compile(r"[0-9.-]{0,64}", re.ASCII)
_BOX = re.compile(r"(\d{1,6}),(\d{1,6}),([1-9]\d{0,5}),([1-9]\d{0,5})", re.ASCII)

_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "label"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "label": {"type": "string", "pattern": "^[0-9]$"},
                        "box": {
                            "type": "string",
                            "pattern": r"^[0-9]{1,6},[0-9]{1,6},[1-9][0-9]{0,5},[1-9][0-9]{0,5}$",
                            "description": "x,y,width,height of the digit; without it the whole picture",
                        },
                        "read": {"type": "string", "pattern": "^[0-9.-]{0,64}$"},
                    },
                },
                "encoding": {"file": {"contentType": ", ".join(PICTURES)}},
            }
        },
    }
}


def corrections_routes(
    store: CorrectionStore | None, thread: ReadingThread, bodies: Bodies, settings: Settings
) -> APIRouter:
    """Returns the routes that keep and show corrections."""
    routes = APIRouter(tags=["corrections"])

    def opened() -> CorrectionStore:
        if store is None:
            raise Problem(404, "corrections are off; start the server with --corrections DIR to keep them")
        return store

    @routes.post(
        "/v1/corrections",
        status_code=201,
        summary="Keep a digit with its right label",
        response_model=CorrectionModel,
        responses=problems(403, 404, 408, 413, 415, 422, 507),
        openapi_extra=_BODY,
    )
    async def _add(request: Request) -> dict[str, Any]:
        kept, content_type = opened(), request.headers.get("content-type", "")
        if not is_multipart(content_type):
            raise Problem(
                415,
                "a correction is multipart/form-data with 'file' and 'label'; "
                f"received {content_type[:80]!r}",
            )

        def work(_: Reader) -> Correction:
            form = parse(body, content_type, 1)
            uploads = form.uploads("file")
            if not uploads:
                raise Problem(422, "no picture: expected one field 'file' with a picture, received none")
            label = _matched(_LABEL, form.fields, "label", "one digit 0 to 9")
            read = (
                _matched(_READ, form.fields, "read", "at most 64 of 0-9 . -")
                if "read" in form.fields
                else None
            )
            try:
                picture = load(uploads[0].content, uploads[0].name, settings.max_pixels)
                return kept.add(picture, _box(form.fields, picture.shape), label, read)
            except InkdigitsError as error:
                raise problem_of(error) from error

        async with bodies.of(request) as body:
            return asdict(await thread.run(work, seconds_left(request, settings)))

    @routes.get(
        "/v1/corrections",
        summary="All corrections, the newest first",
        response_model=CorrectionListModel,
        responses=problems(404),
    )
    def _list() -> dict[str, Any]:
        listed = [{**asdict(one), "picture": f"/v1/corrections/{one.id}/picture"} for one in opened().all()]
        return {"corrections": listed}

    @routes.get(
        "/v1/corrections.csv",
        summary="All corrections as a table",
        response_class=Response,
        responses={**problems(404), 200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
    )
    def _table() -> Response:
        text = io.StringIO(newline="")
        rows = csv.writer(text)
        rows.writerow(("id", "label", "read", "created"))
        rows.writerows((one.id, one.label, one.read or "", one.created) for one in opened().all())
        headers = {"Content-Disposition": 'attachment; filename="corrections.csv"'}
        return Response(text.getvalue(), headers=headers, media_type="text/csv")

    @routes.get(
        "/v1/corrections/{identifier}/picture",
        summary="The picture of a correction",
        response_class=Response,
        responses={
            **problems(404, 422),
            200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}},
        },
    )
    def _picture(identifier: Annotated[str, Path(pattern=ID_PATTERN)]) -> Response:
        content = opened().picture(identifier)
        if content is None:
            raise _missing(identifier)
        return Response(content, media_type="image/png")

    @routes.delete(
        "/v1/corrections/{identifier}",
        status_code=204,
        summary="Take a correction back",
        responses=problems(403, 404, 422, 507),
    )
    def _remove(identifier: Annotated[str, Path(pattern=ID_PATTERN)]) -> None:
        try:
            removed = opened().remove(identifier)
        except InkdigitsError as error:
            raise problem_of(error) from error
        if not removed:
            raise _missing(identifier)

    return routes


def _missing(identifier: str) -> Problem:
    return Problem(404, f"no correction {identifier}; GET /v1/corrections lists them")


def _matched(pattern: re.Pattern[str], fields: dict[str, str], name: str, expected: str) -> str:
    value = fields.get(name)
    if value is None or not pattern.fullmatch(value):
        raise Problem(422, f"wrong {name}: expected {expected}, received {(value or 'none')[:80]!r}")
    return value


def _box(fields: dict[str, str], shape: tuple[int, ...]) -> Box | None:
    """Returns the box that a form names, which has to lie in a picture of this shape."""
    if "box" not in fields:
        return None
    match = _BOX.fullmatch(fields["box"])
    if match is None:
        raise Problem(422, f"wrong box: expected 'x,y,width,height', received {fields['box'][:80]!r}")
    box = Box(*map(int, match.groups()))
    height, width = shape[:2]
    if box.x + box.width > width or box.y + box.height > height:
        raise Problem(
            422, f"wrong box: expected one inside the picture of {width} x {height}, received {fields['box']}"
        )
    return box
