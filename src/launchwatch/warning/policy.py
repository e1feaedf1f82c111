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

A public warning is also for those over whom it flies on its way to a fall beyond them; it ends
when the body has been measured beyond, and only then does it say "passed".

The reasons are found by `launchwatch.warning.grounds`.
"""

from typing import Literal

from msgspec.structs import replace

from launchwatch.messages.assessment import FamilyAssessment
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.overflight import Crossing, Overflight
from launchwatch.messages.packet import Decision, Mode, Tick
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word
from launchwatch.messages.wire import Message
from launchwatch.timescale import Instant, instant_after, seconds_between
from launchwatch.warning.grounds import Grounds, basis, clock, to_end, to_start, to_update
from launchwatch.warning.picture import Picture, picture_of, protected_probabilities
from launchwatch.warning.settings import Settings
from launchwatch.warning.situation import (
    SEVERITIES,
    Danger,
    Launch,
    Series,
    Severity,
    Track,
    Tracks,
    areas_in_force,
    crossings_of,
    follow,
    for_the_public,
    is_afterthought,
    lost_since,
    open_series,
    still_ahead,
)

Action = Literal["alert", "update", "cancel", "all-clear"]

_LIVENESS: tuple[Mode, ...] = ("replay", "simulation", "exercise", "live")

_FORGET_S = 7200.0
"""A launch whose series have all ended is forgotten after this."""

_HEARD = (
    LaunchStatement, FallArea, Overflight, FamilyAssessment, TrackUpdate, Tick, Decision
)  # fmt: skip
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
            case Overflight():
                launch = self._launch(message.launch_id, message.mode)
                launch.overflights[message.track_id] = message
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
        statement, settings = launch.statement, self._settings
        if statement is None or statement.cancelled:
            return ()
        areas = still_ahead(areas_in_force(launch, self._tracks), self._tracks, settings, now)
        picture = picture_of(areas, settings.all_clear_sigmas)
        lost = lost_since(launch, self._tracks, picture, settings, now)
        danger = Danger(
            protected_probabilities(picture.zones, settings.protected),
            crossings_of(launch, settings.protected),
        )
        follow(launch, danger, settings, now)
        decided: list[Warning] = []
        for severity in SEVERITIES:
            shown = for_the_public(picture, danger, settings) if severity == "public" else picture
            grounds = Grounds(launch, self._tracks, shown, danger, lost, settings, now)
            series = open_series(launch, severity)
            if series is None:
                if reasons := to_start(grounds, severity):
                    decided.append(self._start(grounds, severity, reasons))
            elif reasons := to_end(grounds, severity):
                decided.append(self._speak(launch, series, "all-clear", shown, reasons, now))
            elif reasons := to_update(grounds, series):
                series.lost = lost is not None
                series.crossings = danger.crossings
                decided.append(self._speak(launch, series, "update", shown, reasons, now))
        return tuple(decided)

    def _start(self, grounds: Grounds, severity: Severity, reasons: tuple[str, ...]) -> Warning:
        launch, lost = grounds.launch, grounds.lost
        number = len(launch.series[severity]) + 1
        name = f"{launch.launch_id}-{severity}" + (f"-{number}" if number > 1 else "")
        if lost is not None:
            reasons = (*reasons, f"track-lost {clock(lost)}")
        picture, crossings = grounds.picture, grounds.danger.crossings
        warning = self._warning(
            launch, name, 1, severity, "alert", picture, reasons, grounds.now, crossings
        )
        series = Series(name, warning, picture, lost=lost is not None, crossings=crossings)
        series.area = picture.region
        launch.series[severity].append(series)
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
        if picture.region:
            series.area = picture.region
        elif action == "all-clear":
            # What is past has no area any more: those who were warned are told.
            picture = replace(picture, region=series.area)
        warning = self._warning(
            launch, last.warning_id, last.revision + 1, last.severity, action, picture, reasons,
            now, series.crossings,
        )  # fmt: skip
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
        crossings: tuple[Crossing, ...],
    ) -> Warning:
        goes_on = action in ("alert", "update")
        over = crossings if severity == "public" else ()
        if goes_on:
            reasons += basis(launch, reasons, over, self._settings)
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
            reasons=reasons,
            next_update=instant_after(now, self._settings.longest_interval_s) if goes_on else None,
            crossings=over,
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
        launch.overflights.clear()
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
