"""What the answers look like: for the OpenAPI document, and for whoever generates a client from it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from inkdigits.server.corrections import ID_PATTERN
from inkdigits.server.problems import MEDIA_TYPE

__all__ = [
    "COMMON",
    "FILE",
    "PICTURES",
    "PICTURE_BODY",
    "STATUSES",
    "BatchModel",
    "CorrectionListModel",
    "CorrectionModel",
    "HealthModel",
    "ListedCorrectionModel",
    "ModelsModel",
    "ProblemModel",
    "ReadingModel",
    "ReadyModel",
    "form_of",
    "problems",
]

PICTURES = ("image/png", "image/jpeg", "image/tiff", "image/bmp", "image/webp", "image/gif")
"""The types of file that can be read."""

FILE = {"type": "string", "format": "binary"}


def form_of(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Returns the documentation of a form with pictures in one field."""
    return {
        "schema": {"type": "object", "required": [name], "properties": {name: schema}},
        "encoding": {name: {"contentType": ", ".join(PICTURES)}},
    }


_BINARY = {"schema": {**FILE, "description": "a picture file"}}
PICTURE_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            **dict.fromkeys((*PICTURES, "application/octet-stream"), _BINARY),
            "multipart/form-data": form_of("file", FILE),
        },
    }
}
"""The documentation of a body with one picture."""

Probability = Annotated[float, Field(ge=0, le=1)]
Sureness = Literal["ok", "unsure"]
BoxModel = Annotated[
    list[int],
    Field(
        min_length=4,
        max_length=4,
        description="x, y, width, height in pixels of the picture after its EXIF rotation",
    ),
]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


class DigitModel(_Model):
    """One character of a number."""

    value: str = Field(description='"0" to "9", or a sign or separator')
    confidence: Probability = Field(description="probability that the value is right; calibrated")
    box: BoxModel
    alternatives: list[tuple[str, float]] = Field(
        description="other answers as [value, probability], the likeliest first"
    )
    status: Sureness = Field(
        description="unsure where the risk that the value is wrong, 1 - confidence, is above max_error"
    )


class NumberModel(_Model):
    """A string of digits and signs written together."""

    text: str = Field(description="what is written, leading zeros kept")
    value: str | None = Field(
        description="what the text is worth as a decimal number, thousands resolved: 1.234.50 is 1234.50; "
        "null where it is not one number, as a date"
    )
    confidence: Probability = Field(description="probability that the whole text is right; calibrated")
    box: BoxModel
    digits: list[DigitModel]
    status: Sureness = Field(
        description="unsure where the risk that the text is wrong, 1 - confidence, is above max_error"
    )
    row: int | None = Field(description="which row of the table it stands in, from 0; null for none")
    column: int | None = Field(description="its place in that row, from 0")
    second: str | None = Field(
        None,
        description="only of numbers that a second reader was asked about: what it read, empty for nothing",
    )


class CellModel(_Model):
    """A cell of a table."""

    text: str = Field(description="its numbers, by spaces; empty for none")
    box: BoxModel
    numbers: list[int] = Field(description="which of the numbers stand in it, from 0")
    other: bool = Field(description="whether something else is written in it that is not answered")
    table: int = Field(description="which table of the sheet it belongs to, from 0")
    spans: list[int] = Field(
        min_length=2,
        max_length=2,
        description="rows and columns that it takes; 0, 0 of a place that another cell covers",
    )


class ReadingModel(_Model):
    """The answer for one picture."""

    source: str = Field(description='the name of the file as sent, else "<picture>"')
    status: Literal["ok", "unsure", "empty", "error"] = Field(
        description="ok when each number is, unsure when one is; empty: nothing is written; error: not read"
    )
    text: str = Field(description="what is written: numbers of a line by spaces, lines by newlines")
    confidence: Probability = Field(
        description="that of the least sure number, by which the status goes; 0 when there is none"
    )
    numbers: list[NumberModel]
    table: list[list[CellModel]] | None = Field(
        None, description="only where there are tables: their rows from the top, of cells from the left"
    )
    error: str | None
    inputs: list[str] | None = Field(
        None,
        description="only with show=inputs: for each number what the model saw, a PNG as a data URI",
    )


class BatchModel(_Model):
    """The answers for several pictures."""

    readings: list[ReadingModel] = Field(description="in the order of the files")


class BundleModel(_Model):
    """A model that reads."""

    name: str
    kind: Literal["digit", "number", "finder"]
    labels: str = Field(description="the characters it can answer")
    max_error: Probability = Field(description="answers with a higher risk of being wrong are unsure")
    preprocessing: str = Field(description="hash of how pictures look to it")
    sha256: str = Field(description="of the weights, in hexadecimal")


class LimitsModel(_Model):
    """What the server accepts."""

    max_bytes: int = Field(description="bytes of a request's body")
    max_pixels: int = Field(description="pixels of a picture")
    max_files: int = Field(description="files of a batch")
    timeout_s: float = Field(description="seconds from a request's first byte to its answer")


class ModelsModel(_Model):
    """Which models read here, and within which limits."""

    digit: BundleModel
    number: BundleModel
    finder: BundleModel
    limits: LimitsModel
    corrections: bool = Field(description="whether corrections are kept")
    review: bool = Field(description="whether there are results to review")
    version: str


class CorrectionModel(_Model):
    """One digit that somebody labelled."""

    id: str = Field(pattern=ID_PATTERN)
    label: str = Field(pattern="^[0-9]$")
    read: str | None = Field(description="what had been read")
    created: str = Field(description="ISO 8601, UTC")


class ListedCorrectionModel(CorrectionModel):
    """The same with where its picture is."""

    picture: str


class CorrectionListModel(_Model):
    """All corrections, the newest first."""

    corrections: list[ListedCorrectionModel]


class HealthModel(_Model):
    """The process lives."""

    status: Literal["ok"]


class ReadyModel(_Model):
    """The server takes requests."""

    status: Literal["ready"]


class ProblemModel(_Model):
    """Why a request was refused (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str


_MEANINGS = {
    400: "A broken request: its Host header, or a body that is empty or cannot be taken apart.",
    401: "The token is missing or wrong.",
    403: "A page of another site sent the request.",
    404: "There is no such thing here, or it is off.",
    408: "The body did not arrive in time.",
    409: "Somebody was faster: the cell has an answer, or the answer does not hold any more.",
    413: "Too many bytes, pixels or files.",
    415: "Not a picture, a damaged one, or a body of the wrong type.",
    422: "A parameter is wrong.",
    503: "The queue is full, the server drains, or it starts too slowly; come back after Retry-After.",
    507: "There is no room for it on the server's disk.",
}

STATUSES = frozenset(_MEANINGS)
"""Every refusal that is documented; 405, and 431 for too large a head, go without saying."""

COMMON = (400, 401, 503)
"""What every route may answer."""


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Returns the documentation of refusals with these statuses, beside those of :data:`COMMON`."""
    return {
        status: {
            "description": _MEANINGS[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({*COMMON, *statuses})
    }
