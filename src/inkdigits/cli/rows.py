"""Where the rows of ``inkdigits read`` go, and in which format."""

from __future__ import annotations

import io
import sys
from collections.abc import Generator, Iterable, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Any, cast

from inkdigits.batch.shards import is_folder
from inkdigits.cli.output import ENCODING, ERRORS, opened, refuse_folder, standard_output
from inkdigits.errors import ConfigError
from inkdigits.output import form_rows, form_tables, line_rows, line_tables, rows, tables
from inkdigits.output.table_lines import Per

__all__ = ["FORMATS", "format_of", "goes_on", "open_rows"]

FORMATS = (*rows.FORMATS, *tables.FORMATS)
_ENDINGS = {f".{name}": name for name in FORMATS} | {".txt": "text", ".ndjson": "jsonl"}
_GZIP = ".gz"


def format_of(output: str | None, asked: str | None) -> str:
    """Returns the format asked for, or the one that the output's name implies.

    A folder has Parquet files if no format is asked for.

    Raises:
        ConfigError: no format has that ending.
        MissingExtraError: its library is not installed.
    """
    if is_folder(output):
        asked = asked or "parquet"
        output = f"{str(output)[:-1]}.{asked}"
    suffixes = [suffix.lower() for suffix in Path(output or "").suffixes]
    packed = suffixes[-1:] == [_GZIP]
    ending = "".join(suffixes[-2:-1] if packed else suffixes[-1:])
    if asked is None and ending and not goes_on(output) and ending not in _ENDINGS:
        raise ConfigError(
            f"--output {output} has an ending without a format: expected {', '.join(sorted(_ENDINGS))}, text "
            "also with .gz behind it; name it so, or say --format"
        )
    form = asked or _ENDINGS.get(ending, "text")
    if form in tables.FORMATS:
        if packed:
            raise ConfigError(f"--output {output}: {form} is packed already; leave the {_GZIP} out")
        if output is None and sys.stdout is not None and sys.stdout.isatty():  # pyright: ignore[reportUnnecessaryComparison]
            raise ConfigError(f"{form} is no text for a terminal; name a file with --output")
        tables.check(form)
    return form


def goes_on(output: str | None) -> bool:
    """Tells whether rows go on to a terminal, pipe or device; else they go into a file that is replaced."""
    return output is None or (
        Path(output).exists() and not Path(output).is_file() and not Path(output).is_dir()
    )


@contextmanager
def open_rows(
    output: str | None,
    form: str,
    names: Iterable[str],
    fields: Sequence[str] = (),
    per: Per = "source",
    *,
    model: str = "",
    second: bool = False,
) -> Generator[rows.Writer]:
    """Opens what writes the rows of sources with these names; a file is replaced when the block succeeds.

    With the fields of a form each of them is a column; else a row is of a source, a number, or a table's row.
    ``model`` is what read those that are written without saying it. With a second reader there is a column
    more for what it read, but where a row is a table's.

    Raises:
        OutputError: it cannot be written. A closed pipe stays a BrokenPipeError.
    """
    with ExitStack() as stack:
        if form in tables.FORMATS:
            stream = stack.enter_context(_opened_binary(output))
            table = (
                form_tables.open_form_table(form, stream, fields)
                if fields
                else tables.open_table(form, stream, second=second)
                if per == "source"
                else line_tables.open_line_table(form, stream, per, second=second)
            )
            writer = stack.enter_context(table)
        else:
            text = stack.enter_context(
                _packed(output) if (output or "").lower().endswith(_GZIP) else opened(output)
            )
            writer = (
                form_rows.open_form_writer(form, text, names, fields)
                if fields
                else rows.open_writer(form, text, names, second=second)
                if per == "source"
                else line_rows.open_line_writer(form, text, per, second=second)
            )
            if goes_on(output):
                writer = _Flushing(writer, text)
        yield _Of(model, writer)
        writer.close()


class _Of:
    """Says what read a row where that is not said."""

    def __init__(self, model: str, writer: rows.Writer) -> None:
        self._model, self._writer = model, writer

    def write(self, reading: Any, model: str = "") -> None:
        self._writer.write(reading, model or self._model)

    def close(self) -> None:
        self._writer.close()


class _Flushing:
    """Writes a row out at once, so that it is seen when it is read, also through a pipe."""

    def __init__(self, writer: rows.Writer, stream: IO[str]) -> None:
        self._writer, self._stream = writer, stream

    def write(self, reading: Any, model: str = "") -> None:
        self._writer.write(reading, model)
        self._stream.flush()

    def close(self) -> None:
        self._writer.close()
        self._stream.flush()


@contextmanager
def _packed(output: str | None) -> Generator[IO[str]]:
    import gzip  # here, because most calls print text and start-up time is seen

    from inkdigits.files import replacing

    path = refuse_folder(cast("str", output))
    if goes_on(output):
        with gzip.open(path, "wt", encoding=ENCODING, errors=ERRORS, newline="") as stream:
            yield stream
        return
    with (
        replacing(path) as temporary,
        gzip.open(temporary, "wt", encoding=ENCODING, errors=ERRORS, newline="") as stream,
    ):
        yield stream


@contextmanager
def _opened_binary(output: str | None) -> Generator[IO[bytes]]:
    from inkdigits.files import replacing

    if output is not None and not goes_on(output):
        with replacing(refuse_folder(output)) as temporary, temporary.open("wb") as file:
            yield file
        return
    whole = io.BytesIO()  # a pipe cannot be gone back in
    yield whole
    if output is not None:
        Path(output).write_bytes(whole.getvalue())
        return
    stream = standard_output()
    cast("io.TextIOWrapper", stream).buffer.write(whole.getvalue())
    stream.flush()
