"""`python -m launchwatch`: the same command line, where scripts are not on the path."""

from launchwatch.cli import main

main(prog_name="launchwatch")
