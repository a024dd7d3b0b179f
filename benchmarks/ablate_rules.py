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
    *("find/*.py", "ink/*.py", "picture/sheet.py", "picture/upright.py"),
    *(
        f"recognition/{name}.py"
        for name in (
            *("agreement", "answers", "bars", "both", "finding", "hand", "interpret", "look"),
            *("mark_crops", "prepare", "text", "views"),
        )
    ),
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


def blank(argument: Any, *_: Any) -> Any:
    """Gives a mask of nothing."""
    return np.zeros_like(argument)


def unsure(read: Any, _: Any) -> bool:
    """Tells a doubtful number by the number model alone."""
    return bool(read.characters) and read.probability < spec.DIGIT_MODEL_HEARD


def no_likeness(images: np.ndarray, chances: np.ndarray) -> np.ndarray:
    """Says that no digit resembles another."""
    return np.zeros((len(images), 10))


def off(address: str, replacement: Any) -> tuple[tuple[str, Any], ...]:
    """Returns one switch."""
    return ((address, replacement),)


def constant(name: str, value: float) -> tuple[tuple[str, Any], ...]:
    """Returns one switch that sets a constant, of spec.py unless a module stands before it."""
    return ((name if ":" in name else f"spec:{name}", value),)


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
    Rule("page", "kind", "numbers in several rows, or far apart in one, are a page", off("recognition.both:_is_page", always(False)), ("recognition.both:_is_page",)),
    Rule("digits that count", "kind", "dirt, print and what the picture's side cuts make no page and no number", off("recognition.both:_digits", lambda seen: seen.page.marks.chances.argmax(axis=1) < len(spec.DIGITS)), ("recognition.both:_digits",)),
    Rule("read twice", "kind", "a lone number is compared with what its marks are named", off("recognition.both:_compared", first), ("recognition.both:_compared", "recognition.both:_as_sure")),
    Rule("sign beside a digit", "kind", "a digit beside which a sign is seen is no sure one: .5", off("recognition.both:_has_sign", always(False)), ("recognition.both:_has_sign",)),
    Rule("one digit", "kind", "a picture may hold one digit rather than a number", off("find.kind:is_one_digit", always(False)), ("find.number:is_one_digit",)),
    Rule("upright crop", "kind", "a picture higher than wide has room for one digit alone", constant("UPRIGHT_CROP", 0.0)),
    Rule("square crop", "kind", "a picture about square is cut out around a digit", constant("SQUARE_CROP", 0.0)),
    Rule("line crop", "kind", "a picture cut out of a line shows one digit and its neighbours", constant("LINE_CROP", 0.0)),
    Rule("cut by a side", "kind", "ink at a side belongs to a neighbour", constant("SIDE_NEAR", float("-inf"))),
    Rule("wide single piece", "kind", "one piece of ink in a square crop is one digit", constant("ONE_DIGIT_ASPECT", 0.0)),
    Rule("narrow", "kind", "one narrow piece of ink in a field is one digit", constant("NARROW_ASPECT", 0.0)),
    Rule("characters apart", "kind", "several characters are no digit", off("find.number:_groups", always(1)), ("find.number:_groups",)),
    # ---- Pages ----
    Rule("row levelling", "page", "a number is turned as far as its line before the model sees it", off("recognition.mark_crops:row_of", always(None)), ("find.row:row_of", "recognition.mark_crops:_fall")),
    Rule("lying pages", "page", "a page on its side or its head is turned", off("recognition.look:_quarters", always(0)), ("recognition.look:_quarters", "find.scan:uprightness")),
    Rule("pages askew", "page", "a page whose lines fall is turned level", off("recognition.look:fall_of", always(0.0)), ("find.linking:fall_of",)),
    Rule("sizes", "page", "writing of several sizes is read at a scale each", constant("find.scan:MOST_SIZES", 1)),
    Rule("closer look", "page", "small writing is looked at from nearer", off("find.scan:_is_small", always(False)), ("find.scan:_is_small", "find.scan:_look_closer")),
    Rule("finer ink", "page", "small writing is found and read in finer ink", constant("recognition.look:SMALL_WRITING", 0.0), ("find.scan:writing_height", "ink.shades:Inks.finer")),
    Rule("hardly there", "page", "a number none of whose marks is surely there is none", constant("recognition.finding:SEEN", 0.0)),
    Rule("as sure as it is there", "page", "a number is no surer than its marks are seen", constant("recognition.finding:SURELY_SEEN", 0.01)),
    Rule("of another size", "page", "a digit of another size is less sure than where it has the right one", off("find.scan:_of_size", first), ("find.scan:_of_size",)),
    Rule("once each", "page", "a stroke of a mark is no mark of its own", off("find.scan:suppressed", first), ("find.marks:suppressed", "find.marks:_touching")),
    Rule("weak links", "page", "a weak link closes a narrow gap", constant("find.linking:WEAKLY", 0.5), ("find.linking:_gaps",)),
    Rule("rows fall", "page", "rows are followed as they fall", off("find.linking:_slope", always(0.0)), ("find.linking:_slope",)),
    Rule("digit model names marks", "page", "it is heard beside the finder", constant("recognition.finding:FINDER_WEIGHT", 1.0), ("recognition.finding:_named", "recognition.mark_crops:ink_of_mark")),
    Rule("marks beside", "page", "what stands beside a number is left out of its crop", off("recognition.mark_crops:_filled", lambda boxes, frame: np.zeros((frame.height, frame.width), np.uint8)), ("recognition.mark_crops:_filled",)),
    Rule("as sure as it is linked", "page", "a number is less sure where a link is nearly missed, or nearly made", constant("recognition.finding:SURELY_LINKED", 0.01), ("recognition.finding:_linked",)),
    Rule("one hand", "page", "a digit is what others of its page that look like it are", off("recognition.finding:likeness", no_likeness), ("recognition.hand:likeness", "recognition.hand:in_hand", "recognition.hand:weighed", "recognition.hand:_weighed", "recognition.finding:_little_surer")),
    Rule("in a word", "page", "a digit close beside a letter is less sure", off("recognition.finding:_letters", always(0)), ("recognition.finding:_letters",)),
    Rule("least confidence", "page", "what the model makes nothing of was a word or dirt", constant("PAGE_LEAST_CONFIDENCE", 0.0)),
    Rule("a 1 that is cut", "either", "a 1 that leaves its picture may be a crease, a line, a piece of anything: papers and pieces of `refused.py`", (("recognition.bars:BY_ONE_SIDE", 1.0), ("recognition.bars:BY_SEVERAL", 1.0)), ("recognition.bars:sides_cut", "recognition.bars:less_a_bar")),
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
        PRIOR_OTHER_POLARITY PAPER_SIDE WORK_SIDE recognition.bars:BY_ONE_SIDE recognition.bars:BY_SEVERAL
        recognition.bars:TIGHT""",
    "page": """find.linking:ASTRAY find.linking:CLOSE find.linking:LINKED find.linking:ROW_OVERLAP
        find.linking:SAME_ROW find.linking:WEAKLY find.marks:LEAST_SCORE find.marks:NESTED find.marks:NESTED_POINT
        find.scan:AS_BEFORE find.scan:COARSER find.scan:COARSE_LEAST find.scan:COARSE_PIXELS
        find.scan:COARSE_SPREAD find.scan:FROM_AFAR find.scan:LARGEST_SCALE find.scan:SAME_SIZE find.scan:CLOSER find.scan:SMALL
        recognition.finding:FINDER_WEIGHT recognition.finding:IN_A_WORD recognition.finding:MARKED
        recognition.finding:MOST recognition.hand:SOFT recognition.hand:NEAR recognition.hand:DOUBT recognition.hand:WEIGHT recognition.hand:ROUNDS recognition.finding:SEEN recognition.finding:SURELY_SEEN recognition.finding:SURELY_LINKED recognition.finding:STANDS_CLOSE recognition.look:FAR_BETTER recognition.look:LEAST_TO_TURN
        recognition.look:SMALL_WRITING recognition.look:SURELY_UPRIGHT
        find.linking:LEAST_PAIRS find.linking:MOST_SPREAD picture.upright:LEVEL recognition.mark_crops:ROOM recognition.mark_crops:WHOLE
        PAGE_PAPER_SIDE PAGE_PAPER_REACH PAGE_VOTE_REACH PAGE_VOTE_SIDE PAGE_PIXELS PAGE_LEAST_CONFIDENCE""",
    "answers": """POINT_ROOM NARROW_CHARACTER CHARACTERS_OVERLAP DIGIT_MODEL_HEARD DIGIT_MODEL_WEIGHT GAIN_DIGIT
        LOOKED_AT_AGAIN PRIOR_MINUS PRIOR_SLASH NUMBER_ROOM""",
    "ink": "SOLID SMALL_SIDE GRAIN STROKE_PIXELS DETAIL_REACH LEAST_DETAIL MIN_CONTRAST",
    "sheet": "SHEET_LEVELS SHEET_MOST SHEET_LEAST SHEET_CONTRAST SHEET_BEND SHEET_SOLID SHEET_STROKE SHEET_SIDE SHEET_COLOUR SHEET_TAPER",
    "kind": """PAGE_LEAST_ROWS PAGE_LEAST_SIDE UPRIGHT_CROP SQUARE_CROP LINE_CROP SIDE_NEAR NARROW_ASPECT
        ONE_DIGIT_ASPECT WIDE_DIGIT_ASPECT CROP_FILLED LINE_CROP_FILLED
        recognition.both:APART recognition.both:AS_HIGH recognition.both:AT_MOST recognition.both:BETTER
        recognition.both:FAR_LIKELIER
        recognition.both:CUT recognition.both:SURELY recognition.both:UNHEARD""",
}
"""The constants of each stage, in spec.py unless a module stands before them."""

LIMITS = {
    "at most so many, so that texture and hostile pictures cost no hours": (
        "MAX_CANDIDATES MAX_PARTS MOST_LOOKED_AT_AGAIN RULING_MOST FINE_PIXELS find.scan:MOST_PIXELS find.scan:MOST_SIZES find.scan:A_FEW recognition.finding:LEAST recognition.hand:LEAST recognition.hand:MOST recognition.look:TURNS"
    ),
    "size of a sample or when to count: speed": "RULING_SAMPLE LIGHT_SAMPLE COUNTED PAGE_WHOLE_SCALE find.tiles:TILE find.tiles:OVERLAP find.scan:BORDER find.tiles:INK",
    "fixed by what the models learned with": """SHADE_CORE NUMBER_MARGIN NUMBER_STEP FRAME_WIDTH recognition.text:NONE
        DIGITS FINDER_COLUMNS FINDER_HEIGHT FINDER_ROWS FINDER_STEP FRAMES_A_COLUMN NUMBER_LABELS find.maps:CENTRE
        find.maps:FIELDS find.maps:LINK find.maps:OFFSET_UNIT""",
    "room for a slant, and how much is shown": "recognition.views:_MARGIN recognition.views:_ALTERNATIVES",
    "of labels that the shipped models lack: no picture shows it": "OTHER OTHER_DISTURBS OTHER_SHARED",
}
"""Why constants have no row, and which."""

NOT_RULES = {
    "the way itself, which calls the rules": """find.digit:digit_candidates find.digit:_of_image find.kind:find
        find.kind:find_one find.kind:_digit find.kind:_number find.number:number_crop find.number:_own
        find.linking:numbers_of find.linking:rows_of find.linking:_followers find.scan:find_marks find.scan:from_afar
        find.scan:_coarse find.scan:_read find.scan:_Field.__init__ find.scan:_Field.read find.scan:_weighed find.scan:_sizes find.marks:marks_of_answer
        find.marks:peaks_of_answer recognition.both:by_both recognition.both:_lone recognition.both:_told_by_both recognition.both:_marked recognition.both:_rows recognition.look:look recognition.look:_seen recognition.look:_turned
        recognition.finding:read_found recognition.finding:read_looked recognition.finding:_answer
        recognition.finding:_surest recognition.mark_crops:number_of_marks ink.shades:ink_images ink.shades:page_ink ink.shades:_grey
        ink.shades:Inks.__init__ ink.shades:Inks.near ink.shades:Inks.far recognition.interpret:interpret
        recognition.interpret:read_one recognition.interpret:_answered recognition.answers:centres_of
        recognition.interpret:_digit recognition.interpret:_number
        recognition.interpret:_transcripts recognition.interpret:Models.digits
        recognition.interpret:Models.numbers recognition.interpret:AllModels.finder recognition.prepare:digit_inputs
        recognition.prepare:number_inputs recognition.prepare:inputs_of_digit recognition.prepare:inputs_of_number""",
    "measures or cuts out, decides nothing": """find.digit:_crop find.number:_cut find.number:_digit_height
        find.row:frame_around
        find.linking:_around find.linking:_without_circles find.maps:centres_of_places find.marks:Marks.__len__
        find.marks:Marks.arrays find.marks:Marks.moved find.marks:Marks.only find.marks:Marks.stretched
        find.marks:_sigmoid find.marks:joined find.marks:matched find.scan:_scale_for find.scan:_Field.places find.scan:_Field.joined find.tiles:Tile.seen find.tiles:Tile.holds find.tiles:foremost
        find.tiles:_spans find.tiles:tiles_with_ink picture.upright:turned picture.upright:_levelled picture.upright:_of_quarters
        picture.upright:_placed ink.zoom:finder_ink ink.zoom:rescaled recognition.finding:_evidence
        recognition.finding:_log_odds recognition.mark_crops:MarkedPage.boxes ink.light:peak_of
        ink.light:ranked ink.light:_u8 ink.parts:find_parts ink.parts:Part.right ink.parts:Part.bottom
        ink.shades:_scaled ink.shades:_saturate ink.shades:_stretched ink.shades:_otsu ink.shades:_u8""",
    "turns the models' answers into text and boxes": """recognition.answers:digit_answer
        recognition.answers:frames_of recognition.answers:number_answer recognition.answers:_scale_of
        recognition.answers:softmax recognition.answers:_cut recognition.answers:_place
        recognition.answers:columns_of recognition.answers:around
        recognition.prepare:_in_picture recognition.text:Transcript.text recognition.text:transcribe
        recognition.text:Transcript.legible recognition.text:_without_other
        recognition.text:_runs recognition.text:character_of recognition.text:log_probabilities
        recognition.text:log_chances recognition.answers:with_boxes recognition.finding:_of_marks
        recognition.mark_crops:in_picture recognition.mark_crops:boxes_of_ink""",
    "made of labels that the shipped models lack: no picture shows it": """recognition.answers:_disturbed
        recognition.answers:_sureness recognition.interpret:_digits_apart find.characters:share_ink""",
    "heeds what the user said may stand there": """recognition.agreement:_doubted
        recognition.answers:among_fitting recognition.interpret:_with_gain recognition.finding:_unfit""",
}
"""Why functions are no rules, and which."""
