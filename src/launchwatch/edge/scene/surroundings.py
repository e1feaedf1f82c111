"""What stands, sails and watches around, as the scene shows it: sensors, traffic, notices."""

from collections.abc import Iterable

from launchwatch.edge.phrasing import share, with_sigma
from launchwatch.edge.scene.shapes import lonlat, milliseconds, shape_of
from launchwatch.messages.announced import AnnouncedFall
from launchwatch.messages.hazard import Endangered, HazardList
from launchwatch.messages.notice import AnnouncedArea, Notice
from launchwatch.messages.partner import PartnerStanding
from launchwatch.messages.sceneparts import Place, Share
from launchwatch.messages.scenesurroundings import (
    AnnouncedRow,
    Bias,
    Danger,
    PartnerRow,
    SensorRow,
    TrafficRow,
)
from launchwatch.messages.sensor import Contributor, Infrared, Partner, SensorBias, SensorStatus
from launchwatch.messages.traffic import AircraftReport, VesselReport
from launchwatch.timescale import Instant
from launchwatch.warning.wording import TWO_SIGMA

_BIASES = (
    ("range", "range_m", "range_sigma_m", "m"),
    ("azimuth", "azimuth_deg", "azimuth_sigma_deg", "deg"),
    ("elevation", "elevation_deg", "elevation_sigma_deg", "deg"),
    ("east", "east_deg", "east_sigma_deg", "deg"),
    ("north", "north_deg", "north_sigma_deg", "deg"),
    ("up", "up_deg", "up_sigma_deg", "deg"),
    ("clock", "clock_s", "clock_sigma_s", "s"),
)


def sensor_row(
    sensor: Contributor,
    status: SensorStatus | None,
    bias: SensorBias | None,
    heard: Instant | None,
    plots: int,
    coverage: str | None,
) -> SensorRow:
    """Give a sensor's row from what was last said of it.

    Args:
        heard: when it was last heard; None if never. plots: how often.
        coverage: the name of the outline that is shown for it.
    """
    place: Place | None = None
    if not isinstance(sensor, Partner):
        place = (*lonlat(sensor.longitude_deg, sensor.latitude_deg), sensor.height_m)
    kinds = {Partner: "partner", Infrared: "infrared"}
    reasons = [each.reason for each in (status, bias) if each is not None and each.reason]
    return SensorRow(
        owner=sensor.owner,
        kind=kinds.get(type(sensor), "radar"),  # type: ignore[arg-type]
        place=place,
        status=status.status if status else ("waiting" if heard is None else "heard"),
        since_ms=milliseconds(status.since) if status else None,
        heard_ms=None if heard is None else milliseconds(heard),
        health=bias.health if bias else "good",
        reason="; ".join(reasons),
        noise_factor=round(bias.noise_factor, 2) if bias else 1.0,
        biases=_biases(bias) if bias else (),
        coverage=coverage,
        plots=plots,
    )


def partner_row(standing: PartnerStanding) -> PartnerRow:
    """Give the row of what is made of one track of a partner's."""
    return PartnerRow(
        partner=standing.partner,
        partner_track=standing.partner_track,
        standing=standing.standing,
        track_id=standing.track_id,
        since_ms=milliseconds(standing.since),
        said_ms=milliseconds(standing.time),
        reason=standing.reason,
    )


def traffic_key(report: VesselReport | AircraftReport | Endangered) -> str:
    """Name the row of a ship or aircraft."""
    match report:
        case VesselReport():
            return f"vessel:{report.mmsi}"
        case AircraftReport():
            return f"aircraft:{report.icao24}"
        case Endangered():
            return f"{report.kind}:{report.identity}"


def traffic_row(report: VesselReport | AircraftReport, danger: Danger | None) -> TrafficRow:
    """Give the row of a ship or aircraft; what it did not say stays unsaid."""
    place = None
    if report.longitude_deg is not None and report.latitude_deg is not None:
        place = lonlat(report.longitude_deg, report.latitude_deg)
    vessel = report if isinstance(report, VesselReport) else None
    aircraft = report if isinstance(report, AircraftReport) else None
    return TrafficRow(
        kind="vessel" if vessel else "aircraft",
        identity=vessel.mmsi if vessel else aircraft.icao24 if aircraft else "",
        name=vessel.name if vessel else aircraft.callsign if aircraft else "",
        station=vessel.station if vessel else "",
        place=place,
        height_m=_rounded(aircraft.height_m) if aircraft else None,
        pressure_altitude_m=_rounded(aircraft.pressure_altitude_m) if aircraft else None,
        position_sigma_m=_rounded(report.position_sigma_m),
        course_deg=_rounded(report.course_deg),
        speed_mps=_rounded(report.speed_mps),
        reported_ms=milliseconds(report.time),
        doubts=report.doubts,
        danger=danger,
    )


def dangers(lists: Iterable[HazardList]) -> dict[str, Danger]:
    """Give by whom each ship or aircraft is endangered most, of all lists that stand."""
    found: dict[str, Danger] = {}
    for each in lists:
        for one in each.endangered:
            name = traffic_key(one)
            if name not in found or found[name].probability < one.probability:
                found[name] = _danger(each, one)
    return found


def announced_rows(notice: Notice, falls: Iterable[AnnouncedFall]) -> dict[str, AnnouncedRow]:
    """Give a row for each area of a notice."""
    falls = tuple(falls)
    return {
        f"{notice.reference}/{area.name}": _announced(notice, area, falls) for area in notice.areas
    }


def _announced(
    notice: Notice, area: AnnouncedArea, falls: tuple[AnnouncedFall, ...]
) -> AnnouncedRow:
    hit = [
        Share(code=fall.launch_id, probability=round(fall.probability, 4),
              text=share(fall.probability))
        for fall in falls
        if area.name in fall.areas and fall.probability > 0.0
    ]  # fmt: skip
    return AnnouncedRow(
        reference=notice.reference,
        area=area.name,
        kind=notice.kind,
        issued_ms=milliseconds(notice.issued),
        shape=shape_of(area.polygons),
        windows_ms=tuple((milliseconds(w.start), milliseconds(w.end)) for w in area.windows),
        remarks=notice.remarks,
        text=notice.text,
        falls=tuple(hit),
    )


def _danger(hazards: HazardList, one: Endangered) -> Danger:
    return Danger(
        launch_id=hazards.launch_id,
        track_id=hazards.track_id,
        body=hazards.body,
        probability=round(one.probability, 4),
        probability_text=share(one.probability),
        distance_km=round(one.distance_m / 1e3, 2),
        enters_ms=None if one.enters is None else milliseconds(one.enters),
        leaves_ms=None if one.leaves is None else milliseconds(one.leaves),
        is_final=hazards.is_final,
    )


def _biases(bias: SensorBias) -> tuple[Bias, ...]:
    found = []
    for code, name, sigma_name, unit in _BIASES:
        value, sigma = getattr(bias, name), getattr(bias, sigma_name)
        if value is not None and sigma is not None:
            text = with_sigma(value, TWO_SIGMA * sigma, "°" if unit == "deg" else unit, 3)
            found.append(
                Bias(code=code, value=round(value, 6), sigma=round(sigma, 6), unit=unit, text=text)
            )
    return tuple(found)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
