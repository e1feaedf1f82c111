"""Write what the engine says as JSON lines that other programs read, one file a kind.

========================= ==========================================================
tracks.jsonl              one line per track per update
launches.jsonl            one line per revision of a launch
fallareas.jsonl           one line per revision of a fall area
envelopes.jsonl           one outline around all bodies of a launch, where it has several
overflights.jsonl         protected countries under the path ahead, and when it is over them
hazards.jsonl             ships and aircraft in danger of each fall, and who was there
events.jsonl              burnouts, stages, separations and more, one line per revision
flights.jsonl             what each flight was, fitted to all its plots once it is over
verdicts.jsonl            inside or outside each zone, or too close to call; one line per change
families.jsonl            what class of vehicle each track is
resolutions.jsonl         which Security Council resolutions a launch would contravene
notices.jsonl             navigational warnings and NOTAMs as they were read
announced.jsonl           falls into areas that were announced, at times that were
warnings.jsonl            decisions; ``alerts.jsonl`` lists the documents that carry
                          them, and ``warnings/*.xml`` are those (CAP 1.2)
drafts.jsonl              public warnings that wait for people, and who has approved them
releases.jsonl            documents that may leave, by whose consent, and what they correct
statements.jsonl          what happened, in words, in each language
sensors.jsonl             sensors that fell silent or were heard again
partners.jsonl            what is made of each partner's track, one line per change
partner-launches.jsonl    what partners say about launches, one line per revision
partner-falls.jsonl       where partners say that something will come down
differences.jsonl         where a partner's picture differs from ours, how and why
biases.jsonl              what is wrong with each sensor: once a minute, and when its health changes
knowns.jsonl              aircraft whose own word teaches a radar's biases, or disagrees
refused.jsonl             line number, reason and detail of what was not used
summary.json              the whole watch, launch by launch
========================= ==========================================================

Names carry their units; times are RFC 3339 UTC to the nanosecond; regions are GeoJSON. The
same records serve wherever messages leave the house as JSON (`contract_record`).
"""

import hashlib
import re
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, Any, get_args, get_type_hints

import msgspec

from launchwatch.errors import SettingsError
from launchwatch.messages.announced import AnnouncedFall
from launchwatch.messages.assessment import FamilyAssessment, ResolutionAssessment
from launchwatch.messages.delivery import Approval, Draft, Release
from launchwatch.messages.event import FlightEvent
from launchwatch.messages.fallarea import FallArea, HazardEnvelope, Polygon
from launchwatch.messages.flightrecord import Burnout, FlightRecord
from launchwatch.messages.hazard import Endangered, HazardList
from launchwatch.messages.knownposition import KnownPosition
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.notice import Notice
from launchwatch.messages.overflight import Crossing, Overflight
from launchwatch.messages.partner import (
    PartnerFall,
    PartnerLaunch,
    PartnerStanding,
    PictureDifference,
)
from launchwatch.messages.plot import Refused
from launchwatch.messages.report import LaunchSummary, Summary
from launchwatch.messages.sensor import SensorBias, SensorStatus
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.verdict import ZoneVerdict
from launchwatch.messages.warning import Alert, Statement, Warning  # noqa: A004 - the field's word
from launchwatch.messages.wire import Message
from launchwatch.timescale import Instant, utc_from_instant

FILES: dict[type, str] = {
    TrackUpdate: "tracks.jsonl",
    LaunchStatement: "launches.jsonl",
    FallArea: "fallareas.jsonl",
    HazardEnvelope: "envelopes.jsonl",
    Overflight: "overflights.jsonl",
    ZoneVerdict: "verdicts.jsonl",
    FamilyAssessment: "families.jsonl",
    ResolutionAssessment: "resolutions.jsonl",
    Notice: "notices.jsonl",
    AnnouncedFall: "announced.jsonl",
    HazardList: "hazards.jsonl",
    FlightEvent: "events.jsonl",
    FlightRecord: "flights.jsonl",
    Warning: "warnings.jsonl",
    Alert: "alerts.jsonl",
    Draft: "drafts.jsonl",
    Release: "releases.jsonl",
    Statement: "statements.jsonl",
    SensorStatus: "sensors.jsonl",
    PartnerStanding: "partners.jsonl",
    PartnerLaunch: "partner-launches.jsonl",
    PartnerFall: "partner-falls.jsonl",
    PictureDifference: "differences.jsonl",
    SensorBias: "biases.jsonl",
    KnownPosition: "knowns.jsonl",
    Refused: "refused.jsonl",
}
"""Which file each kind of message goes to; plots and partners' tracks, which came from a
file, go to none."""

SUMMARY = "summary.json"
ALERTS = "warnings"

_BUFFER = 256 * 1024
_encode = msgspec.json.Encoder().encode


def contract_record(message: Message) -> dict[str, Any]:
    """Give a message as plain values for JSON, in the names and units of the border.

    A track comes without its motion hypotheses and a fall area without the path ahead:
    they are the rooms' own, and make most of the bytes.
    """
    if isinstance(message, TrackUpdate):
        return _track_record(message)
    record: dict[str, Any] = msgspec.to_builtins(message)
    _write_times(record, _TIMES[type(message)])
    if isinstance(message, FallArea):
        record["region_95"] = geojson(message.region_95)
        record["region_50"] = geojson(message.region_50) if message.region_50 else None
        del record["path"]
    elif isinstance(message, Warning | HazardEnvelope):
        record["region"] = geojson(message.region)
        _write_crossings(record.get("crossings", ()))
    elif isinstance(message, Overflight):
        _write_crossings(record["crossings"])
    elif isinstance(message, Summary):
        for launch in record["launches"]:
            _write_times(launch, _TIMES[LaunchSummary])
            for verdict in launch["verdicts"]:
                _write_times(verdict, _TIMES[ZoneVerdict])
            for one in launch["exposed"]:
                _write_times(one, _TIMES[Endangered])
            if launch["resolutions"] is not None:
                _write_times(launch["resolutions"], _TIMES[ResolutionAssessment])
            for said in launch["announced"]:
                _write_times(said, _TIMES[AnnouncedFall])
    elif isinstance(message, Notice):
        for area in record["areas"]:
            area["region"] = geojson(tuple(area.pop("polygons")))
            area["windows"] = [
                {name: utc_from_instant(each[name]) for name in ("start", "end")}
                for each in area["windows"]
            ]
    elif isinstance(message, HazardList):
        for one in record["endangered"]:
            _write_times(one, _TIMES[Endangered])
    elif isinstance(message, FlightRecord):
        for burnout in record["burnouts"]:
            _write_times(burnout, _TIMES[Burnout])
    elif isinstance(message, Draft | Release):
        for approval in record["approvals"]:
            _write_times(approval, _TIMES[Approval])
    elif isinstance(message, Alert):
        record["file"] = f"{ALERTS}/{alert_file(message.identifier)}"
        del record["xml"]
    return record


def _write_crossings(crossings: Iterable[dict[str, Any]]) -> None:
    for crossing in crossings:
        _write_times(crossing, _TIMES[Crossing])
        crossing["corridor"] = geojson(tuple(crossing["corridor"]))


def geojson(polygons: tuple[Polygon, ...]) -> dict[str, Any]:
    """Give polygons as one GeoJSON geometry: a Polygon, or a MultiPolygon of several or none."""
    closed = [
        [
            [list(point) for point in (ring if ring[:1] == ring[-1:] else (*ring, ring[0]))]
            for ring in polygon
        ]
        for polygon in polygons
    ]
    if len(closed) == 1:
        return {"type": "Polygon", "coordinates": closed[0]}
    return {"type": "MultiPolygon", "coordinates": closed}


def alert_file(identifier: str) -> str:
    """Give the file name of an alert: its identifier, where that is safe as a name."""
    safe = re.sub(r"[^A-Za-z0-9._-]", "_", identifier).lstrip(".")[:100] or "alert"
    if safe != identifier:  # two identifiers must never share a file
        safe += "-" + hashlib.blake2b(identifier.encode(), digest_size=6).hexdigest()
    return f"{safe}.xml"


class Lines:
    """Files in one folder that take messages: use as a context manager, and `write` to it.

    All files exist from the start, so that an empty one says that nothing was said. Files of
    an earlier run in the same folder are replaced, its alerts (``warnings/*.xml``) as well.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self._open = ExitStack()
        self._files: dict[type, Callable[[bytes], object]] = {}
        self._flushes: list[Callable[[], object]] = []

    def __enter__(self) -> "Lines":
        """Make the folder and the empty files.

        Raises:
            SettingsError: the folder cannot be made or written.
        """
        try:
            (self.folder / ALERTS).mkdir(parents=True, exist_ok=True)
            for old in (self.folder / ALERTS).glob("*.xml"):
                old.unlink()
            (self.folder / SUMMARY).unlink(missing_ok=True)
            for kind, name in FILES.items():
                file: IO[bytes] = (self.folder / name).open("wb", buffering=_BUFFER)
                self._files[kind] = self._open.enter_context(file).write
                self._flushes.append(file.flush)
        except (OSError, ValueError) as error:
            self._open.close()
            why = getattr(error, "strerror", None) or str(error)
            raise SettingsError(
                f"{self.folder}: the output must be a folder that can be written: {why}"
            ) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._open.close()

    def flush(self) -> None:
        """Let other programs see what was written so far."""
        for flush in self._flushes:
            flush()

    def write(self, message: Message) -> None:
        """Add a message to its file; what has no file is passed over."""
        write = self._files.get(type(message))
        if write is not None:
            write(_encode(contract_record(message)) + b"\n")
            if isinstance(message, Alert):
                path = self.folder / ALERTS / alert_file(message.identifier)
                path.write_text(message.xml, encoding="utf-8")
        elif isinstance(message, Summary):
            text = msgspec.json.format(_encode(contract_record(message)), indent=1)
            (self.folder / SUMMARY).write_bytes(text + b"\n")


def _track_record(track: TrackUpdate) -> dict[str, Any]:
    # By hand: one for every plot, three times quicker than by way of all its hypotheses.
    return {
        "type": "track",
        "track_id": track.track_id,
        "time": utc_from_instant(track.time),
        "known": utc_from_instant(track.known),
        "mode": track.mode,
        "status": track.status,
        "position_ecef_m": track.position_ecef_m,
        "velocity_ecef_mps": track.velocity_ecef_mps,
        "covariance_ecef": track.covariance_ecef,
        "phase": track.phase,
        "sensors": track.sensors,
        "plots": track.plots,
        "first_plot": utc_from_instant(track.first_plot),
        "last_plot": utc_from_instant(track.last_plot),
    }


def _times(kind: type) -> tuple[str, ...]:
    """Name the fields of a message that hold an Instant, or perhaps one."""
    return tuple(
        name
        for name, hint in get_type_hints(kind).items()
        if hint is Instant or Instant in get_args(hint)
    )


_NESTED = (LaunchSummary, Burnout, Endangered, Approval, Crossing)
_TIMES = {kind: _times(kind) for kind in (*get_args(Message), *_NESTED)}


def _write_times(record: dict[str, Any], names: tuple[str, ...]) -> None:
    for name in names:
        if record[name] is not None:
            record[name] = utc_from_instant(record[name])
