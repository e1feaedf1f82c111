"""Write the pages that repeat what the program says of itself: commands, settings.

    python scripts/write_pages.py

A test compares the pages with what this would write, so that they cannot fall behind.
"""

import inspect
import re
from pathlib import Path
from typing import Any

import click
import msgspec

from launchwatch.cli import COMMANDS, main
from launchwatch.settings import Settings

DOCS = Path(__file__).resolve().parent.parent / "docs"
_WIDTH = 96

_COMMANDS = """# Commands

Written by `scripts/write_pages.py` from the commands themselves.

Exit status: 0 done; 1 the machine failed us (a full disk, say); 2 a command, a setting or a
file cannot be used, with one line on standard error that says what, where and what was wanted;
130 after Ctrl-C.
"""

_SETTINGS = """# Settings

Written by `scripts/write_pages.py` from the rooms' own settings. One TOML file holds them, one
table a room: `launchwatch replay --settings FILE` reads it, and `launchwatch watch` takes the
same tables from its configuration, beside `[watch]` and `[[feeds]]`, which
[the service](watching.md) describes. What is left out has its default; a key that nobody knows
is refused.
"""


def commands_page() -> str:
    """Give the page of commands: each one's help, as a terminal shows it."""
    parts = [_COMMANDS]
    with click.Context(main, info_name="launchwatch") as parent:
        for name in COMMANDS:
            command = main.get_command(parent, name)
            if command is None:
                raise SystemExit(f"{name} is listed, but there is no such command")
            text, context = _help(command, name, parent)
            parts.append(f"## launchwatch {name}\n\n{text}")
            for inner, one in getattr(command, "commands", {}).items():
                parts.append(f"### launchwatch {name} {inner}\n\n{_help(one, inner, context)[0]}")
    return "\n".join(parts)


def _help(command: click.Command, name: str, parent: click.Context) -> tuple[str, click.Context]:
    """Give a command's help as a block of text, and its context."""
    context = click.Context(command, parent, name, terminal_width=_WIDTH, max_content_width=_WIDTH)
    text = "\n".join(line.rstrip() for line in command.get_help(context).splitlines())
    return f"```text\n{text}\n```\n", context


def settings_page() -> str:
    """Give the page of settings: each key with its default and what the room says of it."""
    parts = [_SETTINGS]
    for room in msgspec.structs.fields(Settings):
        kind: Any = room.type
        said = attributes(kind)
        first = (inspect.getdoc(kind) or "").splitlines()[0]
        rows = [f"## [{room.name}]\n\n{first}\n\n| key | default | what it does |\n|---|---|---|"]
        for key in msgspec.structs.fields(kind):
            default = msgspec.json.encode(key.default).decode()
            rows.append(f"| `{key.name}` | `{default}` | {said.get(key.name, '')} |")
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def attributes(kind: type) -> dict[str, str]:
    """Give what a class's docstring says under Attributes, by name."""
    section = (inspect.getdoc(kind) or "").partition("Attributes:\n")[2]
    said: dict[str, str] = {}
    name = ""
    for line in section.splitlines():
        begins = re.match(r" {4}(\w+): (.*)", line)
        if begins:
            name = begins[1]
            said[name] = begins[2]
        elif name and line.startswith("     "):
            said[name] += " " + line.strip()
    return {name: text.replace("``", "`").replace("|", r"\|") for name, text in said.items()}


PAGES = {"commands.md": commands_page, "settings.md": settings_page}

if __name__ == "__main__":
    for file, page in PAGES.items():
        (DOCS / file).write_text(page(), encoding="utf-8")
