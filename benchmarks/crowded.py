"""Pictures of 20 megapixels that are full of ink: seconds of the processor and memory, a process for each.

Usage: python benchmarks/crowded.py [KIND]...

Nothing is cut off, so time grows with what is on the picture: noise, a halftone, text and frames hold much
ink and few numbers, and ought to take 2 seconds and 1 GB at most. A page of 5,000 numbers is for comparison:
most of its time is that of the network, which reads each of them.
"""

import subprocess
import sys
import time

import cv2
import numpy as np

SIDE = 4472  # pixels high and wide
KINDS = ("noise", "blots", "specks", "halftone", "text", "frame", "boxes", "grid", "numbers")


def main() -> None:
    """Prints a line a kind; with --one it reads one picture in this process."""
    if sys.argv[1:2] == ["--one"]:
        _one(sys.argv[2])
        return
    for kind in sys.argv[1:] or KINDS:
        subprocess.run([sys.executable, __file__, "--one", kind], check=True)


def _one(kind: str) -> None:
    import resource

    from inkdigits.reader import Reader

    picture, reader = drawn(kind), Reader()
    reader.read(np.full((50, 50), 255, np.uint8))  # loads the models
    start = time.process_time()
    reading = reader.read(picture, "page")
    seconds = time.process_time() - start
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(f"{kind:9} {seconds:6.2f} s {most:6.0f} MB  {len(reading.numbers):5} numbers", flush=True)


def drawn(kind: str) -> np.ndarray:  # noqa: PLR0912 - one branch a kind
    """Returns a picture, uint8 (SIDE, SIDE)."""
    rng = np.random.default_rng(1)
    paper = np.full((SIDE, SIDE), 240, np.uint8)
    if kind == "noise":
        coarse = rng.integers(0, 256, (SIDE // 6 + 1, SIDE // 6 + 1), np.uint8)
        paper = np.repeat(np.repeat(coarse, 6, axis=0), 6, axis=1)[:SIDE, :SIDE].copy()
    elif kind == "blots":
        soft = cv2.GaussianBlur(rng.normal(0, 1, paper.shape).astype(np.float32), (0, 0), 9)
        paper[soft > 0.04] = 30
    elif kind == "specks":
        paper[rng.random(paper.shape, np.float32) < 0.01] = 20
    elif kind == "halftone":
        at = np.arange(SIDE, dtype=np.float32)
        dots = np.cos(0.3 * at + 0.1 * at[:, None]) + np.cos(0.3 * at[:, None] - 0.1 * at)
        paper[dots > np.linspace(-1.6, 1.6, SIDE, dtype=np.float32)] = 20
    elif kind == "text":
        letters = list("abcdefghijklmno rstu vwxyz ABCD EFG 0123")
        for line in range(40, SIDE, 42):
            cv2.putText(paper, "".join(rng.choice(letters, 230)), (20, line), 0, 0.9, 20, 2)
    elif kind == "frame":
        cv2.rectangle(paper, (3, 3), (SIDE - 4, SIDE - 4), 20, 6)
    elif kind == "boxes":
        for y in range(20, SIDE - 60, 50):
            for x in range(20, SIDE - 60, 46):
                cv2.rectangle(paper, (x, y), (x + 36, y + 40), 60, 2)
    elif kind == "grid":
        for start in range(2):
            paper[start::24] = paper[:, start::24] = 60
    else:
        for place in range(5000):
            row, column = divmod(place, 50)
            text = str(rng.integers(10, 100))
            cv2.putText(paper, text, (12 + column * 89, 34 + row * 44), 0, 1.0, 20, 2)
    return paper


if __name__ == "__main__":
    main()
