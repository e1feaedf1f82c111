"""From an account of one launch to the flights that fit it: told, and written into a folder.

What `launchwatch reconstruct` makes of reports, and `launchwatch demo --launch` of the record.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from launchwatch.cli.flyable import flyable
from launchwatch.errors import InputError, SettingsError

if TYPE_CHECKING:
    from launchwatch.messages.reconciled import LaunchAccount
    from launchwatch.messages.reconstructed import Reconstruction
    from launchwatch.messages.sensor import Sensor


def reconstructions(
    account: "LaunchAccount",
    sensors: "dict[str, Sensor]",
    seed: int,
    assumed: tuple[str, ...] = (),
) -> "tuple[list[Reconstruction], str]":
    """Give the family of each body, or why there is none.

    Args:
        assumed: what was put in for want of a statement, to be said with the rest.
    """
    import numpy as np
    from msgspec.structs import replace

    from launchwatch.assessment.zones import Zones
    from launchwatch.record.reconstructing import reconstruct

    zones = Zones.built_in()

    def at(latitude: Any, longitude: Any) -> list[tuple[str, str]]:
        listed = [zones.zones[number] for number in zones.numbers_at(latitude, longitude)]
        return [(zone.zone, zone.kind) for zone in listed]

    found = []
    why = ""
    for item in account.bodies:
        try:
            generator = np.random.default_rng([seed, item or 0])
            made = reconstruct(account, generator, sensors, at, item)
            found.append(replace(made, assumed=(*assumed, *made.assumed)))
        except InputError as error:
            which = f"body {item}: " if item is not None else ""
            why = "; ".join(filter(None, [why, f"{which}{error}"]))
    return found, why


def record_of(account: "LaunchAccount", found: "list[Reconstruction]", why: str) -> dict[str, Any]:
    """Give both as plain values for JSON, without the clouds of points behind them."""
    import msgspec

    kept: dict[str, Any] = msgspec.to_builtins(account)
    for one in (*kept["figures"], *kept["places"]):
        one.pop("density", None)
        one.pop("points", None)
    made = [msgspec.to_builtins(one) for one in found]
    for one in made:
        one.pop("falls")
    return {"account": kept, "reconstructions": made, "not_reconstructed": why}


def told(account: "LaunchAccount", found: "list[Reconstruction]", why: str) -> str:
    """Give what people read: findings, estimates, flights, verdicts beside ours."""
    from launchwatch.record.reportpage import page

    return page(account, found, why)


def write(folder: Path, account: "LaunchAccount", found: "list[Reconstruction]", why: str) -> None:
    """Write account, flights, scenarios and a page for people into a folder.

    Raises:
        SettingsError: it cannot be written.
    """
    record = record_of(account, found, why)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in (
            ("account.json", record["account"]),
            ("reconstruction.json", {k: v for k, v in record.items() if k != "account"}),
        ):
            text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
            (folder / name).write_text(text + "\n", encoding="utf-8")
        (folder / "report.md").write_text(told(account, found, why) + "\n", encoding="utf-8")
        for name, text in scenarios(account, found).items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"--out {folder}: cannot be written: {error.strerror}") from None


NOTE = "Inferred from public reports: one flight of a family that fits. Not measured."


def scenarios(account: "LaunchAccount", found: "list[Reconstruction]") -> dict[str, str]:
    """Give scenario files by name: the most probable flight of every body, and each branch's."""
    from launchwatch.record.reconciling.saying import place_name
    from launchwatch.record.scenariofile import scenario_text

    if not found:
        return {}
    where = account.place("launch_place", found[0].item)
    title = f"Reconstructed from reports: {account.date or 'undated'}"
    title += f", from {place_name(where.name)}" if where is not None else ""
    best = [(one.item, flyable(one.courses[0])) for one in found if one.courses]
    made = {"scenario.toml": scenario_text(account, best, title, note=NOTE)}
    for one in found:
        suffix = "" if one.item is None else f"-{one.item}"
        for course in one.courses:
            name = f"scenario{suffix}-{course.branch}.toml"
            flight = [(one.item, flyable(course))]
            made[name] = scenario_text(account, flight, f"{title}, {course.branch}", note=NOTE)
    return made
