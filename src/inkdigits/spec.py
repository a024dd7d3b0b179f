"""Every constant with a unit, once, with the reason for its value."""

DIGITS = "0123456789"
SIGNS = ".-+/:%"  # what numbers have beside digits
CHARACTERS = DIGITS + SIGNS  # all that a reading may hold
OTHER = "?"  # the label of what is neither: letters, words, brackets, ticks, drawings, struck-out digits
DIGIT_LABELS = DIGITS + OTHER  # what digit models may answer; those of the ten digits alone are read as well

MAX_THREADS = 256  # of a reader; more than the cores of any machine that one picture is worth
MAX_JOBS = 256  # processes that read; each has the models, 100 MB or more
WORKER_BYTES = 4 * 2**30  # that such a process may take; the largest picture that is read needs half

# ---- What may stand there ----
MAX_EXPRESSION = 500  # characters of a pattern; a date with all its rules has 100
MAX_STATES = 2000  # of a pattern's automaton, and characters of it written out; a date's rules have 30
BEAM = 12  # beginnings of texts that are followed from frame to frame
BEAM_DEPTH = 12.0  # in logs; what is so much less likely than the best beginning is let go
FIT_ODDS = 10.0  # times that what fits is commoner where somebody says so than a model takes it for

# ---- Pictures that come in ----
MAX_SOURCE_BYTES = 256 * 2**20  # bytes; a 50-megapixel RGB TIFF without compression is 150 MB
MAX_SOURCE_PIXELS = 100_000_000  # pixels; twice the largest phone camera, 300 MB once decoded as RGB
MAX_ARCHIVE_BYTES = 10 * 2**30  # bytes that an archive may unpack to, unless it takes its share of them
MAX_ARCHIVE_RATIO = 100  # times what it takes; packed TIFF of blank paper has 50, zip bombs 1,000 and more
MAX_PAGES = 2000  # pages or frames of one file; a book has fewer
PDF_RESOLUTION = 200  # dots an inch; A4 has 3.9 megapixels, a digit 4 mm high 31 pixels

# ---- The sheet of paper in a photo ----
SHEET_SIDE = 512  # pixels; the sheet is looked for on a picture of this size
SHEET_STROKE = 0.02  # of its longer side; strokes of pens and of print are thinner
SHEET_LEAST = 0.1  # of the picture; what is smaller is a slip, a sticker, a label
SHEET_MOST = 0.95  # of the picture; what is larger is the picture itself
SHEET_CONTRAST = 30.0  # grey levels between paper and what it lies on
SHEET_LEVELS = (
    0.0,
    0.15,
    0.3,
    0.45,
    0.6,
    -0.15,
    -0.3,
)  # of the way from the usual level between dark and light up to white; below it where light falls off
SHEET_TAPER = 0.5  # of the length of a side; the one across is no shorter, from however near a photo is taken
SHEET_COLOUR = 8.0  # grey levels for each unit of Lab colour that paper differs from what it lies on
SHEET_BEND = 0.03  # of the outline's length; how far torn and curled sides stray from straight
SHEET_SOLID = 0.88  # of the four corners' area, or that of it; paper with less is cut by what lies on it

# ---- The digit model's input: MNIST's convention ----
DIGIT_SIDE = 28  # pixels; width and height of the model's input
DIGIT_BOX = 20  # pixels; the longer side of the digit inside it, centred by mass

MIN_STROKE = 1.8  # pixels of the model's input; MNIST's thinnest pens; below it strokes fade away

# ---- The number model's input ----
NUMBER_LABELS = CHARACTERS + OTHER  # what this version's number models learn, beside "nothing here"
NUMBER_HEIGHT = 32  # pixels; a number of form size has 12 to 20, more shows nothing new
NUMBER_MARGIN = 4  # pixels of paper left and right of the crop
NUMBER_ROOM = 0.1  # of a number's height; paper that a crop shows around the ink
FRAME_WIDTH = 2  # pixels; a 1 written closely is three of them wide
FRAMES_A_COLUMN = 2  # answers for each column of the last layer, which is four pixels wide
NUMBER_STEP = 4  # pixels; widths are multiples of what one column of the last layer sees
DIGITS_A_CALL = 256  # named together; more are no faster, and the memory that they take is kept
NUMBERS_A_CALL = 16  # read together; more are padded to the widest for nothing
NUMBER_MAX_WIDTH = 640  # pixels; 40 digits written closely
LOOKED_AT_AGAIN = 0.8  # probability below which a number is read in several views
MOST_LOOKED_AT_AGAIN = 3_000  # pixels of width in a picture, forty numbers of four digits

# ---- The finder's input and its answers ----
FINDER_HEIGHT = 22  # pixels; digits are brought to about this height, where a 1 is four wide
FINDER_STEP = 16  # pixels; sides of its input are multiples of what its coarsest layer sees
FINDER_ROWS = 4  # pixels; height of a place that it answers for
FINDER_COLUMNS = 2  # pixels; its width: two narrow digits that touch have their middles five apart

# ---- The ink image ----
WORK_SIDE = 640  # pixels; a digit that is a twentieth of a picture still has 32
PAPER_SIDE = 64  # pixels; light and shadow are estimated on a picture of this size
PAPER_REACH = 0.45  # share of the longer side; wider than a thick marker's stroke
SMALL_SIDE = 32  # pixels; up to here a picture is taken for a tight crop
PAPER_REACH_SMALL = 1.0
LIGHT_REACH = 0.125  # share of the longer side over which light is taken to change
COUNTED = 20_000  # pixels; of so many a rank is found faster by counting values than by sorting
STROKE_PIXELS = 40  # pixels; the smallest digit in a large picture has more ink
GRAIN = 0.8  # pixels; a blur that takes out grain and leaves strokes
DETAIL_REACH = 0.06  # share of the longer side; over it strokes differ from what is around them
LEAST_DETAIL = 0.25  # of the contrast; with less of it in sight, there may be nothing but light
LIGHT_SAMPLE = 8000  # pixels that tell how light falls
MIN_CONTRAST = 12.0  # grey levels of 255 between ink and paper; below it a picture is blank

CLEAR_POLARITY = 0.15  # vote below which light and dark are both tried; see ink.py
PRIOR_OTHER_POLARITY = -0.2  # log of how likely the less likely polarity is in a close call
SHADE_CORE = (
    170  # ink value of 255 of a stroke where faint marks are kept; the darkest strokes have half more
)
SOLID = 50  # ink value of 255; darker pixels connect to a stroke

# ---- The ink image of a page ----
PAGE_PIXELS = 2_200_000  # pixels; A4 at 150 dots an inch, where handwritten digits are 20 to 40 high
FINE_PIXELS = 9_000_000  # pixels; the same where writing is small: A4 at 300 dots an inch
PAGE_WHOLE_SCALE = 1.1  # how much further than that it is scaled down to a whole fraction of its size
PAGE_VOTE_SIDE = 900  # pixels; whether ink is dark or light is judged on a picture of this size
PAGE_VOTE_REACH = 31  # pixels of it over which light hardly changes
PAGE_PAPER_SIDE = 160  # pixels; light and shadow are estimated on a picture of this size
PAGE_PAPER_REACH = 0.1  # share of the longer side; wider than any stroke on a page

# ---- Lines that are no digit (shares of the picture's side along or across the line) ----
LINES_MIN_SIDE = 24  # pixels; in smaller pictures a stroke and a ruling look the same
LINE_THICK = 0.08  # thickest line; at least 3 pixels
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
PRIOR_PART_OF_ALONE = -1.2
PRIOR_MAIN_ALONE = -0.4
PRIOR_OTHER_MAIN = -0.3
OTHER_MAIN_COST = 0.5  # for each factor e that another piece looks less like the picture's digit
OTHER_MAIN_LEAST = 0.2  # of the main piece's weight
PRIOR_CUT = -0.1
CUT_COST = 2.0  # for a cut through ink as high as the digit

# ---- Rulings through a field ----
RULING_COVER = 0.6  # of the width that a ruling has ink on
RULING_COVER_UPRIGHT = 0.9  # of the height; a 1 has less
RULING_THIN = 0.75  # of that: where nothing crosses it
RULING_ROUGH = 0.45  # pixels; how far a ruling strays from a smooth curve
RULING_TILT = 0.12  # rows that a line may climb for each column
RULING_SAMPLE = 8000  # pixels of ink by which lines are looked for; more take longer and show no more
RULING_MOST = 8  # lines looked for in each direction

# ---- Where the number is ----
UPRIGHT_CROP = 0.9  # width over height of a picture up to which it has room for one digit alone
SQUARE_CROP = 1.33  # the same up to which a picture is cut out around one digit rather than a field
LINE_CROP = 1.7  # the same up to which a picture can be cut out around one digit of a line
CROP_FILLED = 0.5  # of a picture's height; what is cut out around a digit is filled by it
LINE_CROP_FILLED = 0.7  # the same of what is cut out of a line; above and below a number in a field is paper
SIDE_NEAR = 0.04  # of a picture's width; ink so near to a side is cut by it
ONE_DIGIT_ASPECT = 1.2  # width over height up to which one piece of ink is one digit
WIDE_DIGIT_ASPECT = 1.45  # the same in a picture that it fills: a 2 with a long foot
NARROW_ASPECT = 0.75  # the same in a field: two digits that touch are seldom narrower
PRIOR_MINUS = -2.0  # added to its logit; upstrokes of a 1 are commoner than minus signs
PRIOR_SLASH = -1.0  # the same of a slash; tall ones are commoner than dates and fractions
NUMBER_SPECK = 0.004  # of a digit's height squared; smaller pieces are dirt, a faint point is larger
GAIN_DIGIT = 0.04  # log of how much likelier a way to see a number is for each digit that it has
CHARACTERS_OVERLAP = 0.1  # of a digit's height; strokes that lie over each other by more are one character
DIGIT_MODEL_HEARD = 0.9965  # probability above which a certain digit model makes no number unsure
NARROW_CHARACTER = 0.85  # width over height; two digits that touch are seldom narrower
OTHER_DISTURBS = 0.5  # of how sure a number is that something else touches; no such number is a sure one
OTHER_SHARED = 0.2  # of a piece of ink; with more of it on either side, two characters touch
POINT_ROOM = 0.1  # of a crop's height; two digits that are closer can hide a point
DIGIT_MODEL_WEIGHT = 0.55  # of the digit model's log odds against the number model's; it sees no neighbours

# ---- Pictures of the result ----
ANNOTATED_SIDE = 400  # pixels; smaller pictures are enlarged until the longer side has so many
ANNOTATED_DIGIT = 28  # pixels; smaller writing is enlarged, or its labels would be larger than the numbers
ANNOTATED_MAX_SIDE = 4000  # pixels; up to here pictures are enlarged, an A4 page of 300 dots an inch has 3508
ANNOTATION_TEXT = 14  # pixels; the smallest text that is read with ease on a screen

# ---- Where the numbers of a page are (lengths as shares of a digit's height unless they have a unit) ----
PAGE_SKEW = 16.0  # degrees; most that a page is turned
PAGE_GUESS = 0.03  # share of the longer side; a digit's height before anything is known of it
PAGE_LEAST_HEIGHT = 6  # pixels of the ink image; lower pieces are no digits
PAGE_SAMPLE = 800  # pieces of ink that tell how high the digits of a page are
PAGE_LINE = 4.0  # shortest line that is level with the rows; the feet of digits that touch are shorter
PAGE_FAINT = 16  # ink value of 255; darker pixels can be part of a line
PAGE_LINE_REACH = 120  # pixels; longest run looked for, longer lines consist of such

# ---- What a page is ----
PAGE_LEAST_SIDE = 200  # pixels; a smaller picture is a cell or a line
PAGE_LEAST_ROWS = 2  # lines of numbers about as high
PAGE_LEAST_CONFIDENCE = 0.05  # below it what was found is taken for no number

# ---- Versions of what is written to disk ----
BUNDLE_FORMAT = 2  # raised when an older reader could not read a newer bundle, or the other way round
# How ink looks to the models of each kind: a hash of what ink/ and normalize.py make of golden pictures. A
# bundle holds that of the version it learned with. `python tests/golden/make.py` writes it.
PREPROCESSING = {
    "digit": "f271b7f680a008f7fcbcff64497e2bcfee83be8a8a1db82a79e40c5a33dc423a",
    "number": "e0331017d30d42bb60692f4c2d24ac60f345a1534e79ebc55d5279ce615a2355",
    "finder": "cbe0cdda92efb79731b6a20d51d9279cd0bb4f2c00967d118c31f3bd3e2797ce",
}
