"""Why a series of warnings starts, why it is worth an update, why it ends.

Each function answers with reasons, most important first, or with none; `launchwatch.warning.policy`
speaks. A reason is a short code with its numbers, such as ``protected JPN 0.0230 0.0100``;
`launchwatch.warning.wording.reason` turns it into words.
"""

from typing import NamedTuple

from launchwatch.messages.overflight import Crossing
from launchwatch.timescale import SECOND, Instant, seconds_between, utc_from_instant
from launchwatch.warning.picture import (
    Picture,
    changes,
    drawn_of,
    protected_probabilities,
)
from launchwatch.warning.settings import Settings
from launchwatch.warning.situation import Danger, Launch, Series, Severity, Tracks, is_over

TICK_S = 1.0
"""Ticks come once a second, so a warning is renewed a second before it is due."""

_REOPEN_S = 30.0
"""A series that ended by an all-clear starts anew only for a fall at least so far ahead:
a track that lingers at the surface must not."""

_PASSAGE_MOVED_S = 10.0
"""A change of the time of flight overhead that a reader would act on."""


class Grounds(NamedTuple):
    """All that a decision about one launch rests on, as of now.

    Attributes:
        lost: when the last plot came, where none comes any more well before the fall.
    """

    launch: Launch
    tracks: Tracks
    picture: Picture
    danger: Danger
    lost: Instant | None
    settings: Settings
    now: Instant

    @property
    def is_over(self) -> bool:
        """Whether the hazard has ended, as far as the prediction tells."""
        return is_over(self.launch, self.tracks, self.picture, self.settings, self.now)


def to_start(grounds: Grounds, severity: Severity) -> tuple[str, ...]:
    """Give the reasons to begin a series now."""
    launch, settings, picture, now = grounds.launch, grounds.settings, grounds.picture, grounds.now
    statement = launch.statement
    if statement is None or severity in launch.stopped:
        return ()
    if statement.probability < settings.notice_probability:
        return ()
    earlier = launch.series[severity]
    if earlier and earlier[-1].last.reasons[0] in ("hazard-over", "fall-unobserved"):
        ahead = picture.fall_time and seconds_between(now, picture.fall_time)
        if not ahead or ahead < _REOPEN_S:
            return ()
    elif grounds.is_over:
        return ()
    if severity == "notice":
        return (f"launch-probable {statement.probability:.3f}",)
    reasons = protected_reasons(grounds.danger.protected, settings)
    reasons += overflight_reasons(grounds.danger.crossings, settings)
    if grounds.danger.ashore >= settings.public_at_once_probability:
        return reasons
    if launch.above_since is None:
        return ()
    is_vague = (picture.fall_time_sigma_s or 0.0) > settings.public_hold_sigma_s
    if is_vague and grounds.lost is not None:
        # April 2023: warned of a fall near Hokkaido from a track that had just vanished.
        return ()
    # Where people decide, it is they who wait: the draft is before them at once.
    is_held = is_vague and not settings.operators
    wait = _wait(picture, settings, now) if is_held else settings.public_confirm_s
    return reasons if seconds_between(launch.above_since, now) >= wait else ()


def to_end(grounds: Grounds, severity: Severity) -> tuple[str, ...]:
    """Give the reasons to end a series now."""
    launch, settings, lost = grounds.launch, grounds.settings, grounds.lost
    if grounds.is_over:
        seen = f"last-plot {clock(lost)}" if lost is not None else ""
        first = "hazard-over" if grounds.picture.fall_time is not None else "no-fall-area"
        if lost is not None and first == "hazard-over":
            first = "fall-unobserved"
        return tuple(reason for reason in (first, seen) if reason)
    if (
        severity == "public"
        and lost is None
        and launch.below_since is not None
        and seconds_between(launch.below_since, grounds.now) >= settings.public_release_s
    ):
        ends = f"protected-no-longer {grounds.danger.ashore:.4f}"
        ends += f" {settings.public_release_probability:.4f}"
        return (*_passed(grounds), ends)
    return ()


def to_update(grounds: Grounds, series: Series) -> tuple[str, ...]:
    """Give what makes an update worth reading now; most of the time nothing."""
    settings, launch, lost = grounds.settings, grounds.launch, grounds.lost
    news: list[str] = []
    if lost is not None and not series.lost:
        news.append(f"track-lost {clock(lost)}")
    elif lost is None and series.lost:
        news.append("track-found")
    silent = seconds_between(series.last.time, grounds.now)
    if silent >= settings.shortest_interval_s and series.compared != launch.heard:
        series.compared = launch.heard
        if series.last.severity == "public":
            told = protected_probabilities(series.told.zones, settings.protected)
            threshold = settings.public_probability
            protected = grounds.danger.protected
            added = {k: p for k, p in protected.items() if p >= threshold > told[k]}
            news.extend(protected_reasons(added, settings))
            fresh = _passages_moved(series.crossings, grounds.danger.crossings, settings)
            news.extend(overflight_reasons(fresh, settings))
        if series.drawn is None:
            series.drawn = drawn_of(series.told, settings)
        news.extend(changes(series.told, series.drawn, grounds.picture, settings))
    if not news and silent >= settings.longest_interval_s - TICK_S:
        news.append("renewed")
    if news and lost is not None and series.lost:
        news.append(f"track-lost {clock(lost)}")
    return tuple(news)


def basis(
    launch: Launch, said: tuple[str, ...], crossings: tuple[Crossing, ...], settings: Settings
) -> tuple[str, ...]:
    """Give what every running warning states besides its news.

    Whom it flies over and when, that it is a launch, and of which class.
    """
    statement, family = launch.statement, launch.family
    over = overflight_reasons(crossings, settings)
    told = {reason.split(" ")[1] for reason in said if reason.startswith("overflight ")}
    stated = [reason for reason in over if reason.split(" ")[1] not in told]
    if statement is not None and not any(r.startswith("launch-probable") for r in said):
        stated.append(f"launch-probable {statement.probability:.3f}")
    if family is not None:
        fields = family.classes.__struct_fields__
        probability, name = max((getattr(family.classes, name), name) for name in fields)
        if name != "unknown" and probability >= 0.5:
            stated.append(f"family {name.replace('_', '-')} {probability:.3f}")
    return tuple(stated)


def protected_reasons(protected: dict[str, float], settings: Settings) -> tuple[str, ...]:
    """Give a reason for each state on which a fall is probable enough, the worst first."""
    threshold = settings.public_probability
    worst_first = sorted(protected.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        f"protected {state} {probability:.4f} {threshold:.4f}"
        for state, probability in worst_first
        if probability >= threshold
    )


def overflight_reasons(crossings: tuple[Crossing, ...], settings: Settings) -> tuple[str, ...]:
    """Give a reason for each state that is probably flown over, with the time if it is known."""
    return tuple(
        f"overflight {one.country} {one.probability:.4f}"
        + (f" {clock(one.enters)}" if one.enters is not None else "")
        for one in crossings
        if one.probability >= settings.overflight_probability
    )


def clock(instant: Instant) -> str:
    """Write a time in a reason: UTC, whole seconds."""
    return utc_from_instant(Instant(instant // SECOND * SECOND), digits=0)


def _wait(picture: Picture, settings: Settings, now: Instant) -> float:
    """How long a vague danger must last before people are warned, seconds."""
    fall_time = picture.fall_time
    is_far = fall_time is not None and seconds_between(now, fall_time) > settings.public_lead_s
    return settings.public_hold_s if is_far else settings.public_confirm_s


def _passed(grounds: Grounds) -> tuple[str, ...]:
    """Name the states that it was measured to have flown over, and beyond."""
    statement = grounds.launch.statement
    own = statement.track_ids if statement is not None else ()
    plots = [track.last_plot for name in own if (track := grounds.tracks.get(name)) is not None]
    seen = max(plots, default=None)
    if seen is None:
        return ()
    return tuple(
        f"passed {state} {clock(leaves)}"
        for state, leaves in sorted(grounds.launch.passing.items())
        if leaves <= seen
    )


def _passages_moved(
    told: tuple[Crossing, ...], now: tuple[Crossing, ...], settings: Settings
) -> tuple[Crossing, ...]:
    """Give the states newly flown over, and those of which the time has become another."""
    before = {one.country: one for one in told}
    moved = []
    for one in now:
        old = before.get(one.country)
        is_new = old is None or old.probability < settings.overflight_probability
        if is_new or (one.enters is not None and old is not None and _has_moved(old, one)):
            moved.append(one)
    return tuple(moved)


def _has_moved(old: Crossing, new: Crossing) -> bool:
    if new.enters is None or new.leaves is None:
        return False
    if old.leaves is None:
        return True
    return abs(seconds_between(old.leaves, new.leaves)) > _PASSAGE_MOVED_S
