"""Reads the digit in each picture named on the command line, or in each of examples/ that shows one."""

import sys
from pathlib import Path

import inkdigits
from inkdigits.picture.sources import find_pictures

pictures = find_pictures(sys.argv[1:] or sorted(Path(__file__).parent.glob("examples/[0-9]-*")))
for reading in inkdigits.Reader().read_many(pictures, expect="digit"):
    answer = reading.text or reading.error or reading.status
    print(f"{reading.source}  {answer}  {reading.confidence:.1%}")
