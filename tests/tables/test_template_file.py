"""Templates as files: read, written, and told in one line what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest
from drawn_forms import DESIGN, save_template, template, toml_of

from inkdigits.errors import ConfigError
from inkdigits.tables.template_file import load_template


def test_a_template_is_read(tmp_path: Path):
    read = template(tmp_path, weight='roster = "mass"')
    assert read.names == tuple(one.name for one in DESIGN.fields)
    animal, day, weight, _, sex, sick = read.fields
    assert (len(animal.cells), animal.comb, day.type.name) == (5, True, "date")
    assert (len(weight.cells), weight.comb, weight.roster) == (1, False, "mass")
    assert sex.ticked
    assert sick.ticked
    assert not sex.comb
    assert [path.name for path in read.blanks] == ["blank.png"]


FIELD = '[[field]]\nname = "a"\ntype = "free"\nbox = [0.1, 0.1, 0.2, 0.1]\n'
HEAD = 'blank = "blank.png"\n'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD + FIELD + FIELD.replace('"a"', '"b"'), "fields 'a' and 'b' overlap"),
        (HEAD + FIELD + FIELD, "field 'a' cannot be called so"),
        (HEAD + FIELD.replace('"a"', '"error"'), "field 'error' cannot be called so"),
        (HEAD + FIELD.replace('"a"', '"a\\nb"'), "cannot be called so"),
        (HEAD + FIELD.replace('"a"', '"roster a"'), "cannot be called so"),
        (
            HEAD + FIELD + FIELD.replace('"a"', '"a status"').replace("0.1, 0.1, 0.2", "0.1, 0.5, 0.2"),
            "field 'a status' cannot be called so",
        ),
        (HEAD + FIELD + f"weights = [{'9' * 400}]\nmodulus = 0\n", "weights of field 'a' cannot be used"),
        (HEAD + FIELD.replace("0.2,", "9" * 400 + ","), "a box of field 'a' is"),
        (HEAD + FIELD.replace("0.2,", "nan,"), "a box of field 'a' is"),
        (HEAD + FIELD + "cells = 1000000000\n", "cells of field 'a' is"),
        (HEAD + FIELD.replace('"free"', '"letters(3)"'), "field 'a': type 'letters(3)' is unknown"),
        (HEAD + FIELD.replace("0.2,", "0.95,"), "field 'a' has a box outside the page"),
        (HEAD + FIELD.replace("[0.1, 0.1,", "[-0.1, 0.1,"), "field 'a' has a box outside the page"),
        (HEAD + FIELD.replace("[0.1, 0.1, 0.2, 0.1]", "[0.1, 0.1]"), "a box of field 'a' is [0.1, 0.1]"),
        (HEAD + FIELD.replace("box = [0.1, 0.1, 0.2, 0.1]", ""), "field 'a' has no place"),
        (HEAD + FIELD + "boxes = []\n", "field 'a' has no place"),
        (HEAD + FIELD + "cells = 0\n", "cells of field 'a' is 0"),
        (HEAD + FIELD + "page = 2\n", "field 'a' is on page 2"),
        (HEAD + FIELD + 'chekc = "luhn"\n', "did you mean check?"),
        (HEAD + FIELD + 'check = "lohn"\n', "field 'a': check 'lohn' is unknown"),
        (HEAD + FIELD + "weights = [1, 2]\n", "weights of field 'a' cannot be used"),
        (HEAD + FIELD + "values = [17]\n", "values of field 'a' cannot be used"),
        (HEAD + FIELD.replace('"a"', '""'), "field 1 has no name"),
        (HEAD + FIELD + '[[sum]]\nfields = ["a"]\ntotal = "c"\n', "a sum names 'c'"),
        (HEAD + FIELD + '[[sum]]\nfields = ["a"]\n', "a sum cannot be used"),
        (HEAD + FIELD.replace('"free"', '"choice(1, 2, 3)"').replace("box =", "cells = 2\nbox ="), "2 boxes"),
        (HEAD, "there is no field"),
        (HEAD + "field = 3\n", "there is no field"),
        (HEAD + "field = [3]\n", "field 1 is no table"),
        (FIELD, "there is no blank"),
        ('blank = "other.png"\n' + FIELD, "the blank other.png is not there"),
        ("blank = \n", "is no TOML"),
        ('paper = "A4"\n' + HEAD + FIELD, "unknown key 'paper'"),
        ("title = 3\n" + HEAD + FIELD, "title is 3"),
    ],
)
def test_what_is_wrong_with_a_template_is_one_line(tmp_path: Path, text: str, told: str):
    save_template(tmp_path)
    path = tmp_path / "wrong.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_template(path)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_template_that_is_not_there_or_no_text_is_told(tmp_path: Path):
    with pytest.raises(ConfigError, match="cannot read the template"):
        load_template(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigError, match="no UTF-8"):
        load_template(tmp_path / "bytes.toml")


def test_a_template_by_hand_may_give_a_comb_as_one_box_and_its_cells(tmp_path: Path):
    save_template(tmp_path)
    path = tmp_path / "hand.toml"
    path.write_text(HEAD + FIELD.replace("free", "digits(4)") + "cells = 4\n", encoding="utf-8")
    (field,) = load_template(path).fields
    assert field.comb
    assert len(field.cells) == 4
    assert toml_of().startswith("title")
