"""errors.py: the tree in the docstring is the tree in the code."""

from __future__ import annotations

import inspect
import re

import pytest

from inkdigits import errors

CLASSES = {name: cls for name, cls in vars(errors).items() if inspect.isclass(cls)}


def drawn_tree() -> list[tuple[str, str]]:
    """Returns (class, parent) in the order in which the docstring draws them."""
    parents: list[tuple[int, str]] = []
    pairs: list[tuple[str, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        if match := re.match(r"([ │├└─]*)(\w+Error)\b", line):
            depth = len(match[1])
            while parents and parents[-1][0] >= depth:
                parents.pop()
            pairs.append((match[2], parents[-1][1] if parents else "Exception"))
            parents.append((depth, match[2]))
    return pairs


def test_the_docstring_draws_the_tree_in_the_order_of_the_code():
    assert drawn_tree() == [(name, cls.__bases__[0].__name__) for name, cls in CLASSES.items()]


def test_every_class_is_public_and_says_when_it_happens():
    assert sorted(CLASSES) == sorted(errors.__all__)
    assert all((inspect.getdoc(cls) or "").endswith(".") for cls in CLASSES.values())


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_one_except_clause_catches_everything(name: str):
    assert issubclass(CLASSES[name], errors.InkdigitsError)


def test_a_missing_library_is_answered_with_the_command_that_installs_it():
    message = str(errors.MissingExtraError("keras", "train"))
    assert message == "keras is not installed but this needs it; run: pip install 'inkdigits[train]'"


def test_the_extras_named_in_messages_exist(pyproject: dict):
    assert {"train", "all"} <= set(pyproject["project"]["optional-dependencies"])
