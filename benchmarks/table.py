"""Run every benchmark and write docs/benchmarks.md: ``python benchmarks/table.py [NAME...]``.

A benchmark is a file ``bench_<name>.py`` beside this one. One that knows ``--json`` prints a
list of rows with what, value, unit and goal, and becomes a table; another's output is shown as
it is. NAMEs measure those alone and leave the other sections as they were.
"""

import ast
import datetime as dt
import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PAGE = HERE.parent / "docs/benchmarks.md"

HEAD = """# Benchmarks

Written by `python benchmarks/table.py`, which runs each benchmark below. Numbers are of one machine
on one day: compare within a run, not between machines. None of them is a test.
"""

SECTION = re.compile(r"^(## .*\n\n`python benchmarks/(\w+\.py)`[\s\S]*?)(?=^## |\Z)", re.MULTILINE)


def section(path: Path) -> str:
    """Run one benchmark and give its section of the page."""
    said = (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or path.stem).split("\n")
    title = said[0].partition(": ``")[0].rstrip(".")
    tabular = '"--json"' in path.read_text(encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(path), *(["--json"] if tabular else [])],
        stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    body = rows(done.stdout) if tabular else f"```text\n{done.stdout.rstrip()}\n```"
    return f"## {title}\n\n`python benchmarks/{path.name}`, {machine()}\n\n{body}\n"


def rows(text: str) -> str:
    """Turn a benchmark's rows into a table."""
    lines = ["| | measured | | goal |", "|---|---|---|---|"]
    for row in json.loads(text):
        value = f"{row['value']:,.4g}" if isinstance(row["value"], float) else row["value"]
        lines.append(f"| {row['what']} | {value} | {row['unit']} | {row.get('goal', '')} |")
    return "\n".join(lines)


def machine() -> str:
    """Say where and when, and how busy it was."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    name = model[1] if model else platform.machine()
    day = dt.datetime.now(dt.UTC).date()
    load = f"load {os.getloadavg()[0]:.1f}"
    return f"{name}, {os.cpu_count()} cores, {load}, Python {platform.python_version()}, {day}"


def main() -> None:
    """Run what is asked for and write the page."""
    wanted = sys.argv[1:]
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    kept = {name: text for text, name in SECTION.findall(page)}
    parts = [HEAD]
    for path in sorted(HERE.glob("bench_*.py")):
        if not wanted or path.stem.removeprefix("bench_") in wanted:
            print(f"measuring {path.name} ...", file=sys.stderr)
            parts.append(section(path))
        elif path.name in kept:
            parts.append(kept[path.name].rstrip() + "\n")
    PAGE.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
