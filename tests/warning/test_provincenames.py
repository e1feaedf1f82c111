"""Every province of the protected states has a name in each language."""

import csv
from importlib import resources

import pytest

from launchwatch.messages.overflight import Province
from launchwatch.warning.provincenames import JAPANESE, KOREAN, province

FILE = resources.files("launchwatch") / "data" / "zones" / "provinces.csv"
ROWS = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize(("country", "table"), [("JPN", KOREAN), ("KOR", JAPANESE)])
def test_every_province_is_named_in_the_other_language(country, table):
    codes = {row["iso"] for row in ROWS if row["country"] == country}
    assert codes <= set(table)
    assert len(set(table.values())) == len(table)


@pytest.mark.parametrize(
    ("iso", "ko"),
    [("JP-01", "홋카이도"), ("JP-02", "아오모리현"), ("JP-13", "도쿄도"), ("JP-26", "교토부"),
     ("JP-32", "시마네현"), ("JP-42", "나가사키현"), ("JP-47", "오키나와현")],
)  # fmt: skip
def test_the_list_in_korean_is_in_the_codes_order(iso, ko):
    assert KOREAN[iso] == ko


def test_each_language_has_its_own_name():
    one = Province(country="JPN", name="Aomori", iso="JP-02", local="青森県")
    assert [province(one, language) for language in ("en", "ko", "ja")] == [
        "Aomori", "아오모리현", "青森県",
    ]  # fmt: skip
    other = Province(country="RUS", name="Primor'ye", local="")
    assert province(other, "ja") == "Primor'ye"
