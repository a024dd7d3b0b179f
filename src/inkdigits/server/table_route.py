"""``POST /v1/table``: readings, as they were answered or put right, come back as one table."""

from __future__ import annotations

import io
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from inkdigits import spec
from inkdigits.errors import InkdigitsError
from inkdigits.output.line_rows import open_line_writer
from inkdigits.output.line_tables import open_line_table
from inkdigits.output.rows import plain_cell
from inkdigits.readings import Box, Cell, Number, Reading
from inkdigits.server.bodies import Bodies
from inkdigits.server.json_bodies import parsed
from inkdigits.server.problems import Problem, problem_of
from inkdigits.server.review_schema import body_of
from inkdigits.server.schema import Probability, Sureness, problems

__all__ = ["table_route"]

_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FormatQuery = Annotated[Literal["csv", "xlsx"], Query(description="xlsx: with colours where it is unsure")]
_FILES: dict[str, Any] = {
    kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}} for kind in _TYPES.values()
}


class _Lenient(BaseModel):
    model_config = ConfigDict(extra="ignore")  # all that was answered may be sent; this is what is looked at


_Pixels = Annotated[int, Field(ge=0, lt=2**31)]
_Box = tuple[_Pixels, _Pixels, _Pixels, _Pixels]
_NOWHERE = (0, 0, 0, 0)


class _Number(_Lenient):
    text: str
    confidence: Probability
    status: Sureness
    row: int | None = Field(None, description="null for a number that stands in no table")
    box: _Box = Field(_NOWHERE, description="in the picture: left, top, width and height; left out for none")


class _Cell(_Lenient):
    numbers: list[int] = Field(description="which of the reading's numbers stand in it, from 0")
    other: bool = Field(False, description="whether something else is written in it")
    table: int = Field(0, ge=0, lt=2**31)
    box: _Box = _NOWHERE


class _Reading(_Lenient):
    source: str
    status: Literal["ok", "unsure", "empty", "error"]
    text: str = Field("", description="of a page without a table: its lines are the rows")
    error: str | None = None
    numbers: list[_Number]
    table: list[list[_Cell]] | None = None

    def reading(self) -> Reading:
        """Returns it as the reader would."""
        numbers = [
            Number(_safe(one.text), one.confidence, Box(*one.box), status=one.status, row=one.row)
            for one in self.numbers
        ]
        table = [
            tuple(Cell(Box(*one.box), "", tuple(one.numbers), one.other, one.table) for one in row)
            for row in self.table or ()
        ]
        text = self.text if len(self.text.split()) == len(numbers) else "\n".join("1" for _ in numbers)
        return Reading(self.source, self.status, text, 0.0, tuple(numbers), self.error, table=tuple(table))


class _Readings(_Lenient):
    readings: list[_Reading]


def table_route(bodies: Bodies) -> APIRouter:
    """Returns the route that makes tables."""
    routes = APIRouter(tags=["read"])

    @routes.post(
        "/v1/table",
        summary="Readings as a table",
        description="A line a row of the tables on each sheet, as inkdigits read --per row writes it; the "
        "body is what /v1/read/batch answered, or the same with what a person put right. Nothing is read "
        "again, and no picture is opened.",
        response_class=Response,
        responses={**problems(403, 408, 413, 415, 422), 200: {"content": _FILES}},
        openapi_extra=body_of(_Readings),
    )
    async def _table(request: Request, format: FormatQuery = "csv") -> Response:  # noqa: A002 - the query's name
        async with bodies.of(request) as body:
            content = await run_in_threadpool(_made, body, format)
        return Response(content, media_type=_TYPES[format])

    return routes


def _safe(text: str) -> str:
    """Returns a text so that no spreadsheet takes it for a formula: a person may have typed it."""
    return plain_cell(text, "'") if set(text) - set(spec.CHARACTERS) else text


def _made(body: bytes, kind: Literal["csv", "xlsx"]) -> bytes:
    told = parsed(_Readings, body, strict=True).readings
    for place, one in enumerate(told):
        _check(place, one)
    readings = [one.reading() for one in told]
    try:
        return _csv(readings) if kind == "csv" else _xlsx(readings)
    except InkdigitsError as error:
        raise problem_of(error) from error


def _check(place: int, reading: _Reading) -> None:
    """Raises a Problem for a reading of which the parts do not belong together, or that no cell can show."""
    cells = [cell for row in reading.table or [] for cell in row]
    if any(not 0 <= number < len(reading.numbers) for cell in cells for number in cell.numbers):
        raise Problem(
            422, f"wrong readings.{place}: a cell has a number that is not there; send what was read"
        )
    if any(not row for row in reading.table or []):
        raise Problem(422, f"wrong readings.{place}: a row without cells; send what was read")
    if not all(number.text.isprintable() for number in reading.numbers):
        raise Problem(422, f"wrong readings.{place}: a number on several lines; write it on one")


def _csv(readings: list[Reading]) -> bytes:
    stream = io.StringIO(newline="")
    writer = open_line_writer("csv", stream, "row")
    for reading in readings:
        writer.write(reading)
    writer.close()
    return stream.getvalue().encode("utf-8", "backslashreplace")


def _xlsx(readings: list[Reading]) -> bytes:
    stream = io.BytesIO()
    with open_line_table("xlsx", stream, "row", pictures=False) as writer:
        for reading in readings:
            writer.write(reading)
        writer.close()
    return stream.getvalue()
