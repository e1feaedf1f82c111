"""`launchwatch zone`: whose waters or land a point lies in, and how far from their edges."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from launchwatch.errors import SettingsError

if TYPE_CHECKING:
    from launchwatch.assessment.zones import NearZone, Zones
    from launchwatch.messages.overflight import Province


@click.command(
    context_settings={"ignore_unknown_options": True},  # so that -33.5 is a number, not an option
    epilog="""\b
Examples:
  launchwatch zone 40.4 133.3
  launchwatch zone 37.4 132.5 --claims japan
  launchwatch zone 34.5 129.0 --within 100 --zones exercise-area.geojson
""",
)
@click.argument("latitude", metavar="LAT")
@click.argument("longitude", metavar="LON")
@click.option("--zones", metavar="FILE", help="GeoJSON with zones of your own, judged besides.")
@click.option(
    "--claims", default="median", show_default=True, help="Claim set that draws the zones first."
)
@click.option(
    "--within",
    "within_km",
    type=click.FloatRange(min=0.0),
    default=1000.0,
    show_default=True,
    help="Leave out zones whose edge is farther than this, km.",
)
def command(
    latitude: str,
    longitude: str,
    zones: str | None,
    claims: str,
    within_km: float,
) -> None:
    """Print as JSON the zones at LAT LON (degrees, north and east positive).

    Each zone comes with the distance to its edge in km, negative inside the zone and
    positive outside, and with the claim set that drew it. The zone that holds the point is
    first. "by_claims" says in which zone it lies by every claim set, "province" on which
    province's land, "contiguous_zone" whether within 24 NM of the coast.
    """
    at = degrees(latitude, "LAT", 90.0), degrees(longitude, "LON", 360.0)
    answer = judge(*at, zones, claims, within_km)
    click.echo(json.dumps(answer, indent=1, ensure_ascii=False, allow_nan=False))


def degrees(text: str, name: str, most: float) -> float:
    """Read a number of degrees.

    Raises:
        SettingsError: not a finite number, or beyond plus or minus the most.
    """
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -most <= value <= most:
        raise SettingsError(f"{name} must be degrees in -{most:g}..{most:g}, got {text[:40]!r}")
    return value


def judge(
    latitude_deg: float, longitude_deg: float, file: str | None, claims: str, within_km: float
) -> dict[str, Any]:
    """Give what the command prints.

    Raises:
        SettingsError: the claim set does not exist, or the zones file cannot be used.
    """
    # Deferred: shapely and pyproj take longer to load than `--help` may.
    from launchwatch.assessment.places import describe
    from launchwatch.assessment.provinces import province_of
    from launchwatch.assessment.zones import Zones

    zones = Zones.built_in(claims)
    if file is not None:
        zones = zones.with_features(read_geojson(file), file)
    near = zones.at(latitude_deg, longitude_deg, within_km)
    zone, part = zones.spot(latitude_deg, longitude_deg)
    is_province = zone.kind == "land" and part
    return {
        "latitude_deg": latitude_deg,
        "longitude_deg": longitude_deg,
        "place": describe(latitude_deg, longitude_deg).english,
        "province": _named(province_of(zone.country, part)) if is_province else None,
        "contiguous_zone": part == "contiguous",
        "zones": [_row(one) for one in near if one.distance_km <= within_km],
        "by_claims": [_row(_own(one, latitude_deg, longitude_deg)) for one in zones.by_claims()],
    }


def _named(province: "Province") -> dict[str, str]:
    """Give who a province is; a point says nothing of how probable a fall there is."""
    return {
        "country": province.country, "name": province.name,
        "iso": province.iso, "local": province.local,
    }  # fmt: skip


def _own(zones: "Zones", latitude_deg: float, longitude_deg: float) -> "NearZone":
    """Give the zone that holds a point, not an area that is judged besides."""
    name = zones.spot(latitude_deg, longitude_deg).zone.zone
    return next(one for one in zones.at(latitude_deg, longitude_deg) if one.zone == name)


def _row(one: "NearZone") -> dict[str, Any]:
    return {
        "zone": one.zone,
        "kind": one.kind,
        "distance_km": round(one.distance_km, 3),
        "inside": one.distance_km < 0.0,
        "claims": one.claims,
    }


def read_geojson(file: str) -> Any:
    """Read a JSON file.

    Raises:
        SettingsError: it cannot be opened, or is not JSON; names the file.
    """
    try:
        return json.loads(Path(file).read_bytes())
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{file}: must be GeoJSON: {error}"[:300]) from None
