"""Every refusal as one ``application/problem+json`` answer (RFC 9457)."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from inkdigits.errors import (
    InkdigitsError,
    OutputError,
    SourceError,
    SourceTooLargeError,
)

__all__ = [
    "MEDIA_TYPE",
    "Problem",
    "ProblemResponse",
    "busy",
    "no_review",
    "problem_of",
    "render",
    "request_id",
]

MEDIA_TYPE = "application/problem+json"

_SMALL_BODY = 2**16  # bytes; what uvicorn takes in without being asked
_LINGER_S = 2.0  # seconds in which a refused client may go on sending, so that it gets to read the answer


class Problem(Exception):  # noqa: N818 - it is the answer, an error only for who asked
    """Ends a request with an answer that says what was wrong.

    Args:
        status: the HTTP status.
        detail: one line: what was invalid, what was expected, what was received, what to do.
        headers: more headers of the answer.
    """

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})


def busy(detail: str, retry_after_s: int = 1) -> Problem:
    """Returns the refusal of a server that cannot take a request now, with when to come back."""
    return Problem(503, detail, {"Retry-After": str(retry_after_s)})


def no_review() -> Problem:
    """Returns the refusal of a server that was given no results to review."""
    return Problem(404, "there is nothing to review; start: inkdigits review RESULTS")


def problem_of(error: InkdigitsError) -> Problem:
    """Returns the answer that stands for an error of the package."""
    if isinstance(error, SourceTooLargeError):
        return Problem(413, str(error))
    if isinstance(error, SourceError):
        return Problem(415, str(error))
    if isinstance(error, OutputError):
        return Problem(507, str(error))
    return Problem(422, str(error))


def request_id(scope: Scope) -> str:
    """Returns the id that ``observe`` gave to the request of ``scope``."""
    return scope.get("state", {}).get("request_id", "")


def render(problem: Problem, scope: Scope) -> ProblemResponse:
    """Returns the answer to the request of ``scope``."""
    return ProblemResponse(problem, request_id(scope))


class ProblemResponse(Response):
    """A problem as JSON; also to a client that is still sending its body."""

    media_type = MEDIA_TYPE

    def __init__(self, problem: Problem, identifier: str) -> None:
        content = {
            "type": "about:blank",
            "title": HTTPStatus(problem.status).phrase,
            "status": problem.status,
            "detail": problem.detail,
            "request_id": identifier,
        }
        body = json.dumps(content, ensure_ascii=False).encode("utf-8", "replace")
        super().__init__(body, problem.status, problem.headers, MEDIA_TYPE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the answer."""
        unread = _unread_body(scope)
        if 0 < unread <= _SMALL_BODY and self.status_code != HTTPStatus.REQUEST_TIMEOUT:
            # It is here already, as a rule, and once it is read the connection can be used again.
            unread = 0 if await _thrown_away(receive) else unread
        if not unread:
            return await super().__call__(scope, receive, send)
        # A connection closed while data comes in is reset, and the client may never see why. So the whole
        # answer goes out first, then what still arrives is thrown away for a while, then the end is told.
        self.headers["Connection"] = "close"
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await send({"type": "http.response.body", "body": self.body, "more_body": True})
        if self.status_code != HTTPStatus.REQUEST_TIMEOUT:
            await _thrown_away(receive)
        return await send({"type": "http.response.body", "body": b""})


async def _thrown_away(receive: Receive) -> bool:
    """Takes in what is left of a body, for a while; returns whether that was all of it."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_LINGER_S):
            while (message := await receive())["type"] == "http.request":
                if not message.get("more_body"):
                    return True
    return False


def _unread_body(scope: Scope) -> int:
    """Returns how many bytes of a body are still to come at most."""
    if scope.get("state", {}).get("body_read"):
        return 0
    headers = {name: value for name, value in scope["headers"] if name in _BODY_HEADERS}
    length = headers.get(b"content-length", b"0")
    return int(length) if b"transfer-encoding" not in headers and length.isdigit() else sys.maxsize


_BODY_HEADERS = frozenset({b"content-length", b"transfer-encoding"})
