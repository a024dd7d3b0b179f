"""Everything that goes wrong when pictures are read: a status or one line, an exit code, nothing lost."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from conftest import Result
from PIL import Image

from inkdigits.recognition.bundle import SHIPPED_DIGIT

Cli = Callable[..., Result]


def png_header(width: int, height: int) -> bytes:
    """Returns a PNG that declares a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 99))
        + chunk(b"IEND", b"")
    )


def encoded(picture: np.ndarray, form: str) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, form)
    return buffer.getvalue()


def noisy(form: str) -> bytes:
    """Returns a picture of some kilobytes, so that half of it is damaged and not just its end."""
    return encoded(np.random.default_rng(1).integers(0, 255, (64, 64), np.uint8), form)


def half(content: bytes) -> bytes:
    return content[: len(content) // 2]


# file name → its bytes (None: there is no file), the status it gives, and words of the reason
BAD: dict[str, tuple[bytes | None, str, str]] = {
    "missing.png": (None, "error", "missing.png"),
    "text.png": (b"This is a letter, not a picture.\n", "error", "text.png"),
    "truncated.png": (half(noisy("PNG")), "error", "truncated.png"),
    "truncated.jpg": (half(noisy("JPEG")), "error", "truncated.jpg"),
    "zero-bytes.png": (b"", "error", "zero-bytes.png"),
    "huge.png": (png_header(30_000, 30_000), "error", "30000"),
    "one-pixel.png": (encoded(np.full((1, 1), 255, np.uint8), "PNG"), "empty", ""),
    "white.png": (encoded(np.full((100, 80), 255, np.uint8), "PNG"), "empty", ""),
    "black.png": (encoded(np.zeros((100, 80), np.uint8), "PNG"), "empty", ""),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with every bad picture."""
    for name, (content, _, _) in BAD.items():
        if content is not None:
            (tmp_path / name).write_bytes(content)
    return tmp_path


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("name", BAD)
def test_a_bad_picture_is_a_row_and_at_most_one_line(cli: Cli, folder: Path, name: str):
    _, status, reason = BAD[name]
    code, out, err = cli("read", folder / name, "--format", "csv")
    (row,) = rows(out)
    assert (row["source"], row["status"], row["text"]) == (str(folder / name), status, "")
    assert reason in row["error"]
    assert "\n" not in row["error"]
    assert code == (1 if status == "error" else 0)
    assert err == (f"inkdigits: {row['error']}\n" if status == "error" else "")


def test_bad_pictures_in_a_batch_cost_no_good_one(
    process: Cli, folder: Path, save_digit: Callable[..., Path]
):
    names = [*BAD, save_digit(7, "seven.png").name]
    code, out, err = process("read", *names, "--format", "csv", cwd=folder)
    assert code == 1
    assert [row["source"] for row in rows(out)] == names
    assert [row["status"] for row in rows(out)] == [*(status for _, status, _ in BAD.values()), "ok"]
    assert rows(out)[-1]["text"] == "7"
    assert err.count("\n") == sum(status == "error" for _, status, _ in BAD.values())
    assert "Traceback" not in err


def test_a_folder_without_pictures_is_one_line(cli: Cli, tmp_path: Path):
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "notes.txt").write_text("no picture")
    code, _, err = cli("read", tmp_path / "none")
    assert code == 1
    assert err.startswith("inkdigits: ")
    assert err.count("\n") == 1
    assert "none" in err


@pytest.mark.parametrize("content", [b"", b"no picture", half(noisy("PNG"))])
def test_what_is_no_picture_on_standard_input_is_one_line(process: Cli, content: bytes):
    code, out, err = process("read", "-", "--format", "jsonl", stdin=content)
    assert code == 1
    assert json.loads(out)["status"] == "error"
    assert err.startswith("inkdigits: ")
    assert err.count("\n") == 1


# ---- Bundles ----


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A copy of the shipped model to damage."""
    return Path(shutil.copytree(SHIPPED_DIGIT, tmp_path / "bundle"))


def refused(cli: Cli, bundle: Path, picture: Path) -> str:
    """Reads with a damaged bundle; checks that it costs one line and no rows; gives the line."""
    output = bundle.parent / "rows.csv"
    output.write_text("of yesterday")
    code, out, err = cli("read", picture, "--model", bundle, "--output", output)
    assert (code, out) == (1, "")
    assert err.startswith("inkdigits: ")
    assert err.count("\n") == 1
    assert output.read_text() == "of yesterday"
    return err


@pytest.mark.parametrize("where", [0.0, 0.5, 0.999])
def test_a_model_with_a_changed_byte_is_refused(
    cli: Cli, bundle: Path, save_digit: Callable[..., Path], where: float
):
    model = bundle / "model.onnx"
    content = bytearray(model.read_bytes())
    content[int(where * len(content))] ^= 1
    model.write_bytes(content)
    assert "model.onnx" in refused(cli, bundle, save_digit(7, "7.png"))


@pytest.mark.parametrize("name", ["model.onnx", "bundle.json"])
def test_a_bundle_without_a_part_is_refused(
    cli: Cli, bundle: Path, save_digit: Callable[..., Path], name: str
):
    (bundle / name).unlink()
    assert name in refused(cli, bundle, save_digit(7, "7.png"))


def test_a_bundle_that_is_not_there_is_refused(cli: Cli, bundle: Path, save_digit: Callable[..., Path]):
    shutil.rmtree(bundle)
    assert str(bundle) in refused(cli, bundle, save_digit(7, "7.png"))


def test_a_bundle_without_a_key_is_refused_with_its_name(
    cli: Cli, bundle: Path, save_digit: Callable[..., Path]
):
    whole = json.loads((bundle / "bundle.json").read_text())
    picture = save_digit(7, "7.png")
    for key in (
        "format",
        "name",
        "kind",
        "preprocessing",
        "input",
        "labels",
        "calibration",
        "thresholds",
        "files",
    ):
        (bundle / "bundle.json").write_text(json.dumps({name: whole[name] for name in whole if name != key}))
        assert key in refused(cli, bundle, picture)


def test_a_bundle_of_a_newer_format_says_what_to_do(cli: Cli, bundle: Path, save_digit: Callable[..., Path]):
    metadata = json.loads((bundle / "bundle.json").read_text())
    metadata["format"] += 1
    (bundle / "bundle.json").write_text(json.dumps(metadata))
    assert "upgrade" in refused(cli, bundle, save_digit(7, "7.png"))


@pytest.mark.parametrize("content", ["", "{", "[]", '"text"', "null", '{"format": "one"}'])
def test_a_bundle_json_that_is_none_is_refused(
    cli: Cli, bundle: Path, save_digit: Callable[..., Path], content: str
):
    (bundle / "bundle.json").write_text(content)
    assert "bundle.json" in refused(cli, bundle, save_digit(7, "7.png"))


# ---- A full disk ----


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
def test_a_disk_that_fills_up_while_writing_loses_no_older_output(
    tmp_path: Path, save_digit: Callable[..., Path]
):
    picture = save_digit(7, "7.png")
    output = tmp_path / "rows.csv"
    output.write_text("of yesterday")
    code = (
        "import resource, sys; from inkdigits.cli import main;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20)); sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, "read", str(picture), "--output", str(output)],
        capture_output=True,
        text=True,
        env={**os.environ},
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"inkdigits: cannot write {output}: ")
    assert done.stderr.count("\n") == 1
    assert output.read_text() == "of yesterday"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["7.png", "rows.csv"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on the size of a file")
def test_a_disk_that_fills_up_in_the_middle_keeps_what_was_read(
    tmp_path: Path, save_digit: Callable[..., Path]
):
    picture, output = save_digit(7, "7.png"), tmp_path / "rows.csv"
    code = (
        "import resource, sys; from inkdigits.cli import main;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000)); sys.exit(main(sys.argv[1:]))"
    )
    done = subprocess.run(
        [sys.executable, "-B", "-c", code, "read", *[str(picture)] * 40, "--output", str(output)],
        capture_output=True,
        text=True,
        env={**os.environ},
        check=False,
    )
    assert done.returncode == 1
    kept, told = done.stderr.splitlines()
    assert re.fullmatch(rf"inkdigits: \d+ readings are kept in {output}\.part; .*", kept)
    assert told.startswith(f"inkdigits: cannot write {output}: ")
    assert not output.exists()
