"""Whether to warn, whom, and when to say something new.

Theory of operation. Each launch may have two series of warnings: a *notice* (partners,
ships, aircraft), issued by itself as soon as the launch is probable, and a *public* one,
when land or territorial sea of a protected state may be hit. A series runs
alert -> update... -> all-clear, or ends in cancel; each keeps its own identifier, so that a
cancel reaches exactly those who got what it cancels. A series that has ended never speaks
again, except that a cancel still follows an all-clear when the launch itself is withdrawn;
new danger starts a new series.

What is not measured is not said: a lost track is a state of its own, and the all-clear
after a predicted fall says "expected to have fallen", never "fell" or "passed".

A reason is a short code with its numbers, such as ``protected JPN 0.0230 0.0100``, most
important first; `launchwatch.warning.wording.reason` turns it into words.
"""

from typing import Literal

from launchwatch.messages.assessment import FamilyAssessment
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.packet import Decision, Mode, Tick
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word
from launchwatch.messages.wire import Message
from launchwatch.timescale import SECOND, Instant, instant_after, seconds_between, utc_from_instant
from launchwatch.warning.picture import (
    Picture,
    changes,
    drawn_of,
    picture_of,
    protected_probabilities,
)
from launchwatch.warning.settings import Settings
from launchwatch.warning.situation import (
    SEVERITIES,
    Launch,
    Series,
    Severity,
    Track,
    Tracks,
    areas_in_force,
    follow,
    is_afterthought,
    is_over,
    lost_since,
    open_series,
)

Action = Literal["alert", "update", "cancel", "all-clear"]

_LIVENESS: tuple[Mode, ...] = ("replay", "simulation", "exercise", "live")

_TICK_S = 1.0
"""Ticks come once a second, so a warning is renewed a second before it is due."""

_REOPEN_S = 30.0
"""A series that ended by an all-clear starts anew only for a fall at least so far ahead:
a track that lingers at the surface must not."""

_FORGET_S = 7200.0
"""A launch whose series have all ended is forgotten after this."""

_HEARD = (LaunchStatement, FallArea, FamilyAssessment, TrackUpdate, Tick, Decision)
"""What warnings follow from; nothing else that is said changes one."""


class Policy:
    """Decides on warnings from what the other rooms say; the same input, the same words."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._launches: dict[str, Launch] = {}
        self._tracks: Tracks = {}
        self._now: Instant | None = None

    def take(
        self,
        message: Message | Tick | Decision,
    ) -> tuple[Warning, ...]:
        """Hear one message, and give the warnings that it calls for, most often none.

        What no warning depends on, as which resolutions a launch contravenes, is not listened to.
        """
        if not isinstance(message, _HEARD):
            return ()
        now = self._advance(message.known if isinstance(message, TrackUpdate) else message.time)
        match message:
            case LaunchStatement():
                launch = self._launch(message.launch_id, message.mode)
                launch.statement = message
                if message.cancelled:
                    return self._cancel_all(launch, now, message.reason)
            case FallArea():
                if message.probability < 1.0:
                    # Whether there is such a body nobody has seen: a warning waits for one that is.
                    return ()
                launch = self._launch(message.launch_id, message.mode)
                if is_afterthought(launch, self._tracks, message):
                    return ()
                launch.areas[message.track_id, message.body] = message
                launch.heard += 1
            case FamilyAssessment():
                launch = self._launch(message.launch_id, message.mode)
                own = launch.statement.track_ids if launch.statement is not None else ()
                # The first track is the one that flies on; pieces are of no class of their own.
                if not own or message.track_id == own[0]:
                    launch.family = message
                return ()
            case TrackUpdate():
                self._tracks[message.track_id] = Track(
                    message.status == "dropped", message.last_plot
                )
                return ()
            case Decision():
                return self._obey(message, now)
            case Tick():
                self._forget(now)
                return tuple(
                    warning
                    for launch in tuple(self._launches.values())
                    for warning in self._decide(launch, now)
                )
        return self._decide(launch, now)

    def _decide(self, launch: Launch, now: Instant) -> tuple[Warning, ...]:
        """The whole policy, once through."""
        statement = launch.statement
        if statement is None or statement.cancelled:
            return ()
        picture = picture_of(areas_in_force(launch, self._tracks), self._settings.all_clear_sigmas)
        lost = lost_since(launch, self._tracks, picture, self._settings, now)
        protected = protected_probabilities(picture.zones, self._settings.protected)
        follow(launch, max(protected.values(), default=0.0), self._settings, now)
        decided: list[Warning] = []
        for severity in SEVERITIES:
            series = open_series(launch, severity)
            if series is None:
                reasons = self._reasons_to_start(launch, severity, picture, protected, lost, now)
                if reasons:
                    decided.append(self._start(launch, severity, picture, reasons, lost, now))
                continue
            ends = self._reasons_to_end(launch, severity, picture, protected, lost, now)
            if ends:
                decided.append(self._speak(launch, series, "all-clear", picture, ends, now))
                continue
            news = self._news(launch, series, picture, protected, lost, now)
            if news:
                series.lost = lost is not None
                decided.append(self._speak(launch, series, "update", picture, news, now))
        return tuple(decided)

    def _reasons_to_start(
        self,
        launch: Launch,
        severity: Severity,
        picture: Picture,
        protected: dict[str, float],
        lost: Instant | None,
        now: Instant,
    ) -> tuple[str, ...]:
        statement, settings = launch.statement, self._settings
        if statement is None or severity in launch.stopped:
            return ()
        if statement.probability < settings.notice_probability:
            return ()
        earlier = launch.series[severity]
        if earlier and earlier[-1].last.reasons[0] in ("hazard-over", "fall-unobserved"):
            ahead = picture.fall_time and seconds_between(now, picture.fall_time)
            if not ahead or ahead < _REOPEN_S:
                return ()
        elif is_over(launch, self._tracks, picture, self._settings, now):
            return ()
        if severity == "notice":
            return (f"launch-probable {statement.probability:.3f}",)
        largest = max(protected.values(), default=0.0)
        if largest >= settings.public_at_once_probability:
            return self._protected_reasons(protected)
        if launch.above_since is None:
            return ()
        is_vague = (picture.fall_time_sigma_s or 0.0) > settings.public_hold_sigma_s
        if is_vague and lost is not None:
            # April 2023: warned of a fall near Hokkaido from a track that had just vanished.
            return ()
        wait = self._wait(picture, now) if is_vague else settings.public_confirm_s
        if seconds_between(launch.above_since, now) < wait:
            return ()
        return self._protected_reasons(protected)

    def _wait(self, picture: Picture, now: Instant) -> float:
        """How long a vague danger must last before people are warned, seconds."""
        settings, fall_time = self._settings, picture.fall_time
        is_far = fall_time is not None and (
            seconds_between(now, fall_time) > settings.public_lead_s
        )
        return settings.public_hold_s if is_far else settings.public_confirm_s

    def _reasons_to_end(
        self,
        launch: Launch,
        severity: Severity,
        picture: Picture,
        protected: dict[str, float],
        lost: Instant | None,
        now: Instant,
    ) -> tuple[str, ...]:
        settings = self._settings
        if is_over(launch, self._tracks, picture, self._settings, now):
            seen = f"last-plot {_clock(lost)}" if lost is not None else ""
            first = "hazard-over" if picture.fall_time is not None else "no-fall-area"
            if lost is not None and first == "hazard-over":
                first = "fall-unobserved"
            return tuple(reason for reason in (first, seen) if reason)
        if (
            severity == "public"
            and lost is None
            and launch.below_since is not None
            and seconds_between(launch.below_since, now) >= settings.public_release_s
        ):
            largest = max(protected.values(), default=0.0)
            return (f"protected-no-longer {largest:.4f} {settings.public_release_probability:.4f}",)
        return ()

    def _news(
        self,
        launch: Launch,
        series: Series,
        picture: Picture,
        protected: dict[str, float],
        lost: Instant | None,
        now: Instant,
    ) -> tuple[str, ...]:
        """What makes an update worth reading now; empty most of the time."""
        settings = self._settings
        news: list[str] = []
        if lost is not None and not series.lost:
            news.append(f"track-lost {_clock(lost)}")
        elif lost is None and series.lost:
            news.append("track-found")
        silent = seconds_between(series.last.time, now)
        if silent >= settings.shortest_interval_s and series.compared != launch.heard:
            series.compared = launch.heard
            if series.last.severity == "public":
                told = protected_probabilities(series.told.zones, settings.protected)
                threshold = settings.public_probability
                added = {k: p for k, p in protected.items() if p >= threshold > told[k]}
                news.extend(self._protected_reasons(added))
            if series.drawn is None:
                series.drawn = drawn_of(series.told, settings)
            news.extend(changes(series.told, series.drawn, picture, settings))
        if not news and silent >= settings.longest_interval_s - _TICK_S:
            news.append("renewed")
        if news and lost is not None and series.lost:
            news.append(f"track-lost {_clock(lost)}")
        return tuple(news)

    def _start(
        self,
        launch: Launch,
        severity: Severity,
        picture: Picture,
        reasons: tuple[str, ...],
        lost: Instant | None,
        now: Instant,
    ) -> Warning:
        number = len(launch.series[severity]) + 1
        name = f"{launch.launch_id}-{severity}" + (f"-{number}" if number > 1 else "")
        if lost is not None:
            reasons = (*reasons, f"track-lost {_clock(lost)}")
        warning = self._warning(launch, name, 1, severity, "alert", picture, reasons, now)
        launch.series[severity].append(Series(name, warning, picture, lost=lost is not None))
        return warning

    def _speak(
        self,
        launch: Launch,
        series: Series,
        action: Action,
        picture: Picture,
        reasons: tuple[str, ...],
        now: Instant,
    ) -> Warning:
        last = series.last
        warning = self._warning(
            launch, last.warning_id, last.revision + 1, last.severity, action, picture, reasons, now
        )
        series.last, series.told, series.drawn = warning, picture, None
        series.is_open = action == "update"
        series.is_cancelled = action == "cancel"
        return warning

    def _warning(
        self,
        launch: Launch,
        name: str,
        revision: int,
        severity: Severity,
        action: Action,
        picture: Picture,
        reasons: tuple[str, ...],
        now: Instant,
    ) -> Warning:
        goes_on = action in ("alert", "update")
        return Warning(
            warning_id=name,
            revision=revision,
            time=now,
            mode=launch.mode,
            launch_id=launch.launch_id,
            action=action,
            severity=severity,
            region=picture.region,
            fall_time=picture.fall_time,
            fall_time_sigma_s=picture.fall_time_sigma_s,
            zones=picture.zones,
            reasons=reasons + (_basis(launch, reasons) if goes_on else ()),
            next_update=instant_after(now, self._settings.longest_interval_s) if goes_on else None,
        )

    def _cancel_all(self, launch: Launch, now: Instant, why: str) -> tuple[Warning, ...]:
        """Cancel every series that said anything, an all-clear included: it was wrong."""
        reasons = (f"launch-withdrawn {why}".strip(),)
        cancelled = tuple(
            self._speak(launch, series, "cancel", series.told, reasons, now)
            for severity in SEVERITIES
            for series in launch.series[severity]
            if not series.is_cancelled
        )
        # Should the launch be declared again, it begins with what is measured from then on.
        launch.areas.clear()
        launch.above_since = launch.below_since = None
        return cancelled

    def _obey(self, decision: Decision, now: Instant) -> tuple[Warning, ...]:
        """A person's cancel ends a series, and none of its kind starts for this launch again."""
        if decision.action != "cancel":
            return ()
        for launch in self._launches.values():
            for severity in SEVERITIES:
                for series in launch.series[severity]:
                    if series.warning_id == decision.warning_id and not series.is_cancelled:
                        launch.stopped.append(severity)
                        why = f"cancelled-by-operator {decision.reason}".strip()
                        return (self._speak(launch, series, "cancel", series.told, (why,), now),)
        return ()

    def _protected_reasons(self, protected: dict[str, float]) -> tuple[str, ...]:
        threshold = self._settings.public_probability
        worst_first = sorted(protected.items(), key=lambda item: (-item[1], item[0]))
        return tuple(
            f"protected {state} {probability:.4f} {threshold:.4f}"
            for state, probability in worst_first
            if probability >= threshold
        )

    def _launch(self, launch_id: str, mode: Mode) -> Launch:
        """Find or begin a launch; one message that is not live makes all of it not live."""
        launch = self._launches.setdefault(launch_id, Launch(launch_id, mode))
        launch.mode = min(launch.mode, mode, key=_LIVENESS.index)
        return launch

    def _advance(self, time: Instant) -> Instant:
        self._now = time if self._now is None else max(self._now, time)
        return self._now

    def _forget(self, now: Instant) -> None:
        for launch in tuple(self._launches.values()):
            statement = launch.statement
            if statement is None or any(open_series(launch, severity) for severity in SEVERITIES):
                continue
            if seconds_between(max(statement.time, statement.launch_time), now) > _FORGET_S:
                del self._launches[launch.launch_id]
        owned = {
            track_id
            for launch in self._launches.values()
            if launch.statement is not None
            for track_id in launch.statement.track_ids
        }
        for track_id, track in tuple(self._tracks.items()):
            aged = seconds_between(track.last_plot, now) > _FORGET_S
            if (track.is_dropped or aged) and track_id not in owned:
                del self._tracks[track_id]


def _basis(launch: Launch, said: tuple[str, ...]) -> tuple[str, ...]:
    """What every running warning states besides its news: the launch, and the class."""
    statement, family = launch.statement, launch.family
    basis: list[str] = []
    if statement is not None and not any(r.startswith("launch-probable") for r in said):
        basis.append(f"launch-probable {statement.probability:.3f}")
    if family is not None:
        fields = family.classes.__struct_fields__
        probability, name = max((getattr(family.classes, name), name) for name in fields)
        if name != "unknown" and probability >= 0.5:
            basis.append(f"family {name.replace('_', '-')} {probability:.3f}")
    return tuple(basis)


def _clock(instant: Instant) -> str:
    return utc_from_instant(Instant(instant // SECOND * SECOND), digits=0)
