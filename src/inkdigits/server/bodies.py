"""A request's body within its limits of bytes and time, held in memory for as long as it is used."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect, Request

from inkdigits.server.gate import Gate
from inkdigits.server.problems import Problem
from inkdigits.server.settings import Settings

__all__ = ["Bodies", "seconds_left"]


class Bodies:
    """Takes in bodies.

    Args:
        settings: the limits.
        gate: counts the bytes that are held.
    """

    def __init__(self, settings: Settings, gate: Gate) -> None:
        self._settings, self._gate = settings, gate

    @asynccontextmanager
    async def of(self, request: Request) -> AsyncGenerator[bytes]:
        """Gives the whole body of a request.

        Raises:
            Problem: 400 it is empty or ends early; 408 it is not complete in time; 413 it is too large;
                503 too many bodies arrive at a time.
        """
        declared = request.headers.get("content-length", "0")
        if declared.isdecimal() and int(declared) > self._settings.max_bytes:
            raise self._too_large(f"{int(declared):,}")
        chunks: list[bytes] = []
        held = 0
        try:
            left = seconds_left(request, self._settings)
            try:
                async with asyncio.timeout(left):
                    async for chunk in request.stream():
                        if held + len(chunk) > self._settings.max_bytes:
                            raise self._too_large("more")
                        self._gate.buffer(len(chunk))
                        held += len(chunk)
                        chunks.append(chunk)
            except TimeoutError as error:
                raise Problem(
                    408,
                    f"the body did not arrive in time: expected all of it within "
                    f"{self._settings.timeout_s:g} s, received {held:,} bytes; send less, or faster",
                ) from error
            except ClientDisconnect as error:
                raise Problem(400, f"the connection ended within the body, after {held:,} bytes") from error
            request.scope["state"]["body_read"] = True
            if not held:
                raise Problem(400, "the body is empty: expected a picture, received 0 bytes; send its bytes")
            body = b"".join(chunks)
            chunks.clear()
            yield body
        finally:
            self._gate.release(held)

    def _too_large(self, received: str) -> Problem:
        return Problem(
            413,
            f"the body is too large: expected at most {self._settings.max_bytes:,} bytes, received "
            f"{received}; send a smaller picture, or fewer in a request",
        )


def seconds_left(request: Request, settings: Settings) -> float:
    """Returns how long a request may still take."""
    return request.scope["state"]["started"] + settings.timeout_s - time.monotonic()
