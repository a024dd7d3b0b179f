"""``/v1/review/…``: what a review shows, a picture a cell, and what it gives, tables."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Response

from inkdigits.errors import InkdigitsError
from inkdigits.output.cutouts import png
from inkdigits.output.record_tables import table_of
from inkdigits.review.work import Review
from inkdigits.server.problems import Problem, no_review, problem_of
from inkdigits.server.schema import problems

__all__ = ["review_files"]

_SIDES = (1600, 1200)  # pixels of a cut-out, at most
_TYPES = {
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PNG = {"image/png": {"schema": {"type": "string", "format": "binary"}}}
_FILES = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in _TYPES.values()}


def review_files(review: Review | None) -> APIRouter:
    """Returns the routes of a review's pictures and tables."""
    routes = APIRouter(tags=["review"])

    def opened() -> Review:
        if review is None:
            raise no_review()
        return review

    @routes.get(
        "/v1/review/cells/{cell}/picture",
        summary="A cell with some paper around it",
        description="The header Cell-Box says where the cell stands in it: left, top, width and height as "
        "shares of the picture's width and height.",
        response_class=Response,
        responses={**problems(404, 413, 415, 422), 200: {"content": _PNG}},
    )
    def _picture(cell: Annotated[int, Path(ge=0, lt=2**31)]) -> Response:
        records = opened().records
        if cell >= len(records):
            raise Problem(404, f"no cell {cell}: there are {len(records)}, from 0")
        try:
            cut = opened().pictures.cut(records[cell].source, records[cell].box)
        except InkdigitsError as error:
            raise problem_of(error) from error
        headers = {"Cell-Box": ",".join(f"{share:.5f}" for share in cut.cell)}
        return Response(png(cut.pixels, _SIDES), headers=headers, media_type="image/png")

    @routes.get(
        "/v1/review/export.{kind}",
        summary="All cells with what holds of them now",
        description="Every cell of the results, also those that nobody looked at; origin says read, "
        "confirmed, corrected or no number. JSON Lines have all answers, those that were undone, too.",
        response_class=Response,
        responses={**problems(404, 422), 200: {"content": _FILES}},
    )
    def _export(kind: Literal["csv", "jsonl", "xlsx"]) -> Response:
        one = opened()
        try:
            content = table_of(one.outcome(), kind, one.pictures)
        except InkdigitsError as error:
            raise problem_of(error) from error
        name = f"{one.results.name.partition('.')[0]}-reviewed.{kind}".encode("ascii", "replace").decode()
        name = "".join(char if char.isalnum() or char in "-_." else "_" for char in name)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, headers=headers, media_type=_TYPES[kind])

    return routes
