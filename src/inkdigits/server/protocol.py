"""One connection: uvicorn's own protocol, with limits for slow and for large heads, and refusals in our form.

Uvicorn waits for a request's head as long as it takes, so a client that sends a byte now and then would hold
a connection for ever; it takes in a head of any size; and what is no HTTP it answers in plain text.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from http import HTTPStatus
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from inkdigits.server.problems import MEDIA_TYPE

__all__ = ["MAX_CONNECTIONS", "MAX_HEAD", "Protocol"]

MAX_CONNECTIONS = 512  # a process; most systems give it 1024 files
MAX_HEAD = 2**16  # bytes of a request's first line and headers together; browsers send some thousand

_LINGER_S = 2.0  # seconds in which a refused client may go on sending, so that it gets to read the answer


class Protocol(HttpToolsProtocol):
    """Uvicorn's protocol on httptools.

    Args:
        head_timeout_s: seconds in which the head of a request has to arrive, from the connection or from its
            first byte.
        settings: what uvicorn gives to its protocols.
    """

    def __init__(self, *, head_timeout_s: float, **settings: Any) -> None:
        super().__init__(**settings)
        self._head_timeout_s = head_timeout_s
        self._head_timer: asyncio.TimerHandle | None = None
        self._begun = False
        self._in_head = False
        self._parts = 0  # bytes of the whole headers of the head that is arriving
        self._arrived = 0  # bytes of it that came after its beginning, whole headers or not
        self._refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Counts the connection in, or refuses it."""
        super().connection_made(transport)
        if len(self.connections) > MAX_CONNECTIONS:
            self._refuse(503, "too many connections; try again in a second")
            return
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Takes what arrived."""
        if self._refused:
            return
        self._begun = True
        if self._head_timer is None and not self._answering:
            self._await_head()
        if self._in_head:
            self._arrived += len(data)
        super().data_received(data)
        if self._in_head and self._arrived > MAX_HEAD:  # the parser keeps what has no end yet to itself
            self._refuse_head()

    def on_message_begin(self) -> None:
        """Begins a head."""
        self._in_head, self._parts, self._arrived = True, 0, 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Takes a part of the address."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Takes a header."""
        self._count(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begins the request."""
        self._in_head = False
        self._forget_timer()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Lets go of the connection."""
        self._forget_timer()
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """Answers what is no HTTP, or too large a head of it."""
        if self._in_head and self._parts > MAX_HEAD:
            self._refuse_head()
            return
        self._refuse(400, f"{msg.rstrip('.')}: expected HTTP/1.1; use a library, curl or a browser")

    @property
    def _answering(self) -> bool:
        cycle = cast("RequestResponseCycle | None", self.cycle)  # None before the first request
        return cycle is not None and not cycle.response_complete

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(self._head_timeout_s, self._give_up)

    def _forget_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _give_up(self) -> None:
        self._head_timer = None
        if self._answering:
            return  # bytes behind a request came while it was answered: the next one is not late yet
        if self._begun:
            self._refuse(408, f"the request's head did not arrive within {self._head_timeout_s:g} s")
        else:
            self.transport.close()  # browsers open connections that they never use

    def _count(self, length: int) -> None:
        """Counts a part of a head; raises, which ends the parser's work, where they are too many bytes."""
        self._parts += length
        if self._parts > MAX_HEAD:
            raise ValueError("the head is too large")

    def _refuse_head(self) -> None:
        self._refuse(431, f"the request's head is too large: expected at most {MAX_HEAD:,} bytes; send less")

    def _refuse(self, status: int, detail: str) -> None:
        """Answers without a request, and ends the connection."""
        if self._refused or self.transport.is_closing():
            return
        self._refused = True
        self._forget_timer()
        phrase = HTTPStatus(status).phrase
        content = {"type": "about:blank", "title": phrase, "status": status, "detail": detail}
        identifier = secrets.token_hex(8)
        body = json.dumps({**content, "request_id": identifier})
        head = (
            f"HTTP/1.1 {status} {phrase}\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
            f"x-request-id: {identifier}\r\nx-content-type-options: nosniff\r\nconnection: close\r\n\r\n"
        )
        self.transport.write((head + body).encode("ascii", "replace"))
        if status == HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE:
            # Closed while more comes in, the connection would be reset and the client would not see why.
            self.loop.call_later(_LINGER_S, self.transport.close)
        else:
            self.transport.close()
