"""``/v1/review``: the unsure cells of a table of results, one after the other; 404 where there are none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, TypeVar

from fastapi import APIRouter, Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from inkdigits.errors import InkdigitsError
from inkdigits.review.answers import AnsweredError, Person
from inkdigits.review.work import Review
from inkdigits.server import review_corrections as training
from inkdigits.server.bodies import Bodies
from inkdigits.server.corrections import CorrectionStore
from inkdigits.server.json_bodies import parsed
from inkdigits.server.problems import Problem, no_review, problem_of
from inkdigits.server.review_schema import (
    AnswerBody,
    AnsweredModel,
    CellsModel,
    NextBody,
    ReleaseBody,
    ReviewModel,
    UndoBody,
    UndoneModel,
    body_of,
)
from inkdigits.server.schema import problems

__all__ = ["review_routes"]

Body = TypeVar("Body", bound=BaseModel)
T = TypeVar("T")


def review_routes(review: Review | None, store: CorrectionStore | None, bodies: Bodies) -> APIRouter:
    """Returns the routes of a review; what it corrects goes into ``store`` where there is one."""
    routes = APIRouter(tags=["review"])

    def opened() -> Review:
        if review is None:
            raise no_review()
        return review

    def progress() -> dict[str, Any]:
        one, at = opened(), opened().progress()
        return {"name": one.results.name, **asdict(at), "left": at.left, "share_left": at.share_left}

    async def asked(request: Request, model: type[Body], work: Callable[[Body], T]) -> T:
        """Does in a thread what a body of JSON asks for."""
        opened()
        async with bodies.of(request) as content:
            body = parsed(model, content)
        try:
            return await run_in_threadpool(work, body)
        except AnsweredError as error:
            raise Problem(409, str(error)) from error
        except InkdigitsError as error:
            raise problem_of(error) from error

    @routes.get(
        "/v1/review", summary="How far the review is", response_model=ReviewModel, responses=problems(404)
    )
    def _progress() -> dict[str, Any]:
        return progress()

    @routes.post(
        "/v1/review/next",
        summary="The next cells to look at",
        description="They are this window's for ten minutes after its last request; nobody else gets them.",
        response_model=CellsModel,
        responses=problems(403, 404, 408, 413, 422, 507),
        openapi_extra=body_of(NextBody),
    )
    async def _next(request: Request) -> dict[str, Any]:
        def work(body: NextBody) -> dict[str, Any]:
            cells = opened().next_cells(body.tab, body.count, again=body.again)
            return {"cells": cells, "review": progress()}

        return await asked(request, NextBody, work)

    @routes.post(
        "/v1/review/answers",
        status_code=201,
        summary="Say what stands in a cell",
        description="It is on the disk when this is answered. The same id twice is one answer.",
        response_model=AnsweredModel,
        responses=problems(403, 404, 408, 409, 413, 422, 507),
        openapi_extra=body_of(AnswerBody),
    )
    async def _answer(request: Request) -> dict[str, Any]:
        def work(body: AnswerBody) -> dict[str, Any]:
            text = body.text.strip()
            answer = opened().answer(body.id, body.cell, body.verdict, text, Person(body.who, body.tab))
            kept = training.keep(opened(), store, answer) if store is not None else 0
            opened().journal.renew(body.tab)
            told = {"id": answer.id, "cell": answer.cell, "at": answer.at, "corrections": kept}
            return {**told, "review": progress()}

        return await asked(request, AnswerBody, work)

    @routes.post(
        "/v1/review/undo",
        summary="Take an answer back",
        description="Both stay in the journal; the cell is this window's again.",
        response_model=UndoneModel,
        responses=problems(403, 404, 408, 409, 413, 422, 507),
        openapi_extra=body_of(UndoBody),
    )
    async def _undo(request: Request) -> dict[str, Any]:
        def work(body: UndoBody) -> dict[str, Any]:
            answer = opened().undo(body.id, body.undoes, Person(body.who, body.tab))
            if store is not None:
                training.let_go(opened(), store, body.undoes)
            return {"cell": opened().describe(answer.cell), "review": progress()}

        return await asked(request, UndoBody, work)

    @routes.post(
        "/v1/review/release",
        status_code=204,
        summary="Give back the cells of a window that closes",
        responses=problems(403, 404, 408, 413, 422, 507),
        openapi_extra=body_of(ReleaseBody),
    )
    async def _release(request: Request) -> None:
        await asked(request, ReleaseBody, lambda body: opened().journal.release(body.tab))

    return routes
