import importlib
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from launchwatch import __version__, cli
from launchwatch.errors import SettingsError


def run(*arguments):
    return CliRunner().invoke(cli.main, arguments)


@pytest.fixture
def failing(monkeypatch):
    """A command that raises what a test wants."""

    def install(error):
        @click.command()
        def command():
            raise error

        monkeypatch.setitem(cli.COMMANDS, "failing", "Fails.")
        module = type(sys)("launchwatch.cli.failing")
        module.command = command
        monkeypatch.setitem(sys.modules, "launchwatch.cli.failing", module)

    return install


def test_the_help_lists_every_command_with_one_line_and_examples():
    said = run("--help").output
    for name, what in cli.COMMANDS.items():
        assert f"  {name} " in said
        assert what in said
    assert "Examples:" in said


def test_the_help_imports_nothing_heavy():
    code = (
        "import sys; from launchwatch.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'numpy', 'numba', 'msgspec', 'rich', 'shapely'} & set(sys.modules)\n"
        "sys.exit(str(sorted(heavy)) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_version_is_told():
    assert __version__ in run("--version").output


@pytest.mark.parametrize("arguments", [("nonsense",), ("replay", "--nonsense"), ("--nonsense",)])
def test_a_command_that_cannot_be_used_gives_one_line_and_status_2(arguments):
    result = run(*arguments)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert "--help" in result.stderr
    assert result.stdout == ""


def test_no_command_shows_the_help_and_gives_status_2():
    result = run()
    assert result.exit_code == 2
    assert "Commands:" in result.stderr


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (SettingsError("file: wanted this,\ngot that"), 2, "wanted this, got that"),
        (KeyboardInterrupt(), 130, "stopped"),
        (OSError(28, "No space left on device"), 1, "No space left"),
    ],
)
def test_what_goes_wrong_on_purpose_ends_in_one_line(failing, error, status, said):
    failing(error)
    result = run("failing")
    assert result.exit_code == status
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_bug_is_not_hidden(failing):
    failing(ZeroDivisionError("a bug"))
    assert isinstance(run("failing").exception, ZeroDivisionError)


def test_a_reader_who_leaves_early_meets_no_traceback():
    code = (
        "import sys; from launchwatch import cli; import click, types\n"
        "module = types.ModuleType('launchwatch.cli.much')\n"
        "module.command = click.Command('much', callback=lambda: [\n"
        "    print('x' * 100) for _ in range(100000)])\n"
        "sys.modules['launchwatch.cli.much'] = module; cli.COMMANDS['much'] = 'Much.'\n"
        "cli.main(['much'])"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
    assert said == b""


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_help_with_an_example(name):
    command = importlib.import_module(f"launchwatch.cli.{name}").command
    assert isinstance(command, click.Command)
    result = run(name, "--help")
    assert result.exit_code == 0
    assert "Example" in result.output
    assert f"launchwatch {name}" in result.output
