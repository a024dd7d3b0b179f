"""Who may ask: nobody through a foreign name, another site's page, without the token, or while draining."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from inkdigits.server.gate import Gate
from inkdigits.server.observe import QUIET_PATHS
from inkdigits.server.problems import Problem, busy, render
from inkdigits.server.settings import Settings

__all__ = ["COOKIE", "OPEN_PATHS", "Guard"]

COOKIE = "inkdigits_token"

OPEN_PATHS = frozenset({"/healthz", "/readyz"})
"""What is answered without a token: it says nothing but whether the server lives."""

_OPEN_FILES = frozenset(
    {"/web/base.css", "/web/page.css", "/web/enter.css", "/web/icon.svg", "/web/theme.js"}
)
"""What the page that asks for the token is made of; every copy of the package has them."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_YEAR_S = 365 * 24 * 3600


class Guard:
    """Refuses a request before anything of its body is read.

    Args:
        app: what answers those who may ask.
        settings: token and host.
        gate: tells whether the server drains.
        enter_page: HTML that asks a person for the token; it has ``id="wrong" hidden`` where it says that
            what was given is not the token.
    """

    def __init__(self, app: ASGIApp, settings: Settings, gate: Gate, enter_page: bytes) -> None:
        self._app, self._gate, self._enter_page = app, gate, enter_page
        self._token = None if settings.token is None else settings.token.encode()
        # The cookie must not hold the token itself: it may have characters that cookies do not allow.
        self._cookie = hmac.new(self._token or b"", b"inkdigits cookie", hashlib.sha256).hexdigest()
        # A name that somebody points at 127.0.0.1 must not open the server to that somebody's pages.
        self._hosts = {"localhost", "127.0.0.1", "[::1]", _bracketed(settings.host)}
        self._any_host = not settings.loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, or answers it with a refusal."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        problem = self._refusal(scope, headers)
        if problem is not None:
            await render(problem, scope)(scope, receive, send)
            return
        if self._token is not None and scope["path"] not in OPEN_PATHS | _OPEN_FILES:
            given = _token_in_query(scope)
            if given is not None and hmac.compare_digest(given.encode("utf-8", "replace"), self._token):
                await self._let_in()(scope, receive, send)
                return
            if given is not None or not self._knows_token(headers):
                if scope["method"] == "GET" and "text/html" in headers.get("accept", ""):
                    await self._ask(wrong=bool(given))(scope, receive, send)
                    return
                problem = Problem(
                    401,
                    "this server asks for its token: expected the header 'Authorization: Bearer TOKEN', or "
                    "in a browser the address /?token=TOKEN once; whoever started the server has the token",
                    {"WWW-Authenticate": "Bearer"},
                )
                await render(problem, scope)(scope, receive, send)
                return
        if scope["method"] == "POST":
            try:
                self._gate.refuse_if_full()  # at once: in an overload refusing must cost next to nothing
            except Problem as full:
                await render(full, scope)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> Problem | None:
        host = headers.get("host", "")
        if not self._any_host and _without_port(host) not in self._hosts:
            return Problem(
                400,
                f"wrong Host header: expected {' or '.join(sorted(self._hosts))}, received {host[:100]!r}; "
                "use the address that the server printed",
            )
        if self._gate.draining and scope["path"] not in QUIET_PATHS:
            return busy("the server is shutting down; try again in a moment", 2)
        if scope["method"] not in _SAFE_METHODS and _crosses_sites(headers, host):
            return Problem(
                403, "a page of another site sent this request; open the server's own page, or use a program"
            )
        return None

    def _knows_token(self, headers: Headers) -> bool:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            # Headers are latin-1 to the library, whatever they were: back to the bytes that came.
            return hmac.compare_digest(given.strip().encode("latin-1"), self._token or b"")
        cookie = cookie_parser(headers.get("cookie", "")).get(COOKIE, "")
        return hmac.compare_digest(cookie.encode("utf-8", "replace"), self._cookie.encode())

    def _ask(self, *, wrong: bool) -> Response:
        """Returns the page on which a person enters the token."""
        content = self._enter_page
        if wrong:
            content = content.replace(b'id="wrong" hidden', b'id="wrong"')
        headers = {"WWW-Authenticate": "Bearer"}
        return Response(content, 401, headers, "text/html; charset=utf-8")

    def _let_in(self) -> RedirectResponse:
        """Returns the way to the page, with a cookie in place of the token in the address."""
        response = RedirectResponse("/", 303)
        response.set_cookie(COOKIE, self._cookie, max_age=_YEAR_S, httponly=True, samesite="strict")
        return response


def _token_in_query(scope: Scope) -> str | None:
    if scope["path"] != "/" or scope["method"] != "GET" or b"token=" not in scope["query_string"]:
        return None
    return parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True).get("token", [""])[0]


def _crosses_sites(headers: Mapping[str, str], host: str) -> bool:
    """Tells a request that a page of another origin makes a browser send. Programs send neither header."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and _netloc(origin) != host.lower()


def _netloc(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:  # '[' without ']'
        return ""


def _without_port(host: str) -> str:
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdigit() else host.lower()


def _bracketed(host: str) -> str:
    """Returns an address as a URL has it."""
    return f"[{host}]" if ":" in host else host.lower()
