"""`launchwatch read`: claims for a report, one line and status 2 for what is none."""

import json

import pytest
from click.testing import CliRunner

from launchwatch.cli import main
from launchwatch.cli.read import command

TEXT = (
    "North Korea fired two ballistic missiles on Monday. They flew about 700 km (380 miles), the "
    "South's military said, and fell outside Japan's exclusive economic zone.\n"
)
FIELDS = {"kind", "value", "unit", "text", "start", "end", "source", "doubt", "qualifier"}


@pytest.fixture
def run(capfd, tmp_path):
    def call(content, *options):
        file = tmp_path / "article.txt"
        file.write_bytes(content)
        with pytest.raises(SystemExit) as ended:
            main(["read", str(file), *options])
        return (ended.value.code or 0, *capfd.readouterr())

    return call


def test_claims_come_as_json_with_the_words_they_came_from(run):
    status, out, err = run(TEXT.encode(), "--json", "--published", "2022-06-07")
    claims = json.loads(out)["claims"]
    assert (status, err) == (0, "")
    assert all(
        set(one) == FIELDS and TEXT[one["start"] : one["end"]] == one["text"] for one in claims
    )
    by_kind = {one["kind"]: one for one in claims}
    assert by_kind["count"]["value"] == 2
    assert by_kind["range"]["value"] == 700
    assert "disagree" in by_kind["range"]["doubt"]
    assert by_kind["range"]["source"] == "South Korea's Joint Chiefs of Staff"
    assert by_kind["zone_verdict"]["value"] == {"zone": "JPN-EEZ", "verdict": "outside"}
    assert by_kind["launch_date"]["value"] == "2022-06-06"


def test_for_people_there_is_a_line_a_claim(run):
    status, out, _ = run(TEXT.encode())
    assert status == 0
    assert 'range: about 700 km | "about 700 km (380 miles)"' in out
    assert "DOUBT: the two units disagree" in out


@pytest.mark.parametrize("content", [b"", b"\n", b"Rain is expected on Sunday."])
def test_a_text_without_claims_says_so(run, content):
    assert run(content)[:2] == (0, "no claims found\n")
    assert json.loads(run(content, "--json")[1]) == {"claims": []}


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\xff\xd8\xff\xe0" + bytes(500), "UTF-8"),
        (bytes(500), "binary"),
        (b"The missile flew. " * 600_000, "250,000 bytes"),
        ("弾道ミサイル".encode("shift_jis"), "UTF-8"),
    ],
    ids=["picture", "zeros", "enormous", "other encoding"],
)
def test_what_cannot_be_read_gets_one_line_and_status_2(run, content, text):
    status, out, err = run(content)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert text in err
    assert "article.txt" in err


def test_a_missing_file_and_a_day_that_is_none_get_one_line_and_status_2(run, capfd):
    assert "2023-07-12" in run(TEXT.encode(), "--published", "Monday")[2]
    with pytest.raises(SystemExit) as ended:
        main(["read", "missing.txt"])
    assert ended.value.code == 2
    assert "missing.txt" in capfd.readouterr().err


def test_help_shows_an_example():
    told = CliRunner().invoke(command, ["--help"])
    assert told.exit_code == 0
    assert "launchwatch read article.txt" in told.output
