"""Alerts and detections as SAPIENT messages (BSI Flex 335 v2.0), JSON as protobuf writes it.

A warning is an Alert with the middle of its area; a track, a DetectionReport with position,
velocity and errors, and its class as far as it is known. Identifiers are derived, so that the same
warning has the same alert in every revision and a repetition gives the same bytes: a ULID from
a digest of the name and, for a track, the time of its first plot; the node's UUID from the
sender's name. `launchwatch.sensors.sapient` reads them back.
"""

from hashlib import sha256
from uuid import NAMESPACE_DNS, uuid5

import msgspec
import numpy as np

from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word
from launchwatch.timescale import SECOND, Instant, utc_from_instant
from launchwatch.warning.bulletin import bulletin
from launchwatch.warning.outlines import outline
from launchwatch.warning.settings import Settings

_DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's, in which a ULID is written."""

_LEVELS = {"public": "DISCRETE_PRIORITY_HIGH", "notice": "DISCRETE_PRIORITY_MEDIUM"}
_PLACE = {
    "coordinateSystem": "LOCATION_COORDINATE_SYSTEM_LAT_LNG_DEG_M",
    "datum": "LOCATION_DATUM_WGS84_E",
}


def alert(warning: Warning, settings: Settings | None = None) -> bytes:
    """Give a warning as an Alert; its text says first what is not live."""
    settings = settings or Settings()
    words = bulletin(warning, "en", settings.region_margin_m)
    has_ended = warning.next_update is None
    said: dict[str, object] = {
        "alertId": ulid(Instant(0), f"{warning.mode}.{warning.warning_id}"),
        "alertType": "ALERT_TYPE_WARNING" if not has_ended else "ALERT_TYPE_INFORMATION",
        "status": "ALERT_STATUS_CLEAR" if has_ended else "ALERT_STATUS_ACTIVE",
        "description": words.headline,
        "priority": _LEVELS[warning.severity],
        "additionalInformation": f"{words.description} {words.instruction} {words.area}",
    }
    rings = outline(warning.region, settings.polygon_vertices)
    if rings:
        longitudes, latitudes = zip(*rings[0], strict=True)
        said["location"] = {
            "x": 0.5 * (min(longitudes) + max(longitudes)),
            "y": 0.5 * (min(latitudes) + max(latitudes)),
            "xError": 0.5 * (max(longitudes) - min(longitudes)),
            "yError": 0.5 * (max(latitudes) - min(latitudes)),
            **_PLACE,
        }
    return _message(warning.time, settings, {"alert": said})


def detection(
    track: TrackUpdate, classes: dict[str, float] | None = None, settings: Settings | None = None
) -> bytes:
    """Give a track as a DetectionReport.

    Args:
        classes: probabilities of what it may be, by name.
    """
    position = np.array([track.position_ecef_m])
    latitude, longitude, height = (float(one[0]) for one in geodetic_from_ecef(position))
    turn = ecef_from_enu_rotation(latitude, longitude).T
    covariance = np.zeros((6, 6))
    covariance[np.triu_indices(6)] = track.covariance_ecef
    covariance = covariance + np.triu(covariance, 1).T
    errors = np.sqrt(np.maximum(np.diag(turn @ covariance[:3, :3] @ turn.T), 0.0))
    rates = np.sqrt(np.maximum(np.diag(turn @ covariance[3:, 3:] @ turn.T), 0.0))
    velocity = turn @ np.array(track.velocity_ecef_mps)
    around = 111_320.0
    report: dict[str, object] = {
        "reportId": ulid(track.known, f"{track.mode}.{track.track_id}.{track.known}"),
        "objectId": ulid(track.first_plot, f"{track.mode}.{track.track_id}"),
        "state": track.status,
        "location": {
            "x": float(np.degrees(longitude)),
            "y": float(np.degrees(latitude)),
            "z": height,
            "xError": float(errors[0] / (around * max(np.cos(latitude), 1e-3))),
            "yError": float(errors[1] / around),
            "zError": float(errors[2]),
            **_PLACE,
        },
        "enuVelocity": {
            "eastRate": float(velocity[0]),
            "northRate": float(velocity[1]),
            "upRate": float(velocity[2]),
            "eastRateError": float(rates[0]),
            "northRateError": float(rates[1]),
            "upRateError": float(rates[2]),
        },
        "objectInfo": [{"type": "mode", "value": track.mode}],
    }
    if classes:
        report["classification"] = [
            {"type": name, "confidence": probability}
            for name, probability in sorted(classes.items(), key=lambda item: -item[1])
            if probability >= 0.01
        ]
    return _message(track.known, settings or Settings(), {"detectionReport": report})


def ulid(time: Instant, name: str) -> str:
    """Give an identifier of 26 characters: the time's milliseconds, and 80 bits of a digest."""
    digest = int.from_bytes(sha256(name.encode("utf-8", "replace")).digest()[:10], "big")
    number = (max(time // (SECOND // 1000), 0) % 2**48) << 80 | digest
    return "".join(_DIGITS[number >> 5 * place & 31] for place in range(25, -1, -1))


def _message(time: Instant, settings: Settings, content: dict[str, object]) -> bytes:
    stamp = utc_from_instant(time, digits=6).replace(":60", ":59")
    node = str(uuid5(NAMESPACE_DNS, settings.sender))
    return msgspec.json.encode({"timestamp": stamp, "nodeId": node, **content})
