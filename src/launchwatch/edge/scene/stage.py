"""The stage: all tables and trails of a scene, and what has changed on them."""

from typing import Any

from launchwatch.edge.scene.tables import Table, Trails
from launchwatch.messages.scene import TRAIL_COLUMNS, Bounds, Tables, Trail

BOUNDS = Bounds(
    trail_points=600,
    tracks=200,
    launches=200,
    traffic=2000,
    marks=1000,
    deliveries=500,
    warnings=200,
    events=500,
)
"""Ten minutes of a flight at a point a second, then thinner; a raid of fifty with its boosters;
two thousand ships and aircraft are some 2 MB of a full frame, a tenth of that compressed."""

_OVER = 120
"""Points that trails of a flight which is over keep: five seconds apart for one of ten minutes."""

_TRAILS_OF = {"launches": ("launches", "families")}


class Stage:
    """Tables by name, and the trails that belong to them."""

    def __init__(self, trail_points: int = BOUNDS.trail_points) -> None:
        self.tables: dict[str, Table[Any]] = {name: Table() for name in Tables.__struct_fields__}
        self.trails = {name: Trails(trail_points) for name in TRAIL_COLUMNS}

    def __getitem__(self, table: str) -> Table[Any]:
        return self.tables[table]

    def settle(self, track: str, fall: str, launch: str | None) -> None:
        """Thin the trails of a flight that is over: it is looked back on, not followed."""
        self.trails["tracks"].thin(track, _OVER)
        self.trails["falls"].thin(fall, _OVER)
        if launch is not None:
            self.trails["families"].thin(launch, _OVER)

    def drop(self, table: str, name: str) -> None:
        """Remove a row with its trails."""
        self.tables[table].drop(name)
        for trail in _TRAILS_OF.get(table, (table,)):
            if trail in self.trails:
                self.trails[trail].drop(name)

    def changes(
        self,
    ) -> tuple[Tables | None, dict[str, tuple[str, ...]], dict[str, dict[str, Trail]]]:
        """Give what was put, dropped and added since this was last asked."""
        put: dict[str, dict[str, Any]] = {}
        gone: dict[str, tuple[str, ...]] = {}
        for name, table in self.tables.items():
            fresh, dropped = table.changes()
            if fresh:
                put[name] = fresh
            if dropped:
                gone[name] = dropped
        trails = {
            name: changed for name, each in self.trails.items() if (changed := each.changes())
        }
        return (Tables(**put) if put else None), gone, trails

    def whole(self) -> tuple[Tables, dict[str, dict[str, Trail]]]:
        """Give everything that stands; what has changed stays to be told."""
        put = {name: dict(table.rows) for name, table in self.tables.items() if table.rows}
        trails = {name: all_ for name, each in self.trails.items() if (all_ := each.whole())}
        return Tables(**put), trails
