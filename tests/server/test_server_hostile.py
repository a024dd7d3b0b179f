"""Uploads that mean harm: whatever comes, the answer is one of the documented ones and the server lives."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2 as httpx
import pytest
from serving import PATIENCE, Server, picture, running, uploads

ALLOWED = {200, 400, 413, 415, 422}
FILES = 300


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running("--max-pixels", "1000000") as opened:
        yield opened


def test_no_upload_breaks_the_server(server: Server):
    statuses: set[int] = set()
    with httpx.Client(base_url=server.url, timeout=PATIENCE) as client:
        for upload in uploads(FILES, seed=1):
            headers = {"Content-Type": upload.media_type}
            response = client.post(upload.path, content=upload.body, headers=headers)
            told = f"{upload.name}: {response.status_code} {response.text[:300]}"
            assert response.status_code in ALLOWED, told
            if response.status_code >= 400:
                assert response.headers["content-type"] == "application/problem+json", upload.name
            statuses.add(response.status_code)
        assert {200, 400, 413, 415} <= statuses, "the uploads do not try enough"
        assert client.post("/v1/read", content=picture(7)).json()["text"] == "7"
    assert server.process.poll() is None
    assert '"level": "error"' not in server.log()


def test_the_same_seed_gives_the_same_uploads():
    assert list(uploads(40, seed=3)) == list(uploads(40, seed=3))
    assert list(uploads(40, seed=3)) != list(uploads(40, seed=4))
