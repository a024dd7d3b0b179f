"""server/template_app.py: the server of the page on which a template is drawn."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from inkdigits.server.settings import Settings
from inkdigits.server.template_app import create_template_app
from inkdigits.tables.new_template import NewTemplate
from inkdigits.tables.template_file import load_template

BLANK = Path(__file__).parent.parent.parent / "example_forms" / "blank.png"
BOX = [0.1, 0.5, 0.2, 0.05]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("form")
    shutil.copy(BLANK, folder)
    return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    new = NewTemplate.begin(str(folder / "blank.png"))
    with TestClient(create_template_app(new, Settings()), "http://localhost") as opened:
        yield opened


def field(**changed: Any) -> dict[str, Any]:
    return {"name": "a", "kind": "digits(2)", "cells": [BOX], "page": 0} | changed


def test_it_tells_the_form_and_what_was_found(client: TestClient):
    told = client.get("/v1/template").json()
    assert [page["picture"] for page in told["pages"]] == ["/v1/template/pages/0"]
    assert told["title"] == "blank"
    assert {one["kind"] for one in told["offered"]} >= {"digits(7)", "free", "mark"}
    assert client.get(told["pages"][0]["picture"]).headers["content-type"] == "image/jpeg"
    assert client.get("/v1/template/pages/1").status_code == 404
    assert "template.js" in client.get("/").text


WRONG = {
    "over each other": ([field(), field(name="b")], "overlap"),
    "one name": ([field(), field(cells=[[0.5, 0.5, 0.2, 0.05]])], "cannot be called so"),
    "outside": ([field(cells=[[0.9, 0.5, 0.2, 0.05]])], "outside the page"),
    "no type": ([field(kind="words")], "unknown"),
    "a page too far": ([field(page=1)], "page 2"),
    "no box": ([field(cells=[])], "cells"),
    "half a box": ([field(cells=[[0.1, 0.2]])], "cells"),
    "too many boxes": ([field(cells=[BOX] * 1000)], "1000 boxes"),
    "no field": ([], "no field"),
    "no name": ([field(name="a\nb")], "cannot be called so"),
    "no number": ([field(cells=[[float("inf"), 0.5, 0.2, 0.05]])], "cells"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_be_a_template_is_refused_and_not_written(client: TestClient, folder: Path, what: str):
    fields, reason = WRONG[what]
    body = json.dumps({"title": "x", "fields": fields})
    answer = client.post("/v1/template", content=body)
    assert answer.status_code == 422
    assert reason in answer.json()["detail"]
    assert not (folder / "blank.toml").exists()


def test_who_comes_by_another_name_or_from_another_page_is_refused(client: TestClient):
    assert client.get("/v1/template", headers={"Host": "evil.example"}).status_code == 400
    body = {"title": "x", "fields": [field()]}
    answer = client.post("/v1/template", json=body, headers={"Origin": "http://evil.example"})
    assert answer.status_code == 403


def test_a_box_at_the_edge_of_the_page_is_written_inside_it(folder: Path, tmp_path: Path):
    shutil.copy(BLANK, tmp_path)
    new = NewTemplate.begin(str(tmp_path / "blank.png"))
    with TestClient(create_template_app(new, Settings()), "http://localhost") as client:
        edge = [0.123456, 0.123456, 1 - 0.123456, 1 - 0.123456]
        answer = client.post("/v1/template", json={"title": "x", "fields": [field(cells=[edge])]})
        assert answer.status_code == 200, answer.text
        (one,) = load_template(tmp_path / "blank.toml").fields
        assert one.area == pytest.approx(edge, abs=2e-5)
        again = client.post("/v1/template", json={"title": "y", "fields": [field(name="b")]})
        assert again.status_code == 200
        assert load_template(tmp_path / "blank.toml").names == ("b",)
