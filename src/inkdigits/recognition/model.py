"""A model: a bundle and the engine that computes its answers; of digits, numbers or marks."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inkdigits import spec
from inkdigits.errors import BundleError
from inkdigits.recognition import bundle as bundles
from inkdigits.recognition.answers import softmax
from inkdigits.recognition.bundle import Bundle, Kind
from inkdigits.recognition.engine import CPU, Engine, OnnxEngine, Providers

if TYPE_CHECKING:
    from inkdigits.find.marks import Marks
    from inkdigits.find.scan import Afar
    from inkdigits.recognition.language import Language
    from inkdigits.recognition.text import Transcript

__all__ = ["Model"]


class Model:
    """A network, with everything that a reader must know about it.

    It pickles, with the network's bytes, and can be shared by threads, as far as its engine can.

    Args:
        bundle: a model folder, or one that is loaded already.
        engine: what computes the logits; None for ONNX Runtime on the bundle's network. A fake goes here.
        threads: processor threads of ONNX Runtime; None for all cores.
        providers: what ONNX Runtime runs on, see :class:`inkdigits.recognition.engine.OnnxEngine`.

    Attributes:
        bundle: labels, input, calibration, thresholds.
        engine: what computes the logits.

    Raises:
        BundleError: the folder is missing, damaged, too old or too new, or its network cannot be loaded.
        InkdigitsError: ``threads`` is out of range, or a provider cannot be used on this machine.
    """

    def __init__(
        self,
        bundle: Bundle | str | PathLike[str],
        engine: Engine | None = None,
        *,
        threads: int | None = 1,
        providers: Providers = CPU,
    ) -> None:
        self.bundle = bundle if isinstance(bundle, Bundle) else bundles.load(bundle)
        self.engine: Engine = OnnxEngine(self.bundle, threads, providers) if engine is None else engine

    @classmethod
    def shipped(
        cls,
        kind: Kind,
        engine: Engine | None = None,
        *,
        threads: int | None = 1,
        providers: Providers = CPU,
    ) -> Model:
        """Returns the model of a kind, "digit", "number" or "finder", that ships with the package."""
        return cls(bundles.load(bundles.SHIPPED[kind], kind), engine, threads=threads, providers=providers)

    @property
    def kind(self) -> Kind:
        """What it reads or finds: "digit", "number" or "finder"."""
        return self.bundle.kind

    def classify(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Names digits, many in one call of the engine.

        Args:
            images: uint8 (N, 28, 28), 255 = ink, as ``normalize_digit`` makes them.

        Returns:
            float32 (N, labels): calibrated probabilities; each row sums to 1.

        Raises:
            BundleError: it is a number model.
        """
        self._check("digit")
        if len(images) == 0:
            return np.zeros((0, len(self.bundle.labels)), np.float32)
        parts = range(0, len(images), spec.DIGITS_A_CALL)
        logits = [self.engine.logits(images[start : start + spec.DIGITS_A_CALL]) for start in parts]
        return softmax(np.concatenate(logits) / self.bundle.temperature)

    def transcribe(
        self, images: Sequence[NDArray[np.uint8]], language: Language | None = None
    ) -> list[Transcript]:
        """Reads numbers, those of similar width in one call of the engine; what is unsure in several views.

        Args:
            images: each uint8 (32, W), 255 = ink, as ``normalize_number`` makes them.
            language: the texts that fit; None for all.

        Returns:
            What stands in each, in their order.

        Raises:
            BundleError: it is a digit model.
            ConfigError: it can answer no text that fits.
        """
        self._check("number")
        from inkdigits.recognition.views import doubtful, most_agree, views_of

        read = self._transcribed(images, language)
        for index in doubtful(read, [image.shape[1] for image in images]):
            views = views_of(images[index])
            reads = [read[index], *self._transcribed(views, language)]
            read[index] = most_agree(reads, [image.shape[1] for image in (images[index], *views)])
        return read

    def _transcribed(
        self, images: Sequence[NDArray[np.uint8]], language: Language | None
    ) -> list[Transcript]:
        """Reads each image once."""
        from inkdigits.recognition.text import transcribe  # a picture of one digit need not wait for it

        height = self.bundle.input_shape[0] or spec.NUMBER_HEIGHT
        order = sorted(range(len(images)), key=lambda index: images[index].shape[1])
        out: dict[int, Transcript] = {}
        for start in range(0, len(order), spec.NUMBERS_A_CALL):
            part = order[start : start + spec.NUMBERS_A_CALL]
            widths = [images[index].shape[1] for index in part]
            batch = np.zeros((len(part), height, max(widths)), np.uint8)
            for row, index in enumerate(part):
                batch[row, :, : widths[row]] = images[index]
            frames = [width // spec.FRAME_WIDTH for width in widths]
            logits = self.engine.logits(batch)
            temperature, labels = self.bundle.temperature, self.bundle.labels
            read = transcribe(logits, frames, temperature, labels)
            if language is not None:
                from inkdigits.recognition.fitting import fitting

                read = fitting(
                    read, logits, frames, temperature=temperature, labels=labels, language=language
                )
            out.update(zip(part, read, strict=True))
        return [out[index] for index in range(len(images))]

    def from_afar(self, shades: NDArray[np.uint8], *, whole: bool = True) -> Afar:
        """Looks for marks in a whole picture, whatever their size; see :func:`inkdigits.find.scan.from_afar`.

        Args:
            shades: uint8 (H, W), 255 = ink, as ``ink.zoom.finder_ink`` makes them.
            whole: whether small writing is looked at everywhere, or in a few parts.

        Raises:
            BundleError: it is no finder.
        """
        from inkdigits.find.scan import from_afar  # readers that go by rules need none of it

        self._check("finder")
        return from_afar(shades, self.engine.logits, self.bundle.temperature, whole=whole)

    def find_marks(self, shades: NDArray[np.uint8], afar: Afar | None = None) -> Marks:
        """Finds the marks of a picture, each part at the right size.

        Args:
            shades: uint8 (H, W), 255 = ink, as ``ink.zoom.finder_ink`` makes them.
            afar: what :meth:`from_afar` gave for them, if it was asked.

        Returns:
            The marks in pixels of ``shades``, the surest first.

        Raises:
            BundleError: it is no finder.
        """
        from inkdigits.find.scan import find_marks

        self._check("finder")
        return find_marks(shades, self.engine.logits, self.bundle.temperature, afar)

    def _check(self, kind: Kind) -> None:
        if self.kind != kind:
            raise BundleError(
                f"{self.bundle.path} is a {self.kind!r} model; expected a {kind!r} model for this; "
                "choose another folder"
            )
