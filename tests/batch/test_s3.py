"""batch/remote.py on S3: the same requests that Amazon's storage gets, to a server on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from batch.test_archives import MEMBERS, png
from conftest import Result

NEEDED = "s3fs and moto's server are missing: pip install 'inkdigits[s3]' 'moto[s3]' flask flask-cors"
pytest.importorskip("s3fs", reason=NEEDED)
pytest.importorskip("flask_cors", reason=NEEDED)
moto_server: Any = pytest.importorskip("moto.server", reason=NEEDED)

Cli = Callable[..., Result]

HELD = {
    "may/1.png": png(1),
    "may/sub/four #2?.png": png(4),
    "may/scan.tiff": MEMBERS["scan.tiff"],
    "may/notes.txt": b"no picture",
    "may/sub/": b"",  # consoles mark folders so
    "may/1.png/7.png": png(7),
}


@pytest.fixture(scope="module")
def storage() -> Iterator[str]:
    """Gives the address of a server that has the bucket ``scans``."""
    import boto3

    server = moto_server.ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client: Any = boto3.client(
        "s3",
        endpoint_url=address,
        aws_access_key_id="user",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket="scans")
    for key, content in HELD.items():
        client.put_object(Bucket="scans", Key=key, Body=content)
    yield address
    server.stop()


@pytest.fixture
def signed_in(storage: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Iterator[None]:
    """Sets what s3fs finds a storage and its user by, and nothing of whoever runs the tests."""
    import s3fs

    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", storage)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "user")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3fs.S3FileSystem.clear_instance_cache()
    yield
    s3fs.S3FileSystem.clear_instance_cache()


def rows(cli: Cli, *words: str) -> tuple[int, list[list[str]], str]:
    code, out, err = cli("read", *words, "--expect", "digit", "--format", "csv")
    return code, [line.split(",")[:3] for line in out.splitlines()[1:]], err


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.usefixtures("signed_in")
def test_a_folder_of_a_bucket_is_all_its_pictures_and_their_pages(cli: Cli, jobs: str):
    assert rows(cli, "s3://scans/may/", "--jobs", jobs) == (
        0,
        [
            ["s3://scans/may/1.png", "ok", "1"],
            ["s3://scans/may/1.png/7.png", "ok", "7"],
            ["s3://scans/may/scan.tiff#1", "ok", "4"],
            ["s3://scans/may/scan.tiff#2", "ok", "7"],
            ["s3://scans/may/sub/four #2?.png", "ok", "4"],
        ],
        "",
    )


@pytest.mark.usefixtures("signed_in")
def test_a_pattern_and_a_picture_of_a_bucket_are_read(cli: Cli):
    code, found, _ = rows(cli, "s3://scans/may/*.png", "s3://scans/may/1.png")
    assert (code, found) == (0, [["s3://scans/may/1.png", "ok", "1"]] * 2)


@pytest.mark.parametrize(
    "address",
    ["s3://scans/may/2.png", "s3://scans/may/2.pdf", "s3://scans/june/", "s3://none/1.png", "s3://none/"],
)
@pytest.mark.usefixtures("signed_in")
def test_what_is_not_in_a_bucket_is_one_row(cli: Cli, address: str):
    code, found, err = rows(cli, address)
    assert (code, found) == (1, [[address, "error", ""]])
    assert address in err
    assert len(err.splitlines()) == 1


@pytest.mark.usefixtures("signed_in")
def test_who_is_not_signed_in_is_told(cli: Cli, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    code, found, err = rows(cli, "s3://scans/may/1.png")
    assert (code, found) == (1, [["s3://scans/may/1.png", "error", ""]])
    assert "credentials" in err
