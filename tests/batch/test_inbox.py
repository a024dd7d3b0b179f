"""batch/inbox.py: what is still being written is waited for; the clock is the test's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from inkdigits.batch.inbox import Dropped, Inbox


def none_known(one: Dropped) -> bool:
    del one
    return False


@pytest.fixture
def inbox(tmp_path: Path) -> Inbox:
    (tmp_path / "inbox").mkdir()
    return Inbox(tmp_path / "inbox", settle=5.0)


def places(some: list[Dropped]) -> list[str]:
    return [one.place for one in some]


def test_a_picture_is_whole_when_it_has_not_changed_for_a_while(inbox: Inbox):
    file = inbox.folder / "a.png"
    file.write_bytes(b"half")
    assert places(inbox.look(0.0, none_known).growing) == ["a.png"]
    with file.open("ab") as more:
        more.write(b" and the other")
    seen = inbox.look(4.9, none_known)
    assert (places(seen.growing), seen.whole) == (["a.png"], [])
    assert places(inbox.look(9.8, none_known).growing) == ["a.png"]
    assert places(inbox.look(9.9, none_known).whole) == ["a.png"]


def test_the_same_size_at_another_time_is_another_picture(inbox: Inbox):
    file = inbox.folder / "a.png"
    file.write_bytes(b"1234")
    (first,) = inbox.look(0.0, none_known).growing
    os.utime(file, ns=(first.changed + 1, first.changed + 1))
    assert not inbox.unchanged(first)
    (second,) = inbox.look(6.0, none_known).growing
    assert second != first
    assert inbox.unchanged(second)


def test_names_of_what_is_being_written_are_no_pictures(inbox: Inbox):
    for name in ("a.png.part", "b.tmp", ".c.png", "notes.txt", ".hidden/d.png", "sub/e.png", "scan[1].png"):
        (inbox.folder / name).parent.mkdir(exist_ok=True)
        (inbox.folder / name).write_bytes(b"x")
    (inbox.folder / "folder.png").mkdir()
    os.mkfifo(inbox.folder / "pipe.png")
    assert sorted(places(inbox.look(0.0, none_known).growing)) == [
        "scan[1].png",
        str(Path("sub", "e.png")),
    ]


def test_what_is_known_is_told_apart_and_the_oldest_comes_first(inbox: Inbox):
    for index, name in enumerate(("new.png", "old.png", "read.png")):
        (inbox.folder / name).write_bytes(b"x")
        os.utime(inbox.folder / name, ns=(10**18 - index, 10**18 - index))

    def known(one: Dropped) -> bool:
        return one.place == "read.png"

    inbox.look(0.0, known)
    seen = inbox.look(5.0, known)
    assert (places(seen.whole), places(seen.known)) == (["old.png", "new.png"], ["read.png"])


def test_a_folder_that_cannot_be_listed_is_told_and_nothing_is_forgotten(inbox: Inbox):
    (inbox.folder / "a.png").write_bytes(b"x")
    inbox.look(0.0, none_known)
    away = inbox.folder.rename(inbox.folder.with_name("away"))
    (problem,) = inbox.look(3.0, none_known).problems
    assert problem.startswith(f"cannot list the folder {inbox.folder}: ")
    away.rename(inbox.folder)
    assert places(inbox.look(5.0, none_known).whole) == ["a.png"]
