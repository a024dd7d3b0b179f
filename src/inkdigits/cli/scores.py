"""The figures of ``inkdigits evaluate`` as a table in the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from inkdigits.output.rows import one_line

if TYPE_CHECKING:
    from inkdigits.measure.evaluation import Evaluation
    from inkdigits.measure.pages import PageFigures
    from inkdigits.measure.scoring import Score

__all__ = ["ScoreTable"]

_BELOW = ("  auto", "  digits only", "  digits only, auto")  # the rows below that of a set
_AUTO, _DIGITS_ONLY, _DIGITS_ONLY_AUTO = _BELOW


class ScoreTable:
    """Aligned columns, printed row by row as the sets are done."""

    HEAD = ("n", "right", "95 % interval", "sure wrong", "ECE", "answered", "right of these")

    def __init__(self, names: Sequence[str]) -> None:
        longest = max(len(name) for name in ("set", *_BELOW, *names))
        self._widths = [longest, 7, 8, 15, 10, 7, 8, 14]
        self._print("set", *self.HEAD)

    def print(self, name: str, evaluation: Evaluation) -> None:
        """Prints the rows of a set: as expected, with auto, and the numbers of digits only."""
        self._print_score(name, evaluation.score)
        if evaluation.auto:
            self._print_score(_AUTO, evaluation.auto.score)
        if evaluation.digits_only:
            self._print_score(_DIGITS_ONLY, evaluation.digits_only)
            if evaluation.auto and evaluation.auto.digits_only:
                self._print_score(_DIGITS_ONLY_AUTO, evaluation.auto.digits_only)

    def _print_score(self, name: str, score: Score) -> None:
        """Prints a row; accuracy says nothing of pictures that should be rejected."""
        answered = _percent(score.answered, score.n)
        if score.to_reject:
            self._print(name, f"{score.n:,}", "–", "–", answered, "–", answered, "–")
            return
        self._print(
            name,
            f"{score.n:,}",
            _percent(score.correct, score.n),
            f"{100 * score.low:.2f}–{100 * score.high:.2f} %",
            _percent(score.sure_wrong, score.n),
            f"{100 * score.expected_calibration_error:.2f} %",
            answered,
            _percent(score.answered_correct, score.answered),
        )

    def print_notes(self, evaluations: Sequence[Evaluation], metadata: Mapping[str, Any]) -> None:
        """Prints what the rows do not say by themselves; ``metadata`` are the digit bundle's."""
        from inkdigits.measure.corruptions import corruption_means, resembling
        from inkdigits.measure.rejection import rejections

        training = metadata.get("training", {}).get("config", {})
        known = ", ".join(resembling(training)) or "none"
        # Corrupted digits are most often digits of MNIST's training file.
        learned = "mnist" in training.get("data", {}).get("train", ()) and not training["data"].get(
            "leave_out"
        )
        warning = "; its training left no digits of mnist out and may have had these" if learned else ""
        for mean in corruption_means([evaluation.score for evaluation in evaluations]):
            kind, accuracy = mean.worst
            print(
                f"{one_line(mean.name)}: {100 * mean.accuracy:.2f} % is the mean of {mean.corruptions} "
                f"corruptions; hardest {one_line(kind)}, {100 * accuracy:.2f} %; like what the model's "
                f"training did to its digits: {known}{warning}"
            )
        for evaluation in evaluations:
            score = evaluation.score
            if evaluation.learned:
                print(
                    f"{one_line(score.name)}: the model has learned from {evaluation.learned:,} of these "
                    f"{score.n:,} pictures, of which the figures say what it remembers, not how well it "
                    "reads; measure on others"
                )
            for pages, with_what in _pages(evaluation):
                print(
                    f"{one_line(score.name)}{with_what}: {pages.right:,} of {pages.written:,} numbers on "
                    f"{pages.pages:,} pages are right and in order; "
                    f"of {pages.sure:,} sure ones {pages.sure_wrong:,} "
                    f"({100 * pages.sure_wrong_of_sure:.2f} %) are misread or not there; "
                    f"{pages.rows_whole:,} of {pages.rows:,} rows came out whole"
                )
            if score.to_reject:
                print(
                    f"{one_line(score.name)} holds no digits: {score.answered:,} of {score.n:,} were "
                    "answered and should have been rejected"
                )
        for one in rejections(evaluations):
            print(
                f"{one_line(one.name)}{' with auto' if one.expect == 'auto' else ''}: AUROC {one.auroc:.4f} "
                f"against {one.digits:,} digits; where 99 % of these pass, {one.refused:,} of {one.others:,} "
                f"others ({100 * one.refused_share:.2f} %) are refused"
            )

    def _print(self, *cells: str) -> None:
        name, *numbers = (
            cell.ljust(width) if index == 0 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(cells, self._widths, strict=True))
        )
        print("  ".join([name, *numbers]).rstrip(), flush=True)


def _pages(evaluation: Evaluation) -> list[tuple[PageFigures, str]]:
    """Returns the figures of pages, with what the reader was told if that was nothing."""
    answers = [evaluation, evaluation.auto] if evaluation.auto else [evaluation]
    return [(a.pages, " with auto" if a.expect == "auto" else "") for a in answers if a.pages]


def _percent(count: int, total: int) -> str:
    return f"{100 * count / total:.2f} %" if total else "–"
