"""Every constant with a unit, once, with the reason for its value."""

DIGITS = "0123456789"

# ---- Pictures that come in ----
MAX_SOURCE_BYTES = 256 * 2**20  # bytes; a 50-megapixel RGB TIFF without compression is 150 MB
MAX_SOURCE_PIXELS = 100_000_000  # pixels; twice the largest phone camera, 300 MB once decoded as RGB

# ---- The digit model's input: MNIST's convention ----
DIGIT_SIDE = 28  # pixels; width and height of the model's input
DIGIT_BOX = 20  # pixels; the longer side of the digit inside it, centred by mass

MIN_STROKE = 1.8  # pixels of the model's input; MNIST's thinnest pens; below it strokes fade away

# ---- The ink image ----
WORK_SIDE = 640  # pixels; a digit that is a twentieth of a picture still has 32
PAPER_SIDE = 64  # pixels; light and shadow are estimated on a picture of this size
PAPER_REACH = 0.45  # share of the longer side; wider than a thick marker's stroke
SMALL_SIDE = 32  # pixels; up to here a picture is taken for a tight crop
PAPER_REACH_SMALL = 1.0
LIGHT_REACH = 0.125  # share of the longer side over which light is taken to change
STROKE_PIXELS = 40  # pixels; the smallest digit in a large picture has more ink
MIN_CONTRAST = 12.0  # grey levels of 255 between ink and paper; below it a picture is blank

CLEAR_POLARITY = 0.15  # vote below which light and dark are both tried; see ink.py
PRIOR_OTHER_POLARITY = -0.2  # log of how likely the less likely polarity is in a close call
SOLID = 50  # ink value of 255; darker pixels connect to a stroke

# ---- Lines that are no digit (shares of the picture's side along or across the line) ----
LINES_MIN_SIDE = 24  # pixels; in smaller pictures a stroke and a ruling look the same
LINE_RUN = 0.3  # shortest straight run that may be part of a line
LINE_SPAN = 0.75  # shortest line
LINE_THICK = 0.08  # thickest line; at least 3 pixels
LINE_TILT = 0.05  # most rows that a line climbs for each column
LINE_EDGE = 0.3  # how far from the edge of a one-digit picture a line can stand
EDGE_FILL = 0.85  # ink in a column or row that makes it part of a strip along a side
EDGE_REACH = 0.18  # widest such strip

# ---- Where the digit is ----
MAX_CANDIDATES = 16  # ways to cut one digit out that the model looks at
MAX_PARTS = 200  # pieces of ink looked at; more are paper texture
SPECK_SHARE = 0.02  # of the main piece's area; smaller pieces are dirt
JOIN_REACH = 0.25  # of the digit's longer side; how far away a piece of the same digit can be
CUT_ASPECT = 0.6  # upright width over height from which a piece may be two digits
CUT_TOUCHING_ASPECT = 0.35  # the same for a piece that reaches the left or right side
CUT_NEAR = 0.15  # of the piece's height; cuts keep this far from the picture's middle
CUT_LEAST = 0.15  # least share of the ink that a cut piece keeps
SQUEEZE = 0.65  # width over height that handwriting has before it is stretched to a square
PRIOR_SQUEEZED = -0.05
# Logs of how much less likely than the plain crop each other way to cut is, before the model looks at it.
# Chosen together on handwriting from outside MNIST.
CHOICE_SHARPNESS = 2.0  # 0 weighs all ways alike, infinity takes the surest alone
PRIOR_WITH_LINES = -0.2
PRIOR_ALL = -0.15
PRIOR_ALL_AT_SIDE = -0.2
PRIOR_PART_OF_ALONE = -0.4
PRIOR_MAIN_ALONE = -0.4
PRIOR_OTHER_MAIN = -0.3
OTHER_MAIN_COST = 0.5  # for each factor e that another piece looks less like the picture's digit
OTHER_MAIN_LEAST = 0.2  # of the main piece's weight
PRIOR_CUT = -0.1
CUT_COST = 2.0  # for a cut through ink as high as the digit

# ---- Versions of what is written to disk ----
BUNDLE_FORMAT = 1  # raised when an older reader could not read a newer bundle
PREPROCESSING_VERSION = 1  # raised with every change of ink.py, layout.py or normalize.py that moves a pixel
