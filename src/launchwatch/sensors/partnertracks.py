"""Decode partners' tracks from JSON lines; they come through the same door as plots.

One line is one track of a partner's watch, as it stands at a time::

    {"sensor": "jp-c2", "partner_track": "T17", "time": "2025-11-07T01:02:24.1Z",
     "position_ecef_m": [-3.1e6, 4.0e6, 3.9e6], "velocity_ecef_mps": [812.0, 1501.0, 930.0],
     "covariance_ecef": [900.0, 0.0, ...],
     "status": "confirmed", "phase": {"coast": 0.9, "boost": 0.1},
     "sensors": ["jp-west", "jp-north"], "lineage": ["jp-c2"], "since": "2025-11-07T01:01:02Z"}

`covariance_ecef` is of position then velocity, upper triangle by rows, 21 numbers: the names
and units of our own `tracks.jsonl`. What stands from ``status`` on may be missing, and so may
`received` and `mode`. A partner that has nothing to tell may close a scan as a radar does;
that too is a sign of life.

Whatever is wrong with a line, the answer is a `Refused`, as for plots: ``malformed``,
``absurd`` or ``unknown-sensor``. What no longer fits the partner's own last word is the
business of `launchwatch.sensors.conduct`.
"""

import json
import math
from collections.abc import Mapping

import msgspec
import numpy as np
from msgspec import Struct

from launchwatch.earth._kernels import height as height_of
from launchwatch.errors import InputError
from launchwatch.messages.packet import Packet
from launchwatch.messages.partner import PartnerTrack
from launchwatch.messages.plot import EndOfScan, LineOfSightPlot, RadarPlot, Refused
from launchwatch.messages.sensor import Contributor, Partner
from launchwatch.messages.track import PhaseProbabilities, TrackStatus, Vector
from launchwatch.sensors import jsonplots
from launchwatch.sensors.jsonplots import FARTHEST, FORMAT, NOT_LIVE, Refusal
from launchwatch.sensors.showing import shown
from launchwatch.timescale import Instant, instant_from_utc

LOWEST = -10_000.0
"""Metres above the ellipsoid. The lowest land lies 430 m below the sea; but an honest watch
carries a body that has fallen on for a second or two, at up to 7 km/s, before it drops it."""

FASTEST = 12_000.0
"""Metres a second over the ground: faster than 11.2 km/s nothing stays with the Earth."""

SHARPEST_M, SHARPEST_MPS = 0.01, 1e-4
"""One sigma, in whatever direction: no tracker knows a missile to a centimetre."""

VAGUEST_M, VAGUEST_MPS = 1e6, 1e4
"""One sigma: beyond, a track says less than that something is somewhere."""

_MARK = b'"partner_track"'
_LONGEST_NAME = 64
_MOST_NAMES = 64
_UPPER6 = np.triu_indices(6)


class _Line(Struct, gc=False):
    """One line as it stands: every field that may be there."""

    sensor: str
    time: str
    partner_track: str
    position_ecef_m: Vector
    velocity_ecef_mps: Vector
    covariance_ecef: tuple[float, ...]
    status: TrackStatus = "confirmed"
    sensors: tuple[str, ...] | None = None
    lineage: tuple[str, ...] | None = None
    since: str | None = None
    phase: PhaseProbabilities | None = None
    received: str | None = None
    mode: object = None


WANTED = {
    "sensor": "text",
    "time": "an RFC 3339 time as text",
    "partner_track": "text",
    "position_ecef_m": "three numbers",
    "velocity_ecef_mps": "three numbers",
    "covariance_ecef": "21 numbers",
    "status": "tentative, confirmed, coasting or dropped",
    "sensors": "a list of texts",
    "lineage": "a list of texts",
    "since": "an RFC 3339 time as text",
    "phase": "an object of probabilities",
    "received": "an RFC 3339 time as text",
}

_decode_line = msgspec.json.Decoder(_Line).decode

Decoded = RadarPlot | LineOfSightPlot | EndOfScan | PartnerTrack | Refused


def decode(packet: Packet, sensors: Mapping[str, Contributor]) -> Decoded:
    """Read one packet as a partner's track, or else as `launchwatch.sensors.jsonplots` does.

    Never raises, whatever the bytes are.
    """
    if packet.format != FORMAT or _MARK not in packet.payload:
        return jsonplots.decode(packet, sensors)
    try:
        return _decoded(packet, sensors)
    except Refusal as refusal:
        return jsonplots.refused(packet, refusal.reason, refusal.detail, refusal.sensor)
    except InputError as error:  # a time that cannot be read
        return jsonplots.refused(packet, "malformed", str(error))


def _decoded(packet: Packet, sensors: Mapping[str, Contributor]) -> PartnerTrack:
    payload = packet.payload
    jsonplots.check_length(payload)
    try:
        if not payload.isascii():
            payload.decode("utf-8")
        line = _decode_line(payload)
    except UnicodeDecodeError as error:
        raise jsonplots.not_utf8(payload, error) from None
    except (msgspec.DecodeError, RecursionError) as error:
        refusal = jsonplots.diagnosis(payload, error, WANTED)
        refusal.sensor = _speaker(payload, sensors)
        raise refusal from None
    if packet.mode == "live" and line.mode in NOT_LIVE:
        raise Refusal(
            "mode", f"a live watch takes live lines only, got one of mode {shown(line.mode)}"
        )
    partner = sensors.get(line.sensor)
    if partner is None:
        raise jsonplots.unknown(line.sensor, len(sensors))
    if not isinstance(partner, Partner):
        raise Refusal("malformed", f"sensor {shown(line.sensor)} is no partner: wanted a plot, got "
                      "a partner_track")  # fmt: skip
    time = instant_from_utc(line.time)
    if line.received is not None:
        instant_from_utc(line.received)
    if not _is_name(line.partner_track):
        raise _absurd(line, f"partner_track must be 1 to {_LONGEST_NAME} printable characters",
                      shown(line.partner_track))  # fmt: skip
    _check_motion(line)
    _check_covariance(line)
    return PartnerTrack(
        sensor=line.sensor,
        partner_track=line.partner_track,
        time=time,
        received=packet.received,
        mode=packet.mode,
        position_ecef_m=line.position_ecef_m,
        velocity_ecef_mps=line.velocity_ecef_mps,
        covariance_ecef=line.covariance_ecef,
        status=line.status,
        sensors=_names(line, "sensors", line.sensors),
        lineage=_names(line, "lineage", line.lineage),
        since=_since(line, time),
        phase=_phase(line),
        source=packet.source,
        line=packet.line,
    )


def _speaker(payload: bytes, sensors: Mapping[str, Contributor]) -> str | None:
    """Give the partner that a line which cannot be read says it is from."""
    try:
        name = json.loads(payload)["sensor"]
    except (ValueError, RecursionError, KeyError, TypeError):
        return None
    return name if isinstance(name, str) and isinstance(sensors.get(name), Partner) else None


def _check_motion(line: _Line) -> None:
    """Refuse what is nowhere, under the ground, or faster than anything."""
    distance = math.hypot(*line.position_ecef_m)
    if not 1.0 < distance <= FARTHEST:
        raise _absurd(
            line, f"position_ecef_m must lie within {FARTHEST:g} m of the Earth's centre",
            f"{distance:g}",
        )  # fmt: skip
    height = height_of(*line.position_ecef_m)
    if not height >= LOWEST:
        raise _absurd(line, f"position_ecef_m must not lie below {LOWEST:g} m", f"{height:.0f} m")
    speed = math.hypot(*line.velocity_ecef_mps)
    if not speed <= FASTEST:
        raise _absurd(line, f"velocity_ecef_mps must be at most {FASTEST:g}", f"{speed:g}")


def _check_covariance(line: _Line) -> None:
    """Refuse what is no covariance, or one that nobody could have."""
    if len(line.covariance_ecef) != 21:
        raise Refusal(
            "malformed", f"covariance_ecef must be 21 numbers, got {len(line.covariance_ecef)} "
            f"from sensor {shown(line.sensor)}", line.sensor,
        )  # fmt: skip
    P = np.empty((6, 6))
    P[_UPPER6] = line.covariance_ecef
    P.T[_UPPER6] = line.covariance_ecef
    # Metres and metres a second are brought to one size, so that rounding is small in both.
    scale = np.sqrt(np.abs(np.diag(P)))
    if not (np.diag(P) > 0.0).all() or not np.isfinite(scale).all():
        raise _absurd(line, "covariance_ecef must have variances above 0", "others")
    try:
        np.linalg.cholesky(P / np.outer(scale, scale))
    except np.linalg.LinAlgError:
        raise _absurd(line, "covariance_ecef must be positive-definite", "another") from None
    for name, block, sharpest, vaguest in (
        ("position", P[:3, :3], SHARPEST_M, VAGUEST_M),
        ("velocity", P[3:, 3:], SHARPEST_MPS, VAGUEST_MPS),
    ):
        variances = np.linalg.eigvalsh(block)
        low, high = np.sqrt(np.maximum(variances[[0, -1]], 0.0))
        if not (low >= sharpest and high <= vaguest):
            raise _absurd(
                line, f"covariance_ecef must give {name} one sigma of {sharpest:g} to {vaguest:g}",
                f"{low:g} to {high:g}",
            )  # fmt: skip


def _names(line: _Line, field: str, names: tuple[str, ...] | None) -> tuple[str, ...]:
    if names is None:
        return ()
    if len(names) > _MOST_NAMES or not all(map(_is_name, names)):
        raise _absurd(
            line, f"{field} must be at most {_MOST_NAMES} names of 1 to {_LONGEST_NAME} printable "
            "characters", "others",
        )  # fmt: skip
    return names


def _since(line: _Line, time: Instant) -> Instant | None:
    if line.since is None:
        return None
    since = instant_from_utc(line.since)
    if since > time:
        raise _absurd(line, "since must not be after time", line.since)
    return since


def _phase(line: _Line) -> PhaseProbabilities | None:
    phase = line.phase
    if phase is None:
        return None
    shares = [getattr(phase, name) for name in phase.__struct_fields__]
    if not (all(0.0 <= share <= 1.0 for share in shares) and abs(sum(shares) - 1.0) < 0.01):
        raise _absurd(line, "phase must be probabilities that sum to 1", f"{sum(shares):g}")
    return phase


def _is_name(text: str) -> bool:
    return 0 < len(text) <= _LONGEST_NAME and text.isprintable()


def _absurd(line: _Line, wanted: str, got: str) -> Refusal:
    return Refusal("absurd", f"{wanted}, got {got} from sensor {shown(line.sensor)}", line.sensor)
