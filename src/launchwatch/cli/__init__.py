"""The command line: one file a command, each loaded when it is called.

Everything that goes wrong on purpose ends here as one line on standard error: status 2 for
a command, a setting or a file that cannot be used, 1 where the machine failed us (a full
disk), 130 after Ctrl-C. Nothing heavy is imported here, so that ``--help`` stays quick.
"""

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from launchwatch import __version__
from launchwatch.errors import LaunchwatchError

COMMANDS = {
    "demo": "Watch a built-in launch, live, with a report of it.",
    "replay": "Run recorded plots or a past watch's journal again.",
    "simulate": "Make the plots that sensors would report.",
    "zone": "Say in whose waters or on whose land a point lies.",
    "zones": "Bring in zones drawn by others.",
    "warm": "Compile the numerical kernels ahead.",
    "watch": "Run the service: receive, track, judge, warn, record.",
    "approve": "Give one person's consent to a public warning.",
    "cancel": "Take a warning back everywhere it went.",
    "outbox": "See what left, to whom, with what receipt; make keys.",
    "keys": "Make, trust, rotate and revoke a node's keys.",
    "show": "Query what was known when.",
    "decode": "Print what a file of ships, aircraft or radars says.",
    "read": "Read a public report into claims, each with its doubts.",
    "history": "Ask the record of past launches, and report a month.",
    "reconstruct": "Hold reports of a launch together; find flights that fit.",
}
"""What the help shows, kept here so that no command has to be imported for it."""

_EXAMPLES = """\b
Examples:
  launchwatch demo --speed 20
  launchwatch simulate friday --seed 1 --out scenario
  launchwatch replay scenario/plots.jsonl --sensors scenario/sensors.json --out seen
  launchwatch zone 41.1 134.9
"""


class _Commands(click.Group):
    """A group that imports ``launchwatch.cli.<name>`` and takes its ``command`` when called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"launchwatch.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def main(  # type: ignore[override]  # one signature for click's two overloads
        self, args: Sequence[str] | None = None, **extra: Any
    ) -> Any:
        """Run a command and leave with its status, whatever happens to it."""
        if extra.pop("standalone_mode", True):
            sys.exit(self._status(args, {"prog_name": "launchwatch"} | extra))
        return super().main(args, standalone_mode=False, **extra)

    def _status(self, args: Sequence[str] | None, extra: dict[str, Any]) -> int:
        name = extra["prog_name"] = extra["prog_name"] or "launchwatch"
        try:
            status = super().main(args, standalone_mode=False, **extra)
            sys.stdout.flush()
        except click.ClickException as error:
            context = getattr(error, "ctx", None)
            path = context.command_path if context is not None else name
            _say(f"{path}: {error.format_message()} (see {path} --help)")
            return 2
        except LaunchwatchError as error:
            _say(f"{name}: {error}")
            return 2
        except click.Abort:
            _say(f"{name}: stopped")
            return 130
        except BrokenPipeError:
            # Whoever read our output left; nothing more can be written, not even at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        except OSError as error:
            _say(f"{name}: {error}")
            return 1
        return status if isinstance(status, int) else 0


def _say(text: str) -> None:
    click.echo(" ".join(text.split()), err=True)


@click.group(
    cls=_Commands,
    epilog=_EXAMPLES,
    invoke_without_command=True,
    context_settings={"max_content_width": 100},
)
@click.version_option(__version__, prog_name="launchwatch")
@click.pass_context
def main(context: click.Context) -> None:
    """See a missile launch, track it, say where it will fall and whose waters those are,
    tell those who must know, and keep the record.

    For research, training and civil protection; not a certified warning system.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help(), err=True)
        context.exit(2)
