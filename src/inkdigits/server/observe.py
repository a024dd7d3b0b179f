"""Around every request: an id, the security headers, a log line, the figures, and the last net."""

from __future__ import annotations

import logging
import re
import secrets
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from inkdigits.server.gate import Gate
from inkdigits.server.logs import LOGGER, event
from inkdigits.server.metrics import Metrics
from inkdigits.server.problems import Problem, render

__all__ = ["QUIET_PATHS", "Observe"]

QUIET_PATHS = frozenset({"/healthz", "/readyz", "/metrics"})
"""What machines ask every few seconds: not logged unless something is wrong, answered while draining."""

_CSP = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", _CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_NO_STORE = (b"cache-control", b"no-store")

_REQUEST_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Observe:
    """The outermost middleware.

    Args:
        app: what answers.
        gate: counts what is in progress.
        metrics: the figures.
    """

    def __init__(self, app: ASGIApp, gate: Gate, metrics: Metrics) -> None:
        self._app, self._gate, self._metrics = app, gate, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on and its answer back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.monotonic()
        identifier = _identifier(scope)
        scope.setdefault("state", {}).update(request_id=identifier, started=started)
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_added(message, identifier)]
                if self._gate.draining:
                    message["headers"].append((b"connection", b"close"))  # the next request would be refused
            await send(message)

        with self._gate.request():
            try:
                await self._app(scope, receive, answer)
            except Exception:
                LOGGER.exception("failed", extra={"fields": {"request_id": identifier}})
                if status:  # half an answer is out: only a broken connection tells that it is not whole
                    raise
                problem = Problem(
                    500, "the server failed at this request; report it with the request_id and the log"
                )
                await render(problem, scope)(scope, receive, answer)
            finally:
                self._tell(scope, status, time.monotonic() - started)

    def _tell(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "other")  # the pattern: ids would make endless series
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        level = logging.DEBUG if route in QUIET_PATHS and status < 500 else logging.INFO
        client = scope.get("client")
        event(
            level,
            "request",
            request_id=scope["state"]["request_id"],
            method=method,
            path=scope["path"],  # without the query, where a token may stand
            status=status,
            ms=round(1000 * seconds, 2),
            client=client[0] if client else None,
        )


def _identifier(scope: Scope) -> str:
    """Returns the request's own id where it has a sound one, for those who trace requests; or a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            given = value.decode("latin-1")
            if _REQUEST_ID.fullmatch(given):
                return given
    return secrets.token_hex(8)


def _added(message: Message, identifier: str) -> list[tuple[bytes, bytes]]:
    """Returns the headers that every answer gets beside its own."""
    own = {name for name, _ in message["headers"]}
    added = [(b"x-request-id", identifier.encode("ascii")), *_HEADERS]
    return added if _NO_STORE[0] in own else [*added, _NO_STORE]
