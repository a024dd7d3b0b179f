"""The shape of the code: one-way imports between rooms, few libraries, one place that moves pixels."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src" / "inkdigits"

# The rooms, from the ground up. A file imports only from its own room or from one that stands before it;
# the files beside the rooms are rooms of their own. A new file needs no entry, a new room does.
ROOMS = (
    "errors",
    "spec",
    "shown",
    "notebook",
    "values",
    "boxes",
    "readings",
    "files",
    "interrupt",
    "processes",
    "blas",
    "workers",
    "picture",
    "ink",
    "find",
    "many",
    "recognition",
    "tables",
    "arguments",
    "reader",
    "inkdigits",
    "output",
    "batch",
    "review",
    "data",
    "measure",
    "measure.report",
    "training.draw",
    "training.learn",
    "training.ship",
    "training.train",
    "training.judge",
    "training",
    "server",
    "cli",
    "__main__",
)

# Where a library may be imported; a folder stands for everything in it.
LIBRARIES = {
    "numpy": {"*"},
    "PIL": {
        "picture.decode",
        "picture.formats",
        "picture.preview",
        "picture.sources",
        "measure.report.figures",
        "output.annotate",
        "output.cutouts",
        "batch.annotated",
        "training",
        "server.pictures",
    },
    "cv2": {
        "picture.decode",
        "picture.sheet",
        "picture.upright",
        "ink",
        "find",
        "recognition.hand",
        "recognition.normalize",
        "recognition.rapid",
        "recognition.views",
        "tables",
        "training",
        "reader",  # how many threads it may use
    },
    "pypdfium2": {"picture.pdf"},
    "pillow_heif": {"picture.formats"},
    "openpyxl": {"output.spreadsheet", "output.form_tables", "output.records"},
    "pyarrow": {
        "output.tables",
        "output.form_tables",
        "output.line_tables",
        "output.records",
        "batch.columns",
        "batch.ray_engine",
    },
    "fsspec": {"batch.storage"},
    "aiohttp": {"batch.storage"},  # how long fsspec's requests may take
    "ray": {"batch.ray_engine"},
    "onnxruntime": {"recognition.runtime"},
    "rapidocr": {"recognition.rapid"},
    "scipy": {"tables.roster", "training"},
    "stdnum": {"tables.checks"},
    "interegular": {"recognition.expression"},
    "requests": {"data.download"},  # its exceptions; pooch downloads with it
    "pooch": {"data"},
    "argcomplete": {"__main__"},
    "tqdm": {"data.download", "training", "cli.progress", "cli.evaluate", "cli.batch_progress"},
    "mlxtend": {"data"},
    "matplotlib": {"measure.report.figures", "training"},
    "keras": {"training"},
    "tensorflow": {"training"},
    "onnx": {"training"},
    "tf2onnx": {"training"},
    "sklearn": {"training"},
    "filelock": {"training"},
    "fastapi": {"server"},
    "fastapi_swagger": {"server"},
    "starlette": {"server"},
    "pydantic": {"server"},
    "uvicorn": {"server"},
    "python_multipart": {"server"},
    "prometheus_client": {"server"},
}
READING = {"numpy", "PIL", "cv2", "onnxruntime"}  # what the plain install has
# The server is made of these; nobody imports it but its own command, see below.
SERVING = {
    "fastapi",
    "fastapi_swagger",
    "starlette",
    "pydantic",
    "uvicorn",
    "python_multipart",
    "prometheus_client",
}

# What is drawn for training may be; what a user brings goes through ink and normalize alone.
MOVES_PIXELS = (
    "picture.sheet",
    "picture.upright",
    "ink",
    "recognition.normalize",
    "recognition.views",
    "tables.registration",
    "training.draw",
    "training.learn.number_data",
    "training.learn.finder_data",
)
GEOMETRY = {
    "resize",
    "warpAffine",
    "warpPerspective",
    "remap",
    "rotate",
    "flip",
    "pyrDown",
    "pyrUp",
    "transpose",
}


def name_of(path: Path) -> str:
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__") or "inkdigits"


MODULES = {name_of(path): path for path in sorted(SRC.rglob("*.py"))}


def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


def imports(nodes: ast.AST) -> Iterator[str]:
    """Gives the dotted names that a piece of code imports, wherever the statement stands."""
    for node in ast.walk(nodes):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide what is imported"
            for alias in node.names:  # either a module of a package, or a name in a module
                whole = f"{node.module}.{alias.name}"
                yield whole if own(whole) else node.module or ""


def own(dotted: str) -> str | None:
    """Returns the module of this package that an import names, or None."""
    inside = dotted.removeprefix("inkdigits.")
    return inside if inside in MODULES and dotted.startswith("inkdigits") else None


def libraries(nodes: ast.AST) -> set[str]:
    """Returns the third-party libraries that a piece of code imports."""
    return {dotted.split(".")[0] for dotted in imports(nodes)} - set(sys.stdlib_module_names) - {"inkdigits"}


def within(module: str, places: Iterable[str]) -> str | None:
    """Returns the innermost of the places that a module is or lies in; None if it lies in none."""
    return max((one for one in places if f"{module}.".startswith(f"{one}.")), key=len, default=None)


def allowed(library: str, module: str) -> bool:
    places = LIBRARIES.get(library, set())
    return "*" in places or within(module, places) is not None


def used_by(module: str) -> set[str]:
    """Returns the modules of this package that a module imports."""
    return {name for dotted in imports(tree(module)) if (name := own(dotted))}


@pytest.mark.parametrize("module", MODULES)
def test_every_module_lies_in_a_room(module: str):
    assert within(module, ROOMS), "a new room needs its place in ROOMS"


@pytest.mark.parametrize("module", MODULES)
def test_imports_between_rooms_go_one_way(module: str):
    room = ROOMS.index(within(module, ROOMS) or "")
    upward = {other for other in used_by(module) if ROOMS.index(within(other, ROOMS) or "") > room}
    assert not upward, f"{module} imports {sorted(upward)}, whose rooms stand above its own"


def test_no_modules_import_each_other_in_a_circle():
    order = TopologicalSorter({module: used_by(module) - {module} for module in MODULES})
    order.prepare()  # raises CycleError, which names the circle


@pytest.mark.parametrize("room", sorted(name for name, path in MODULES.items() if path.stem == "__init__"))
def test_a_room_draws_its_map(room: str):
    """Whoever opens a folder sees in its ``__init__`` what each of its files is for."""
    folder = MODULES[room].parent
    told = ast.get_docstring(tree(room)) or ""
    assert [
        name for path in folder.glob("*.py") if (name := path.stem) != "__init__" and name not in told
    ] == []


@pytest.mark.parametrize("module", MODULES)
def test_a_library_is_imported_only_where_it_belongs(module: str):
    strangers = {library for library in libraries(tree(module)) if not allowed(library, module)}
    assert not strangers


@pytest.mark.parametrize("module", MODULES)
def test_importing_a_module_imports_no_optional_library(module: str):
    top = [node for node in tree(module).body if isinstance(node, (ast.Import, ast.ImportFrom))]
    usual = READING | SERVING if module.startswith("server.") else READING
    assert libraries(ast.Module(top, [])) <= usual, "import it in the function that uses it"


def test_the_server_is_imported_by_its_commands_alone_and_only_when_it_runs():
    users = {
        module
        for module in MODULES
        if not module.startswith("server")
        for dotted in imports(tree(module))
        if (own(dotted) or "").startswith("server")
    }
    assert users == {"cli.serve", "cli.template"}  # the second for the page on which a template is drawn
    settings = {"server.settings"}  # the defaults that --help names; it needs no library
    for command, at_once in (("cli.serve", settings), ("cli.template", set[str]())):
        top = ast.Module([node for node in tree(command).body if isinstance(node, ast.ImportFrom)], [])
        assert {own(name) for name in imports(top)} & {
            name for name in MODULES if "server" in name
        } == at_once
    assert libraries(tree("server.settings")) == set()


@pytest.mark.parametrize("module", [name for name in MODULES if not within(name, MOVES_PIXELS)])
def test_no_other_file_resizes_turns_or_mirrors_a_picture(module: str):
    calls = {
        node.attr
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "cv2"
    }
    assert not calls & GEOMETRY


@pytest.mark.parametrize("module", MODULES)
def test_a_module_says_what_it_is_and_what_is_public(module: str):
    body = tree(module)
    assert ast.get_docstring(body)
    defines = any(
        isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
        for node in body.body
    )
    exports = any(
        isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__" for node in body.body
    )
    assert exports or not defines


def test_files_stay_short_enough_to_read_in_one_go():
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > 300} == {}
    assert sum(length < 250 for length in lengths.values()) >= 0.8 * len(lengths)


def test_no_two_files_of_tests_have_one_name():
    """Pytest collects neither of two that do, and says so only where both are asked for."""
    names = Counter(path.name for path in Path(__file__).parent.rglob("test_*.py"))
    assert [name for name, times in names.items() if times > 1] == []


def test_the_package_does_not_talk_about_the_data_beside_the_checkout():
    for path in MODULES.values():
        assert "../shared" not in path.read_text(encoding="utf-8")


def test_reading_loads_nothing_but_the_plain_install(save_digit: Callable[..., Path]):
    code = (
        "import sys; from inkdigits.cli import main; code = main(['read', sys.argv[1]]);"
        "print(*sorted({name.partition('.')[0] for name in sys.modules} - set(sys.stdlib_module_names)));"
        "sys.exit(code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(save_digit(7, "seven.png"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    loaded = set(done.stdout.splitlines()[-1].split())
    unwanted = set(LIBRARIES) - READING | {"torch", "jax", "pandas", "scipy", "requests"}
    assert loaded >= {"inkdigits", "numpy", "onnxruntime"}
    assert not loaded & unwanted
