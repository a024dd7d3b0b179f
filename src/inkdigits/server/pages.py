"""What browsers ask for: the page, its files and examples, and Swagger UI; all from this machine."""

from __future__ import annotations

import hashlib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path, PurePath
from typing import NamedTuple

import fastapi_swagger
from fastapi import APIRouter, Request, Response

from inkdigits.server.problems import Problem, no_review

__all__ = ["enter_page", "pages", "web_files"]

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
}
_EXAMPLES = (  # pictures to try the page with
    "numbers/2407-photo.jpg",
    "numbers/page-ruled-list.jpg",
    "numbers/12.5-form-cell.png",
    "4-blackboard.webp",
)
_PACKAGED = Path(__file__).parent / "examples"  # where the wheel keeps them
_CHECKOUT = Path(__file__).parents[3] / "examples"
_SWAGGER = ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png")


class _File(NamedTuple):
    content: bytes
    media_type: str
    tag: str


def pages(corrections: bool, review: bool) -> APIRouter:
    """Returns the routes of the page, with or without those of the corrections and of the review."""
    routes = APIRouter(include_in_schema=False)
    # Read once: what can be asked for is what was there at the start, by its whole name.
    web = _files(resources.files("inkdigits.server") / "web")
    docs = _files(resources.files("inkdigits.server") / "swagger")
    swagger = resources.files(fastapi_swagger) / "resources"
    docs |= {name: _file(swagger / name) for name in _SWAGGER}
    examples = _PACKAGED if _PACKAGED.is_dir() else _CHECKOUT
    shown = {PurePath(name).name: _file(examples / name) for name in _EXAMPLES}

    @routes.get("/")
    async def _page(request: Request) -> Response:
        return _answer(request, web, "index.html")

    @routes.get("/corrections")
    async def _corrections(request: Request) -> Response:
        if not corrections:
            raise Problem(404, "corrections are off; start the server with --corrections DIR to keep them")
        return _answer(request, web, "index.html")  # which shows the view that the address names

    @routes.get("/review")
    async def _review(request: Request) -> Response:
        if not review:
            raise no_review()
        return _answer(request, web, "index.html")

    @routes.get("/web/{name}")
    async def _web(request: Request, name: str) -> Response:
        return _answer(request, web, name)

    @routes.get("/examples/{name}")
    async def _example(request: Request, name: str) -> Response:
        return _answer(request, shown, name)

    @routes.get("/docs")
    async def _docs(request: Request) -> Response:
        return _answer(request, docs, "index.html")

    @routes.get("/docs/{name}")
    async def _docs_file(request: Request, name: str) -> Response:
        return _answer(request, docs, name)

    return routes


def web_files(page: str) -> APIRouter:
    """Returns the routes of one page at ``/``, and of the files that pages are made of."""
    routes = APIRouter(include_in_schema=False)
    web = _files(resources.files("inkdigits.server") / "web")

    @routes.get("/")
    async def _page(request: Request) -> Response:
        return _answer(request, web, page)

    @routes.get("/web/{name}")
    async def _web(request: Request, name: str) -> Response:
        return _answer(request, web, name)

    return routes


def enter_page() -> bytes:
    """Returns the page that asks a person for the token."""
    return (resources.files("inkdigits.server") / "web" / "enter.html").read_bytes()


def _answer(request: Request, files: dict[str, _File], name: str) -> Response:
    file = files.get(name)
    if file is None:
        raise Problem(404, "there is no such page; / has the reader and /docs the API")
    headers = {"ETag": file.tag, "Cache-Control": "no-cache"}  # kept, but asked for again: it may be updated
    if request.headers.get("if-none-match") == file.tag:
        return Response(status_code=304, headers=headers)
    return Response(file.content, headers={**headers, "Content-Type": file.media_type})


def _files(folder: Traversable) -> dict[str, _File]:
    return {entry.name: _file(entry) for entry in folder.iterdir() if _suffix(entry) in _TYPES}


def _file(entry: Traversable) -> _File:
    content = entry.read_bytes()
    return _File(content, _TYPES[_suffix(entry)], f'"{hashlib.sha256(content).hexdigest()[:16]}"')


def _suffix(entry: Traversable) -> str:
    return PurePath(entry.name).suffix
