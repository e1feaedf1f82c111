"""Make what a configuration asks for: a clock, and an exchange with partners."""

from collections.abc import Callable

from launchwatch.edge.clock import Clock, PacedClock
from launchwatch.edge.config import Config
from launchwatch.edge.nations.exchange import Exchange
from launchwatch.sensors.roster import read_roster
from launchwatch.timescale import instant_from_utc

MOST_UNTOLD = 200_000
"""What the watch said that may wait to be told: a minute of the busiest."""


def clock_of(config: Config) -> Clock:
    """Give the clock by which a watch dates what arrives."""
    pace = config.watch.clock
    if pace is None:
        return Clock()
    return PacedClock(instant_from_utc(pace.begins), pace.starts, pace.speed)


def exchange_of(config: Config, clock: Clock, say: Callable[[str], None]) -> Exchange | None:
    """Give the exchange with partners; None where there are none.

    Raises:
        SettingsError: the roster, keys or partners cannot be used.
        JournalError: what was told cannot be gone on with.
    """
    if config.alliance is None:
        return None
    return Exchange(
        config.alliance,
        mode=config.watch.mode,
        clock=clock,
        contributors=read_roster(config.watch.sensors),
        say=say,
    )
