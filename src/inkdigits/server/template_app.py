"""``inkdigits template new``: a server of its own for the page on which the fields of a form are drawn."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, cast

from fastapi import APIRouter, FastAPI, Path, Request, Response
from numpy.typing import NDArray
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from inkdigits.errors import InkdigitsError
from inkdigits.picture.sources import load
from inkdigits.server.bodies import Bodies
from inkdigits.server.gate import Gate
from inkdigits.server.guard import Guard
from inkdigits.server.head import Head
from inkdigits.server.json_bodies import parsed
from inkdigits.server.metrics import Metrics
from inkdigits.server.observe import Observe
from inkdigits.server.pages import enter_page, web_files
from inkdigits.server.pictures import preview
from inkdigits.server.problems import Problem, problem_of, render
from inkdigits.server.settings import Settings
from inkdigits.server.template_schema import DrawnTemplate, SavedModel, TemplateModel
from inkdigits.tables.new_template import NewTemplate, drawn_field, told

__all__ = ["create_template_app"]

_SIDE = 2400  # pixels of a page's longer side, as it is shown: enough for the dots of a comb


def create_template_app(
    new: NewTemplate,
    settings: Settings,
    *,
    on_start: Callable[[Gate], None] = lambda gate: None,
    on_ready: Callable[[], None] = lambda: None,
    on_saved: Callable[[int], None] = lambda count: None,
) -> FastAPI:
    """Returns the server of one template as an ASGI application.

    Args:
        new: what is drawn.
        settings: limits and token.
        on_start: called in the event loop's thread when the server starts.
        on_ready: called once requests are answered.
        on_saved: called with how many fields it has, whenever the template is written.

    Raises:
        SourceError: a page of the blank cannot be read.
    """
    metrics = Metrics()  # which nobody asks for here; gate and log need them
    gate = Gate(settings.queue, settings.max_bytes, metrics)
    pictures: list[NDArray[Any]] = [load(page) for page in new.pages]

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        on_start(gate)
        on_ready()
        yield

    app = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.include_router(_routes(new, pictures, Bodies(settings, gate), on_saved))
    app.include_router(web_files("template.html"))
    app.add_exception_handler(Problem, _answer)
    app.add_exception_handler(HTTPException, _nothing)
    app.add_middleware(Head)
    app.add_middleware(Guard, settings=settings, gate=gate, enter_page=enter_page())
    app.add_middleware(Observe, gate=gate, metrics=metrics)
    return app


def _routes(
    new: NewTemplate, pictures: list[NDArray[Any]], bodies: Bodies, on_saved: Callable[[int], None]
) -> APIRouter:
    routes = APIRouter()

    @routes.get("/v1/template", response_model=TemplateModel)
    def _template() -> dict[str, Any]:
        shapes = [picture.shape for picture in pictures]
        pages = [
            {"width": shape[1], "height": shape[0], "picture": f"/v1/template/pages/{place}"}
            for place, shape in enumerate(shapes)
        ]
        offered = [told(one) for one in new.offered]
        return {"path": str(new.path), "title": new.path.stem, "pages": pages, "offered": offered}

    @routes.get("/v1/template/pages/{page}")
    def _page(page: Annotated[int, Path(ge=0)]) -> Response:
        if page >= len(pictures):
            raise Problem(404, f"no page {page}: there are {len(pictures)}, from 0")
        return Response(preview(pictures[page], _SIDE), media_type="image/jpeg")

    @routes.post("/v1/template", response_model=SavedModel)
    async def _save(request: Request) -> dict[str, Any]:
        def work(drawn: DrawnTemplate) -> None:
            new.write([drawn_field(**one.model_dump()) for one in drawn.fields], drawn.title)

        async with bodies.of(request) as content:
            drawn = parsed(DrawnTemplate, content)
        try:
            await run_in_threadpool(work, drawn)
        except InkdigitsError as error:
            raise problem_of(error) from error
        on_saved(len(drawn.fields))
        return {"path": str(new.path), "fields": len(drawn.fields)}

    return routes


async def _answer(request: Request, error: Exception) -> Response:
    return render(cast("Problem", error), request.scope)


async def _nothing(request: Request, error: Exception) -> Response:
    raised = cast("HTTPException", error)
    return render(Problem(raised.status_code, "nothing here; / has the page of the template"), request.scope)
