"""``POST /v1/preview``: a picture that a browser cannot show comes back as one that it can."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from inkdigits.errors import InkdigitsError
from inkdigits.reader import Reader
from inkdigits.server.bodies import Bodies, seconds_left
from inkdigits.server.forms import only
from inkdigits.server.pictures import load, preview
from inkdigits.server.problems import problem_of
from inkdigits.server.reading_thread import ReadingThread
from inkdigits.server.schema import PICTURE_BODY, problems
from inkdigits.server.settings import Settings

__all__ = ["preview_route"]

SideQuery = Annotated[int, Query(ge=16, le=4096, description="pixels of its longer side, at most")]
_JPEG = {"image/jpeg": {"schema": {"type": "string", "format": "binary"}}}


def preview_route(thread: ReadingThread, bodies: Bodies, settings: Settings) -> APIRouter:
    """Returns the route that shows a picture."""
    routes = APIRouter(tags=["read"])

    @routes.post(
        "/v1/preview",
        summary="See a picture as it is read",
        description="For browsers, which do not know every kind of picture: a JPEG, upright and without "
        "transparency. The header Picture-Size has the size of the picture itself, in which boxes are told.",
        response_class=Response,
        responses={**problems(403, 408, 413, 415, 422), 200: {"content": _JPEG}},
        openapi_extra=PICTURE_BODY,
    )
    async def _preview(request: Request, side: SideQuery = 1600) -> Response:
        content_type = request.headers.get("content-type", "")

        def work(_: Reader) -> tuple[bytes, str]:
            upload = only(body, content_type)
            try:
                picture = load(upload.content, upload.name, settings.max_pixels)
            except InkdigitsError as error:
                raise problem_of(error) from error
            return preview(picture, side), f"{picture.shape[1]}x{picture.shape[0]}"

        async with bodies.of(request) as body:
            content, size = await thread.run(work, seconds_left(request, settings))
        return Response(content, headers={"Picture-Size": size}, media_type="image/jpeg")

    return routes
