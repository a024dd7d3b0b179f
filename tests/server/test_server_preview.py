"""server/preview_route.py, head.py: a picture to look at, and HEAD as GET."""

from __future__ import annotations

import io
from collections.abc import Iterator

import numpy as np
import pytest
import serving
from PIL import Image
from serving import encoded, picture
from starlette.testclient import TestClient

from inkdigits.reader import Reader


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with serving.client(Reader(threads=1), max_pixels=4_000_000) as opened:
        yield opened


def test_a_tiff_comes_back_as_a_jpeg_with_the_size_that_boxes_are_told_in(client: TestClient):
    pixels = np.full((600, 2400), 200, np.uint8)
    pixels[:, :1200] = 40
    answer = client.post("/v1/preview?side=240", content=encoded(pixels, "TIFF"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["picture-size"] == "2400x600"
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert shown.size == (240, 60)
        assert shown.getpixel((20, 30)) < 60
        assert shown.getpixel((220, 30)) > 180


def test_it_is_upright_and_what_is_small_stays_as_it_is(client: TestClient):
    exif = Image.Exif()
    exif[0x0112] = 6
    sent = encoded(np.full((40, 80, 3), 200, np.uint8), "JPEG", exif=exif)
    answer = client.post("/v1/preview", files={"file": ("a.jpg", sent)})
    assert answer.headers["picture-size"] == "40x80"
    with Image.open(io.BytesIO(answer.content)) as shown:
        assert shown.size == (40, 80)


@pytest.mark.parametrize(
    ("query", "content", "status"),
    [
        ("", b"no picture", 415),
        ("", b"", 400),
        ("", encoded(np.zeros((2001, 2000), np.uint8)), 413),
        ("?side=0", picture(), 422),
        ("?side=x", picture(), 422),
    ],
)
def test_what_cannot_be_shown_is_refused_as_reading_refuses_it(
    client: TestClient, query: str, content: bytes, status: int
):
    answer = client.post(f"/v1/preview{query}", content=content)
    assert answer.status_code == status
    assert "b'" not in answer.json()["detail"]


PATHS = ("/", "/web/main.js", "/docs", "/openapi.json", "/healthz", "/readyz", "/v1/model", "/nothing")


@pytest.mark.parametrize("path", PATHS)
def test_head_is_answered_as_get_without_the_body(client: TestClient, path: str):
    got, head = client.get(path), client.head(path)
    assert head.status_code == got.status_code
    assert head.content == b""
    same = ("content-type", "content-length", "etag", "cache-control", "content-security-policy")
    assert [head.headers.get(name) for name in same] == [got.headers.get(name) for name in same]


def test_head_of_what_only_takes_pictures_says_so(client: TestClient):
    refused = client.head("/v1/read")
    assert refused.status_code == 405
    assert refused.headers["allow"] == "POST"
    assert "HEAD" in client.put("/").headers["allow"]


def test_an_example_is_served(client: TestClient):
    answer = client.get("/examples/2407-photo.jpg")
    assert answer.headers["content-type"] == "image/jpeg"
    assert client.post("/v1/read", content=answer.content).json()["text"] == "2407"
    assert client.get("/examples/make.py").status_code == 404
