"""Writes docs/settings.md from code and configs, so that it says what training does: ``make docs``."""

from __future__ import annotations

import inspect
import re
from dataclasses import fields
from pathlib import Path

from inkdigits.training.learn.config import config_names, to_toml
from inkdigits.training.learn.settings import Config, DigitConfig, FinderConfig, NumberConfig

HERE = Path(__file__).parent
PAGE = HERE / "settings.md"
CONFIGS = HERE.parent / "configs"

_HEAD = """\
# Training settings

<!-- Written by `make docs` from src/inkdigits/training/ and configs/; edit those instead. -->

A config is a TOML file that states what differs from the defaults below. `--config` takes the name of one
that comes with the project or the path of your own; `--set fit.epochs=3` changes one setting. Each run folder
keeps the whole of what it was made with as `config.toml`, which is a config again:

```bash
inkdigits train --config configs/quick.toml --set fit.epochs=3 --set augment.turn=0 --output runs/mine
```

A setting that does not exist, one that the task does not read, or a value of a wrong type or range, is
refused before anything is learned. The task stands first in a file: `task = "number"` learns whole numbers,
`task = "finder"` where marks are on a picture, `task = "digit"`, or none, single digits.

## Steps

A config with `[[step]]` tables is a recipe: trainings in order, each a diff on the settings that stand
outside of the steps. `init` names the earlier step whose network a step trains on; without it a step begins
anew, or where `fit.init` says. The network of a step may have more residual layers (`+`) and more labels than
the one that it begins with: at first it answers the same. `[export]` says which steps' weights are averaged,
and what the model calls itself:

```toml
task = "digit"

[data]
pen = 5000

[[step]]
name = "first"

[step.fit]
epochs = 20

[[step]]
name = "second"
init = "first"

[step.fit]
epochs = 5
learning_rate = 0.001

[export]
name = "mine"
mean_of = ["first", "second"]
```

`inkdigits train --config mine.toml` runs them all in one folder, each step in a folder of its own in it, and
exports the mean; with `--resume` it goes on in the step and the epoch where it was stopped, and finished
steps are not trained again. `--set` and `--data` apply to every step. All steps hold out the same digits.
"""

_LAYERS = """\
## Layers

`network.layers` is a list of words from the picture on; the last layer is added. It has an answer for each
digit, with `data.others` one more for what is no digit; in each frame of a number one for each of
`0123456789.-+/:%`, for what is none of them, and for nothing; for each place of a finder's picture the same
labels, and what tells where and how large a mark is and what follows it.

| layer | meaning |
|---|---|
| `conv 32 3` | 3 x 3 convolution with 32 filters, normalised, rectified |
| `conv 32 3 /2` | the same in steps of two; `/2x1` of two rows and one column |
| `conv 32 3 +` | the same, and its input is added to its output |
| `conv 32 4 valid` | the same without a border of zeros; `4x1` is a kernel of four rows and one column |
| `keep` | what there is is put aside |
| `up` | rows and columns are doubled, and what was put aside last is added |
| `pool` | the largest of each 2 x 2 |
| `mean` | the mean of each filter over the picture |
| `flatten` | all values in a row |
| `dropout 0.3` | 30 % of the values left out while learning |
| `dense 100` | 100 units that see every value |
"""


def page() -> str:
    """Returns the whole page as Markdown."""
    tasks: list[str] = []
    known = ((DigitConfig(), "single digits"), (NumberConfig(), "whole numbers"), (FinderConfig(), "marks"))
    for config, learns in known:
        tasks += [f'## {learns.capitalize()}: `task = "{config.task}"`\n', *_tables(config)]
    return "\n".join((_HEAD, _configs(), *tasks, _LAYERS))


def _configs() -> str:
    """Returns what each config says of itself: what for, and with what evidence."""
    parts = ["## Configs\n"]
    for name in config_names():
        text = (CONFIGS / f"{name}.toml").read_text(encoding="utf-8")
        header = "\n".join(re.findall(r"^# ?(.*)$", text.split("\n[")[0], re.M))
        parts.append(f"### [{name}](../configs/{name}.toml)\n\n```text\n{header}\n```\n")
    return "\n".join(parts)


def _tables(config: Config) -> list[str]:
    """Returns a table for each part of a task's config: the settings with their defaults and meanings."""
    defaults = to_toml(config)
    tables: list[str] = []
    for section in fields(config):
        part = type(getattr(config, section.name))
        block = defaults.split(f"[{section.name}]\n")[1].split("\n\n")[0]
        values = dict(line.split(" = ", 1) for line in block.splitlines())
        meanings = _meanings(part)
        rows = [
            f"| `{section.name}.{key}` | `{value}` | {meanings[key]} |\n" for key, value in values.items()
        ]
        title = (inspect.getdoc(part) or "").splitlines()[0].split(";")[0].rstrip(".")
        tables.append(f"### {title}\n\n| setting | default | meaning |\n|---|---|---|\n{''.join(rows)}")
    return tables


def _meanings(part: type) -> dict[str, str]:
    """Returns what the docstrings of a dataclass, and of what it is made from, say of each attribute."""
    found: dict[str, str] = {}
    for each in part.__mro__[:-1]:
        listed = (inspect.getdoc(each) or "").split("Attributes:\n")[1]
        items = re.findall(r"^    (\w+): (.*(?:\n {8}.*)*)", listed, re.M)
        found |= {
            name: re.sub(r"\s+", " ", text).replace("``", "`").replace("|", r"\|").rstrip(".")
            for name, text in items
        }
    return found


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
