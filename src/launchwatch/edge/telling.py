"""One line for each thing said that a person at the watch should see as it is said."""

import msgspec

from launchwatch.edge.lines import contract_record
from launchwatch.edge.phrasing import clock_time, position, share
from launchwatch.messages.delivery import Draft, Release
from launchwatch.messages.hazard import HazardList
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.partner import (
    PartnerFall,
    PartnerLaunch,
    PartnerStanding,
    PartnerTrack,
    PictureDifference,
)
from launchwatch.messages.plot import EndOfScan, LineOfSightPlot, RadarPlot
from launchwatch.messages.report import Summary
from launchwatch.messages.sensor import SensorBias, SensorStatus
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.traffic import AircraftReport, VesselReport
from launchwatch.messages.warning import Statement, Warning  # noqa: A004 - the field's word
from launchwatch.messages.wire import Message
from launchwatch.warning import wording
from launchwatch.warning.bulletin import provinces_of

_INPUT = (RadarPlot, LineOfSightPlot, EndOfScan, PartnerTrack, VesselReport, AircraftReport)
_MOST_NAMED = 5


def as_record(message: Message) -> str | None:
    """Give a message as a line of JSON; None for a plot or a report, which came from outside."""
    if isinstance(message, _INPUT):
        return None
    return msgspec.json.encode(contract_record(message)).decode()


def in_words(message: Message) -> str | None:
    """Give a message as a line of words; None for what comes too often to be read."""
    if isinstance(message, (TrackUpdate, Summary, PartnerFall, *_INPUT)):
        return None
    mode = message.mode.upper()
    if isinstance(message, LaunchStatement):
        what = "withdrawn" if message.cancelled else "launch"
        return (
            f"{clock_time(message.time)} {mode} {message.launch_id} revision {message.revision}: "
            f"{what} at {clock_time(message.launch_time)} near "
            f"{position(message.latitude_deg, message.longitude_deg)}, "
            f"{share(message.probability)}: {message.reason}"
        )
    if isinstance(message, HazardList):
        who = [
            f"{one.kind} {one.name or one.identity} {share(one.probability)}"
            for one in message.endangered[:_MOST_NAMED]
        ]
        others = len(message.endangered) - len(who)
        who += [f"{others} more"] if others else []
        when = "were there at" if message.is_final else "may be inside the area at"
        return (
            f"{clock_time(message.time)} {mode} {message.launch_id} {message.body}: {when} "
            f"{clock_time(message.fall_time)}: {', '.join(who) or 'nobody known'}"
        )
    if isinstance(message, Warning):
        said = wording.reason(message.reasons[0], "en") if message.reasons else "no reason given"
        where = provinces_of(message, "en")
        reason = f"{said} {where}".rstrip()
        return (
            f"{clock_time(message.time)} {mode} {message.warning_id} revision {message.revision}: "
            f"{message.severity} {message.action}: {reason}"
        )
    if isinstance(message, Draft):
        by = ", ".join(one.operator for one in message.approvals) or "nobody"
        return (
            f"{clock_time(message.time)} {mode} {message.warning_id} revision {message.revision}: "
            f"{message.action} {message.status}, approved by {by} of {message.needs}"
        )
    if isinstance(message, Release):
        return (
            f"{clock_time(message.time)} {mode} {message.warning_id} revision {message.revision}: "
            f"{message.severity} {message.action} released"
        )
    if isinstance(message, SensorStatus):
        return (
            f"{clock_time(message.time)} {mode} sensor {message.sensor} {message.status} since "
            f"{clock_time(message.since)}{message.reason and ': '}{message.reason}"
        )
    if isinstance(message, PictureDifference):
        return f"{clock_time(message.time)} {mode} difference: {message.text}"
    if isinstance(message, PartnerLaunch):
        what = "withdraws" if message.cancelled else "says"
        return (
            f"{clock_time(message.received)} {mode} {message.partner} {what} launch "
            f"{message.launch_id} revision {message.revision} at "
            f"{clock_time(message.launch_time)} near "
            f"{position(message.latitude_deg, message.longitude_deg)}, "
            f"{share(message.probability)}"
        )
    if isinstance(message, PartnerStanding):
        return (
            f"{clock_time(message.time)} {mode} partner track {message.partner}/"
            f"{message.partner_track} {message.standing}: {message.reason}"
        )
    if isinstance(message, SensorBias) and message.reason:
        return (
            f"{clock_time(message.time)} {mode} sensor {message.sensor} {message.health}: "
            f"{message.reason}"
        )
    if isinstance(message, Statement) and message.language == "en":
        return f"{clock_time(message.time)} {mode} {message.launch_id}: {message.title}"
    return None
