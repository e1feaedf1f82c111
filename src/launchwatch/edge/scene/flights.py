"""What flies, as the scene shows it: tracks, fall areas, envelopes, events."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.edge.phrasing import area, distance, position, share
from launchwatch.edge.scene import words
from launchwatch.edge.scene.shapes import (
    lonlat,
    milliseconds,
    ranges_km,
    rounded,
    thinned,
)
from launchwatch.messages.event import FlightEvent
from launchwatch.messages.fallarea import FallArea, HazardEnvelope, LonLat, ZoneProbability
from launchwatch.messages.launch import Ellipse
from launchwatch.messages.scene import TRAIL_COLUMNS, Point
from launchwatch.messages.sceneflights import EnvelopeRow, EventRow, FallRow, TrackRow
from launchwatch.messages.sceneparts import Fact, Share, Words, ZoneShare
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import Instant, instant_after
from launchwatch.warning.wording import TWO_SIGMA

KNOWN_M = 5_000.0
"""Position sigma below which a track is drawn as a line: some pixels."""

ELLIPSE_95 = math.sqrt(5.991464547107979)
"""Half-axes of a 95 % ellipse, in sigmas (chi-squared, two degrees of freedom)."""

SHARES_SHOWN = 0.0005
"""A zone less probable than this is left out: it would be written as nothing."""

_PHASES = TRAIL_COLUMNS["tracks"][-5:]


def track_row(
    update: TrackUpdate, launch_id: str | None, start: LonLat | None, body: str
) -> TrackRow:
    """Give a track's row.

    Args:
        start: the launch point as last said, from which ranges are counted.
        body: which body of the launch it is, as the fall areas name it.
    """
    latitude, longitude, height = (
        float(each[0]) for each in geodetic_from_ecef(np.array([update.position_ecef_m]))
    )
    rotation = ecef_from_enu_rotation(latitude, longitude)
    covariance = np.zeros((6, 6))
    upper = np.triu_indices(6)
    covariance[upper] = update.covariance_ecef
    covariance.T[upper] = update.covariance_ecef
    spread = rotation.T @ covariance[:3, :3] @ rotation
    east, north, climb = (float(v) for v in rotation.T @ np.array(update.velocity_ecef_mps))
    ground, speed = math.hypot(east, north), math.hypot(east, north, climb)
    along = rotation @ (np.array([east, north, climb]) / speed if speed else np.array([0, 0, 1.0]))
    speed_sigma = _root(along @ covariance[3:, 3:] @ along)
    where = lonlat(math.degrees(longitude), math.degrees(latitude))
    height_sigma = _root(spread[2, 2])
    said = milliseconds(update.known)
    phases = shares_of(update.phase)
    heading = math.degrees(math.atan2(east, north)) % 360.0
    return TrackRow(
        launch_id=launch_id,
        status=update.status,
        body=body,
        epoch_ms=milliseconds(update.time),
        said_ms=said,
        first_plot_ms=milliseconds(update.first_plot),
        last_plot_ms=milliseconds(update.last_plot),
        place=(*where, round(height, 1)),
        ellipse_95=_ellipse(spread[:2, :2]),
        height_sigma_m=round(height_sigma, 1),
        position_sigma_m=round(_root(np.trace(spread)), 1),
        speed_mps=round(speed, 1),
        speed_sigma_mps=round(speed_sigma, 2),
        ground_speed_mps=round(ground, 1),
        climb_mps=round(climb, 1),
        heading_deg=round(heading, 1),
        phases=phases,
        sensors=update.sensors,
        plots=update.plots,
        is_known=_root(np.trace(spread)) < KNOWN_M,
        range_km=_range_km(start, where),
        facts=(
            _fact("height", words.within(height / 1e3, height_sigma / 1e3, "km"), said,
                  height / 1e3, height_sigma / 1e3, "km"),
            _fact("speed", words.within(speed, speed_sigma, "m/s"), said,
                  speed, speed_sigma, "m/s"),
            _fact("ground-speed", f"{ground:,.0f} m/s", said, ground, None, "m/s"),
            _fact("climb", f"{climb:+,.0f} m/s", said, climb, None, "m/s"),
            _fact("heading", f"{heading:03.0f}°", said, heading, None, "deg"),
            Fact(
                code="phase",
                text=words.filled(
                    Words("{phase}, {p}", "{phase}, {p}", "{phase}、{p}"),
                    phase=words.named(f"phase.{phases[0].code}"), p=phases[0].text,
                ),
                value=phases[0].probability,
                since_ms=said,
            ),
        ),
    )  # fmt: skip


def track_point(row: TrackRow) -> Point:
    """Give the point that a track's row adds to its trail."""
    probable = {each.code: each.probability for each in row.phases}
    longitude, latitude, height = row.place
    return (
        row.epoch_ms, round(longitude, 4), round(latitude, 4), round(height), row.height_sigma_m,
        row.position_sigma_m, row.speed_mps, row.ground_speed_mps, row.range_km,
        *(round(probable.get(name, 0.0), 2) for name in _PHASES),
    )  # fmt: skip


def fall_row(fall: FallArea, start: LonLat | None, now: Instant, *, is_main: bool) -> FallRow:
    """Give a fall area's row, as of a stream time."""
    said = milliseconds(fall.time)
    late = TWO_SIGMA * fall.fall_time_sigma_s
    first, last = instant_after(fall.fall_time, -late), instant_after(fall.fall_time, late)
    size = area(fall.region_area_m2)
    where = lonlat(fall.longitude_deg, fall.latitude_deg)
    apogee, apogee_sigma = fall.apogee_m / 1e3, fall.apogee_sigma_m / 1e3
    facts = [
        _fact("fall-time", words.time_within(fall.fall_time, fall.fall_time_sigma_s), said,
              milliseconds(fall.fall_time), fall.fall_time_sigma_s, "ms"),
        _fact("fall-place", position(fall.latitude_deg, fall.longitude_deg), said),
        _fact("area", size, said, fall.region_area_m2 / 1e6, None, "km2"),
        _fact("apogee", words.within(apogee, apogee_sigma, "km"), said, apogee, apogee_sigma, "km"),
    ]  # fmt: skip
    for code, metres in (("along", fall.along_95_m), ("across", fall.across_95_m)):
        if metres is not None:
            facts.append(_fact(code, f"± {distance(metres)}", said, metres / 1e3, None, "km"))
    return FallRow(
        launch_id=fall.launch_id,
        track_id=fall.track_id,
        body=fall.body,
        revision=fall.revision,
        said_ms=said,
        epoch_ms=milliseconds(fall.epoch),
        last_plot_ms=None if fall.last_plot is None else milliseconds(fall.last_plot),
        status=fall.status,
        is_main=is_main,
        has_fallen=now > last,
        probability=round(fall.probability, 4),
        fall_time_ms=milliseconds(fall.fall_time),
        fall_time_sigma_s=round(fall.fall_time_sigma_s, 3),
        window_ms=(milliseconds(first), milliseconds(last)),
        place=where,
        ellipse_95=rounded(fall.ellipse_95),
        region_95=thinned(fall.region_95),
        region_50=thinned(fall.region_50) if fall.region_50 else None,
        area_km2=_digits(fall.region_area_m2 / 1e6),
        size_text=size,
        along_95_km=_kilometres(fall.along_95_m),
        across_95_km=_kilometres(fall.across_95_m),
        apogee_km=round(apogee, 2),
        apogee_sigma_km=round(apogee_sigma, 3),
        heading_deg=_rounded(fall.heading_deg, 2),
        heading_sigma_deg=_rounded(fall.heading_sigma_deg, 3),
        range_95_km=None
        if fall.range_95_m is None
        else (round(fall.range_95_m[0] / 1e3, 1), round(fall.range_95_m[1] / 1e3, 1)),
        zones=zone_shares((*fall.zones, *fall.other_claims)),
        path=_path(fall, start),
        facts=tuple(facts),
    )


def fall_point(row: FallRow) -> Point:
    """Give the point that a fall area's row adds to its trail."""
    return (
        row.said_ms, row.area_km2, row.along_95_km, row.across_95_km, row.fall_time_ms,
        row.fall_time_sigma_s, *row.place,
    )  # fmt: skip


def envelope_row(envelope: HazardEnvelope) -> EnvelopeRow:
    """Give the row of one outline around all of a launch's fall areas."""
    return EnvelopeRow(
        revision=envelope.revision,
        said_ms=milliseconds(envelope.time),
        bodies=envelope.bodies,
        shape=thinned(envelope.region),
        area_km2=_digits(envelope.area_m2 / 1e6),
        size_text=area(envelope.area_m2),
        window_ms=(milliseconds(envelope.begins), milliseconds(envelope.ends)),
    )


def event_row(event: FlightEvent, launch_id: str | None, start: LonLat | None) -> EventRow:
    """Give the row of something that happened to a flight."""
    latitude, longitude, height = (
        float(each[0]) for each in geodetic_from_ecef(np.array([event.position_ecef_m]))
    )
    where = lonlat(math.degrees(longitude), math.degrees(latitude))
    return EventRow(
        kind=event.kind,
        track_ids=event.track_ids,
        launch_id=launch_id,
        revision=event.revision,
        time_ms=milliseconds(event.event_time),
        time_sigma_s=round(event.event_time_sigma_s, 3),
        said_ms=milliseconds(event.known),
        place=(*where, round(height, 1)),
        range_km=_range_km(start, where),
        probability=round(event.probability, 4),
        probability_text=share(event.probability),
    )


def zone_shares(zones: tuple[ZoneProbability, ...]) -> tuple[ZoneShare, ...]:
    """Give zones with their probabilities; those that no digit would show are left out."""
    return tuple(
        ZoneShare(
            zone=each.zone,
            kind=each.kind,
            claims=each.claims,
            probability=round(each.probability, 4),
            text=share(each.probability),
        )
        for each in zones
        if each.probability >= SHARES_SHOWN
    )


def shares_of(probabilities: object) -> tuple[Share, ...]:
    """Give a struct of probabilities as shares, most probable first, in the border's names."""
    given: Mapping[str, float] = {
        name.replace("_", "-"): getattr(probabilities, name)
        for name in probabilities.__struct_fields__  # type: ignore[attr-defined]
    }
    listed = sorted(given.items(), key=lambda each: -each[1])
    return tuple(Share(code=code, probability=round(p, 4), text=share(p)) for code, p in listed)


def _path(
    fall: FallArea, start: LonLat | None
) -> tuple[tuple[float, float, float, int, float | None], ...]:
    if not fall.path:
        return ()
    points = np.array(fall.path)
    ranges = ranges_km(start, points[:, 0], points[:, 1]) if start is not None else None
    epoch = milliseconds(fall.epoch)
    return tuple(
        (
            *lonlat(lon, lat),
            round(up),
            epoch + round(after * 1e3),
            None if ranges is None else round(float(ranges[number]), 2),
        )
        for number, (lon, lat, up, after) in enumerate(fall.path)
    )


def _range_km(start: LonLat | None, where: LonLat) -> float | None:
    if start is None:
        return None
    return round(float(ranges_km(start, np.array([where[0]]), np.array([where[1]]))[0]), 2)


def _ellipse(spread: NDArray[np.float64]) -> Ellipse:
    """Give the 95 % ellipse of a covariance of east and north, m²."""
    values, vectors = np.linalg.eigh(spread)
    return Ellipse(
        semi_major_m=round(ELLIPSE_95 * _root(values[1]), 1),
        semi_minor_m=round(ELLIPSE_95 * _root(values[0]), 1),
        azimuth_deg=round(math.degrees(math.atan2(vectors[0, 1], vectors[1, 1])) % 180.0, 1),
    )


def _fact(
    code: str, text: str, said: int, value: float | None = None, sigma: float | None = None,
    unit: str = "",
) -> Fact:  # fmt: skip
    return Fact(
        code=code,
        text=words.alike(text),
        value=None if value is None else round(value, 4),
        sigma=None if sigma is None else round(sigma, 5),
        unit=unit,
        since_ms=said,
    )


def _root(value: Any) -> float:
    return math.sqrt(max(float(value), 0.0))


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _kilometres(metres: float | None) -> float | None:
    return None if metres is None else _digits(metres / 1e3)


def _digits(value: float) -> float:
    """Keep four significant digits: sizes run from a football ground to an ocean."""
    return float(f"{value:.4g}")
