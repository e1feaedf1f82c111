"""Words: complete in three languages, and numbers no finer than they are known."""

import re
import string
from pathlib import Path

import pytest

import launchwatch.warning.policy as policy
from launchwatch.assessment import places
from launchwatch.messages.assessment import FamilyProbabilities
from launchwatch.timescale import instant_from_utc
from launchwatch.warning import bulletin, names, phrases, wording

LANGUAGES = ("en", "ko", "ja")
FRIDAY = instant_from_utc("2025-11-07T01:17:31Z")
TABLES = {
    "states": names.STATES,
    "sectors": names.SECTORS,
    "seas": names.SEAS,
    "open zones": names.OPEN_ZONES,
    "zone kinds": names.ZONE_KINDS,
    "families": names.FAMILIES,
    "directions": dict(enumerate(names.DIRECTIONS)),
    "reasons": wording.REASONS,
    "modes": wording.MODES,
    "mode tags": wording.MODE_TAGS,
    "headlines": bulletin.HEADLINES,
    "instructions": bulletin.INSTRUCTIONS,
    "phrases": phrases.PHRASES,
}


def fields(pattern):
    return {name for _, name, _, _ in string.Formatter().parse(pattern) if name}


@pytest.mark.parametrize("table", TABLES)
def test_every_entry_has_all_three_languages(table):
    for key, words in TABLES[table].items():
        assert tuple(words) == LANGUAGES, key
        assert all(words[language].strip(" ,") for language in LANGUAGES), key


@pytest.mark.parametrize("table", ["reasons", "phrases"])
def test_every_language_tells_the_same_fields(table):
    for key, words in TABLES[table].items():
        told = {language: fields(words[language]) - {"way", "toward"} for language in LANGUAGES}
        assert told["en"] == told["ko"] == told["ja"], key


def test_korean_is_written_in_hangul_and_japanese_in_kana():
    for table in TABLES.values():
        for words in table.values():
            assert not re.search("[ぁ-んァ-ヶ]", words["ko"])
            assert not re.search("[가-힣]", words["ja"])


def test_every_class_of_vehicle_has_a_name():
    for name in FamilyProbabilities.__struct_fields__:
        assert name.replace("_", "-") in names.FAMILIES


def test_every_reason_that_the_policy_gives_has_a_sentence():
    folder = Path(policy.__file__).parent
    source = "".join(
        (folder / name).read_text() for name in ("policy.py", "grounds.py", "picture.py")
    )
    for code in wording.REASONS:
        assert re.search(rf'"{code}[" ]', source), code
    assert "{" not in wording.reason("protected JPN 0.02 0.01", "en")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "PRK:northwest:near-CHN",
            "the northwestern part of North Korea, near the border with China",
        ),
        ("PRK", "North Korea"),
        ("SEA:east-sea", "the East Sea / Sea of Japan"),
        ("SEA:somewhere", "somewhere"),
        ("a place in words", "a place in words"),
        ("-", ""),
    ],
)
def test_places_are_named(code, said):
    assert names.place(code, "en") == said


def test_the_sea_bears_each_languages_name():
    assert names.place("SEA:east-sea", "ko") == "동해"
    assert names.place("SEA:east-sea", "ja") == "日本海"


def test_every_place_and_sea_of_the_gazetteer_has_words():
    assert set(places.COUNTRIES) <= set(names.STATES)
    assert set(places.PARTS) == set(names.SECTORS)
    assert set(places.SEAS) == set(names.SEAS)


def test_zones_are_named_and_a_drawn_zone_keeps_its_name():
    assert names.zone("JPN-EEZ", "en") == "Japan's exclusive economic zone (EEZ)"
    assert names.zone("JPN-EEZ", "ja") == "我が国の排他的経済水域(EEZ)"
    assert names.zone("KOR-territorial-sea", "ko") == "대한민국의 영해"
    assert names.zone("danger area 7", "ja") == "danger area 7"


def test_times_are_local_and_utc():
    assert wording.clock(FRIDAY, "en") == "10:17:31 KST/JST (01:17:31 UTC)"
    assert wording.clock(FRIDAY, "en", 20.0) == "about 10:17 KST/JST (01:17 UTC)"
    assert wording.clock(FRIDAY, "ko", 20.0) == "오전 10시 17분경(UTC 01:17)"
    assert wording.clock(FRIDAY, "ja", 1.0) == "10時17分31秒頃(UTC 01:17:31)"
    assert wording.day(instant_from_utc("2025-11-06T16:00:00Z"), "ko") == "2025년 11월 7일(금)"
    assert wording.clock(instant_from_utc("2025-11-06T15:05:00Z"), "ko", 60.0).startswith(
        "오전 0시 5분"
    )
    assert wording.clock(instant_from_utc("2025-11-06T03:05:00Z"), "ko", 60.0).startswith(
        "오후 12시 5분"
    )


@pytest.mark.parametrize(
    ("value", "sigma", "said", "wide"),
    [
        (699.7, 2.0, "about 700 km", "± 4 km"),
        (698.3, 2.0, "about 698 km", "± 4 km"),
        (698.3, 20.0, "about 700 km", "± 40 km"),
        (4123.0, 300.0, "about 4,100 km", "± 600 km"),
        (183.2, 0.01, "about 183 km", "± 1 km"),
        (183.2, None, "about 183 km", ""),
        (183.2, float("nan"), "about 183 km", ""),
    ],
)
def test_numbers_are_rounded_to_what_is_known(value, sigma, said, wide):
    assert wording.about(value, sigma, "km", "en") == said
    assert wording.spread(sigma, "km", "en") == wide


def test_nothing_is_certain():
    assert wording.percent(0.0, "en") == "less than 0.1 %"
    assert wording.percent(1.0, "ko") == "99.9% 초과"
    assert wording.percent(0.998, "en") == "99.8 %"
    assert wording.percent(0.62, "ja") == "62%"
    assert wording.percent(0.05, "en") == "5 %"
    assert wording.percent(float("nan"), "en") == "less than 0.1 %"


def test_reasons_become_sentences_and_other_text_passes_through():
    told = wording.reason("protected JPN 0.0230 0.0100", "ja")
    assert told.startswith("我が国の領土又は領海に落下する可能性が否定できません(確率2.3%")
    assert wording.reason("zone-changed KOR-EEZ 0.7", "ko").startswith(
        "낙하 가능성이 가장 높은 곳이 대한민국의 배타적 경제수역(EEZ)으로"
    )
    assert wording.reason("zone-changed high-seas 0.7", "ko").count("공해로") == 1
    assert wording.reason("track-lost 2025-11-07T16:00:00Z", "en").count("01:00:00 KST") == 1
    assert wording.reason("launch-withdrawn clutter", "en").endswith("(clutter)")
    assert wording.reason("a person's own words", "ko") == "a person's own words"
    assert wording.reason("protected", "en") == "protected"
