"""Trimming: what is over goes, the oldest first, so that a watch of months stays as small as one
of an hour.
"""

from launchwatch.edge.scene.flightpainter import FlightPainter
from launchwatch.edge.scene.stage import BOUNDS, Stage
from launchwatch.edge.scene.story import Story
from launchwatch.edge.scene.tables import oldest_first
from launchwatch.edge.scene.teller import Teller


def trim(stage: Stage, story: Story, flights: FlightPainter, teller: Teller) -> None:
    """Bring every table within its bound."""
    _launches(stage, story, flights)
    _tracks(stage, story, flights)
    _traffic(stage, story)
    _warnings(stage, story, teller)
    rows = stage["deliveries"].rows
    if len(rows) > BOUNDS.deliveries:
        listed = ((row.changed_ms, name) for name, row in rows.items())
        for name in oldest_first(listed, BOUNDS.deliveries):
            stage.drop("deliveries", name)
            delivery = story.deliveries.pop(name)
            if all(other.entry != delivery.entry for other in story.deliveries.values()):
                story.entries.pop(delivery.entry, None)
    rows = stage["events"].rows
    if len(rows) > BOUNDS.events:
        listed = ((row.said_ms, name) for name, row in rows.items())
        for name in oldest_first(listed, BOUNDS.events):
            stage.drop("events", name)
            story.events.pop(name, None)
    rows = stage["marks"].rows
    if len(rows) > BOUNDS.marks:
        # Heavy marks outlive light ones: weight first, then age.
        listed = ((row.weight * 10**15 + row.time_ms, name) for name, row in rows.items())
        for name in oldest_first(listed, BOUNDS.marks):
            stage.drop("marks", name)


def _launches(stage: Stage, story: Story, flights: FlightPainter) -> None:
    rows = stage["launches"].rows
    if len(rows) <= BOUNDS.launches:
        return
    listed = ((row.said_ms, name) for name, row in rows.items())
    for name in oldest_first(listed, BOUNDS.launches):
        for fall in story.falls_of.pop(name, ()):
            stage.drop("falls", fall)
            story.falls.pop(fall, None)
            story.hazards.pop(fall, None)
            for verdict in story.verdicts_of.pop(fall, ()):
                stage.drop("verdicts", verdict)
                story.verdicts.pop(verdict, None)
        for table in ("launches", "statements", "envelopes"):
            stage.drop(table, name)
        for track in story.launches.pop(name).track_ids:
            story.launch_of.pop(track, None)
            if (row := stage["tracks"].rows.get(track)) is not None and row.status == "dropped":
                stage.drop("tracks", track)
                flights.forget(track)
        for kept in (story.since, story.envelopes, story.families, story.statements):
            kept.pop(name, None)


def _tracks(stage: Stage, story: Story, flights: FlightPainter) -> None:
    """Tracks that ended go; of those of launches that are listed, last."""
    rows = stage["tracks"].rows
    if len(rows) <= BOUNDS.tracks:
        return
    ended = [
        ((name in story.launch_of) * 10**15 + row.said_ms, name)
        for name, row in rows.items()
        if row.status == "dropped"
    ]
    flying = len(rows) - len(ended)
    for name in oldest_first(ended, max(BOUNDS.tracks - flying, 0)):
        stage.drop("tracks", name)
        flights.forget(name)


def _traffic(stage: Stage, story: Story) -> None:
    rows = stage["traffic"].rows
    if len(rows) <= BOUNDS.traffic:
        return
    listed = ((row.reported_ms, name) for name, row in rows.items() if row.danger is None)
    endangered = sum(row.danger is not None for row in rows.values())
    for name in oldest_first(listed, max(BOUNDS.traffic - endangered, 0)):
        stage.drop("traffic", name)
        story.traffic.pop(name, None)


def _warnings(stage: Stage, story: Story, teller: Teller) -> None:
    rows = stage["warnings"].rows
    if len(rows) <= BOUNDS.warnings:
        return
    listed = ((row.is_over is False) * 10**15 + row.said_ms for row in rows.values())
    for name in oldest_first(zip(listed, rows, strict=True), BOUNDS.warnings):
        for table in ("warnings", "drafts"):
            stage.drop(table, name)
        for kept in (story.warnings, story.alerts, story.drafts):
            kept.pop(name, None)
        teller.forget(name)
