"""The room's front desk: a track update in, everything that follows from it out."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from launchwatch.assessment.announced import Announcements
from launchwatch.assessment.envelopes import Envelopes
from launchwatch.assessment.fallareas import Fall, FallAreas, ZoneCounter
from launchwatch.assessment.families import Families
from launchwatch.assessment.launches import WHOLE, Launches
from launchwatch.assessment.likelihood import Seen
from launchwatch.assessment.resolutions import Resolutions
from launchwatch.assessment.settings import Settings
from launchwatch.assessment.verdicts import Verdicts, ZoneGauge
from launchwatch.flight._kernels_fall import STILL_FLYING
from launchwatch.messages.announced import AnnouncedFall
from launchwatch.messages.assessment import FamilyAssessment, ResolutionAssessment
from launchwatch.messages.fallarea import FallArea, HazardEnvelope
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.notice import Notice
from launchwatch.messages.plot import EndOfScan, Plot
from launchwatch.messages.sensor import Contributor
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.verdict import ZoneVerdict
from launchwatch.timescale import Instant

Judgement = (
    LaunchStatement
    | FallArea
    | HazardEnvelope
    | ZoneVerdict
    | FamilyAssessment
    | ResolutionAssessment
    | AnnouncedFall
)
"""What follows from a track."""


_UNPOWERED = 0.9
"""Probability of free flight above the air from which on a booster may have parted unseen."""

_PATIENCE = 4.0
"""Times as long a launch waits to be judged again while a verdict waits for areas: three of a radar
that turns once a second come in two seconds, where each second one had waited for the launch."""


class JudgedZones(ZoneCounter, ZoneGauge, Protocol):
    """Zones that count points and measure distances."""


class Assessor:
    """Judges tracks: which are launches, where they fall, what they may be."""

    def __init__(
        self,
        zones: JudgedZones,
        settings: Settings,
        sensors: Mapping[str, Contributor] | None = None,
    ) -> None:
        self._launches = Launches(settings, sensors)
        self._fallareas = FallAreas(zones, settings)
        self._envelopes = Envelopes(settings)
        self._verdicts = Verdicts(zones, settings)
        self._resolutions = Resolutions(zones)
        self._announcements = Announcements()
        self._families = Families(settings)

    def hear(self, scan: EndOfScan) -> None:
        """Note that a sensor completed a scan."""
        self._launches.hear(scan)

    def hear_notice(self, notice: Notice) -> None:
        """Take what was announced to ships and aircraft."""
        self._announcements.hear(notice)

    def take(
        self, update: TrackUpdate, plot: Plot | None = None, story: Seen | None = None
    ) -> list[Judgement]:
        """Give what is to be said anew because of one track update.

        Args:
            plot: what the update follows from, where it follows from one.
            story: all plots that the track has taken, the newest first.
        """
        if update.status == "dropped":
            # Lost: nothing more is judged of it, and a watch of months sees very many.
            lost = self._lose(update)
            self._announcements.forget(update.track_id)
            self._families.forget(update.track_id)
            self._verdicts.forget(update.track_id)
            return lost
        said: list[Judgement] = []
        is_urgent = self._verdicts.is_waiting(update.track_id)
        patience = _PATIENCE if is_urgent else 1.0
        is_traced = self._launches.is_due(update, patience)
        statement = self._launches.take(update, plot, story, patience)
        if statement is not None:
            said.append(statement)
            if statement.cancelled:
                self._fallareas.withdraw(statement.launch_id)
        launch = self._launches.of_track(update.track_id)
        if launch is None:
            return said
        # One long calculation a plot: an area that is fresh enough waits for the next one.
        if is_traced and self._fallareas.can_wait(update):
            return said
        fall = self._fallareas.judge(
            update,
            launch,
            self._launches.body_of(update.track_id),
            is_urgent=is_urgent,
        )
        if fall is not None:
            if fall.area is not None:
                down = fall.samples[fall.samples[:, 5] != STILL_FLYING]
                said += [
                    fall.area,
                    *self._verdicts.judge(fall.area, is_measured=update.status == "confirmed"),
                    *self._announcements.match(fall.area, *np.degrees(down[:, :2].T)),
                ]
            announced = self._announcements.space_share(update.track_id)
            family = self._families.take(update, launch, fall.samples, announced)
            said += [family, *self._resolutions.judge(family, launch)]
            if fall.area is None:
                return said
        said += self._besides(update, launch, fall)
        return said

    def pass_time(self, now: Instant) -> list[Judgement]:
        """Give what is to be said anew because time has passed: of what nobody sees any more."""
        said: list[Judgement] = []
        for area in self._fallareas.pass_time(now):
            said += [area, *self._around(area)]
        return said

    def _lose(self, update: TrackUpdate) -> list[Judgement]:
        """Take note of a track that was dropped: its body is lost unless another follows it."""
        track_id = update.track_id
        launch, body = self._launches.of_track(track_id), self._launches.body_of(track_id)
        in_view = self._launches.is_in_view(update)
        self._launches.forget(track_id)
        if launch is None or self._launches.is_followed(launch.launch_id, body):
            self._fallareas.forget(track_id)
            return []
        area = self._fallareas.lose(track_id, update.known, in_view=in_view)
        return [] if area is None else [area, *self._around(area)]

    def _besides(
        self, update: TrackUpdate, launch: LaunchStatement, fall: Fall | None
    ) -> list[Judgement]:
        """Give the area of a booster that perhaps parted, and what goes around all bodies."""
        said: list[Judgement] = []
        is_alone = self._launches.bodies_of(launch.launch_id) == (WHOLE,)
        if is_alone and update.status != "tentative" and update.phase.coast > _UNPOWERED:
            booster = self._fallareas.judge_booster(update, launch, can_wait=fall is not None)
            if booster is not None:
                said += [booster, *self._around(booster)]
        if fall is not None and fall.area is not None:
            said += self._around(fall.area)
        return said

    def _around(self, area: FallArea) -> list[HazardEnvelope]:
        envelope = self._envelopes.take(area)
        return [] if envelope is None else [envelope]
