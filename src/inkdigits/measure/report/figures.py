"""The curves and pictures of a report, as HTML elements that carry their content with them.

The curves are SVG in the page's own colours (CSS variables), so that one drawing suits a light and a dark
page; the pictures are data URIs.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Sequence
from html import escape
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from inkdigits.errors import InkdigitsError, MissingExtraError
from inkdigits.measure.confidence import CALIBRATION_BINS, reliability_bins, risk_coverage
from inkdigits.measure.intervals import clopper_pearson

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "check_available",
    "confidence_figure",
    "input_picture",
    "reliability_figure",
    "risk_coverage_figure",
    "source_picture",
    "svg",
]

# matplotlib writes colours as numbers; these stand for the page's variables and are replaced in the SVG.
INK, MUTED, LINE, ACCENT, WARN = "#010203", "#010204", "#010205", "#010206", "#010207"
VARIABLES = {INK: "--ink", MUTED: "--muted", LINE: "--line", ACCENT: "--accent", WARN: "--warn"}

SIZE = (4.4, 3.5)  # inches; with 10-point type it stays readable when shrunk to the width of a phone
MAX_POINTS = 400  # of a curve; more cannot be seen and only make the page heavier

THUMBNAIL_SIDE = 160  # pixels; shown at 80 CSS pixels, so sharp on a phone's dense display
SMALL_SIDE = 64  # pixels; a picture up to this side is stored without loss and shown in hard squares

STYLE: dict[str, Any] = {
    "svg.fonttype": "none",  # text stays text: it can be searched, and takes the page's font
    "font.size": 10,
    "axes.edgecolor": LINE,
    "axes.labelcolor": MUTED,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "grid.alpha": 0.6,
    "text.color": INK,
    "xtick.color": LINE,
    "ytick.color": LINE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "legend.frameon": False,
    "legend.fontsize": 9,
}


def check_available() -> None:
    """Raises MissingExtraError if matplotlib is not installed; called before work that would be lost."""
    if find_spec("matplotlib") is None:
        raise MissingExtraError("matplotlib", "train")


def reliability_figure(confidences: NDArray[np.float64], correct: NDArray[np.bool_], key: str) -> str:
    """Draws accuracy over confidence with 95 % intervals, above the share of answers in each bin.

    Args:
        confidences: (n,) in 0..1.
        correct: (n,).
        key: letters and digits that no other drawing of the page uses.

    Returns:
        An ``<svg>`` element.
    """
    bins = reliability_bins(confidences, correct)
    filled = np.flatnonzero(bins.answers)
    ends = np.array([clopper_pearson(int(bins.correct[i]), int(bins.answers[i])) for i in filled])

    def draw(figure: Figure) -> None:
        upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1))
        upper.plot([0, 100], [0, 100], color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
        x, y = 100 * bins.confidence[filled], 100 * bins.accuracy[filled]
        upper.vlines(x, 100 * ends[:, 0], 100 * ends[:, 1], color=ACCENT, linewidth=1.4, alpha=0.6)
        upper.plot(x, y, color=ACCENT, linewidth=0, marker="o", markersize=5)
        upper.set(xlim=(-2, 102), ylim=(-2, 102), ylabel="right, %", yticks=range(0, 101, 20))
        width = 100 / CALIBRATION_BINS
        share = 100 * bins.answers / bins.answers.sum()
        lower.bar(100 * bins.edges[:-1], share, width=0.86 * width, align="edge", color=ACCENT, alpha=0.55)
        lower.set(xlabel="confidence, %", ylabel="share, %", ylim=(0, 100), yticks=(0, 50, 100))

    return svg(draw, key)


def risk_coverage_figure(
    confidences: NDArray[np.float64], correct: NDArray[np.bool_], statuses: Sequence[str], key: str
) -> str:
    """Draws the error among the most confident answers over the share answered, all (n,).

    A dot shows where the reader stands: the answers that it gives with status "ok".
    """
    curve = risk_coverage(confidences, correct)
    n = len(curve.coverage)
    # Thinned evenly in coverage; the first and the last point stay.
    kept = np.unique(np.linspace(0, n - 1, min(n, MAX_POINTS)).round().astype(int))
    ok = np.array([status == "ok" for status in statuses], dtype=bool)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        x, y = 100 * curve.coverage[kept], 100 * curve.risk[kept]
        axes.fill_between(x, y, color=ACCENT, alpha=0.14, linewidth=0)
        axes.plot(x, y, color=ACCENT, linewidth=1.8)
        top = max(float(y.max()), 0.1)
        if ok.any():
            error = 100 * float((~correct[ok]).mean())
            top = max(top, error)
            axes.plot([100 * ok.mean()], [error], marker="o", markersize=7, color=WARN, linewidth=0)
        axes.set(xlim=(0, 101.5), ylim=(0, 1.12 * top), xlabel="answered, %", ylabel="wrong among these, %")

    return svg(draw, key)


def confidence_figure(confidences: NDArray[np.float64], statuses: Sequence[str], key: str) -> str:
    """Draws how sure the reader was of pictures that it should reject; both inputs are (n,)."""
    ok = np.array([status == "ok" for status in statuses], dtype=bool)
    edges = np.linspace(0, 100, 2 * CALIBRATION_BINS + 1)

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        values = [100 * confidences[~ok], 100 * confidences[ok]]
        axes.hist(
            values, bins=edges.tolist(), stacked=True, color=[ACCENT, WARN], label=["rejected", "answered"]
        )
        axes.set(xlim=(0, 100), xlabel="confidence, %", ylabel="pictures")
        _legend(axes)

    return svg(draw, key)


def _legend(axes: Axes) -> None:
    for text in axes.legend(loc="upper right").get_texts():
        text.set_color(MUTED)


def svg(draw: Callable[[Figure], None], key: str) -> str:
    """Runs ``draw`` on an empty figure and returns it as an element that can stand inside a page.

    Args:
        draw: fills a matplotlib figure, in INK, MUTED, ACCENT and WARN, which stand for the page's colours.
        key: letters and digits that no other drawing of the page uses.
    """
    check_available()
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    # A Figure made without pyplot belongs to no window and needs no backend to be chosen.
    settings: Any = {**STYLE, "svg.hashsalt": key}  # the salt makes the names in the SVG the same every time
    with rc_context(settings), io.StringIO() as buffer:
        figure = Figure(figsize=SIZE, layout="constrained")
        draw(figure)
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
        text = buffer.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>", "", text, flags=re.DOTALL)
    text = re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL)
    # A page may hold many drawings, but a name only once.
    text = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{key}-", text).replace("xlink:href", "href")
    text = re.sub(r' xmlns(:xlink)?="[^"]*"', "", text)  # a page knows these names without being told
    text = re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL)  # it would hold for the whole page
    text = re.sub(r"font(-family)?: [^;\"]*;?", _page_font, text)
    text = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", text, count=1)
    text = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1)
    for colour, variable in VARIABLES.items():
        text = text.replace(colour, f"var({variable})")
    return text.strip()


def _page_font(match: re.Match[str]) -> str:
    """Keeps the size of a font and leaves its family to the page."""
    size = re.search(r"\d+(\.\d+)?px", match[0])
    return f"font-size: {size[0]};" if size else ""


def source_picture(source: Any, name: str) -> str:
    """Returns a thumbnail of a path's or an array's picture, or a box that says it cannot be shown.

    Args:
        source: whatever a reader reads.
        name: the picture's description for those who cannot see it.
    """
    from inkdigits.picture import sources as images

    try:
        picture = images.load(source)
    except InkdigitsError:
        return '<span class="none">cannot be shown</span>'
    return _picture(picture, "source", name)


def input_picture(model_input: NDArray[np.uint8] | None) -> str:
    """Returns the model's input (28, 28) as a picture, or a box that says there is none."""
    if model_input is None:
        return '<span class="none">no input</span>'
    return _picture(model_input, "input", "what the model saw")


def _picture(pixels: NDArray[np.uint8], kind: str, name: str) -> str:
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(pixels))
    small = max(image.size) <= SMALL_SIDE
    image.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    with io.BytesIO() as buffer:
        image.save(
            buffer, format="PNG" if small else "JPEG", **({"optimize": True} if small else {"quality": 82})
        )
        content = base64.b64encode(buffer.getvalue()).decode("ascii")
    uri = f"data:image/{'png' if small else 'jpeg'};base64,{content}"
    style = ' class="small"' if small else ""
    return f'<span class="{kind}"><img src="{uri}" alt="{escape(name)}"{style}></span>'
