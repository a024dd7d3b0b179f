"""The layout rules and constants that ``ablate.py`` switches off and moves, as data.

A function of the rooms below that is in no rule and not among ``NOT_RULES``, and a constant that is neither
in ``CONSTANTS`` nor in ``LIMITS``, fails ``tests/test_ablate.py``: a new rule comes with its row.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import cv2
import numpy as np

from inkdigits import spec

FILES = (
    *("find/*.py", "ink/*.py", "picture/sheet.py"),
    *(f"recognition/{name}.py" for name in ("agreement", "answers", "interpret", "prepare", "text", "views")),
)

# What reads each stage's sets: with what they are known to hold, but for the last two, which ask "auto".
STAGES: dict[str, tuple[str, ...]] = {
    "digit": ("digits", "letters", "cases"),
    "number": ("numbers", "cases"),
    "either": ("digits", "letters", "numbers", "cases"),
    "page": ("pages", "cases"),
    "answers": ("numbers", "pages", "cases"),
    "ink": ("digits", "letters", "numbers", "pages", "cases"),
    "sheet": ("numbers", "pages", "cases"),
    "kind": ("digits", "letters", "numbers", "pages", "cases"),
}
AUTO = ("sheet", "kind")  # the stages that decide what a picture holds

NEVER = -99.0  # log of a prior: a way to see a digit that is not taken


class Rule(NamedTuple):
    """A rule and how it is switched off.

    Attributes:
        name: what it is called in the table.
        stage: one of ``STAGES``.
        purpose: what it is for.
        off: (``room.module:attribute``, replacement) each.
        functions: ``room.module:function`` of what serves it alone.
    """

    name: str
    stage: str
    purpose: str
    off: tuple[tuple[str, Any], ...]
    functions: tuple[str, ...] = ()


def always(value: Any) -> Callable[..., Any]:
    """Returns a function that gives the same whatever it is asked."""
    return lambda *_, **__: value


def first(argument: Any, *_: Any, **__: Any) -> Any:
    """Gives back its first argument as it is."""
    return argument


def none_of(argument: Any, *_: Any) -> Any:
    """Says no for each entry."""
    return np.zeros(len(argument), bool)


def blank(argument: Any, *_: Any) -> Any:
    """Gives a mask of nothing."""
    return np.zeros_like(argument)


def nowhere(_: Any, columns: Any, __: Any) -> Any:
    """Says of each place that it is in no box."""
    return np.full(np.shape(columns), -1)


def no_edges(boxes: Any) -> Any:
    """Gives boxes without edges."""
    return np.zeros(boxes._shape, np.uint8), np.zeros(boxes._shape, np.uint8)


def unstacked(boxes: Any) -> Any:
    """Says of each box that none stands above or below it."""
    return np.zeros(len(boxes._inner), bool)


def thin_edges(_: Any, inner: Any, *__: Any) -> Any:
    """Gives edges of a pixel."""
    return np.ones((len(inner), 4), np.int64)


def unsure(read: Any, _: Any) -> bool:
    """Tells a doubtful number by the number model alone."""
    return bool(read.characters) and read.probability < spec.DIGIT_MODEL_HEARD


def off(address: str, replacement: Any) -> tuple[tuple[str, Any], ...]:
    """Returns one switch."""
    return ((address, replacement),)


def constant(name: str, value: float) -> tuple[tuple[str, Any], ...]:
    """Returns one switch that sets a constant."""
    return ((f"spec:{name}", value),)


# fmt: off
RULES = (
    # ---- One digit ----
    Rule("border strips (digit)", "digit", "a box's thick edge or a fold's shadow at a side is no stroke", off("find.digit:without_edges", first), ("find.border_lines:without_edges", "find.border_lines:_edges")),
    Rule("way with border strips", "digit", "what was taken for a strip may have been a stroke", constant("PRIOR_WITH_LINES", NEVER)),
    Rule("several ways", "digit", "the model decides between the ways to cut a digit out", constant("MAX_CANDIDATES", 1)),
    Rule("cuts", "digit", "a neighbour that touches is cut off", off("find.digit:cuts", always(())), ("find.cuts:cuts", "find.cuts:_valley", "find.digit:_largest", "find.digit:_touches")),
    Rule("slant", "digit", "neighbours are told apart as if the writing stood upright", off("find.digit:slant_of", always(0.0)), ("ink.parts:slant_of",)),
    Rule("points beside a digit", "digit", "a full stop or comma is no part of the digit", off("find.digit:_is_point", always(False)), ("find.digit:_is_point",)),
    Rule("grown parts", "digit", "bars and broken strokes go with the main piece", off("find.digit:_grown", lambda main, *_: [main]), ("find.digit:_grown",)),
    Rule("stands alone", "digit", "strokes no wider than high, clear of the borders, are one digit", off("find.digit:_stands_alone", always(False)), ("find.digit:_stands_alone",)),
    Rule("at a side", "digit", "what reaches the left or right side may be a neighbour's", off("find.digit:_at_side", always(False)), ("find.digit:_at_side",)),
    Rule("at an end", "digit", "what reaches the upper or lower side may be another line's", off("find.digit:_at_end", always(False)), ("find.digit:_at_end",)),
    Rule("central main piece", "digit", "the digit is large and in the middle, not the largest piece", off("find.digit:_weight", lambda part, *_: float(part.area)), ("find.digit:_weight",)),
    Rule("other main piece", "digit", "the digit may be another than the likeliest piece", constant("OTHER_MAIN_LEAST", float("inf"))),
    Rule("way with all pieces", "digit", "all pieces together may be the digit", (("spec:PRIOR_ALL", NEVER), ("spec:PRIOR_ALL_AT_SIDE", NEVER))),
    Rule("way with the main piece alone", "digit", "what was added to the main piece may be dirt", constant("PRIOR_MAIN_ALONE", NEVER)),
    Rule("specks (digit)", "digit", "small pieces are dirt", constant("SPECK_SHARE", 0.0)),
    Rule("squeezed squares", "digit", "a digit stretched to a square is seen narrower too", off("recognition.prepare:_fills_square", always(False)), ("recognition.prepare:_fills_square",)),
    Rule("mean over the ways", "digit", "ways that contradict each other make a digit unsure", constant("CHOICE_SHARPNESS", 1e6)),
    # ---- One number ----
    Rule("border strips (number)", "number", "the same for a cell", off("find.number:without_edges", first)),
    Rule("rulings", "number", "lines through a cell are no strokes", off("find.number:without_rulings", first), ("find.rulings:without_rulings", "find.rulings:_lines", "find.rulings:_runs", "find.rulings:_traced")),
    Rule("upright rulings", "number", "lines from the top to the bottom are no ones", constant("RULING_COVER_UPRIGHT", float("inf"))),
    Rule("rest of a line", "number", "thin flat pieces at the border are left of a box's edge", off("find.number:_rest_of_line", always(False)), ("find.number:_rest_of_line",)),
    Rule("row following", "number", "pieces beside the row are another row's, a shadow's", off("find.number:_row_from", lambda _, parts: list(parts)), ("find.number:_row_from", "find.number:_shared")),
    Rule("cut by the border", "number", "a low piece that the upper or lower border cuts is another row's", off("find.number:_inside", always(1.0)), ("find.number:_inside",)),
    Rule("specks (number)", "number", "small pieces are dirt", constant("NUMBER_SPECK", 0.0)),
    # ---- What a picture holds ----
    Rule("sheet", "sheet", "the paper in a photo is cut out and straightened", off("recognition.whole:find_sheet", always(None)), ("picture.sheet:find_sheet", "picture.sheet:_corners", "picture.sheet:_outline", "picture.sheet:_in_order", "picture.sheet:_moved", "picture.sheet:Sheet.box")),
    Rule("colour of paper", "sheet", "paper is of another colour than what it lies on", off("picture.sheet:_at_border", always(float("nan"))), ("picture.sheet:_apart_from_paper", "picture.sheet:_at_border", "picture.sheet:_sheet_in")),
    Rule("higher levels of paper", "sheet", "glare beside the paper is darker than the paper", constant("SHEET_LEVELS", (0.0,))),
    Rule("page", "kind", "a large picture may hold a page", off("find.kind:_is_page", always(False)), ("find.kind:_is_page",)),
    Rule("ink seen from afar", "kind", "strokes too thick for a page's ink are no page's", off("find.kind:_same_ink", always(True)), ("find.kind:_same_ink",)),
    Rule("rows about as high", "kind", "dirt beside a number makes no page", off("find.kind:_is_page", lambda page: len(page.rows) >= spec.PAGE_LEAST_ROWS)),
    Rule("one digit", "kind", "a picture may hold one digit rather than a number", off("find.kind:is_one_digit", always(False)), ("find.number:is_one_digit",)),
    Rule("upright crop", "kind", "a picture higher than wide has room for one digit alone", constant("UPRIGHT_CROP", 0.0)),
    Rule("square crop", "kind", "a picture about square is cut out around a digit", constant("SQUARE_CROP", 0.0)),
    Rule("line crop", "kind", "a picture cut out of a line shows one digit and its neighbours", constant("LINE_CROP", 0.0)),
    Rule("cut by a side", "kind", "ink at a side belongs to a neighbour", constant("SIDE_NEAR", float("-inf"))),
    Rule("wide single piece", "kind", "one piece of ink in a square crop is one digit", constant("ONE_DIGIT_ASPECT", 0.0)),
    Rule("narrow", "kind", "one narrow piece of ink in a field is one digit", constant("NARROW_ASPECT", 0.0)),
    Rule("characters apart", "kind", "several characters are no digit", off("find.number:_groups", always(1)), ("find.number:_groups",)),
    # ---- Pages ----
    Rule("slope", "page", "rows are followed as they fall", off("find.page:page_slope", always(0.0)), ("find.sheet_lines:page_slope",)),
    Rule("row levelling", "page", "a number is turned as far as its page before the model sees it", off("find.page:row_of", always(None)), ("find.row:row_of",)),
    Rule("boxes", "page", "boxes for one digit each are found", off("find.boxes:find_outlines", always(np.zeros((0, 4)))), ("find.boxes:Boxes.__init__", "find.outlines:find_outlines", "find.outlines:closed_in", "find.outlines:_reached", "find.outlines:is_small")),
    Rule("stacked boxes", "page", "boxes one above the other are cells of a table", off("find.boxes:Boxes._stacked", unstacked), ("find.boxes:Boxes._stacked",)),
    Rule("boxes broken up", "page", "a box that its digit breaks up stands beside another", off("find.outlines:_beside", always(np.zeros((0, 4)))), ("find.outlines:_beside", "find.outlines:_on_page", "find.outlines:_added", "find.outlines:_inked", "find.outlines:_inked_at")),
    Rule("thickness of edges", "page", "the edges of boxes are as thick as they are", off("find.boxes:edge_thickness", thin_edges), ("find.outlines:edge_thickness",)),
    Rule("edges of boxes", "page", "the edges of boxes are lines", off("find.boxes:Boxes.edges", no_edges), ("find.boxes:Boxes.edges", "find.boxes:Boxes._fill")),
    Rule("digits in boxes", "page", "what is in a box is a digit, however low", off("find.boxes:Boxes.of", nowhere), ("find.boxes:Boxes.of",)),
    Rule("boxes side by side", "page", "digits in boxes side by side are one number", off("find.boxes:Boxes.adjoining", always(())), ("find.boxes:Boxes.adjoining",)),
    Rule("pieces of one box", "page", "pieces in one box, or in boxes side by side, are one number", off("find.page:_in_boxes", always([])), ("find.page:_in_boxes",)),
    Rule("dirt between boxes", "page", "a mark above or below a box is not its digit's", off("find.boxes:Boxes.beside", always(True)), ("find.boxes:Boxes.beside",)),
    Rule("long lines", "page", "long straight lines are no strokes", off("find.sheet_lines:_long", blank), ("find.sheet_lines:_long", "find.sheet_lines:_level")),
    Rule("level lines", "page", "the same, of those along the rows", constant("PAGE_LINE", float("inf"))),
    Rule("upright lines", "page", "the same, of those across the rows", constant("PAGE_LINE_UPRIGHT", float("inf"))),
    Rule("strokes on lines", "page", "what crosses a line stays whole", off("find.sheet_lines:_strokes_on", lambda _, rest, __: np.zeros_like(rest)), ("find.sheet_lines:_strokes_on", "find.sheet_lines:_reached", "find.sheet_lines:_turned")),
    Rule("slivers of lines", "page", "what lines leave at their rims is no ink", off("find.pieces:_left_of_lines", lambda labels, mask, area, *_: none_of(area)), ("find.pieces:_left_of_lines",)),
    Rule("upright line parts numbers", "page", "digits on both sides of an upright line are two numbers", off("find.page:_parted", always(False)), ("find.page:_parted",)),
    Rule("broken strokes", "page", "strokes that the pen broke are put together", off("find.pieces:joined_strokes", lambda labels, stats, chosen, *_: chosen), ("find.broken_strokes:joined_strokes", "find.broken_strokes:_may_be_stroke", "find.broken_strokes:_apart", "find.broken_strokes:_fits", "find.broken_strokes:_together")),
    Rule("heavy marks", "page", "points as high as a small digit are no digits", off("find.pieces:_heavy_marks", none_of), ("find.pieces:_heavy_marks",)),
    Rule("marks", "page", "points, minus signs and pieces are given to their numbers", off("find.page:_take_marks", always(None)), ("find.page:_take_marks",)),
    Rule("minus", "page", "a flat piece before a number is its sign", off("find.page:_minus", always(False)), ("find.page:_minus",)),
    Rule("mark between", "page", "a gap with a point in it may be wider", off("find.pieces:Pieces.mark_between", always(False)), ("find.pieces:Pieces.mark_between",)),
    Rule("frames around others", "page", "what stands around others is no writing", off("find.digit_height:_around_others", none_of), ("find.digit_height:_around_others",)),
    Rule("writing on lines", "page", "where most ink hangs on lines its height tells nothing", constant("PAGE_WRITING", 0.0)),
    Rule("number too low or high", "page", "smears, drawings and lone small letters are no numbers", off("find.page:_may_be_number", always(True)), ("find.page:_may_be_number",)),
    Rule("least number height", "page", "the same, of what is low alone", constant("PAGE_NUMBER_LEAST", 0.0)),
    Rule("specks (page)", "page", "small pieces are dirt", constant("PAGE_SPECK", 0.0)),
    Rule("wide pieces", "page", "what is much wider than high is no digits", constant("PAGE_WIDE", float("inf"))),
    Rule("least confidence", "page", "what the model makes nothing of was a word or dirt", constant("PAGE_LEAST_CONFIDENCE", 0.0)),
    # ---- Ink ----
    Rule("paper estimated", "ink", "light, shadow and the paper's colour fall out", off("ink.shades:stroke_depth", lambda grey, *_: 255 - grey), ("ink.light:stroke_depth", "ink.light:_wide_blur")),
    Rule("wide paper of small pictures", "either", "a digit may fill a corner of a small picture", constant("PAPER_REACH_SMALL", spec.PAPER_REACH)),
    Rule("light alone", "ink", "blank paper in the light from one side holds nothing", off("ink.shades:light_alone", always(False)), ("ink.light:light_alone",)),
    Rule("evenly lit", "either", "a shadow's edge does not pass for ink when polarity is judged", off("ink.shades:evenly_lit", first), ("ink.light:evenly_lit",)),
    Rule("colour axis", "ink", "ink may differ from paper in colour alone", off("ink.shades:_contrast_channel", lambda picture: cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)), ("ink.shades:_contrast_channel",)),
    Rule("noise", "ink", "grain is no ink", off("ink.shades:_noise", always(0.0)), ("ink.shades:_noise",)),
    Rule("light ink", "either", "ink may be lighter than paper", off("ink.shades:_darkness_vote", always(1.0)), ("ink.shades:_darkness_vote",)),
    Rule("strokes are thin", "either", "the thinner of light and dark is the ink", off("ink.shades:_thickest", always(1.0)), ("ink.shades:_thickest",)),
    Rule("other polarity", "either", "where light and dark could be ink both are tried", constant("CLEAR_POLARITY", 0.0)),
    Rule("light ink (page)", "page", "chalk on a board", off("ink.shades:_light_strokes", always(False)), ("ink.shades:_light_strokes",)),
    Rule("least contrast", "ink", "paper alone holds nothing", constant("MIN_CONTRAST", 0.0)),
    # ---- Answers ----
    Rule("digit model heard", "answers", "two models on one number make it unsure where they differ", off("recognition.agreement:agreed", first), ("recognition.agreement:agreed", "recognition.agreement:_named", "recognition.agreement:_share", "recognition.agreement:_log_odds", "recognition.interpret:_doubtful", "find.characters:characters_apart", "find.characters:_alone")),
    Rule("further views", "answers", "what is unsure is read again narrower, wider, bolder and softer", constant("LOOKED_AT_AGAIN", 0.0), ("recognition.views:doubtful", "recognition.views:views_of", "recognition.views:seen_from", "recognition.views:most_agree", "recognition.views:_in_first", "recognition.views:_with_chances", "recognition.views:_judged", "recognition.views:_whole")),
    Rule("invented points", "answers", "there is no point where there is only paper", off("recognition.agreement:_without_invented_points", first), ("recognition.agreement:_without_invented_points", "find.characters:is_blank")),
    Rule("narrow single piece", "answers", "one narrow piece is hardly two digits that touch", off("find.characters:Character.is_narrow", property(always(False))), ("find.characters:Character.is_narrow",)),
    Rule("left out character", "answers", "less was read than stands there", off("recognition.interpret:_doubtful", unsure)),
    Rule("minus is rare", "answers", "upstrokes of a 1 are commoner than minus signs", constant("PRIOR_MINUS", 0.0)),
    Rule("slash is rare", "answers", "tall ones are commoner than dates and fractions", constant("PRIOR_SLASH", 0.0)),
    Rule("likelier polarity", "answers", "the model decides which of light and dark is ink", off("recognition.interpret:likelier", always(0)), ("recognition.answers:likelier",)),
    Rule("gain of a digit", "answers", "what is a digit in one polarity is seldom nothing", constant("GAIN_DIGIT", 0.0)),
)
# fmt: on

CONSTANTS: dict[str, str] = {
    "digit": """CUT_TOUCHING_ASPECT CUT_ASPECT CUT_NEAR CUT_LEAST CUT_COST PRIOR_CUT PRIOR_PART_OF_ALONE
        PRIOR_ALL_AT_SIDE PRIOR_ALL PRIOR_MAIN_ALONE JOIN_REACH OTHER_MAIN_LEAST OTHER_MAIN_COST PRIOR_OTHER_MAIN
        SPECK_SHARE PRIOR_WITH_LINES SQUEEZE PRIOR_SQUEEZED CHOICE_SHARPNESS""",
    "number": """RULING_COVER RULING_COVER_UPRIGHT RULING_TILT RULING_ROUGH RULING_THIN LINE_THICK NUMBER_SPECK""",
    "either": """EDGE_FILL EDGE_REACH LINES_MIN_SIDE LIGHT_REACH PAPER_REACH PAPER_REACH_SMALL CLEAR_POLARITY
        PRIOR_OTHER_POLARITY PAPER_SIDE WORK_SIDE""",
    "page": """PAGE_BOX_LEAST PAGE_BOX_STRAIGHT PAGE_CELL PAGE_BOX_APART find.boxes:_ONE_EDGE find.outlines:_LOOSE PAGE_BOX_SHARED
        PAGE_STROKE_TOGETHER PAGE_STROKE PAGE_DIGIT_LEAST PAGE_DIGIT_MOST PAGE_LEAST_HEIGHT PAGE_GUESS
        PAGE_WRITING PAGE_GAP PAGE_GAP_MARK PAGE_NUMBER_LEAST PAGE_WIDE PAGE_SPECK PAGE_SKEW PAGE_LINE_RUN
        PAGE_LINE PAGE_LINE_UPRIGHT PAGE_LINE_REACH PAGE_LINE_THICK PAGE_FAINT PAGE_PAPER_SIDE PAGE_PAPER_REACH
        PAGE_VOTE_REACH PAGE_VOTE_SIDE PAGE_PIXELS PAGE_LEAST_CONFIDENCE""",
    "answers": """POINT_ROOM NARROW_CHARACTER CHARACTERS_OVERLAP DIGIT_MODEL_HEARD DIGIT_MODEL_WEIGHT GAIN_DIGIT
        LOOKED_AT_AGAIN PRIOR_MINUS PRIOR_SLASH NUMBER_ROOM""",
    "ink": "SOLID SMALL_SIDE GRAIN STROKE_PIXELS DETAIL_REACH LEAST_DETAIL MIN_CONTRAST",
    "sheet": "SHEET_LEVELS SHEET_MOST SHEET_LEAST SHEET_CONTRAST SHEET_BEND SHEET_SOLID SHEET_STROKE SHEET_SIDE SHEET_COLOUR",
    "kind": """PAGE_LEAST_ROWS PAGE_LEAST_SIDE UPRIGHT_CROP SQUARE_CROP LINE_CROP SIDE_NEAR NARROW_ASPECT
        ONE_DIGIT_ASPECT WIDE_DIGIT_ASPECT CROP_FILLED LINE_CROP_FILLED PAGE_LEAST_INK""",
}
"""The constants of each stage, in spec.py unless a module stands before them."""

LIMITS = {
    "at most so many, so that texture and hostile pictures cost no hours": (
        "MAX_CANDIDATES MAX_PARTS MOST_LOOKED_AT_AGAIN PAGE_MAX_BOXES RULING_MOST"
    ),
    "size of a sample or when to count: speed": "PAGE_SAMPLE RULING_SAMPLE LIGHT_SAMPLE COUNTED PAGE_WHOLE_SCALE find.outlines:_AT_ONCE",
    "fixed by what the models learned with": "SHADE_CORE NUMBER_MARGIN NUMBER_STEP FRAME_WIDTH recognition.text:NONE",
    "room for a slant, and how much is shown": "recognition.views:_MARGIN recognition.views:_ALTERNATIVES",
    "of labels that the shipped models lack: no picture shows it": "OTHER OTHER_DISTURBS OTHER_SHARED",
    "the finder's, which is not in the way yet": """DIGITS FINDER_COLUMNS FINDER_HEIGHT FINDER_ROWS FINDER_STEP FRAMES_A_COLUMN NUMBER_LABELS
        find.linking:ASTRAY find.linking:LINKED find.linking:ROW_OVERLAP find.linking:SAME_ROW find.maps:CENTRE
        find.maps:FIELDS find.maps:LINK find.maps:OFFSET_UNIT find.marks:LEAST_SCORE find.marks:NESTED
        find.marks:NESTED_POINT find.scan:AS_BEFORE find.scan:BORDER find.scan:COARSER find.scan:COARSE_LEAST
        find.scan:COARSE_PIXELS find.scan:COARSE_SPREAD find.scan:FROM_AFAR find.scan:INK
        find.scan:LARGEST_SCALE find.scan:MOST_PIXELS find.scan:MOST_SIZES find.scan:OVERLAP find.scan:SAME_SIZE
        find.scan:TILE""",
}
"""Why constants have no row, and which."""

NOT_RULES = {
    "the way itself, which calls the rules": """find.digit:digit_candidates find.digit:_of_image find.kind:find
        find.kind:_digit find.kind:_number find.kind:_page find.number:number_crop find.number:_own
        find.page:find_numbers find.page:_grouped find.page:_neighbours find.page:_rows find.pieces:find_pieces
        find.sheet_lines:find_lines ink.shades:ink_images ink.shades:page_ink ink.shades:_grey
        ink.shades:Inks.__init__ ink.shades:Inks.near ink.shades:Inks.far recognition.interpret:interpret
        recognition.interpret:by_rules recognition.interpret:_answered recognition.answers:centres_of
        recognition.interpret:_digit recognition.interpret:_number recognition.interpret:_page
        recognition.interpret:_transcripts recognition.interpret:Models.digits
        recognition.interpret:Models.numbers recognition.prepare:digit_inputs recognition.prepare:number_inputs
        recognition.prepare:page_inputs recognition.prepare:inputs_of_digit
        recognition.prepare:inputs_of_numbers""",
    "measures or cuts out, decides nothing": """find.digit:_crop find.number:_cut find.number:_digit_height
        find.page:_cut find.row:frame_around find.digit_height:digit_height find.digit_height:_middle
        find.outlines:level_places find.outlines:page_places find.outlines:_parts find.pieces:Pieces.__post_init__
        find.pieces:Pieces.middle find.nearby:near_pairs find.nearby:_fields find.nearby:_counted
        find.sheet_lines:components find.sheet_lines:_marked find.sheet_lines:_u8 ink.light:peak_of
        ink.light:ranked ink.light:_u8 ink.parts:find_parts ink.parts:Part.right ink.parts:Part.bottom
        ink.shades:_scaled ink.shades:_saturate ink.shades:_stretched ink.shades:_otsu ink.shades:_u8""",
    "turns the models' answers into text and boxes": """recognition.answers:digit_answer
        recognition.answers:frames_of recognition.answers:number_answer recognition.answers:_scale_of
        recognition.answers:softmax recognition.answers:_cut recognition.answers:_place
        recognition.answers:columns_of recognition.answers:_around
        recognition.prepare:_in_picture recognition.text:Transcript.text recognition.text:transcribe
        recognition.text:Transcript.legible recognition.text:_without_other
        recognition.text:_runs recognition.text:character_of recognition.text:log_probabilities
        recognition.text:log_chances recognition.answers:with_boxes recognition.interpret:_is_number""",
    "made of labels that the shipped models lack: no picture shows it": """recognition.answers:_disturbed
        recognition.answers:_sureness recognition.interpret:_digits_apart find.characters:share_ink""",
    "heeds what the user said may stand there": """recognition.agreement:_doubted
        recognition.answers:among_fitting recognition.interpret:_with_gain
        recognition.interpret:_with_unfit""",
    "the finder's, which is not in the way yet": """find.linking:_around find.linking:_followers find.linking:_slope find.linking:_without_circles
        find.linking:numbers_of find.linking:rows_of find.maps:centres_of_places find.marks:Marks.__len__
        find.marks:Marks.arrays find.marks:Marks.moved find.marks:Marks.only find.marks:Marks.stretched
        find.marks:_sigmoid find.marks:joined find.marks:marks_of_answer find.marks:matched
        find.marks:suppressed find.scan:_any_within find.scan:_coarse find.scan:_of_size find.scan:_read
        find.scan:_scale_for find.scan:_sizes find.scan:_spans find.scan:_weighed find.scan:find_marks
        find.scan:quarters_of find.scan:from_afar find.marks:peaks_of_answer
        find.marks:_touching ink.zoom:finder_ink ink.zoom:rescaled""",
}
"""Why functions are no rules, and which."""
