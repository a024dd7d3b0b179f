"""Writes digits on the page's canvas, with a mouse or with a finger."""

from __future__ import annotations

from itertools import pairwise

from playwright.sync_api import Page

# Strokes in a box of width and height 1, from its top left.
STROKES: dict[str, list[list[tuple[float, float]]]] = {
    "1": [[(0.3, 0.25), (0.6, 0.03), (0.6, 0.97)]],
    "2": [[(0.1, 0.25), (0.3, 0.05), (0.7, 0.05), (0.85, 0.25), (0.7, 0.5), (0.1, 0.95), (0.9, 0.93)]],
    "4": [[(0.35, 0.05), (0.1, 0.6), (0.9, 0.6)], [(0.65, 0.3), (0.62, 0.98)]],
    "7": [[(0.1, 0.1), (0.9, 0.1), (0.4, 0.95)]],
    "*": [
        [(0.05, 0.1), (0.95, 0.9)],
        [(0.95, 0.1), (0.05, 0.9)],
        [(0.5, 0.0), (0.5, 1.0)],
        [(0.0, 0.5), (1.0, 0.5)],
    ],
}
STEPS = 3  # moves between two corners


def write(page: Page, text: str, *, left: float = 0.14, touch: bool = False) -> None:
    """Writes ``text`` from ``left`` (a share of the canvas's width) on, in the middle of its height."""
    canvas = page.locator("#pad").bounding_box()
    assert canvas
    wide, tall = 0.17 * canvas["width"], 0.5 * canvas["height"]
    for place, character in enumerate(text):
        x = canvas["x"] + left * canvas["width"] + 1.2 * wide * place
        y = canvas["y"] + 0.25 * canvas["height"]
        for stroke in STROKES[character]:
            corners = [(x + wide * a, y + tall * b) for a, b in stroke]
            (_touch if touch else _mouse)(page, corners)


def _mouse(page: Page, corners: list[tuple[float, float]]) -> None:
    page.mouse.move(*corners[0])
    page.mouse.down()
    for corner in corners[1:]:
        page.mouse.move(*corner, steps=STEPS)
    page.mouse.up()


def _touch(page: Page, corners: list[tuple[float, float]]) -> None:
    session = page.context.new_cdp_session(page)

    def send(kind: str, *points: tuple[float, float]) -> None:
        touches = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    send("touchStart", corners[0])
    for (x0, y0), (x1, y1) in pairwise(corners):
        for step in range(1, STEPS + 1):
            share = step / STEPS
            send("touchMove", (x0 + share * (x1 - x0), y0 + share * (y1 - y0)))
    send("touchEnd")
    session.detach()
