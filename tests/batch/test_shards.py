"""--output out/: a folder of files with rows, each whole or absent, which is its own checkpoint."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from inkdigits.batch.job import Job
from inkdigits.batch.shards import ABOUT, Shards, is_folder, write_shard
from inkdigits.errors import ConfigError, OutputError
from inkdigits.files import locked
from inkdigits.readings import Reading

COUNT = 250  # rows: three files


@pytest.fixture
def pictures(tmp_path: Path, fake_reader: type) -> Path:
    """A folder whose files a fake reader answers by their names; one of them fails."""
    folder = tmp_path / "pictures"
    for number in range(COUNT):
        path = folder / f"{number:03}" / ("error.png" if number == 120 else f"{number % 10}.png")
        path.parent.mkdir(parents=True)
        Image.new("L", (4, 4)).save(path)
    return folder


def rows(out: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for path in sorted(out.glob("part-*"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]


def test_a_slash_at_the_end_makes_files_of_it(cli: Callable[..., Any], pictures: Path, tmp_path: Path):
    from pyarrow import dataset

    assert (is_folder("out/"), is_folder("out"), is_folder(None)) == (True, False, False)
    one, out = tmp_path / "rows.parquet", tmp_path / "out"
    assert cli("read", pictures, "--output", one).code == 1
    done = cli("read", pictures, "--output", f"{out}/")
    assert (done.code, done.err.count("\n")) == (1, 1)
    names = [path.name for path in sorted(out.glob("part-*"))]
    assert names == [f"part-0000{number}-of-00003.parquet" for number in range(3)]
    assert dataset.dataset(out).to_table() == dataset.dataset(one).to_table()


def test_what_is_missing_and_what_failed_is_read_again(
    cli: Callable[..., Any], pictures: Path, tmp_path: Path
):
    out = tmp_path / "out"
    words = ("read", pictures, "--output", f"{out}/", "--format", "jsonl")
    assert cli(*words).code == 1
    first, second, third = sorted(out.glob("part-*"))
    kept, before = first.stat().st_mtime_ns, rows(out)
    assert [row["status"] for row in before].count("error") == 1
    third.unlink()
    (out / f".{third.name}-cut").write_text("half a f")
    failed = pictures / "120" / "error.png"
    failed.rename(failed.with_name("0.png"))
    done = cli(*words, "--resume")
    assert (done.code, "other pictures or options" in done.err) == (2, True)
    failed.with_name("0.png").rename(failed)
    assert cli(*words, "--resume").code == 1
    assert rows(out) == before
    assert first.stat().st_mtime_ns == kept
    assert sorted(path.name for path in out.iterdir()) == sorted(
        [ABOUT, f"_failed-{second.name}.txt", first.name, second.name, third.name]
    )


def test_a_shard_that_fails_once_is_whole_when_it_succeeds(tmp_path: Path):
    from inkdigits.cli.rows import open_rows

    def shard_opened(path: str, names: list[str]) -> Any:
        return open_rows(path, "jsonl", names)

    jobs = [Job("a.png", Path("a.png"))]
    for error in ("no picture", None):
        with Shards(str(tmp_path / "out"), ".jsonl", jobs, {}, resume=True) as shards:
            (shard,) = shards.left
            reading = Reading("a.png", "error", error=error) if error else Reading("a.png", "ok", "1", 0.9)
            write_shard(shard, [reading], shard_opened)
        assert shard.failures.exists() == (error is not None)
    with Shards(str(tmp_path / "out"), ".jsonl", jobs, {}, resume=True) as shards:
        assert (shards.left, shards.done) == ([], 1)


def test_a_folder_that_holds_something_else_is_left_alone(
    cli: Callable[..., Any], pictures: Path, tmp_path: Path
):
    done = cli("read", pictures, "--output", f"{pictures}/")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "expected an empty folder" in done.err
    out = tmp_path / "out"
    words = ("read", pictures, "--output", f"{out}/", "--format", "jsonl")
    cli(*words)
    assert "add --resume" in cli(*words).err
    assert "other pictures or options" in cli(*words, "--resume", "--expect", "digit").err
    with (out / ABOUT).open("r+b") as file:
        assert locked(file)
        assert "another run" in cli(*words, "--resume").err
    assert "without a slash" in cli(*words, "--annotate", tmp_path / "drawn").err
    file = tmp_path / "file"
    file.write_text("")
    with pytest.raises(OutputError, match="choose another place"):
        Shards(f"{file}/", ".csv", [], {}, resume=False)
    with pytest.raises(ConfigError, match="expected an empty folder"):
        Shards(str(tmp_path), ".csv", [], {}, resume=False)
