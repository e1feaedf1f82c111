"""What the map's table may say is described, and what cannot be is refused by name."""

import re
from pathlib import Path

import pytest

from launchwatch.edge.config import read_config
from launchwatch.edge.web.mapsettings import MapSettings
from launchwatch.errors import SettingsError

PAGE = Path(__file__).resolve().parents[3] / "docs/map.md"


def test_every_key_is_described():
    text = PAGE.read_text(encoding="utf-8")
    assert set(MapSettings.__struct_fields__) <= set(re.findall(r"`(\w+)`", text))


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("port = 70000", r"\[map\] port must lie in 0..65535, got 70000"),
        ('token = "short"', "16 characters or more"),
        ('certificate = "a.pem"', "certificate and key go together"),
        ("record_bytes = 10", "record_bytes must be 10000000 or more, got 10"),
        ("colour = 1", "allowed are address, port"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tmp_path, table, says):
    path = tmp_path / "watch.toml"
    path.write_text(
        '[watch]\nmode = "exercise"\nsensors = "s.json"\njournal = "j"\n'
        f'[[feeds]]\nname = "a"\nkind = "stdin"\n[map]\n{table}\n'
    )
    with pytest.raises(SettingsError, match=says):
        read_config(path)


def test_paths_are_relative_to_the_configuration(tmp_path):
    path = tmp_path / "watch.toml"
    path.write_text(
        '[watch]\nmode = "exercise"\nsensors = "s.json"\njournal = "j"\n'
        '[[feeds]]\nname = "a"\nkind = "stdin"\n[map]\nrecord = "scene"\n'
    )
    assert read_config(path).map.record == tmp_path / "scene"
