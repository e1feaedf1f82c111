"""Read who imports whom, and find what breaks the plan of the house.

Below in `FLOORS` means below in the house: a module may import from floors under its own,
and from its own room. Rooms on one floor meet in the engine, by messages.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

HOUSE = "launchwatch"

FLOORS: tuple[tuple[frozenset[str], ...], ...] = (
    (frozenset({"", "errors", "constants", "timescale", "compiling"}),),
    (frozenset({"messages"}),),
    (frozenset({"earth"}),),
    (frozenset({"flight"}), frozenset({"estimation"}), frozenset({"scoring"})),
    (
        *(frozenset({room}) for room in ("sensors", "tracking", "assessment", "warning")),
        *(frozenset({room}) for room in ("record", "simulate", "nations")),
    ),
    (
        frozenset(
            {"settings", "engine", "rehearsal", "journal", "journalfile", "walcheck", "repeating",
             "plugins"}
        ),
    ),
    (frozenset({"edge"}),),
    (frozenset({"cli", "__main__"}),),
)  # fmt: skip
"""From the ground up; each floor's rooms, each room's modules. The package itself is ``""``."""

CORRIDOR = 5
FORBIDDEN_BELOW = frozenset(
    {"asyncio", "socket", "time", "random", "threading", "sqlite3", "urllib", "http"}
)
"""What waits, asks the clock, draws unseeded or reaches outside: not for the rooms."""

CLOCKS = {
    "time": {"time", "time_ns", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns"},
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
}
CLOCK_FILE = "edge/clock.py"


def broken(source: Path) -> list[str]:
    """Tell every import and call in a package's folder that the plan does not allow."""
    found = []
    for path in sorted(source.rglob("*.py")):
        name = path.relative_to(source)
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        found += [f"{name}:{line}: {what}" for line, what in _faults(name, tree)]
    return found


def _faults(name: Path, tree: ast.AST) -> Iterator[tuple[int, str]]:
    room = name.parts[0].removesuffix(".py") if name.parts[0] != "__init__.py" else ""
    place = _place(room)
    if place is None:
        yield 1, f"{room} stands on no floor of the plan"
        return
    floor = place[0]
    for line, module in _imports(name, tree):
        top, _, rest = module.partition(".")
        if top == HOUSE:
            yield from _down(line, room, place, rest.partition(".")[0])
        elif top in FORBIDDEN_BELOW and floor < CORRIDOR:
            yield line, f"{room} imports {top}, which is for the corridor and above"
    if name.as_posix() != CLOCK_FILE:
        for line, call in _clock_readings(tree):
            yield line, f"asks the clock by {call}; only {CLOCK_FILE} may"


def _down(line: int, room: str, place: tuple[int, int], other: str) -> Iterator[tuple[int, str]]:
    there = _place(other)
    if there is None:
        yield line, f"{room} imports {other}, which stands on no floor of the plan"
    elif there[0] > place[0]:
        yield line, f"{room} imports {other}, which lies above it"
    elif there[0] == place[0] and there[1] != place[1]:
        yield line, f"{room} imports {other}, a room on its own floor"
    elif other == "simulate" and room not in ("cli", "simulate"):
        yield line, f"{room} imports simulate, which only commands may"


def _place(room: str) -> tuple[int, int] | None:
    for floor, rooms in enumerate(FLOORS):
        for number, modules in enumerate(rooms):
            if room in modules:
                return floor, number
    return None


def _imports(name: Path, tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Give each imported module's full name; imports for type checking count too."""
    inside = [HOUSE, *name.with_suffix("").parts]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            module = node.module or ""
            if node.level:
                module = ".".join([*inside[: -node.level], *filter(None, [module])])
            if module == HOUSE:
                for alias in node.names:
                    inner = "" if alias.name.startswith("__") else alias.name
                    yield node.lineno, f"{HOUSE}.{inner}"
            else:
                yield node.lineno, module
        elif (
            isinstance(node, ast.Call)
            and _dotted(node.func).rpartition(".")[2] in ("import_module", "__import__")
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.lineno, str(node.args[0].value)


def _clock_readings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = _dotted(node.value).rpartition(".")[2]
            if node.attr in CLOCKS.get(owner, ()):
                yield node.lineno, f"{owner}.{node.attr}"
        elif isinstance(node, ast.ImportFrom) and node.module == "time":
            for alias in node.names:
                if alias.name in CLOCKS["time"]:
                    yield node.lineno, f"time.{alias.name}"


def _dotted(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""
