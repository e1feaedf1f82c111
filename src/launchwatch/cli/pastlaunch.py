"""Launches of the record by day or identifier, for commands that take a scenario's name."""

import re
from typing import TYPE_CHECKING

from launchwatch.errors import InputError, SettingsError

if TYPE_CHECKING:
    from launchwatch.record.history import History
    from launchwatch.record.pastreports import PastReports
    from launchwatch.simulate.scenario import Scenario

_NAMED = re.compile(r"\d{4}-\d\d-\d\d|[A-Za-z]{3}-\d{4}-\d\d-\d\d-\d+")

SEED = 0
"""Draws the family, so that one name gives one flight."""

_SENSORS_OF = "friday"


def past_reports(name: str) -> "PastReports":
    """Give what the record holds of a launch.

    Raises:
        InputError: there is none of that name, or too little is known of it.
    """
    from launchwatch.record.pastreports import launch_named, reports_of

    record = _record()
    return reports_of(record, launch_named(record, name)[0])


def scenario_named(name: str) -> "Scenario":
    """Give a built-in scenario, a TOML file's, or the flight that fits a launch of the record.

    Raises:
        SettingsError: there is none, or it cannot be flown; says why.
    """
    from launchwatch.simulate.scenario import load, names, parsed

    if name in names() or not _NAMED.fullmatch(name):
        return load(name)
    identifier, text = scenario_of(name)
    return parsed(text.encode(), identifier, name)


def scenario_of(name: str) -> tuple[str, str]:
    """Give the identifier of a launch of the record, and its most probable flight as TOML.

    Raises:
        SettingsError: there is none of that name, or none that fits what was said of it.
    """
    from launchwatch.cli.accounts import NOTE, reconstructions
    from launchwatch.cli.flyable import flyable
    from launchwatch.record.pastreports import launch_named, reports_of
    from launchwatch.record.reconciling import reconcile
    from launchwatch.record.scenariofile import scenario_text
    from launchwatch.simulate.scenario import load

    record = _record()
    try:
        launch, others = launch_named(record, name)
        known = reports_of(record, launch)
    except InputError as error:
        raise SettingsError(str(error)) from None
    account = reconcile(known.reports)
    found, why = reconstructions(account, load(_SENSORS_OF).sensors, SEED, known.assumed)
    flown = [(one.item, flyable(one.courses[0])) for one in found if one.courses]
    if not flown:
        raise SettingsError(f"{launch.launch_id} cannot be flown: {why}")
    title = f"{launch.date.isoformat()}, {launch.place or 'place not known'}"
    if launch.family or launch.launch_class:
        title += f", {launch.family or launch.launch_class}"
    many = launch.number is None or launch.number > 1 or bool(launch.number_qualifier)
    title += ": one of several, as reports allow it" if many else ": as reports allow it"
    note = NOTE
    if others:
        note += (
            f"\nThe record's other launches of that day: {', '.join(o.launch_id for o in others)}."
        )
    return launch.launch_id, scenario_text(account, flown, title, note=note)


def _record() -> "History":
    from launchwatch.edge.historystore import history

    return history()
