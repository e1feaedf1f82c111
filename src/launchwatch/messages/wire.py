"""All messages, and their one encoding: tagged MessagePack for storage, exact and compact.

Text for people and for other programs is made at the doors, from these.
"""

import msgspec

from launchwatch.messages.announced import AnnouncedFall
from launchwatch.messages.assessment import FamilyAssessment, ResolutionAssessment
from launchwatch.messages.delivery import Draft, Release
from launchwatch.messages.event import FlightEvent
from launchwatch.messages.fallarea import FallArea, HazardEnvelope
from launchwatch.messages.flightrecord import FlightRecord
from launchwatch.messages.hazard import HazardList
from launchwatch.messages.knownposition import KnownPosition
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.notice import Notice
from launchwatch.messages.overflight import Overflight
from launchwatch.messages.packet import Decision, Packet, Tick
from launchwatch.messages.partner import (
    PartnerFall,
    PartnerLaunch,
    PartnerStanding,
    PartnerTrack,
    PictureDifference,
)
from launchwatch.messages.plot import EndOfScan, LineOfSightPlot, RadarPlot, Refused
from launchwatch.messages.report import Summary
from launchwatch.messages.sensor import SensorBias, SensorStatus
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.traffic import AircraftReport, VesselReport
from launchwatch.messages.verdict import ZoneVerdict
from launchwatch.messages.warning import Alert, Statement, Warning  # noqa: A004 - the field's word

Message = (
    RadarPlot
    | LineOfSightPlot
    | EndOfScan
    | PartnerTrack
    | Refused
    | SensorStatus
    | SensorBias
    | KnownPosition
    | PartnerStanding
    | PartnerLaunch
    | PartnerFall
    | PictureDifference
    | TrackUpdate
    | LaunchStatement
    | FallArea
    | HazardEnvelope
    | Overflight
    | ZoneVerdict
    | FamilyAssessment
    | ResolutionAssessment
    | Notice
    | AnnouncedFall
    | Warning
    | Alert
    | Draft
    | Release
    | Statement
    | Summary
    | FlightRecord
    | FlightEvent
    | VesselReport
    | AircraftReport
    | HazardList
)
"""Everything that the engine may answer."""

encode = msgspec.msgpack.Encoder().encode
"""Turn a message or stimulus into bytes."""

decode_message = msgspec.msgpack.Decoder(Message).decode
"""Turn bytes back into a message; raises msgspec.DecodeError."""

decode_stimulus = msgspec.msgpack.Decoder(Packet | Tick | Decision).decode
"""Turn bytes back into a stimulus; raises msgspec.DecodeError."""
