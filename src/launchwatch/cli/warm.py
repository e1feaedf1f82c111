"""`launchwatch warm`: compile the kernels ahead, so that the first watch starts at once."""

import json
import subprocess
import sys

import click


@click.command(
    epilog="""\b
Example:
  launchwatch warm
"""
)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def command(as_json: bool) -> None:
    """Compile the numerical kernels and keep them for later starts.

    About half a minute the first time, about a second when they are kept already. The
    folder is ~/.cache/launchwatch, or what LAUNCHWATCH_CACHE names.
    """
    # Slow libraries, and all the kernels: loaded behind the progress line.
    from rich.console import Console

    from launchwatch.edge.clock import monotonic

    start = monotonic()
    with Console(stderr=True).status("compiling the numerical kernels, once; about 30 s"):
        from launchwatch.compiling import cache_folder

        # A second core compiles meanwhile what `ready` comes to last, and then finds kept.
        part = "from launchwatch.engine import ready_to_fall; ready_to_fall()"
        with subprocess.Popen([sys.executable, "-c", part], stderr=subprocess.DEVNULL):  # noqa: S603
            from launchwatch import engine

            engine.ready()
    took = monotonic() - start
    folder = str(cache_folder())
    if as_json:
        click.echo(json.dumps({"ready_s": round(took, 3), "cache": folder}))
    else:
        click.echo(f"Kernels are ready after {took:.1f} s, and kept in {folder}.")
