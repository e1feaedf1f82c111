import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.errors import SettingsError
from launchwatch.settings import (
    Settings,
    read_settings,
    settings_from_json,
    settings_from_toml,
    settings_json,
)


def test_an_empty_file_gives_every_rooms_defaults():
    assert settings_from_toml("") == Settings()


def test_a_table_sets_what_it_names_and_leaves_the_rest():
    settings = settings_from_toml("[sensors]\nlate_s = 7\n[tracking]\nconfirm_plots = 5\n")
    assert settings.sensors.late_s == 7.0
    assert settings.sensors.early_s == Settings().sensors.early_s
    assert settings.tracking.confirm_plots == 5


def test_the_tables_of_the_service_are_left_to_it():
    text = "[watch]\nmode = 'live'\n[[feeds]]\nname = 'a'\n[sensors]\nlate_s = 3\n"
    assert settings_from_toml(text).sensors.late_s == 3.0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[trackin]\n", "no setting is called trackin; perhaps tracking"),
        ("[tracking]\ngate_lenght2 = 3\n", "perhaps tracking.gate_length2"),
        ("[sensors]\nqqq = 3\n", "one of late_s, early_s"),
        ("[sensors]\nlate_s = 'ten'\n", "sensors.late_s: expected float, got str, got 'ten'"),
        ("[sensors]\nlate_s = -1\n", "sensors.late_s: expected float > 0.0, got -1"),
        ("[sensors]\nlate_s = nan\n", "sensors.late_s must be finite, got nan"),
        ("sensors = 3\n", "sensors must be a table, got 3"),
        ("[warning]\nall_clear_margin_s = 300.0\n", "warning.all_clear_margin_s must be 0 to 30"),
        ("[sensors\n", "settings must be TOML"),
    ],
)
def test_what_cannot_be_used_is_named_with_file_key_and_what_is_allowed(tmp_path, text, said):
    path = tmp_path / "watch.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as caught:
        read_settings(path)
    assert said in str(caught.value)
    assert "watch.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere\.toml: .*No such file"):
        read_settings(tmp_path / "nowhere.toml")


def test_settings_come_back_from_json_as_they_were():
    settings = settings_from_toml("[sensors]\nlate_s = 0.1\n")
    assert settings_from_json(settings_json(settings)) == settings


@given(st.text(max_size=200))
def test_any_text_gives_settings_or_an_error_of_one_line(text):
    said = ""
    try:
        assert isinstance(settings_from_toml(text), Settings)
    except SettingsError as error:
        said = str(error)
    assert len(said.splitlines()) <= 1
