"""server/review_routes.py, review_files.py, review_corrections.py: a review over HTTP."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import serving
from fakes import fake
from PIL import Image
from review_files import OTHER_TAB, TAB, write_results
from starlette.testclient import TestClient

from inkdigits.data.datasets import load_dataset
from inkdigits.server.review_schema import AnsweredModel, CellsModel, ReviewModel, UndoneModel


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return write_results(tmp_path / "results")


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "corrected"


@pytest.fixture
def client(results: Path, kept: Path) -> Iterator[TestClient]:
    with serving.client(fake(), review=results, corrections=kept) as opened:
        yield opened


def next_cells(client: TestClient, tab: str = TAB, **more: Any) -> list[dict[str, Any]]:
    answer = client.post("/v1/review/next", json={"tab": tab, **more})
    assert answer.status_code == 200, answer.text
    CellsModel.model_validate(answer.json())
    return answer.json()["cells"]


def answer(client: TestClient, cell: int, text: str = "", **more: Any) -> Any:
    body = {"id": f"answer-{cell}", "cell": cell, "verdict": "text", "text": text, "who": "Ann", "tab": TAB}
    return client.post("/v1/review/answers", json={**body, **more})


def labels(folder: Path) -> list[str]:
    return sorted(path.parent.name for path in folder.glob("?/*.png"))


def test_cells_come_one_after_the_other_and_how_far_it_is_comes_with_them(client: TestClient):
    start = ReviewModel.model_validate(client.get("/v1/review").json())
    assert (start.name, start.cells, start.asked, start.left) == ("readings.jsonl", 8, 6, 6)
    first, second = next_cells(client, count=2)
    assert first["text"] == second["text"] == "1"
    told = AnsweredModel.model_validate(answer(client, first["cell"], "1").json())
    assert (told.review.done, told.review.corrected) == (1, 0)
    assert next_cells(client, count=2)[0]["cell"] == second["cell"]


def test_two_people_get_different_cells_and_the_second_answer_is_409(client: TestClient):
    mine, others = next_cells(client, count=4), next_cells(client, OTHER_TAB)
    assert {cell["cell"] for cell in mine}.isdisjoint(cell["cell"] for cell in others)
    assert len(mine) + len(others) == 6
    assert answer(client, 0, "1").status_code == 201
    assert answer(client, 0, "1").status_code == 201  # the same once more
    late = answer(client, 0, "7", id="another-1", who="Ben", tab=OTHER_TAB)
    assert late.status_code == 409
    assert "Ann has answered this cell by now" in late.json()["detail"]


def test_undo_brings_the_cell_back(client: TestClient):
    answer(client, 0, "7")
    body = {"id": "undo-0001", "undoes": "answer-0", "who": "Ann", "tab": TAB}
    told = UndoneModel.model_validate(client.post("/v1/review/undo", json=body).json())
    assert (told.cell.cell, told.review.done) == (0, 0)
    assert client.post("/v1/review/undo", json={**body, "id": "undo-0002"}).status_code == 409


def test_a_window_that_closes_gives_its_cells_back(client: TestClient):
    assert len(next_cells(client, count=6)) == 6
    assert next_cells(client, OTHER_TAB) == []
    assert client.post("/v1/review/release", json={"tab": TAB}).status_code == 204
    assert len(next_cells(client, OTHER_TAB)) == 6


def test_a_picture_shows_the_cell_and_says_where_it_is(client: TestClient):
    shown = client.get("/v1/review/cells/1/picture")
    left, top, width, height = map(float, shown.headers["cell-box"].split(","))
    with Image.open(io.BytesIO(shown.content)) as picture:
        assert (round(left * picture.width), round(width * picture.width)) == (38, 64)
        assert (top, round(height * picture.height)) == (0, 64)
    assert client.get("/v1/review/cells/99/picture").status_code == 404


def test_a_picture_that_is_gone_is_told_and_the_cell_can_be_answered(client: TestClient, results: Path):
    (results.parent / "row.png").unlink()
    gone = client.get("/v1/review/cells/1/picture")
    assert gone.status_code == 415
    assert "--pictures" in gone.json()["detail"]
    assert answer(client, 1, "9").json()["corrections"] == 0


def test_what_is_corrected_is_trained_on_and_undone_is_not(client: TestClient, kept: Path):
    assert answer(client, 1, "4").json()["corrections"] == 0  # it was read as that
    assert answer(client, 2, "1").json()["corrections"] == 1
    assert answer(client, 0, "17").json()["corrections"] == 0  # which of them stands where?
    assert labels(kept) == ["1"]
    client.post("/v1/review/undo", json={"id": "undo-0001", "undoes": "answer-2", "who": "A", "tab": TAB})
    assert labels(kept) == []
    answer(client, 2, "2", id="answer-again")
    assert list(load_dataset(str(kept)).labels) == ["2"]


def test_what_was_corrected_before_there_was_a_folder_is_kept_with_the_next_start(results: Path, kept: Path):
    with serving.client(fake(), review=results) as client:
        assert answer(client, 2, "1").json()["corrections"] == 0
    for _ in range(2):  # and once only
        with serving.client(fake(), review=results, corrections=kept):
            assert labels(kept) == ["1"]


def test_the_tables_say_what_was_read_and_what_was_corrected(client: TestClient):
    answer(client, 0, "1")
    answer(client, 1, "9")
    answer(client, 2, verdict="other")
    rows = list(csv.DictReader(io.StringIO(client.get("/v1/review/export.csv").text)))
    assert len(rows) == 8
    said = [(row["text"], row["read"], row["origin"], row["who"]) for row in rows[:4]]
    assert said == [
        ("1", "1", "confirmed", "Ann"),
        ("9", "4", "corrected", "Ann"),
        ("", "7", "no number", "Ann"),
        ("1", "1", "read", ""),
    ]
    assert rows[1]["x"] == "64"
    lines = client.get("/v1/review/export.jsonl")
    assert 'filename="readings-reviewed.jsonl"' in lines.headers["content-disposition"]
    second = json.loads(lines.text.splitlines()[1])
    assert (second["box"], second["answers"][0]["text"]) == ([64, 0, 64, 64], "9")


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("next", {"tab": "short"}, "wrong tab"),
        ("next", {"tab": TAB, "count": 99}, "wrong count"),
        ("answers", {"text": "abc"}, "wrong text"),
        ("answers", {"text": ""}, "expected what was read, or digits and"),
        ("answers", {"text": "1\t2"}, "wrong text"),
        ("answers", {"cell": 7, "text": "1"}, "not one to look at"),
        ("answers", {"cell": -1, "text": "1"}, "wrong cell"),
        ("answers", {"text": "1", "who": ""}, "wrong who"),
        ("answers", {"text": "1", "verdict": "maybe"}, "wrong verdict"),
        ("answers", {"text": "1", "more": 1}, "wrong more"),
    ],
)
def test_what_is_wrong_is_422_and_nothing_is_kept(
    client: TestClient, path: str, body: dict[str, Any], says: str
):
    whole = {"id": "answer-x", "cell": 0, "verdict": "text", "who": "Ann", "tab": TAB}
    response = client.post(f"/v1/review/{path}", json=body if path == "next" else {**whole, **body})
    assert response.status_code == 422, response.text
    assert says in response.json()["detail"]
    assert client.get("/v1/review").json()["done"] == 0


def test_without_results_there_is_no_review():
    with serving.client(fake()) as client:
        for path in ("/v1/review", "/review", "/v1/review/export.csv", "/v1/review/cells/0/picture"):
            assert client.get(path).status_code == 404
        assert "inkdigits review RESULTS" in answer(client, 0, "1").json()["detail"]
        assert client.get("/v1/model").json()["review"] is False
