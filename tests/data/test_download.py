"""Downloads over a server on this machine: the right bytes, from whichever mirror has them, or one line."""

from __future__ import annotations

import errno
import gzip
import hashlib
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Result
from mirrors import CONTENT, GOOD, NAME, SHA256, ok

from inkdigits.data import download
from inkdigits.errors import DownloadError, MissingExtraError, OutputError


@pytest.fixture
def fetch(tmp_path: Path) -> Callable[..., Path]:
    def run(addresses: list[str], **options: object) -> Path:
        options = {"progress": False, "pause": 0.0, **options}
        return download.fetch_gzipped(NAME, tmp_path / "data", sha256=SHA256, mirrors=addresses, **options)

    return run


def test_the_file_arrives_whole_and_alone(mirrors, fetch, tmp_path):
    path = fetch(mirrors.serve(first=[ok()], second=[ok()]))
    assert path == tmp_path / "data" / NAME
    assert path.read_bytes() == GOOD
    assert [entry.name for entry in path.parent.iterdir()] == [NAME]
    assert mirrors.asked == ["first"]


@pytest.mark.parametrize(
    "bad",
    [
        (404, b"no such file", 12),
        (503, b"busy", 4),
        (200, GOOD[:100], len(GOOD)),  # the connection breaks
        ok(GOOD[:-20]),  # the mirror's own file is cut short
        ok(gzip.compress(CONTENT + b"!")),
        ok(b"<html>please log in</html>"),
        ok(b""),
    ],
    ids=["404", "503", "broken off", "cut short", "wrong hash", "a web page", "nothing"],
)
def test_the_second_mirror_helps_at_once(mirrors, fetch, bad):
    assert fetch(mirrors.serve(first=[bad], second=[ok()])).read_bytes() == GOOD
    assert mirrors.asked == ["first", "second"]


def test_a_mirror_that_is_gone_is_passed_over(mirrors, fetch):
    addresses = ["http://127.0.0.1:1/gone/", *mirrors.serve(second=[ok()])]
    assert fetch(addresses).read_bytes() == GOOD


def test_the_same_content_compressed_otherwise_is_right(mirrors, fetch):
    other = gzip.compress(CONTENT, compresslevel=1)
    assert other != GOOD
    assert fetch(mirrors.serve(only=[ok(other)])).read_bytes() == other


def test_a_mirror_that_recovers_is_asked_again(mirrors, fetch):
    assert fetch(mirrors.serve(only=[(503, b"", 0), ok()])).read_bytes() == GOOD
    assert mirrors.asked == ["only", "only"]


def test_the_pauses_between_rounds_grow(mirrors, fetch, monkeypatch):
    pauses: list[float] = []
    monkeypatch.setattr(download.time, "sleep", pauses.append)
    with pytest.raises(DownloadError):
        fetch(mirrors.serve(only=[(503, b"", 0)]), pause=1.5)
    assert pauses == [0, 1.5, 3.0]


def test_no_mirror_has_it(mirrors, fetch, tmp_path):
    wrong = gzip.compress(b"other")
    with pytest.raises(DownloadError) as caught:
        fetch(mirrors.serve(first=[(404, b"", 0)], second=[ok(wrong)], third=[ok(GOOD[:50])]))
    message = str(caught.value)
    assert "\n" not in message
    assert "none of 3 addresses gave" in message
    assert [line.split("/")[3] for line in caught.value.details] == ["first", "second", "third"]
    message += "; ".join(caught.value.details)
    for words in (NAME, "404", hashlib.sha256(b"other").hexdigest()[:12], "no whole gzip file", SHA256[:12]):
        assert words in message
    assert mirrors.asked == ["first", "second", "third"] * 3
    assert list((tmp_path / "data").iterdir()) == []


def test_an_older_file_survives_a_failure(mirrors, fetch, tmp_path):
    path = tmp_path / "data" / NAME
    path.parent.mkdir()
    path.write_bytes(b"old")
    with pytest.raises(DownloadError):
        fetch(mirrors.serve(only=[(404, b"", 0)]))
    assert path.read_bytes() == b"old"


def test_a_full_disk_is_no_fault_of_the_mirrors(mirrors, fetch, monkeypatch):
    def full(*args: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pooch.retrieve", full)
    with pytest.raises(OutputError, match=r"No space left on device; .*INKDIGITS_DATA"):
        fetch(mirrors.serve(only=[ok()]))


def test_a_file_in_the_place_of_the_folder(mirrors, fetch, tmp_path):
    (tmp_path / "data").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot write into"):
        fetch(mirrors.serve(only=[ok()]))


def test_progress_is_shown_when_asked_for(mirrors, fetch, capsys):
    addresses = mirrors.serve(only=[ok()])
    fetch(addresses, progress=True)
    assert "100%" in capsys.readouterr().err
    fetch(addresses, progress=None)  # stderr is no terminal here
    assert capsys.readouterr().err == ""


def test_without_pooch_the_install_command_is_named(fetch, monkeypatch):
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'inkdigits\[train\]'"):
        fetch(["http://127.0.0.1:1/"])


def test_a_reason_is_told_in_words_and_not_in_those_of_the_libraries(fetch):
    with pytest.raises(DownloadError, match="which its address did not give") as caught:
        fetch(["http://127.0.0.1:1/gone/"])
    (line,) = caught.value.details
    assert line.startswith("http://127.0.0.1:1/gone/")
    assert line.endswith("no connection (Connection refused)")


def test_the_command_tells_each_address_in_a_line_of_its_own(
    cli: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
):
    tried = {"https://one.example/a": "HTTP status 404", "https://two.example/a": "no connection (refused)"}

    def fail(*_: object) -> None:
        raise DownloadError("cannot download a; check the network", tried)

    monkeypatch.setattr("inkdigits.cli.data.run", fail)
    code, out, err = cli("data", "mnist")
    assert (code, out) == (1, "")
    assert err.splitlines() == [
        "inkdigits: cannot download a; check the network",
        "  https://one.example/a: HTTP status 404",
        "  https://two.example/a: no connection (refused)",
    ]
