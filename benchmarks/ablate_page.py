"""What ``ablate.py`` measured, as docs/ablation.md: a section of rules and a section of constants."""

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ablate_rules import LIMITS, RULES

LIBRARIES = ("numpy", "opencv-python-headless", "onnxruntime")
HEAD = """# What each layout rule is worth

Made by `python benchmarks/ablate.py`; do not edit by hand. Each rule of the layout is switched off, each
constant is set a quarter lower and a quarter higher, one at a time, and the sets that it can touch are read
once more.

**A rule that changes no open set must be kept for a picture in `tests/previously_misread/`, or go.**

`right` is the change in right answers: below 0 a rule is worth that many. `sure, wrong` is the change in
answers that are sure and wrong: above 0 a rule prevents so many. `changed` counts pictures with another
answer, or one that is sure where it was not, or the other way round. `where` names each set with what is
lost and won on it, and in brackets the change in those that are sure and wrong. On pages each number counts,
right and in order. `auto` stands behind sets for which the reader was not told what a picture holds; the
pictures that were misread once are always read so.
"""
TITLES = {
    "rules": "## Rules switched off",
    "constants": "## Constants moved by a quarter",
    "tables": "## Tables: thresholds moved by a quarter",
    "cells": "## Tables: what is one number",
    "forms": "## Forms: thresholds moved by a quarter",
}


def write_page(path: Path, kind: str, result: dict[str, Any], sample: int) -> None:
    """Writes the section of the rules or of the constants, and keeps the others as they are."""
    write_section(path, kind, section(kind, result, sample))


def write_section(path: Path, kind: str, text: str) -> None:
    """Writes a section of the page, and keeps the others as they are."""
    sections = sections_of(path.read_text(encoding="utf-8") if path.exists() else "")
    sections[kind] = text
    kept = [sections[one] for one in TITLES if one in sections]
    path.write_text("\n".join([HEAD, *kept]), encoding="utf-8")


def sections_of(text: str) -> dict[str, str]:
    """Returns the sections of a page that is there."""
    found: dict[str, str] = {}
    for kind, title in TITLES.items():
        start = text.find(title)
        if start >= 0:
            stops = [at for other in TITLES.values() if (at := text.find(other, start + 1)) > start]
            found[kind] = text[start : min(stops, default=len(text))].rstrip("\n") + "\n"
    return found


def section(kind: str, result: dict[str, Any], sample: int) -> str:
    """Returns the section of the rules or of the constants."""
    purposes = {rule.name: rule.purpose for rule in RULES}
    effects = result["effects"]
    rows = rule_rows(effects, purposes) if kind == "rules" else constant_rows(effects)
    silent = names_that_show_nothing(effects)
    listed = ", ".join(f"`{name}`" for name in silent) or "none"
    lines = [
        TITLES[kind],
        "",
        f"`python benchmarks/ablate.py --{kind} --sample {sample}`: sets of more than {sample} pictures are "
        f"thinned evenly. {when_and_where()}",
        "",
        *rows,
        "",
        f"No picture's answer changes with: {listed}.",
        "",
        *(limits() if kind == "constants" else ()),
        "As it is:",
        "",
        "| set | pictures | answers that can be right | right | sure and wrong |",
        "|---|--:|--:|--:|--:|",
        *(
            f"| {name} | {of['pictures']:,} | {of['n']:,} | {of['right']:,} | {of['sure_wrong']:,} |"
            for name, of in result["sets"].items()
        ),
    ]
    return "\n".join(lines) + "\n"


def rule_rows(effects: dict[str, Any], purposes: dict[str, str]) -> Iterable[str]:
    """Yields the table of rules."""
    yield "| switched off | which is there for | right | sure, wrong | changed | where |"
    yield "|---|---|--:|--:|--:|---|"
    for name, effect in effects.items():
        yield f"| {name} | {purposes[name]} | {cells(effect)} | {where(effect)} |"


def constant_rows(effects: dict[str, Any]) -> Iterable[str]:
    """Yields the table of constants."""
    each = "right | sure, wrong | changed"
    yield f"| constant | −25 %: {each} | +25 %: {each} | where, −25 % / +25 % |"
    yield "|---|--:|--:|--:|--:|--:|--:|---|"
    for name in dict.fromkeys(constant_of(full) for full in effects):
        less, more = effects[f"{name} -25%"], effects[f"{name} +25%"]
        places = " / ".join(where(one) or "–" for one in (less, more)) if where(less) + where(more) else ""
        yield f"| {shown(name)} | {cells(less)} | {cells(more)} | {places} |"


def cells(effect: dict[str, Any]) -> str:
    """Returns right, sure and wrong, and changed, as cells."""
    if "fails" in effect:
        return "fails | |"
    right = sum(of["won"] - of["lost"] for of in effect.values())
    sure_wrong = sum(of["sure_wrong"] for of in effect.values())
    return f"{signed(right)} | {signed(sure_wrong)} | {sum(of['changed'] for of in effect.values()):,}"


def where(effect: dict[str, Any]) -> str:
    """Returns what is lost and won on each set, those that lose most first."""
    if "fails" in effect:
        return effect["fails"]
    changes = ("lost", "won", "sure_wrong")
    some = [(of["won"] - of["lost"], name, of) for name, of in effect.items() if any(map(of.get, changes))]
    parts: list[str] = []
    for _, name, of in sorted(some, key=lambda one: one[:2]):
        change = [f"−{of['lost']}" if of["lost"] else "", f"+{of['won']}" if of["won"] else ""]
        change.append(f"({signed(of['sure_wrong'])})" if of["sure_wrong"] else "")
        parts.append(" ".join([name.replace(", auto", " auto"), *filter(None, change)]))
    return ", ".join(parts)


def names_that_show_nothing(effects: dict[str, Any]) -> list[str]:
    """Returns the rules, or the constants, with which no answer changes, in neither direction."""
    touched = {constant_of(name) for name, effect in effects.items() if effect}
    return [shown(name) for name in dict.fromkeys(map(constant_of, effects)) if name not in touched]


def constant_of(name: str) -> str:
    """Returns a constant's name without its direction; of a rule the name itself."""
    return name.removesuffix(" -25%").removesuffix(" +25%")


def shown(name: str) -> str:
    """Returns a constant's name without the module before it."""
    return name.rpartition(":")[2]


def limits() -> Iterable[str]:
    """Yields the constants without a row."""
    parts = [f"{', '.join(f'`{name}`' for name in names.split())} ({why})" for why, names in LIMITS.items()]
    yield f"Without a row: {'; '.join(parts)}."
    yield ""


def signed(value: int) -> str:
    """Returns a change with its sign."""
    return f"{value:+,}".replace("-", "−") if value else "0"


def when_and_where() -> str:
    """Returns the day, the machine and the versions."""
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}, {versions}."
    )
