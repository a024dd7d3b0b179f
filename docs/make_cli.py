"""Writes docs/cli.md from the parsers, so that the page says what the program does: ``make docs``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from inkdigits.cli import build_parser

PAGE = Path(__file__).with_name("cli.md")

_EVERYWHERE = ("help", "debug")  # arguments that every command has; told once, at the top

_HEAD = """\
# Command line

<!-- Written by `make docs` from the parsers; edit the help texts in src/inkdigits/cli/ instead. -->

Options have the same name and meaning in every command. `inkdigits COMMAND --help` says the same as this
page.

| exit code | meaning |
|---|---|
| 0 | done; for `read`: every source was read, also if a digit is unsure or nothing is written |
| 1 | something failed; for `read`: at least one source |
| 2 | wrong usage, or a setting that does not exist or is out of range |
| 130 | stopped with Ctrl-C |
| 143 | stopped by SIGTERM; `serve` and `watch` end what is begun, then with 0 |
| 141 | the program that our output was piped into went away |

A failure is one line on standard error: what was invalid, what was expected, what was received, what to
do. `--debug` adds the traceback.
"""


def page() -> str:
    """Returns the whole page as Markdown."""
    parser = build_parser()
    commands = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    parts = [_HEAD, "## inkdigits\n\n" + _table(parser._actions)]
    parts += [_section(name, command) for name, command in commands.choices.items()]
    return "\n".join(parts)


def _section(name: str, parser: argparse.ArgumentParser) -> str:
    described = f"{(parser.description or '').strip()}\n"
    own = [action for action in parser._actions if action.dest not in _EVERYWHERE]
    # Not by argparse, whose usage lines differ between Python versions.
    usage = " ".join(["inkdigits", name, *map(_usage, own)])
    notes = f"\n```text\n{parser.epilog.strip()}\n```\n" if parser.epilog else ""
    return f"## inkdigits {name}\n\n```text\n{usage}\n```\n\n{described}\n{_table(own)}{notes}"


def _usage(action: argparse.Action) -> str:
    """Returns an argument as a usage line shows it: ``PATH...``, ``[--output FILE]``."""
    value = _value(action)
    many = "..." if action.nargs in ("+", "*") or isinstance(action, argparse._AppendAction) else ""
    if not action.option_strings:
        return f"[{value}{many}]" if action.nargs == "*" else f"{value}{many}"
    return f"[{' '.join([action.option_strings[-1], value]).strip()}]{many}"


def _value(action: argparse.Action) -> str:
    if action.nargs == 0:
        return ""
    if action.choices:
        return "|".join(map(str, action.choices))
    return str(action.metavar or action.dest.upper())


def _table(actions: list[argparse.Action]) -> str:
    return "| argument | meaning |\n|---|---|\n" + "".join(_rows(actions))


def _rows(actions: list[argparse.Action]) -> Iterator[str]:
    for action in actions:
        if isinstance(action, argparse._SubParsersAction):
            for choice in action._choices_actions:
                yield f"| [`{choice.dest}`](#inkdigits-{choice.dest}) | {choice.help} |\n"
            continue
        names = ", ".join(
            f"`{' '.join([option, _value(action)]).strip()}`" for option in action.option_strings
        )
        meaning = (action.help or "") % {"default": action.default, "prog": "inkdigits"}
        cells = (names or f"`{_value(action)}`", meaning)
        yield "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
