"""Which digits each fold of a cross-validation holds out."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from inkdigits.errors import ConfigError
from inkdigits.training.judge.folds import Fold, folds_of
from inkdigits.training.learn.data import Digits
from inkdigits.training.learn.notes import epochs_of, short_of_steps
from inkdigits.training.learn.settings import DigitConfig
from inkdigits.training.ship.learned import digit_prints, learned_before

__all__ = ["plan_of"]


def plan_of(
    config: DigitConfig, digits: Digits, folds: int, repeats: int, note: Callable[[str], None]
) -> list[Fold]:
    """Divides the digits, but for those that the network of ``fit.init`` has learned from.

    Args:
        config: all settings.
        digits: what ``config.data`` names.
        folds: how many parts.
        repeats: how often they are divided anew.
        note: told what the folds are.

    Raises:
        ConfigError: that network may have learned from any of them, or has from all.
        DataError: a class has fewer digits than there are folds.
    """
    init, known = config.fit.init, np.zeros(len(digits.labels), bool)
    if init:
        learned = learned_before(init)
        if not learned.complete:
            raise ConfigError(
                f"cross-validation is of networks that have not seen the digits held out; that of fit.init, "
                f"{init!r}, may have: it does not list all that it learned from; name one that "
                "inkdigits export of this version made, or leave it out"
            )
        known = np.isin(digit_prints(config.data), learned.prints)
    new = np.flatnonzero(~known)
    if not len(new):
        raise ConfigError(
            f"the network of fit.init, {init!r}, has learned from all {len(known):,} digits of "
            f"{', '.join(config.data.train)}; expected some that are new to it: add digits, or leave it out"
        )
    plan = [
        Fold(
            fold.repeat,
            fold.number,
            np.union1d(np.flatnonzero(known), new[fold.rest]).astype(np.int64),
            new[fold.held].astype(np.int64),
        )
        for fold in folds_of(digits.labels[new], folds, repeats, config.data.seed)
    ]
    note(f"{len(plan)} folds of {len(new):,} digits, {epochs_of(config)} each")
    if known.any():
        note(
            f"{known.sum():,} more digits are learned from in every fold and not scored, as the network of "
            f"{init} has learned from them"
        )
    advice = short_of_steps(config, len(plan[0].rest) // config.fit.batch_size)
    if advice:
        note(advice)
    return plan
