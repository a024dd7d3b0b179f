"""``create_app``: the routes, what stands around them, and the OpenAPI document."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import Any, cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from inkdigits import __version__
from inkdigits.reader import Reader
from inkdigits.review.work import Review
from inkdigits.server.bodies import Bodies
from inkdigits.server.corrections import CorrectionStore
from inkdigits.server.corrections_routes import corrections_routes
from inkdigits.server.gate import Gate
from inkdigits.server.guard import OPEN_PATHS, Guard
from inkdigits.server.head import Head
from inkdigits.server.metrics import Metrics
from inkdigits.server.observe import Observe
from inkdigits.server.pages import enter_page, pages
from inkdigits.server.preview_route import preview_route
from inkdigits.server.problems import Problem, render
from inkdigits.server.read_routes import read_routes
from inkdigits.server.reading_thread import ReadingThread
from inkdigits.server.review_corrections import keep_all
from inkdigits.server.review_files import review_files
from inkdigits.server.review_routes import review_routes
from inkdigits.server.schema import ProblemModel
from inkdigits.server.settings import Settings
from inkdigits.server.status_routes import status_routes
from inkdigits.server.table_route import table_route

__all__ = ["create_app"]

_DESCRIPTION = """\
Reads handwritten digits and numbers from pictures and says how sure it is.

Every refusal is `application/problem+json`; every answer has `X-Request-ID`, which the log has too.
"""


def create_app(
    reader: Reader | Callable[[], Reader],
    settings: Settings,
    *,
    on_start: Callable[[Gate], None] = lambda gate: None,
    on_ready: Callable[[], None] = lambda: None,
    on_failure: Callable[[], None] = lambda: None,
) -> FastAPI:
    """Returns the server as an ASGI application.

    Args:
        reader: what reads; or what makes it, which is called once the server runs: until then /readyz answers
            503, and what needs a reader waits for it.
        settings: limits, token, corrections, review.
        on_start: called in the event loop's thread when the server starts.
        on_ready: called once pictures are read.
        on_failure: called when the reader cannot be made.

    Raises:
        ConfigError: the folder of corrections is a data set of another form; what lies beside the results to
            review is the review of others.
        DataError: the results to review cannot be read.
        OutputError: the folder of corrections, or the review, cannot be written.
    """
    metrics = Metrics()
    gate = Gate(settings.queue, settings.max_bytes, metrics)
    thread = ReadingThread(reader, gate, on_ready, on_failure)
    bodies = Bodies(settings, gate)
    store = None if settings.corrections is None else CorrectionStore(settings.corrections)
    review = (
        None
        if settings.review is None
        else Review(settings.review, settings.review_max_error, settings.pictures)
    )
    if review is not None and store is not None:
        keep_all(review, store)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncGenerator[None]:
        thread.open()
        on_start(gate)
        ticking = asyncio.create_task(_ticking(metrics))
        yield
        ticking.cancel()
        thread.close()
        if review is not None:
            review.close()

    app = FastAPI(
        title="inkdigits",
        version=__version__,
        description=_DESCRIPTION,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would be built from the Host header
    )
    app.state.routers = [
        read_routes(thread, bodies, settings, metrics),
        preview_route(thread, bodies, settings),
        table_route(bodies),
        corrections_routes(store, thread, bodies, settings),
        review_routes(review, store, bodies),
        review_files(review),
        status_routes(thread, gate, settings, metrics),
        pages(corrections=store is not None, review=review is not None),
    ]
    for router in app.state.routers:
        app.include_router(router)
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(RequestValidationError, _answer_validation)
    app.add_middleware(Head)
    app.add_middleware(Guard, settings=settings, gate=gate, enter_page=enter_page())
    app.add_middleware(Observe, gate=gate, metrics=metrics)  # the last one added is the outermost
    _complete_openapi(app, settings)
    return app


async def _ticking(metrics: Metrics) -> None:
    while True:
        metrics.tick()
        await asyncio.sleep(1)


async def _answer_problem(request: Request, error: Exception) -> Response:
    return render(cast("Problem", error), request.scope)


async def _answer_http(request: Request, error: Exception) -> Response:
    raised = cast("HTTPException", error)
    details = {
        404: f"nothing at {request.url.path[:200]!r}; / has the reader and /docs the API",
        405: f"{request.method[:20]} is not possible here; /docs says what is",
    }
    detail = details.get(raised.status_code, str(raised.detail))
    headers = dict(raised.headers or {})
    if raised.status_code == 405:
        headers["Allow"] = ", ".join(_methods(request))  # the library names those of one route alone
    return render(Problem(raised.status_code, detail, headers), request.scope)


def _methods(request: Request) -> list[str]:
    """Returns what is possible at the request's path."""
    found: set[str] = set()
    for router in request.app.state.routers:
        for route in router.routes:
            if route.matches(request.scope)[0] is not Match.NONE:
                found |= route.methods
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


async def _answer_validation(request: Request, error: Exception) -> Response:
    first = cast("RequestValidationError", error).errors()[0]
    name = ".".join(str(part) for part in first["loc"][1:])
    received = repr(first.get("input"))[:80]
    return render(Problem(422, f"wrong {name}: {first['msg']}; received {received}"), request.scope)


def _complete_openapi(app: FastAPI, settings: Settings) -> None:
    """Adds to the document what FastAPI cannot know: problems, and the token."""
    original = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = original()
            components = document["components"]
            components["schemas"]["Problem"] = ProblemModel.model_json_schema()
            if settings.token is not None:
                components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
                for path, operations in document["paths"].items():
                    if path not in OPEN_PATHS:
                        for operation in operations.values():
                            operation["security"] = [{"token": []}]
        return cast("dict[str, Any]", app.openapi_schema)

    app.openapi = openapi  # type: ignore[method-assign]
