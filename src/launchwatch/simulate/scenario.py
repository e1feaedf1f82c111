"""Scenarios: which sensors watch, what flies, and what was said about it in public.

A scenario is one TOML file; those that come with the program lie in ``data/scenarios``.
Numbers carry their unit in the name, as in every file at the border. What a scenario
leaves to chance (which airliner flies where) is drawn from the seed later, so that one
file gives many runs.
"""

from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from launchwatch.errors import InputError, SettingsError
from launchwatch.messages.sensor import Infrared, Radar, Sensor
from launchwatch.simulate.plan import Fact, Launch, Reporting, Scan, Traffic
from launchwatch.timescale import SECOND, Instant, instant_from_utc


class Scenario(Struct, frozen=True, kw_only=True):
    """A scenario, read and checked.

    Attributes:
        start: when the sensors begin, and ``end``, when they stop.
        sensors: as in a sensors file, by identifier.
        scans: how each of them scans, by identifier.
    """

    name: str
    title: str
    start: Instant
    end: Instant
    sensors: dict[str, Sensor]
    scans: dict[str, Scan]
    launches: tuple[Launch, ...]
    traffic: Traffic
    reporting: Reporting = Reporting()
    facts: tuple[Fact, ...]

    @property
    def duration(self) -> float:
        """Seconds from start to end."""
        return (self.end - self.start) / SECOND


class _File(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str
    start: str
    duration_s: float
    sensors: tuple[Radar | Infrared, ...] | None = None
    sensors_of: Literal["east-sea"] | None = None
    scans: dict[str, Scan] = {}
    launches: tuple[Launch, ...] = ()
    traffic: Traffic = Traffic()
    reporting: Reporting = Reporting()
    facts: tuple[Fact, ...] = ()


class _Roster(Struct, frozen=True, forbid_unknown_fields=True):
    sensors: tuple[Radar | Infrared, ...]
    scans: dict[str, Scan] = {}


def names() -> tuple[str, ...]:
    """Give the names of the scenarios that come with the program."""
    folder = files("launchwatch") / "data" / "scenarios"
    found = (entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(sorted(name.removesuffix(".toml") for name in found))


def load(name_or_path: str | Path) -> Scenario:
    """Read a scenario that comes with the program, by name, or a TOML file of your own.

    Raises:
        SettingsError: there is none, or something in it cannot be used; names the file,
            what was wanted and what came.
    """
    text = str(name_or_path)
    if text in names():
        source = files("launchwatch") / "data" / "scenarios" / f"{text}.toml"
        return parsed(source.read_bytes(), text, text)
    path = Path(name_or_path)
    if path.suffix != ".toml":
        raise SettingsError(
            f"scenario must be one of {', '.join(names())} or a .toml file, got {text!r}"
        )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"scenario {text} cannot be read: {error.strerror}") from None
    return parsed(content, path.stem, text)


def roster(scenario: Scenario) -> dict[str, Any]:
    """Give a scenario's sensors as a sensors file holds them, ready for JSON."""
    sensors = []
    for sensor in scenario.sensors.values():
        entry = msgspec.to_builtins(sensor)
        # What is unknown, and a bias of nothing, is left out rather than written as null.
        known = {key: value for key, value in entry.items() if value is not None}
        for bias in ("bias_sigma_m", "bias_sigma_deg"):
            if known.get(bias) == 0.0:
                del known[bias]
        sensors.append({"id": known.pop("id"), "kind": known.pop("kind"), **known})
    return {"sensors": sensors}


def parsed(content: bytes, name: str, source: str) -> Scenario:
    """Read a scenario's TOML.

    Args:
        source: what refusals call it.

    Raises:
        SettingsError: something in it cannot be used; says what was wanted and what came.
    """
    try:
        file = msgspec.toml.decode(content, type=_File)
        sensors, scans = file.sensors or (), dict(file.scans)
        if file.sensors_of is not None:
            roster = _shipped_roster(file.sensors_of)
            sensors, scans = roster.sensors + sensors, {**roster.scans, **scans}
        start = instant_from_utc(file.start)
        for launch in file.launches:
            instant_from_utc(launch.time)
    except (msgspec.DecodeError, UnicodeDecodeError, InputError) as error:
        raise SettingsError(f"scenario {source}: {error}") from None
    except RecursionError:
        raise SettingsError(f"scenario {source}: nested too deeply") from None
    _check_numbers(msgspec.to_builtins(file), "", source)
    scenario = Scenario(
        name=name,
        title=file.title,
        start=start,
        end=Instant(start + round(file.duration_s * SECOND)),
        sensors={sensor.id: sensor for sensor in sensors},
        scans={sensor.id: scans.get(sensor.id, Scan()) for sensor in sensors},
        launches=file.launches,
        traffic=file.traffic,
        reporting=file.reporting,
        facts=file.facts,
    )
    _check(scenario, len(sensors), scans, source)
    return scenario


def _shipped_roster(name: str) -> _Roster:
    source = files("launchwatch") / "data" / "scenarios" / "sensors" / f"{name}.toml"
    return msgspec.toml.decode(source.read_bytes(), type=_Roster)


def _check_numbers(entry: object, name: str, source: str) -> None:
    """Refuse infinities, NaN and the absurdly large, which TOML allows, by name.

    Raises:
        SettingsError: names the number.
    """
    if isinstance(entry, dict):
        for key, value in entry.items():
            _check_numbers(value, f"{name}.{key}" if name else key, source)
    elif isinstance(entry, list | tuple):
        for value in entry:
            _check_numbers(value, name, source)
    elif isinstance(entry, float) and not abs(entry) < 1e12:
        raise SettingsError(f"scenario {source}: {name} must be an ordinary number, got {entry}")


def _check(scenario: Scenario, listed: int, scans: dict[str, Scan], source: str) -> None:
    """Refuse what cannot be flown or seen.

    Raises:
        SettingsError: names what was wanted and what came.
    """

    def want(holds: bool, wanted: str, came: object) -> None:
        if not holds:
            raise SettingsError(f"scenario {source}: {wanted}, got {came}")

    want(0 < scenario.duration <= 86_400, "duration_s must lie in 0..86400", scenario.duration)
    want(listed > 0, "sensors must list at least one sensor", listed)
    want(listed == len(scenario.sensors), "sensors must have different ids", listed)
    unknown = sorted(set(scans) - set(scenario.sensors))
    want(not unknown, "scans must name listed sensors", ", ".join(unknown))
    for sensor in scenario.sensors.values():
        what = f"sensor {sensor.id}"
        want(abs(sensor.latitude_deg) <= 90, f"{what} latitude_deg in ±90", sensor.latitude_deg)
        want(sensor.scan_period_s > 0, f"{what} scan_period_s above 0", sensor.scan_period_s)
        probability = sensor.detection_probability
        want(
            probability is None or 0 <= probability <= 1,
            f"{what} detection_probability in 0..1",
            probability,
        )
        clutter = sensor.clutter_per_scan
        want(
            clutter is None or 0 <= clutter <= 1e4, f"{what} clutter_per_scan in 0..10000", clutter
        )
    objects = [launch.object for launch in scenario.launches]
    want(len(objects) == len(set(objects)), "launches must have different objects", objects)
    for launch in scenario.launches:
        what = f"launch {launch.object}"
        climb = launch.ascent
        solved = climb.burn_s is not None and climb.kick_deg is not None
        aimed = launch.range_km is not None and launch.apogee_km is not None
        want(
            solved or aimed, f"{what} needs burn_s and kick_deg, or range_km and apogee_km", "none"
        )
        for stage in launch.stages:
            burnt = stage.burn_s * stage.initial_acceleration_mps2 / stage.exhaust_speed_mps
            want(
                stage.burn_s > 0 and 0 < burnt < 0.97,
                f"{what} stages must burn between 0 and 97 % of their mass",
                burnt,
            )
        for number in (launch.range_km, launch.apogee_km, launch.flight_time_s):
            want(number is None or number > 0, f"{what} must fly farther than 0", number)
        want(abs(launch.latitude_deg) <= 90, f"{what} latitude_deg in ±90", launch.latitude_deg)
        want(climb.initial_acceleration_mps2 > 10, f"{what} must lift off: above 10 m/s²",
             climb.initial_acceleration_mps2)  # fmt: skip
        if climb.burn_s is not None:
            exhaust_speed = climb.exhaust_speed_mps or 2_250.0
            burnt = climb.burn_s * climb.initial_acceleration_mps2 / exhaust_speed
            want(0 < burnt < 0.97, f"{what} must burn between 0 and 97 % of its mass", burnt)
        if launch.break_up is not None:
            fragments = launch.break_up.fragments
            want(len(fragments) > 1, f"{what} break_up into at least two fragments", len(fragments))
            after = launch.break_up.after_burnout_s
            want(after >= 0, f"{what} break_up after_burnout_s of 0 or more", after)
            lightest = min(one.ballistic_coefficient_kgpm2 for one in fragments)
            want(lightest > 0, f"{what} fragments' ballistic_coefficient_kgpm2 above 0", lightest)
        want(
            launch.ballistic_coefficient_kgpm2 > 0,
            f"{what} ballistic_coefficient_kgpm2 above 0",
            launch.ballistic_coefficient_kgpm2,
        )
