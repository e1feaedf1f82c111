"""`launchwatch simulate`: sensors, plots and truth of a scenario, as files."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

    from launchwatch.messages.sensor import Partner, Sensor


@click.command(
    epilog="""\b
Examples:
  launchwatch simulate friday --seed 1 --out scenario
  launchwatch simulate mine.toml --out mine --late 0.02 --repeat 0.01 --damage 0.01
  launchwatch simulate friday --partner kr-c2=KOR --out allied
  launchwatch simulate --list
"""
)
@click.argument("scenario", required=False)
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True,
              help="Draws the errors, the clutter and the traffic.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, file_okay=False),
              help="Folder for sensors.json, plots.jsonl and truth.jsonl.")  # fmt: skip
@click.option("--partner", "partners", multiple=True, metavar="ID=OWNER",
              help="Let a partner's watch have this nation's sensors: its tracks come "
              "instead of their plots. May be given again.")  # fmt: skip
@click.option("--late", type=click.FloatRange(0.0, 1.0), default=0.0,
              help="Share of lines that arrive seconds late, some too late.")  # fmt: skip
@click.option("--repeat", type=click.FloatRange(0.0, 1.0), default=0.0,
              help="Share of lines that arrive twice.")  # fmt: skip
@click.option("--damage", type=click.FloatRange(0.0, 1.0), default=0.0,
              help="Share of lines to which a damaged copy is added.")  # fmt: skip
@click.option("--list", "list_scenarios", is_flag=True, help="List the built-in scenarios.")
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def command(
    scenario: str | None,
    seed: int,
    out: Path | None,
    partners: tuple[str, ...],
    late: float,
    repeat: float,
    damage: float,
    list_scenarios: bool,
    as_json: bool,
) -> None:
    """Make the plots that sensors would report of SCENARIO, and the truth beside them.

    SCENARIO is the name of a built-in one, a TOML file, or a launch of the record by its day or
    identifier (2022-11-18), flown as reports allow it. The same scenario and seed give the same
    bytes. Where ships and airliners report themselves, traffic.jsonl holds that.
    """
    # Deferred: SciPy and PROJ take half a second to load, and --help needs neither.
    from launchwatch.cli.pastlaunch import scenario_named
    from launchwatch.edge.partnernode import parted
    from launchwatch.sensors.roster import roster_json
    from launchwatch.simulate import observe, shipping, truth, weather, words
    from launchwatch.simulate.scenario import load, names, roster

    if list_scenarios:
        titles = {name: load(name).title for name in names()}
        if as_json:
            click.echo(json.dumps(titles))
        else:
            for name, title in titles.items():
                click.echo(f"{name:12} {title}")
        return
    if scenario is None:
        raise click.UsageError("SCENARIO is missing; --list shows the built-in ones")
    if out is None:
        raise click.UsageError("--out is missing: a folder for what is made")
    chosen = scenario_named(scenario)
    bodies = truth.bodies(chosen, seed)
    sent = observe.arrivals(chosen, seed, bodies)
    listed = (json.dumps(roster(chosen), indent=1) + "\n").encode()
    if partners:
        made = parted(chosen.sensors, sent, [_partner(one, chosen.sensors) for one in partners])
        sent, listed = made.sent, roster_json(made.contributors)
    wanted = weather.Weather(late=late, repeated=repeat, damaged=damage)
    plots = weather.worsen(sent, wanted, seed)
    true = truth.states(chosen, seed, bodies)
    out.mkdir(parents=True, exist_ok=True)
    (out / "sensors.json").write_bytes(listed)
    (out / "plots.jsonl").write_bytes(b"".join(line + b"\n" for line in plots))
    (out / "truth.jsonl").write_bytes(b"".join(observe.encode(line) + b"\n" for line in true))
    heard = shipping.reports(chosen, seed)
    if chosen.reporting.traffic:
        heard = sorted(heard + words.reports(chosen, seed, bodies), key=lambda line: line[0])
    if heard:
        text = b"".join(observe.encode(line) + b"\n" for _, line in heard)
        (out / "traffic.jsonl").write_bytes(text)
    else:
        (out / "traffic.jsonl").unlink(missing_ok=True)  # of an earlier run in this folder
    if as_json:
        click.echo(json.dumps({"out": str(out), "objects": len(bodies), "plots": len(plots)}))
    else:
        objects = "1 true object" if len(bodies) == 1 else f"{len(bodies)} true objects"
        click.echo(f"{len(plots):,} lines of plots, {objects}, in {out}")


def _partner(text: str, sensors: "Mapping[str, Sensor]") -> "Partner":
    from launchwatch.messages.sensor import Partner

    name, _, owner = text.partition("=")
    owners = sorted({one.owner for one in sensors.values()})
    if not name or owner not in owners:
        raise click.UsageError(
            f"--partner must be ID=OWNER, OWNER one of {', '.join(owners)}, got {text!r}"
        )
    if name in sensors:
        raise click.UsageError(f"--partner's ID must differ from all sensors', got {name!r}")
    return Partner(id=name, owner=owner, update_period_s=1.0)
