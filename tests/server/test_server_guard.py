"""server/guard.py, settings.py: who may ask, and where the server refuses to listen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
import serving
from serving import picture
from starlette.testclient import TestClient

from inkdigits.errors import ConfigError
from inkdigits.reader import Reader
from inkdigits.server.settings import Settings, is_loopback

TOKEN = "geheim; schlüssel"  # characters that no cookie holds
BEARER = {"Authorization": b"Bearer " + TOKEN.encode()}


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(threads=1)


@pytest.fixture(scope="module")
def local(reader: Reader) -> Iterator[TestClient]:
    with serving.client(reader) as opened:
        yield opened


@pytest.fixture
def closed(reader: Reader) -> Iterator[TestClient]:
    with serving.client(reader, token=TOKEN) as opened:
        yield opened


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/web/index.html"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/metrics"),
        ("GET", "/v1/model"),
        ("GET", "/v1/corrections"),
        ("POST", "/v1/read"),
        ("POST", "/v1/read/batch"),
        ("GET", "/nothing"),
    ],
)
def test_with_a_token_everything_else_is_closed(closed: TestClient, method: str, path: str):
    response = closed.request(method, path, content=picture() if method == "POST" else None)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert response.headers["content-type"] == "application/problem+json"
    assert "Bearer TOKEN" in response.json()["detail"]
    assert TOKEN not in response.text


def test_health_needs_no_token(closed: TestClient):
    assert closed.get("/healthz").status_code == closed.get("/readyz").status_code == 200


def test_the_token_opens(closed: TestClient):
    assert closed.post("/v1/read", content=picture(7), headers=BEARER).json()["text"] == "7"
    lower = {"Authorization": b"bearer " + TOKEN.encode()}
    assert closed.get("/v1/model", headers=lower).status_code == 200


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"Bearer",
        b"Bearer ",
        b"Bearer wrong",
        TOKEN.encode(),
        b"Basic " + TOKEN.encode(),
        b"Bearer \xff\xfe",
    ],
)
def test_another_token_does_not(closed: TestClient, value: bytes):
    assert closed.get("/v1/model", headers={"Authorization": value}).status_code == 401


def test_a_browser_comes_in_by_an_address_once_and_by_a_cookie_then(closed: TestClient):
    response = closed.get("/", params={"token": TOKEN})
    assert (response.status_code, response.headers["location"]) == (303, "/")
    cookie = SimpleCookie(response.headers["set-cookie"])["inkdigits_token"]
    assert cookie["httponly"]
    assert cookie["samesite"].lower() == "strict"
    assert cookie["path"] == "/"
    assert "geheim" not in response.headers["set-cookie"]
    closed.cookies.clear()
    jar = {"Cookie": f"inkdigits_token={cookie.value}"}
    assert closed.get("/", headers=jar).status_code == 200
    assert closed.post("/v1/read", content=picture(4), headers=jar).json()["text"] == "4"
    wrong = {"Cookie": f"inkdigits_token={cookie.value[:-1]}"}
    assert closed.get("/", headers=wrong).status_code == 401


@pytest.mark.parametrize("path", ["/?token=wrong", "/?token=", "/v1/model?token=TOKEN", "/?token=%ff"])
def test_a_wrong_address_does_not_let_a_browser_in(closed: TestClient, path: str):
    response = closed.get(path.replace("TOKEN", TOKEN))
    assert response.status_code == 401
    assert "set-cookie" not in response.headers


BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/", "/corrections", "/docs"])
def test_a_person_without_the_token_is_asked_for_it(closed: TestClient, path: str):
    page = closed.get(path, headers=BROWSER)
    assert page.status_code == 401
    assert page.headers["content-type"].startswith("text/html")
    assert 'name="token"' in page.text
    assert 'id="wrong" hidden' in page.text
    for file in re.findall(r'(?:href|src)="(/web/[^"]+)"', page.text):  # what it is made of is open
        assert closed.get(file).status_code == 200, file
    wrong = closed.get("/", params={"token": "wrong"}, headers=BROWSER)
    assert wrong.status_code == 401
    assert 'id="wrong" hidden' not in wrong.text
    assert "not the token of this server" in wrong.text
    assert closed.get("/", params={"token": TOKEN}, headers=BROWSER).status_code == 303


def test_what_is_open_to_ask_for_the_token_is_nothing_else(closed: TestClient):
    for path in ("/web/main.js", "/web/index.html", "/web/enter.html", "/examples/2407-photo.jpg"):
        assert closed.get(path).status_code == 401


def test_the_document_says_that_a_token_is_needed(closed: TestClient, local: TestClient):
    document = closed.get("/openapi.json", headers=BEARER).json()
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert document["paths"]["/v1/read"]["post"]["security"] == [{"token": []}]
    assert "security" not in document["paths"]["/healthz"]["get"]
    assert "securitySchemes" not in local.get("/openapi.json").json()["components"]


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost", 200),
        ("LOCALHOST:8000", 200),
        ("127.0.0.1:9000", 200),  # a tunnel has another port
        ("[::1]:8000", 200),
        ("evil.example", 400),
        ("evil.example:8000", 400),
        ("localhost.evil.example", 400),
        ("127.0.0.1.evil.example:8000", 400),
        ("localhost:8000@evil.example", 400),
        ("", 400),
    ],
)
def test_only_this_machines_names_are_answered(local: TestClient, host: str, status: int):
    response = local.get("/v1/model", headers={"Host": host})
    assert response.status_code == status, response.text


def test_beyond_loopback_any_name_is_answered(reader: Reader):
    with serving.client(reader, host="0.0.0.0", token="t") as opened:
        headers = {"Host": "digits.example", "Authorization": "Bearer t"}
        assert opened.get("/v1/model", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),  # a program
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "http://LOCALHOST"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),  # another port of this machine
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost:3000"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[evil"}, 403),
    ],
)
def test_another_sites_page_cannot_post(local: TestClient, headers: dict[str, str], status: int):
    assert local.post("/v1/read", content=picture(), headers=headers).status_code == status


def test_a_link_from_another_site_opens_the_page(local: TestClient):
    assert local.get("/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("192.168.1.5", False),
        ("localhost.example", False),
    ],
)
def test_what_is_loopback(host: str, loopback: bool):
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"host": "0.0.0.0"}, "--token"),
        ({"host": "::"}, "--no-auth"),
        ({"host": "digits.example"}, "--token"),
        ({"token": ""}, "--token is empty"),
        ({"token": "t", "no_auth": True}, "contradict"),
        ({"port": 70000}, "--port"),
        ({"port": -1}, "--port"),
        ({"max_pixels": 10**9}, "--max-pixels"),
        ({"timeout_s": 0}, "--timeout"),
        ({"timeout_s": float("nan")}, "--timeout"),
        ({"queue": 0}, "--queue"),
        ({"workers": 0}, "--workers"),
    ],
)
def test_settings_that_do_not_go_are_refused(settings: dict[str, Any], says: str):
    with pytest.raises(ConfigError, match=says):
        Settings(**settings)


@pytest.mark.parametrize("settings", [{"token": "t"}, {"no_auth": True}])
def test_beyond_loopback_goes_with_a_token_or_without_on_purpose(settings: dict[str, Any]):
    assert not Settings(host="0.0.0.0", **settings).loopback


def test_a_token_is_not_shown_where_settings_are(tmp_path: Path):
    assert "geheim" not in repr(Settings(token=TOKEN, corrections=tmp_path))
