"""server/: what each route answers, by the names and shapes of the contract."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import serving
from PIL import Image
from serving import encoded, picture, row_of_digits
from starlette.testclient import TestClient

from inkdigits import __version__, spec
from inkdigits.reader import Reader
from inkdigits.readings import Reading
from inkdigits.recognition.bundle import SHIPPED_DIGIT, load
from inkdigits.server.schema import BatchModel, ModelsModel, ProblemModel, ReadingModel


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(threads=1)


@pytest.fixture(scope="module")
def client(reader: Reader) -> Iterator[TestClient]:
    with serving.client(reader, max_bytes=200_000, max_files=3, max_pixels=1_000_000) as opened:
        yield opened


def problem(response: object, status: int) -> str:
    """Checks that a response is a problem of this status, and returns its detail."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    told = ProblemModel.model_validate(response.json())
    assert (told.status, told.request_id) == (status, response.headers["x-request-id"])
    return told.detail


def test_a_picture_as_body_is_read_as_the_reader_reads_it(client: TestClient, reader: Reader):
    response = client.post("/v1/read", content=picture(7))
    assert response.status_code == 200
    answer = response.json()
    assert answer.pop("source") == "<picture>"
    expected = reader.read(picture(7)).to_dict()
    expected.pop("source")
    assert answer == expected
    assert answer["text"] == "7"
    assert response.headers["server-timing"].startswith("read;dur=")


def test_what_a_second_reader_read_is_told():
    class Says:
        def read(self, pictures: list[np.ndarray]) -> list[str]:
            return ["1"] * len(pictures)

    with serving.client(Reader(threads=1, second=Says())) as opened:
        sure = opened.post("/v1/read", content=picture(7)).json()
        unsure = opened.post("/v1/read?max_error=0", content=picture(7)).json()
    assert ReadingModel.model_validate(unsure).numbers[0].second == "1"
    assert (unsure["status"], unsure["text"]) == ("unsure", "7")
    assert "second" not in sure["numbers"][0]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF"])
def test_every_format_is_read_whatever_content_type_it_is_sent_with(client: TestClient, kind: str):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}  # what curl says of any --data
    response = client.post("/v1/read", content=picture(4, kind=kind), headers=headers)
    assert response.json()["text"] == "4"


def test_a_picture_in_a_form_has_its_name(client: TestClient):
    response = client.post("/v1/read", files={"file": ("café 7.png", picture(7))})
    assert (response.json()["source"], response.json()["text"]) == ("café 7.png", "7")


def test_a_reading_from_the_wire_is_a_reading(client: TestClient):
    answer = client.post("/v1/read?expect=number", content=encoded(row_of_digits())).json()
    assert ReadingModel.model_validate(answer)
    reading = Reading.from_dict(answer)
    assert reading.text == "714"
    assert len(reading.numbers[0].digits) == 3
    assert (answer["numbers"][0]["value"], reading.numbers[0].value) == ("714", 714)


def test_expect_and_max_error_reach_the_reader(client: TestClient):
    one = picture(7)
    assert client.post("/v1/read?expect=digit&max_error=0", content=one).json()["status"] == "unsure"
    assert client.post("/v1/read?expect=digit&max_error=1", content=one).json()["status"] == "ok"
    page = client.post("/v1/read?expect=page&max_error=0", content=encoded(row_of_digits())).json()
    assert page["status"] == "unsure"


def test_what_may_stand_there_reaches_the_reader(client: TestClient):
    row, said = encoded(row_of_digits()), {"expect": "number", "allowed": "0-9"}
    assert client.post("/v1/read", params={**said, "pattern": r"\d{3}"}, content=row).json()["text"] == "714"
    other = client.post("/v1/read", params={**said, "pattern": r"\d{4}"}, content=row).json()
    assert (len(other["text"]), other["status"]) == (4, "unsure")
    files = [("files", ("a.png", row)), ("files", ("b.png", row))]
    batch = client.post("/v1/read/batch", params={**said, "pattern": r"\d\d"}, files=files).json()
    assert [len(reading["text"]) for reading in batch["readings"]] == [2, 2]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"allowed": "0-9,"}, "allowed is '0-9,': ',' is none of them; expected characters of"),
        ({"allowed": ""}, "allowed is '': it is empty"),
        ({"pattern": "(1"}, "is no regular expression: missing )"),
        ({"pattern": r"(((\d{1,50}){1,50}){1,50})"}, "cannot be used: written out it has more than 2000"),
    ],
)
def test_what_cannot_be_meant_is_refused_for_one_and_for_many(client: TestClient, said: dict, words: str):
    one = client.post("/v1/read", params=said, content=picture(7))
    assert words in problem(one, 422)
    many = client.post("/v1/read/batch", params=said, files=[("files", ("a.png", picture(7)))])
    assert words in problem(many, 422)


@pytest.mark.parametrize(("risk", "status"), [(0, "unsure"), (1, "ok")])
def test_numbers_and_digits_say_whether_they_are_sure(client: TestClient, risk: int, status: str):
    content = encoded(row_of_digits())
    answer = client.post(f"/v1/read?expect=number&max_error={risk}", content=content).json()
    (number,) = answer["numbers"]
    assert (answer["status"], number["status"]) == (status, status)
    assert {digit["status"] for digit in number["digits"]} == {status}


def test_a_blank_picture_is_empty(client: TestClient):
    answer = client.post("/v1/read", content=encoded(np.full((40, 40), 255, np.uint8))).json()
    assert (answer["status"], answer["text"], answer["numbers"]) == ("empty", "", [])


@pytest.mark.parametrize(
    ("expect", "content", "shape"),
    [("digit", picture(7), (28, 28)), ("number", encoded(row_of_digits()), (32, None))],
)
def test_show_inputs_gives_what_the_model_saw(
    client: TestClient, reader: Reader, expect: str, content: bytes, shape: tuple
):
    answer = client.post(f"/v1/read?expect={expect}&show=inputs", content=content).json()
    assert ReadingModel.model_validate(answer)
    assert len(answer["inputs"]) == len(answer["numbers"]) == 1
    start, _, data = answer["inputs"][0].partition(",")
    assert start == "data:image/png;base64"
    seen = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))
    assert seen.dtype == np.uint8
    assert seen.shape[0] == shape[0]
    assert seen.shape[1] == (shape[1] or seen.shape[1])
    np.testing.assert_array_equal(seen, reader.see(content, expect).inputs[0])


def test_inputs_are_shown_only_when_asked_for(client: TestClient):
    assert "inputs" not in client.post("/v1/read", content=picture(7)).json()


def test_a_batch_keeps_order_duplicates_and_failures(client: TestClient):
    files = [
        ("files", ("b.png", picture(4))),
        ("files", ("a.png", b"no picture")),
        ("files", ("b.png", picture(7))),
    ]
    response = client.post("/v1/read/batch?expect=digit", files=files)
    answer = BatchModel.model_validate(response.json())
    assert [(one.source, one.status, one.text) for one in answer.readings] == [
        ("b.png", "ok", "4"),
        ("a.png", "error", ""),
        ("b.png", "ok", "7"),
    ]
    assert "a.png is no picture" in (answer.readings[1].error or "")


def test_a_batch_reads_as_single_requests_do(client: TestClient):
    single = client.post("/v1/read", files={"file": ("x", picture(1))}).json()
    batch = client.post("/v1/read/batch", files=[("files", ("x", picture(1)))]).json()
    assert batch == {"readings": [single]}


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/v1/read?expect=letter", "expect"),
        ("/v1/read?max_error=2", "max_error"),
        ("/v1/read?max_error=nan", "max_error"),
        ("/v1/read?max_error=much", "max_error"),
        ("/v1/read?show=all", "show"),
        ("/v1/read/batch?expect=", "expect"),
    ],
)
def test_a_wrong_parameter_is_422_and_named(client: TestClient, path: str, names: str):
    assert f"wrong {names}:" in problem(client.post(path, content=picture()), 422)


FORM = "multipart/form-data; boundary=x"


def part(name: str, end: str = "--x--\r\n") -> bytes:
    return f"--x\r\nContent-Disposition: form-data; {name}\r\n\r\n1\r\n{end}".encode()


READ, BATCH = "/v1/read", "/v1/read/batch"
WRONG_BODIES = [
    (READ, "image/png", b"", (400, "empty")),
    (READ, "image/png", b"no picture", (415, "expected PNG")),
    (READ, "image/png", picture()[:200], (415, "damaged")),
    (READ, "image/png", b"%PDF-1.7", (415, "PDF")),
    (READ, "multipart/form-data", b"--x", (400, "boundary")),
    (READ, FORM, part(""), (400, "broken")),
    (READ, FORM, b"--x\r\n\r\n1\r\n--x--\r\n", (400, "broken")),
    (READ, FORM, b"something else", (400, "broken")),
    (READ, FORM, part('name="file"; filename="a"', end=""), (400, "last boundary")),
    (READ, FORM, part('name="f"'), (422, "'file'")),
    (BATCH, "image/png", picture(), (415, "multipart")),
    (BATCH, FORM, part('name="f"'), (422, "'files'")),
]


@pytest.mark.parametrize(("path", "content_type", "body", "expected"), WRONG_BODIES)
def test_a_wrong_body_is_refused_with_what_is_wrong(
    client: TestClient, path: str, content_type: str, body: bytes, expected: tuple[int, str]
):
    response = client.post(path, content=body, headers={"Content-Type": content_type})
    assert expected[1] in problem(response, expected[0])


def test_limits_of_bytes_pixels_and_files(client: TestClient):
    assert "200,000 bytes" in problem(client.post("/v1/read", content=b"x" * 200_001), 413)
    chunks = (b"x" * 50_000 for _ in range(5))  # no Content-Length says how much will come
    assert "200,000 bytes" in problem(client.post("/v1/read", content=chunks), 413)
    wide = encoded(np.full((1001, 1000), 255, np.uint8))
    assert "1,000,000 pixels" in problem(client.post("/v1/read", content=wide), 413)
    four = [("files", ("a", picture()))] * 4
    assert "3 a request" in problem(client.post("/v1/read/batch", files=four), 413)
    two = [("file", ("a", picture()))] * 2
    assert "1 a request" in problem(client.post("/v1/read", files=two), 413)
    assert client.post("/v1/read", content=picture()).status_code == 200


def test_model_says_what_reads_and_the_limits(client: TestClient, reader: Reader):
    told = ModelsModel.model_validate(client.get("/v1/model").json())
    assert told.digit.sha256 == load(SHIPPED_DIGIT).metadata["files"]["model.onnx"]
    assert (told.digit.labels, told.number.labels) == (spec.DIGIT_LABELS, spec.NUMBER_LABELS)
    assert told.digit.max_error == reader.max_error_of("digit")
    assert told.number.max_error == reader.max_error_of("number")
    assert (told.limits.max_bytes, told.limits.max_files) == (200_000, 3)
    assert (told.version, told.corrections) == (__version__, False)


def test_health_and_readiness(client: TestClient):
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready"}


def test_a_server_that_starts_is_alive_and_not_ready_and_a_request_waits_for_it(reader: Reader):
    from threading import Event

    from inkdigits.server.app import create_app
    from inkdigits.server.settings import Settings

    go = Event()

    def slow() -> Reader:
        go.wait(20)
        return reader

    with TestClient(create_app(slow, Settings()), serving.LOCAL) as starting:
        assert starting.get("/healthz").status_code == 200
        assert "starting" in problem(starting.get("/readyz"), 503)
        with ThreadPoolExecutor(1) as pool:
            sent = pool.submit(starting.post, "/v1/read", content=picture(7))
            serving.until(lambda: "inkdigits_queue 1.0" in starting.get("/metrics").text)
            assert not sent.done()
            go.set()
            assert sent.result(20).json()["text"] == "7"
        assert starting.get("/readyz").status_code == 200


def test_a_request_does_not_wait_longer_than_it_may_for_a_server_that_starts(reader: Reader):
    from threading import Event

    from inkdigits.server.app import create_app
    from inkdigits.server.settings import Settings

    go = Event()

    def slow() -> Reader:
        go.wait(20)
        return reader

    with TestClient(create_app(slow, Settings(timeout_s=0.2)), serving.LOCAL) as starting:
        assert "in time" in problem(starting.post("/v1/read", content=picture()), 503)
        go.set()


def test_metrics_count_requests_and_readings(reader: Reader):
    with serving.client(reader) as fresh:
        fresh.post("/v1/read", content=picture())
        fresh.post("/v1/read", content=b"no")
        fresh.get("/nothing/of/this/name")
        response = fresh.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    lines = response.text.splitlines()
    assert 'inkdigits_requests_total{method="POST",route="/v1/read",status="200"} 1.0' in lines
    assert 'inkdigits_requests_total{method="POST",route="/v1/read",status="415"} 1.0' in lines
    assert 'inkdigits_requests_total{method="GET",route="other",status="404"} 1.0' in lines
    assert 'inkdigits_readings_total{status="ok"} 1.0' in lines
    assert 'inkdigits_readings_total{status="error"} 1.0' in lines
    assert "inkdigits_requests_in_progress 1.0" in lines  # this one


def test_metrics_say_queue_rate_and_unsure_share(reader: Reader):
    def figure(client: TestClient, name: str) -> float | None:
        lines = client.get("/metrics").text.splitlines()
        return next((float(line.split()[-1]) for line in lines if line.split()[0] == name), None)

    with serving.client(reader) as fresh:
        assert figure(fresh, "inkdigits_queue") == 0
        assert figure(fresh, "inkdigits_readings_per_second") == 0
        assert "\ninkdigits_unsure_share " not in fresh.get("/metrics").text  # of nothing there is no share
        for risk in ("1", "1", "1", "0"):  # at no risk at all nothing is sure
            fresh.post(f"/v1/read?expect=digit&max_error={risk}", content=picture())
        files = [("files", ("a", picture())), ("files", ("b", b"none")), ("files", ("c", picture()))]
        fresh.post("/v1/read/batch?expect=digit&max_error=1", files=files)
        assert figure(fresh, "inkdigits_unsure_share") == pytest.approx(1 / 6)
        serving.until(lambda: figure(fresh, "inkdigits_readings_per_second") == pytest.approx(7 / 60))


def test_the_rate_forgets_what_was_read_more_than_a_minute_ago(monkeypatch: pytest.MonkeyPatch):
    from inkdigits.server import metrics as module

    now = 1000.0
    monkeypatch.setattr(module.time, "perf_counter", lambda: now)
    metrics = module.Metrics()
    for _ in range(6):
        metrics.count("ok", now)
    for now, rate in ((1059.0, 0.1), (1061.0, 0.0)):  # noqa: B007 - the clock reads it
        metrics.tick()
        assert f"inkdigits_readings_per_second {rate}" in metrics.exposition().decode()


def test_a_batch_is_read_by_the_engine_of_the_command_line(
    client: TestClient, cli: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    from inkdigits.batch import engine

    names = {"a.png": picture(7), "b.png": b"no picture", "d.png": encoded(row_of_digits())}
    for name, content in names.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.chdir(tmp_path)
    _, out, _ = cli("read", *names, "--allowed", "0-9", "--format", "jsonl")
    called: list[int] = []
    monkeypatch.setattr(engine, "_plain", _counting(engine._plain, called))
    files = [("files", one) for one in names.items()]
    answer = client.post("/v1/read/batch?allowed=0-9", files=files).json()["readings"]
    assert called == [3]
    rows = [json.loads(line) for line in out.splitlines()]
    assert [Reading.from_dict(one) for one in answer] == [Reading.from_dict(row) for row in rows]


def _counting(call: Any, called: list[int]) -> Any:
    def counted(reader: Any, jobs: Any, asked: Any) -> Any:
        called.append(len(jobs))
        return call(reader, jobs, asked)

    return counted


def test_what_is_not_there_and_what_is_not_possible(client: TestClient):
    problem(client.get("/v2/read"), 404)
    problem(client.get("/v1/read/"), 404)
    response = client.get("/v1/read")
    problem(response, 405)
    assert response.headers["allow"] == "POST"


def test_every_answer_has_an_id_that_may_be_the_callers(client: TestClient):
    first, second = (client.get("/healthz").headers["x-request-id"] for _ in range(2))
    assert first != second
    assert client.get("/healthz", headers={"X-Request-ID": "abc-1"}).headers["x-request-id"] == "abc-1"
    forged = client.get("/healthz", headers={"X-Request-ID": "a b\t<script>"}).headers["x-request-id"]
    assert "<" not in forged


@pytest.mark.parametrize("path", ["/healthz", "/docs", "/nothing", "/v1/model"])
def test_every_answer_has_the_security_headers_and_no_cors(client: TestClient, path: str):
    headers = client.get(path, headers={"Origin": "https://example.com"}).headers
    assert headers["content-security-policy"] == (
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self'; script-src 'self'; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert not [name for name in headers if name.startswith("access-control")]
    assert "server" not in headers


def test_the_files_of_the_page_are_those_of_the_package(client: TestClient):
    web = resources.files("inkdigits.server") / "web"
    names = [entry.name for entry in web.iterdir() if not entry.name.startswith(".")]
    assert "index.html" in names
    for name in names:
        response = client.get(f"/web/{name}")
        assert response.content == (web / name).read_bytes(), name
    page = client.get("/")
    assert page.text == (web / "index.html").read_text(encoding="utf-8")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    again = client.get("/", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/web/app.py",
        "/web/..%2fapp.py",
        "/web/%2e%2e/app.py",
        "/web/..%5capp.py",
        "/web//etc/passwd",
        "/web/%2fetc%2fpasswd",
        "/docs/..%2f..%2frun.py",
        "/web/index.html%00.js",
        "/web/",
    ],
)
def test_no_path_leads_to_a_file_outside_the_page(client: TestClient, path: str):
    assert client.get(path).status_code == 404


def test_the_api_is_documented_from_this_machine_alone(client: TestClient):
    page = client.get("/docs").text
    for name in ("swagger-ui-bundle.js", "swagger-ui.css", "start.js", "favicon-32x32.png"):
        assert f"/docs/{name}" in page or name == "favicon-32x32.png"
        assert client.get(f"/docs/{name}").status_code == 200
    assert "https://" not in page
    assert "<script>" not in page
    assert "style=" not in page


def test_the_openapi_document_says_what_every_route_may_refuse(client: TestClient):
    document = client.get("/openapi.json").json()
    read = document["paths"]["/v1/read"]["post"]
    assert set(read["responses"]) == {"200", "400", "401", "403", "408", "413", "415", "422", "503"}
    assert document["openapi"].startswith("3.1")
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"], path
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], (path, status)
    assert "HTTPValidationError" not in json.dumps(document)


def test_corrections_are_off_unless_a_folder_is_named(client: TestClient):
    for path in ("/v1/corrections", "/v1/corrections.csv", "/corrections"):
        assert "--corrections" in problem(client.get(path), 404)
    response = client.post("/v1/corrections", files={"file": ("a", picture())}, data={"label": "7"})
    assert "--corrections" in problem(response, 404)
