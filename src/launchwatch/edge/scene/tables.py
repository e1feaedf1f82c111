"""Tables and trails that know what has changed since somebody last asked."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from launchwatch.messages.scene import Point, Trail

Row = TypeVar("Row")


class Table(Generic[Row]):
    """Rows by name."""

    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self._fresh: set[str] = set()
        self._gone: set[str] = set()

    def put(self, name: str, row: Row) -> bool:
        """Set a row; say whether that changed anything."""
        if self.rows.get(name) == row:
            return False
        self.rows[name] = row
        self._fresh.add(name)
        self._gone.discard(name)
        return True

    def drop(self, name: str) -> None:
        """Remove a row, if it is there."""
        if self.rows.pop(name, None) is not None:
            self._fresh.discard(name)
            self._gone.add(name)

    def changes(self) -> tuple[dict[str, Row], tuple[str, ...]]:
        """Give the rows put and the names dropped since this was last asked."""
        fresh = {name: self.rows[name] for name in sorted(self._fresh)}
        gone = tuple(sorted(self._gone))
        self._fresh, self._gone = set(), set()
        return fresh, gone


class Trails:
    """Series of points by name, each of bounded length.

    A trail that has grown to its limit loses every second point of its older half, so that the
    whole of it stays, the newest part the closest.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self._points: dict[str, list[Point]] = {}
        self._sent: dict[str, int] = {}

    def add(self, name: str, point: Point) -> None:
        """Append a point."""
        points = self._points.setdefault(name, [])
        points.append(point)
        if len(points) > self.limit:
            half = len(points) // 2
            points[:half] = points[:half:2]
            self._sent[name] = 0

    def thin(self, name: str, limit: int) -> None:
        """Leave a trail that grows no more so many points at most, its last one among them."""
        points = self._points.get(name, [])
        if len(points) > limit:
            count = len(points)
            points[:] = [points[(number + 1) * count // limit - 1] for number in range(limit)]
            self._sent[name] = 0

    def last(self, name: str) -> Point | None:
        """Give a trail's newest point."""
        points = self._points.get(name)
        return points[-1] if points else None

    def drop(self, name: str) -> None:
        """Forget a trail; it goes with its row, and nobody is told apart."""
        self._points.pop(name, None)
        self._sent.pop(name, None)

    def changes(self) -> dict[str, Trail]:
        """Give what trails have gained since this was last asked."""
        found = {}
        for name, points in self._points.items():
            sent = self._sent.get(name, 0)
            if sent < len(points):
                found[name] = Trail(keep=sent, points=tuple(points[sent:]))
                self._sent[name] = len(points)
        return found

    def whole(self) -> dict[str, Trail]:
        """Give all trails from their beginnings."""
        return {name: Trail(keep=0, points=tuple(all_)) for name, all_ in self._points.items()}


def oldest_first(rows: Iterable[tuple[int, str]], limit: int) -> list[str]:
    """Name what must go so that a limit is kept: the oldest of (time, name)."""
    listed = sorted(rows)
    return [name for _, name in listed[: max(len(listed) - limit, 0)]]
