"""The whole answer to "is there a familiar pattern?": looks, model, power, and the words for them.

The words say what was found, what was to be expected, and what could not have been seen; they
never say why.
"""

import datetime as dt
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from launchwatch.errors import InputError
from launchwatch.record.history import History, PastLaunch, launch_days
from launchwatch.record.patternscontext import (
    KINDS,
    Look,
    chance_of_seeing,
    days_of,
    look,
    question,
)
from launchwatch.record.patternshawkes import intensity, judge_context, misfit, rescaled

MODEL_WINDOW = "in the 14 days after"
"""The one window of the model with context: the middle of those looked at, chosen in advance."""

FEWEST_DAYS = 20
"""Launch days below which no pattern is looked for: nothing but a tenfold rate would show."""


class Findings(Struct, frozen=True, kw_only=True):
    """What the tests of a period found.

    Attributes:
        first, last: the period; ``launch_days`` on which something was launched in it.
        looks: each kind of event and window.
        power: kind and chance that a doubled rate in the model's window had been found.
        followers, delay_days: launch days that follow from one, and how long after on average.
        factors: kind and factor on the rate in the model's window.
        gain, model_p: twice the gain of likelihood by context, and its p by bootstrap.
        misfit_p: of the test that the model without context explains the pauses.
        residuals: its rescaled pauses, uniform on 0..1 if it does.
    """

    first: dt.date
    last: dt.date
    launch_days: int
    looks: tuple[Look, ...]
    power: tuple[tuple[str, float], ...]
    followers: float
    delay_days: float
    factors: tuple[tuple[str, float], ...]
    gain: float
    model_p: float
    misfit_p: float
    residuals: tuple[float, ...]


def find(
    history: History,
    launches: Sequence[PastLaunch],
    first: dt.date,
    last: dt.date,
    generator: np.random.Generator,
    *,
    draws: int = 99,
    trials: int = 100,
) -> Findings:
    """Ask whether launch days are tied to the record's context events.

    Args:
        history: whose context is asked about.
        launches: of one country, and of any days; those of the period count.
        first, last: the period, from the beginning of one year to the end of another.
        generator: of all draws.
        draws: of the model's bootstrap, at some 50 ms each; trials of each power.

    Raises:
        InputError: too few launch days or no event in the period.
        NotConverged: the model cannot be fitted.
    """
    kinds = tuple(dict.fromkeys([*KINDS, *(each.kind for each in history.context)]))
    asked = question(history.context, first, last, kinds)
    launched = days_of(launch_days(launches), first, last)
    if launched.sum() < FEWEST_DAYS:
        raise InputError(
            f"a pattern needs at least {FEWEST_DAYS} launch days from {first} to {last}, "
            f"got {launched.sum()}"
        )
    if not asked.names:
        raise InputError(f"there is no context event from {first} to {last}")
    years = np.array([(first + dt.timedelta(days=day)).year for day in range(len(launched))])
    period = years - years[0]
    chosen = [at for at, (_, window) in enumerate(asked.names) if window == MODEL_WINDOW]
    looks = look(asked, launched, generator)
    power = tuple(
        (asked.names[at][0], chance_of_seeing(asked, launched, at, 2.0, generator, trials=trials))
        for at in chosen
    )
    test = judge_context(launched, period, asked.inside[chosen], generator, draws=draws)
    rate = intensity(test.without, launched, period, asked.inside[:0])
    return Findings(
        first=first, last=last, launch_days=int(launched.sum()), looks=looks, power=power,
        followers=test.without.followers, delay_days=1.0 / (1.0 - test.without.memory),
        factors=tuple(
            (asked.names[at][0], float(np.exp(effect)))
            for at, effect in zip(chosen, test.with_context.effects, strict=True)
        ),
        gain=test.gain, model_p=test.p, misfit_p=misfit(launched, rate, generator),
        residuals=tuple(sorted(rescaled(launched, rate, generator).tolist())),
    )  # fmt: skip


def sentences(found: Findings) -> tuple[str, ...]:
    """Say what was found: the whole first, then each kind, then the model and what it misses."""
    return (_whole(found), *_kinds(found), _self_exciting(found), _blind(found))


def _whole(found: Findings) -> str:
    clear = [each for each in found.looks if each.p_corrected <= 0.05]
    said = (
        f"From {found.first.year} to {found.last.year} there were launches on "
        f"{found.launch_days} days. "
    )
    if not clear:
        near = min(found.looks, key=lambda each: each.p_corrected)
        return said + (
            f"Of {len(found.looks)} looks at what came before and after, none differs from chance "
            f"at 5 % once all are counted; the nearest is {near.kind}s, {near.window} "
            f"(p {near.p:.3f} alone, {near.p_corrected:.2f} corrected). "
            "These numbers show no familiar pattern; they do not show that there is none."
        )
    names = ", ".join(f"{each.kind}s, {each.window}" for each in clear)
    return said + (
        f"Of {len(found.looks)} looks, {len(clear)} differ{'s' if len(clear) == 1 else ''} from "
        f"chance at 5 % once all are counted: {names}. That they come together does not say why."
    )


def _kinds(found: Findings) -> list[str]:
    said = []
    for kind in dict.fromkeys(each.kind for each in found.looks):
        rows = [each for each in found.looks if each.kind == kind]
        parts = [
            f"{each.window} {each.launch_days} launch days ({each.expected:.1f} expected, "
            f"95 % of draws {each.low:.0f} to {each.high:.0f}; p {each.p:.3f}, corrected "
            f"{each.p_corrected:.2f})"
            for each in rows
        ]
        said.append(f"{rows[0].events} {kind}s: {'; '.join(parts)}.")
    return said


def _self_exciting(found: Findings) -> str:
    factors = ", ".join(f"{kind}s × {factor:.2f}" for kind, factor in found.factors)
    fits = (
        "explains the pauses between launch days"
        if found.misfit_p > 0.05
        else "does not explain the pauses between launch days, so take what follows with care"
    )
    return (
        f"A model in which launches call forth launches (each launch day {found.followers:.2f} "
        f"others, {found.delay_days:.0f} days later on average) over each year's own rate {fits} "
        f"(p {found.misfit_p:.2f}). Context in the fortnight after ({factors}) makes it "
        f"{'better' if found.model_p <= 0.05 else 'no better than chance would'} "
        f"(gain {found.gain:.1f}, p {found.model_p:.2f})."
    )


def _blind(found: Findings) -> str:
    season = (
        "Exercises come in March and August, so that season and exercise cannot be told apart "
        "here. "
        if any(kind == "exercise" for kind, _ in found.power)
        else ""
    )
    parts = ", ".join(f"{chance:.0%} for {kind}s" for kind, chance in found.power)
    return (
        f"What could have been seen: had the rate doubled {MODEL_WINDOW}, the chance to find it "
        f"was {parts}. {season}Another choice of events is another question."
    )
