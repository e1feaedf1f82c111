"""Painting what stands and sails around: rows of sensors, traffic, notices, partners, alarms."""

from collections.abc import Mapping

from launchwatch.edge.scene import surroundings
from launchwatch.edge.scene.choosing import main_track
from launchwatch.edge.scene.coverage import coverage_row, name_of, step_of
from launchwatch.edge.scene.stage import Stage
from launchwatch.edge.scene.story import Story
from launchwatch.messages.scenesurroundings import AlarmRow, Danger
from launchwatch.messages.sensor import Contributor, Infrared, Radar
from launchwatch.timescale import SECOND, Instant


class AroundPainter:
    """Makes the rows of what stands and sails around."""

    def __init__(self, story: Story, stage: Stage, sensors: Mapping[str, Contributor]) -> None:
        self._story, self._stage, self._sensors = story, stage, sensors
        self._step: int | None = None
        self._sensed: Instant | None = None
        self._dangers: dict[str, Danger] = {}
        story.touched["sensors"].update(sensors)

    def paint(self, now: Instant) -> None:
        """Make every row anew that was touched."""
        story, stage = self._story, self._stage
        for name in sorted(story.touched.pop("partners", ())):
            stage["partners"].put(name, surroundings.partner_row(story.standings[name]))
        for reference in sorted(story.touched.pop("announced", ())):
            self._paint_notice(reference)
        self._paint_traffic()
        self._paint_sensors(now)

    def alarms(self, trouble: Mapping[str, str], now_ms: int) -> list[AlarmRow]:
        """Show which parts of the watch itself are in trouble; give those that are so anew."""
        table, fresh = self._stage["alarms"], []
        for part in [part for part in table.rows if part not in trouble]:
            table.drop(part)
        for part, text in trouble.items():
            before = table.rows.get(part)
            since = before.since_ms if before is not None else now_ms
            row = AlarmRow(part=part, text=text, since_ms=since)
            if table.put(part, row):
                fresh.append(row)
        return fresh

    def _paint_notice(self, reference: str) -> None:
        table = self._stage["announced"]
        notice = self._story.notices.get(reference)
        falls = self._story.announced[reference].values()
        rows = {} if notice is None else surroundings.announced_rows(notice, falls)
        for name in [n for n in table.rows if n.rpartition("/")[0] == reference and n not in rows]:
            table.drop(name)
        for name, row in rows.items():
            table.put(name, row)

    def _paint_traffic(self) -> None:
        story = self._story
        if story.touched.pop("hazards", None):
            before, self._dangers = self._dangers, surroundings.dangers(story.hazards.values())
            story.touched["traffic"].update(before, self._dangers)
        for name in sorted(story.touched.pop("traffic", ())):
            report = story.traffic.get(name)
            if report is not None:
                row = surroundings.traffic_row(report, self._dangers.get(name))
                self._stage["traffic"].put(name, row)

    def _paint_sensors(self, now: Instant) -> None:
        story, touched = self._story, self._story.touched["sensors"]
        track = main_track(story, self._stage)
        step = self._step if track is None else step_of(track.place[2])
        if step != self._step:
            self._step = step
            touched.update(self._sensors)
            for name in [*self._stage["coverages"].rows]:
                self._stage["coverages"].drop(name)
        if self._sensed is None or now - self._sensed >= SECOND:
            self._sensed = now
            touched |= story.touched.pop("heard", set())
        for name in sorted(touched):
            sensor = self._sensors.get(name)
            if sensor is None:
                continue
            self._stage["sensors"].put(
                name,
                surroundings.sensor_row(
                    sensor,
                    story.statuses.get(name),
                    story.biases.get(name),
                    story.heard.get(name),
                    story.heard_count.get(name, 0),
                    self._coverage(sensor),
                ),
            )
        touched.clear()

    def _coverage(self, sensor: Contributor) -> str | None:
        """Put the outline for the height at which the main object flies; give its name."""
        if not isinstance(sensor, Radar | Infrared) or self._step is None:
            return None
        name = name_of(sensor.id, self._step)
        if name not in self._stage["coverages"].rows:
            self._stage["coverages"].put(name, coverage_row(sensor, self._step))
        return name
