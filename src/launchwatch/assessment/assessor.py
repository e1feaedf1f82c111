"""The room's front desk: a track update in, everything that follows from it out."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np

from launchwatch.assessment.announced import Announcements
from launchwatch.assessment.fallareas import FallAreas, ZoneCounter
from launchwatch.assessment.families import family_of
from launchwatch.assessment.launches import Launches
from launchwatch.assessment.resolutions import Resolutions
from launchwatch.assessment.settings import Settings
from launchwatch.assessment.verdicts import Verdicts, ZoneGauge
from launchwatch.flight._kernels_fall import STILL_FLYING
from launchwatch.messages.announced import AnnouncedFall
from launchwatch.messages.assessment import FamilyAssessment, ResolutionAssessment
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.notice import Notice
from launchwatch.messages.plot import EndOfScan, Plot
from launchwatch.messages.sensor import Contributor
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.verdict import ZoneVerdict

Judgement = (
    LaunchStatement
    | FallArea
    | ZoneVerdict
    | FamilyAssessment
    | ResolutionAssessment
    | AnnouncedFall
)
"""What follows from a track."""


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
        self._verdicts = Verdicts(zones, settings)
        self._resolutions = Resolutions(zones)
        self._announcements = Announcements()

    def hear(self, scan: EndOfScan) -> None:
        """Note that a sensor completed a scan."""
        self._launches.hear(scan)

    def hear_notice(self, notice: Notice) -> None:
        """Take what was announced to ships and aircraft."""
        self._announcements.hear(notice)

    def take(self, update: TrackUpdate, plot: Plot | None = None) -> list[Judgement]:
        """Give what is to be said anew because of one track update.

        Args:
            plot: what the update follows from, where it follows from one.
        """
        if update.status == "dropped":
            # Lost: nothing more is judged of it, and a watch of months sees very many.
            self._launches.forget(update.track_id)
            self._fallareas.forget(update.track_id)
            self._announcements.forget(update.track_id)
            self._verdicts.forget(update.track_id)
            return []
        said: list[Judgement] = []
        is_traced = self._launches.is_due(update)
        statement = self._launches.take(update, plot)
        if statement is not None:
            said.append(statement)
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
            is_urgent=self._verdicts.is_waiting(update.track_id),
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
            family = family_of(update, launch, fall.samples, announced)
            said += [family, *self._resolutions.judge(family, launch)]
        return said
