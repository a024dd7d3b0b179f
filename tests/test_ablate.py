"""benchmarks/ablate.py: every rule and constant has a row, switches are put back, changes are counted."""

from __future__ import annotations

import ast
import importlib
import json
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from PIL import Image

from inkdigits.data.labelled import Dataset
from inkdigits.readings import Box, Digit, Number, Reading


@pytest.fixture
def ablate(root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The benchmark as a module, imported from the folder that it runs in."""
    monkeypatch.syspath_prepend(root / "benchmarks")
    monkeypatch.setenv(
        "ORT_DISABLE_TELEMETRY", "1"
    )  # or the import would set it for all tests after this one
    for module in (
        "ablate",
        "ablate_reading",
        "ablate_rules",
        "ablate_page",
        "ablate_tables",
        "ablate_cells",
        "tables",
    ):
        monkeypatch.delitem(sys.modules, module, raising=False)
    return importlib.import_module("ablate")


@pytest.fixture
def rules(ablate: ModuleType) -> ModuleType:
    """What is switched off and moved."""
    return sys.modules["ablate_rules"]


@pytest.fixture
def reading(ablate: ModuleType) -> ModuleType:
    """What reads the sets."""
    return sys.modules["ablate_reading"]


@pytest.fixture
def page(ablate: ModuleType) -> ModuleType:
    """What writes docs/ablation.md."""
    return sys.modules["ablate_page"]


def trees(root: Path, patterns: tuple[str, ...]) -> Iterator[tuple[str, ast.Module]]:
    """Yields (room.module, its syntax) of the files that hold rules."""
    source = root / "src" / "inkdigits"
    for pattern in patterns:
        found = sorted(source.glob(pattern))
        assert found, pattern
        for path in found:
            name = ".".join(path.relative_to(source).with_suffix("").parts)
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def functions(body: list[ast.stmt], before: str = "") -> Iterator[str]:
    """Yields the names of functions and methods; a function inside a function is part of it."""
    for node in body:
        if isinstance(node, ast.FunctionDef):
            yield before + node.name
        elif isinstance(node, ast.ClassDef):
            yield from functions(node.body, f"{node.name}.")


def constants(module: str, tree: ast.Module) -> Iterator[str]:
    """Yields the constants of spec.py that a module reads, and the private numbers of its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "spec":
            yield node.attr
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            yield from (f"{module}:{name.id}" for name in node.targets if isinstance(name, ast.Name))


def once(names: list[str]) -> set[str]:
    """Returns names that are each listed once."""
    assert [name for name, count in Counter(names).items() if count > 1] == []
    return set(names)


def test_every_function_of_the_layout_is_a_rule_or_said_to_be_none(root: Path, rules: ModuleType):
    written = {f"{name}:{one}" for name, tree in trees(root, rules.FILES) for one in functions(tree.body)}
    listed = [one for rule in rules.RULES for one in rule.functions]
    listed += [one for names in rules.NOT_RULES.values() for one in names.split()]
    assert once(listed) == written


def test_every_constant_of_the_layout_is_moved_or_said_to_be_a_limit(root: Path, rules: ModuleType):
    used = {one for name, tree in trees(root, rules.FILES) for one in constants(name, tree)}
    listed = [one for names in (*rules.CONSTANTS.values(), *rules.LIMITS.values()) for one in names.split()]
    assert once(listed) == used


def test_every_switch_has_something_to_replace_and_sets_to_show_it_on(
    ablate: ModuleType, reading: ModuleType, rules: ModuleType
):
    assert len(once([rule.name for rule in rules.RULES])) > 60
    for job in ablate.jobs_of("rules") + ablate.jobs_of("constants"):
        assert job.stage in rules.STAGES
        for address, replacement in job.switches:
            owner, name = reading.owner_of(address)
            assert vars(owner)[name] is not replacement, job.name


def test_a_switch_is_put_back_also_after_an_error(reading: ModuleType):
    from inkdigits import spec
    from inkdigits.find import kind

    before = spec.UPRIGHT_CROP, kind.is_one_digit
    with (
        pytest.raises(ZeroDivisionError),
        reading.switched((("spec:UPRIGHT_CROP", 0.0), ("find.kind:is_one_digit", None))),
    ):
        assert (spec.UPRIGHT_CROP, kind.is_one_digit) == (0.0, None)
        raise ZeroDivisionError
    assert (spec.UPRIGHT_CROP, kind.is_one_digit) == before


@pytest.mark.parametrize(
    ("value", "less", "more"),
    [(2.0, 1.5, 2.5), (-0.2, -0.15, -0.25), (2, 1, 3), (31, 23, 39), ((0.0, 0.4), (0.0, 0.3), (0.0, 0.5))],
)
def test_a_constant_moves_by_a_quarter_and_stays_of_its_kind(ablate: ModuleType, value, less, more):
    for share, expected in ((-0.25, less), (0.25, more)):
        result = ablate.moved(value, share)
        assert result == pytest.approx(expected)
        assert type(result) is type(value)


class Shades:
    """Reads a picture as what its first pixel says, sure of it; of 9 it is not."""

    def see(self, source, expect="auto"):
        texts = {0: "", 1: "1", 2: "12", 3: "12 7", 9: "1"}[int(source[0, 0])].split()
        status = "unsure" if source[0, 0] == 9 else "ok"
        numbers = tuple(Number(text, 0.9, Box(0, 0, 1, 1), (), status) for text in texts)
        return Reading("<array>", status if texts else "empty", " ".join(texts), 0.9, numbers), ()


def shades(known: str, *pairs: tuple[int, str]) -> Dataset:
    """Returns a set of pictures of one shade each."""
    pictures = tuple(np.full((4, 4), shade, np.uint8) for shade, _ in pairs)
    return Dataset("shades", pictures, tuple(label for _, label in pairs), "", (known,) * len(pairs))


def test_answers_are_counted_as_evaluate_counts_them(reading: ModuleType):
    numbers = shades("number", (1, "1"), (2, "1.2"), (0, ""), (9, "2"))
    counts = [row[:3] for row in reading.outcomes(Shades(), numbers, auto=False)]
    assert counts == [(1, 0, 1), (0, 1, 1), (1, 0, 1), (0, 0, 1)]
    pages = shades("page", (3, "12|8 7"), (0, "5"))
    assert [row[:3] for row in reading.outcomes(Shades(), pages, auto=True)] == [(2, 0, 3), (0, 0, 1)]


def test_what_is_lost_and_won_does_not_cancel_out(ablate: ModuleType, reading: ModuleType):
    row = reading.Outcome
    usual = {"a": [row(1, 0, 1, "1"), row(0, 1, 1, "2"), row(3, 0, 4, "3")], "b": [row(1, 0, 1, "1")]}
    found = {"a": [row(0, 1, 1, "7"), row(1, 0, 1, "5"), row(1, 0, 4, "3")], "b": [row(1, 0, 1, "1")]}
    told = ablate.effects(usual, found)
    assert told == {"a": {"lost": 3, "won": 1, "sure_wrong": 0, "changed": 3}}
    assert ablate.effects(usual, "TypeError: no") == {"fails": "TypeError: no"}


def test_an_engine_computes_the_same_call_once(reading: ModuleType, monkeypatch: pytest.MonkeyPatch):
    class Counting:
        calls = 0

        def logits(self, images):
            self.calls += 1
            return images.sum(axis=(1, 2))

    monkeypatch.setattr(reading, "REMEMBERED", 2)
    engine = Counting()
    remembering = reading.Remembering(engine)
    one, two, three = (np.full((1, 2, 2), value, np.uint8) for value in (1, 2, 3))
    assert [int(remembering.logits(call)[0]) for call in (one, two, one, three, one)] == [4, 8, 4, 12, 4]
    assert engine.calls == 3
    remembering.logits(two)  # asked longest ago, and forgotten
    assert engine.calls == 4


def test_sets_that_are_not_there_are_a_line(
    reading: ModuleType, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    assert reading.names_of_sets() == [reading.MISREAD]
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines] == ["real: left out", "made pages: left out"]


def test_a_set_is_thinned_evenly_and_knows_what_it_holds(
    reading: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder = tmp_path / "real" / "numbers_some"
    folder.mkdir(parents=True)
    (folder / "labels.csv").write_text("file,label\n" + "".join(f"{i}.png,1{i}\n" for i in range(5)))
    for shade in range(5):
        Image.fromarray(np.full((8, 9), shade, np.uint8)).save(folder / f"{shade}.png")
    monkeypatch.setenv("INKDIGITS_DATA", str(tmp_path))
    assert reading.names_of_sets() == ["numbers_some", reading.MISREAD]
    found = reading.set_of("numbers_some", 3)
    assert [int(picture[0, 0]) for picture in found.images] == [0, 2, 4]
    assert (found.labels, found.expects) == (("10", "12", "14"), ("number",) * 3)
    assert reading.asked_of("number", ["numbers_some", "digits_some", reading.MISREAD]) == [
        ("numbers_some", False),
        (reading.MISREAD, True),
    ]
    assert reading.asked_of("kind", ["numbers_some", "pages_some"]) == [
        ("numbers_some", True),
        ("pages_some", True),
    ]


def test_a_worker_says_what_cannot_be_read(ablate: ModuleType):
    ablate.Worker.reader, ablate.Worker.sets = Shades(), {"shades": shades("number", (1, "1"))}
    found = ablate.Worker.run(ablate.Job("a", "number", ()), [("shades", True)])
    assert found == {"shades, auto": [(1, 0, 1, "1|ok")]}
    broken = ablate.Job("b", "number", (("measure.entries:comparable", None),))
    assert ablate.Worker.run(broken, [("shades", True)]).startswith("TypeError: ")


def test_a_run_that_was_stopped_goes_on_where_it_was(ablate: ModuleType, tmp_path: Path):
    row = importlib.import_module("ablate_reading").Outcome
    tried: list[str] = []

    class Pool:
        """Runs nothing: as it is one answer is right, with anything else it is wrong."""

        def submit(self, _, index, kind, asked):
            tried.append(ablate.jobs_of(kind)[index].name)
            right = int(kind == "nothing")
            job: Future[Any] = Future()
            job.set_result({ablate.key_of(*one): [row(right, 0, 1, str(right))] for one in asked})
            return job

    path, sets = tmp_path / "found.json", ["digits_some", "numbers_some"]
    only = ["cuts", "rulings"]
    kept: list[dict[str, Any]] = []

    def keep(result):
        kept.append(json.loads(json.dumps(result)))

    whole = ablate.run("rules", only, sets, Pool(), known={}, keep=keep)
    lost = {"lost": 1, "won": 0, "sure_wrong": 0, "changed": 1}
    assert whole["effects"] == {"cuts": {"digits_some": lost}, "rulings": {"numbers_some": lost}}
    assert [len(result["effects"]) for result in kept] == [1, 2]
    assert tried == ["nothing", "nothing", *only]

    ablate.write_results(path, 9, {"rules": kept[0]})  # stopped after the first
    known = ablate.read_results(path, 9)["rules"]["effects"]
    tried.clear()
    assert ablate.run("rules", only, sets, Pool(), known=known, keep=keep) == whole
    assert len(tried) == 3
    assert ablate.read_results(path, 8) == ablate.read_results(tmp_path / "none", 9) == {}


RESULT = {
    "sets": {"digits_some": {"pictures": 3, "n": 3, "right": 2, "sure_wrong": 1}},
    "effects": {
        "cuts": {
            "digits_some": {"lost": 2, "won": 1, "sure_wrong": 1, "changed": 4},
            "pages_some, auto": {"lost": 1, "won": 0, "sure_wrong": 0, "changed": 1},
        },
        "slant": {},
    },
}


def test_the_page_has_a_table_of_each_kind_and_keeps_the_other(page: ModuleType, tmp_path: Path):
    path = tmp_path / "ablation.md"
    moved = {"A -25%": {"fails": "TypeError: no"}, "A +25%": {}, "b:B -25%": {}, "b:B +25%": {}}
    page.write_page(path, "constants", {"sets": RESULT["sets"], "effects": moved}, 300)
    page.write_page(path, "rules", RESULT, 600)
    text = path.read_text(encoding="utf-8")
    row = "| cuts | a neighbour that touches is cut off | −2 | +1 | 5 | "
    assert f"{row}digits_some −2 +1 (+1), pages_some auto −1 |" in text
    assert "No picture's answer changes with: `slant`." in text
    assert "| A | fails | | | 0 | 0 | 0 | TypeError: no / – |" in text
    assert "No picture's answer changes with: `B`." in text
    assert text.index(page.TITLES["rules"]) < text.index(page.TITLES["constants"])
    page.write_page(path, "rules", RESULT, 600)
    assert path.read_text(encoding="utf-8") == text


def test_docs_have_a_row_for_each_rule_and_constant(root: Path, ablate: ModuleType, page: ModuleType):
    sections = page.sections_of((root / "docs" / "ablation.md").read_text(encoding="utf-8"))
    for kind in ("rules", "constants"):
        for job in ablate.jobs_of(kind):
            name = page.shown(page.constant_of(job.name))
            assert f"\n| {name} |" in sections.get(kind, ""), (
                f"{name} is new: run python benchmarks/ablate.py --{kind}"
            )


def test_docs_have_a_row_for_each_threshold_of_tables(root: Path, ablate: ModuleType, page: ModuleType):
    tables = importlib.import_module("ablate_tables")
    section = page.sections_of((root / "docs" / "ablation.md").read_text(encoding="utf-8"))["tables"]
    names = list(tables.thresholds())
    assert len(names) > 60
    assert [name for name in names if f"\n| {name} |" not in section] == [], (
        "new: run python benchmarks/ablate_tables.py"
    )
    assert [name for name in (*tables.FIXED, *names) if not hasattr(*threshold(name))] == []


def test_docs_have_a_row_for_each_threshold_of_forms(root: Path, ablate: ModuleType, page: ModuleType):
    forms = importlib.import_module("ablate_forms")
    section = page.sections_of((root / "docs" / "ablation.md").read_text(encoding="utf-8"))["forms"]
    names = forms.thresholds()
    assert len(names) > 30
    assert [name for name in names if f"\n| {name} |" not in section] == [], (
        "new: run python benchmarks/ablate_forms.py"
    )
    assert [name for name in forms.LIMITS if not hasattr(*threshold(name))] == []


def test_docs_have_a_row_for_each_rule_of_cells(root: Path, ablate: ModuleType, page: ModuleType):
    cells = importlib.import_module("ablate_cells")
    section = page.sections_of((root / "docs" / "ablation.md").read_text(encoding="utf-8"))["cells"]
    names = [*cells.RULES, *(f"cell_numbers:{name}" for name in cells.thresholds())]
    assert len(names) > 6
    assert [name for name in names if f"\n| {name} |" not in section] == [], (
        "new: run python benchmarks/ablate_cells.py"
    )


def test_what_a_rule_of_cells_is_worth_is_counted(ablate: ModuleType):
    """Five rows of two columns without lines; the two numbers of the last row were read as one."""
    from inkdigits.ink.shades import Inks
    from inkdigits.measure.table_places import Written
    from inkdigits.recognition.whole import Read

    cells = importlib.import_module("ablate_cells")
    boxes = [Box(40 + 60 * (index % 2), 40 + 50 * (index // 2), 12, 20) for index in range(10)]
    paper = np.full((320, 240), 255, np.uint8)
    for x, y, _, tall in boxes:
        paper[y : y + tall, x + 4 : x + 8] = 0
    digits = [Digit("1", 1.0, box) for box in boxes]
    single = [Number("1", 1.0, one.box, (one,)) for one in digits[:8]]
    joined = Number("11", 1.0, boxes[8]._replace(width=72), tuple(digits[8:]))
    written = tuple(Written("1", box, index // 2, index % 2) for index, box in enumerate(boxes))
    numbers = (*single, joined)
    read = Read([numbers], numbers, (np.zeros((32, 9), np.uint8),) * len(numbers))
    table = cells.Table(Inks(paper), read, written, risk=0.2)
    usual = cells.outcome(table)
    assert usual == cells.Outcome((True,) * 10, 0, (("1", True),) * 10)
    _, function, replacement = cells.RULES["numbers over lines"]
    effect = cells.effect([table], [usual], function, replacement)
    assert effect == {"lost": 2, "won": 0, "sure_wrong": 1, "changed": 1}
    assert cells.told(effect) == "−2 | 0 | +1 | 1"


def threshold(name: str) -> tuple[ModuleType, str]:
    """Returns the module of a threshold and its name in it."""
    module, _, attribute = name.partition(":")
    return importlib.import_module(f"inkdigits.tables.{module}"), attribute


def test_what_a_threshold_of_tables_is_worth_is_counted_and_it_is_put_back(
    ablate: ModuleType, page: ModuleType, monkeypatch: pytest.MonkeyPatch
):
    """Two columns without lines, so far apart that they are two tables where NEXT is a quarter less."""
    from inkdigits.ink.shades import Inks
    from inkdigits.measure.table_places import Written
    from inkdigits.tables import blocks

    tables = importlib.import_module("ablate_tables")
    step = round(0.9 * blocks.NEXT * 20)
    boxes = [Box(40 + step * column, 40 + 50 * row, 12, 20) for row in range(5) for column in range(2)]
    paper = np.full((320, 2 * step + 100), 255, np.uint8)
    for x, y, _, tall in boxes:
        paper[y : y + tall, x + 4 : x + 8] = 0
    written = tuple(Written("1", box, index // 2, index % 2) for index, box in enumerate(boxes))
    numbers = tuple(Number("1", 1.0, box, (Digit("1", 1.0, box),)) for box in boxes)
    table = tables.Table(Inks(paper), numbers, written)
    monkeypatch.setattr(tables.Worker, "tables", [table], raising=False)
    monkeypatch.setattr(tables.Worker, "usual", [tables.outcome(table)], raising=False)
    before = blocks.NEXT
    assert tables.as_it_is() == {"drawn tables": (1, 1), "numbers of sheets": (0, 0)}
    less, more = tables.effect("blocks:NEXT", -0.25), tables.effect("blocks:NEXT", 0.25)
    assert less == {"lost": 1, "won": 0, "sheets": 0, "changed": 1}
    assert more == dict.fromkeys(less, 0)
    assert before == blocks.NEXT
    text = tables.section({"blocks:NEXT": [less, more]}, tables.as_it_is(), 1)
    assert "\n| blocks:NEXT | −1 | 0 | 1 | 0 | 0 | 0 |\n" in text
    assert text.startswith(page.TITLES["tables"])
