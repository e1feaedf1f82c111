"""`launchwatch zones`: bring in zones drawn by others."""

import json
from pathlib import Path

import click

from launchwatch.errors import SettingsError


@click.group(
    epilog="""\b
Example:
  launchwatch zones import World_EEZ_v12.gpkg --layer eez_v12 --out marine-regions.geojson
"""
)
def command() -> None:
    """Bring in zones drawn by others."""


@command.command(
    name="import",
    epilog="""\b
Examples:
  launchwatch zones import World_EEZ_v12.gpkg --layer eez_v12 --out marine-regions.geojson
  launchwatch zone 40.4 133.3 --zones marine-regions.geojson
""",
)
@click.argument("file", metavar="FILE")
@click.option("--out", required=True, metavar="FILE", help="Where the checked zones go, GeoJSON.")
@click.option("--claims", metavar="NAME", help="What they are called in answers; FILE's name.")
@click.option("--layer", metavar="NAME", help="Of a GeoPackage with several layers.")
@click.option("--field", metavar="NAME", help="Property with a state's three-letter code.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def import_(
    file: str,
    out: str,
    claims: str | None,
    layer: str | None,
    field: str | None,
    *,
    as_json: bool,
) -> None:
    """Check economic zones drawn by others and make them a claim set.

    FILE is GeoJSON, a GeoPackage or a shapefile, zipped or not, with one economic zone a
    feature, such as Marine Regions publishes. What can be repaired is, and told; what cannot
    is refused with the feature's name. Given to --zones, or to a watch as its zones, the result
    takes the place of the built-in economic zones.
    """
    # Deferred: shapely and pyproj take longer to load than `--help` may.
    from launchwatch.assessment.zoneimport import import_zones
    from launchwatch.assessment.zones import CLAIM_SETS
    from launchwatch.edge.zonereading import read_zones

    name = claims or Path(file).name.split(".")[0]
    if name in CLAIM_SETS:
        raise SettingsError(f"--claims must not be one of {', '.join(CLAIM_SETS)}, got {name!r}")
    made = import_zones(read_zones(file, layer), name, Path(file).name, field)
    try:
        Path(out).write_text(json.dumps(made.features, separators=(",", ":")), encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{out}: cannot be written: {error.strerror}") from None
    if as_json:
        zones = [{"zone": zone, "square_degrees": round(area, 3)} for zone, area in made.zones]
        answer = {"claims": name, "out": out, "zones": zones, "told": list(made.told)}
        click.echo(json.dumps(answer, indent=1, ensure_ascii=False))
        return
    for line in made.told:
        click.echo(line)
    click.echo(f"{len(made.zones)} zones as claim set {name!r} in {out}")
