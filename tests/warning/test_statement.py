"""Statements: what they say of a flight like that of a Friday in November 2025."""

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchwatch.messages.announced import AnnouncedFall
from launchwatch.messages.assessment import Citation, ResolutionAssessment
from launchwatch.messages.fallarea import ZoneProbability
from launchwatch.messages.hazard import Endangered
from launchwatch.messages.report import LaunchSummary
from launchwatch.messages.verdict import ZoneVerdict
from launchwatch.timescale import instant_after, instant_from_utc
from launchwatch.warning.statement import statements

LAUNCH = instant_from_utc("2025-11-07T01:17:31Z")
MODES = ("live", "exercise", "simulation", "replay")


def zones(**given):
    names = {"eez": "JPN-EEZ", "sea": "JPN-territorial-sea", "land": "JPN-land"}
    kinds = {"eez": "eez", "sea": "territorial-sea", "land": "land"}
    return tuple(
        ZoneProbability(zone=names[key], kind=kinds[key], probability=p) for key, p in given.items()
    )


@pytest.fixture
def friday():
    return LaunchSummary(
        launch_id="L1", track_ids=("T1",), probability=0.999, cancelled=False,
        launch_time=LAUNCH, launch_time_sigma_s=0.4, latitude_deg=40.2, latitude_deg_sigma=0.005,
        longitude_deg=125.2, longitude_deg_sigma=0.008, place="PRK:northwest:near-CHN",
        range_km=699.7, range_km_sigma=0.9, apogee_km=183.2, apogee_km_sigma=0.15,
        flight_time_s=472.0, flight_time_s_sigma=0.7, fall_time=instant_after(LAUNCH, 472),
        fall_time_sigma_s=0.6, fall_latitude_deg=40.1, fall_latitude_deg_sigma=0.004,
        fall_longitude_deg=133.4, fall_longitude_deg_sigma=0.006, zones=zones(eez=0.002),
        family="short-range", family_probability=0.94,
        first_detection_time=instant_after(LAUNCH, 12),
        first_fallarea_time=instant_after(LAUNCH, 31), fall_place="SEA:east-sea",
        last_plot_time=instant_after(LAUNCH, 460),
    )  # fmt: skip


def verdict(call, reverses="", claims="median"):
    return ZoneVerdict(
        launch_id="L1", track_id="T1", revision=1, time=instant_after(LAUNCH, 140),
        epoch=instant_after(LAUNCH, 140), mode="simulation", body="whole", zone="JPN-EEZ",
        kind="eez", claims=claims, verdict=call, probability=0.3, distance_m=4e3,
        reverses=reverses,
    )  # fmt: skip


def say(summary, mode="simulation"):
    told = statements(summary, mode=mode, time=instant_after(LAUNCH, 520))
    return {statement.language: statement for statement in told}


def test_the_three_statements_hold_the_facts(friday):
    told = say(friday)
    english, korean, japanese = (told[language].text for language in ("en", "ko", "ja"))
    for fact in (
        "Friday, 7 November 2025, at about 10:17:31 KST/JST (01:17:31 UTC)",
        "one object believed to be a short-range ballistic missile was launched eastward",
        "the northwestern part of North Korea, near the border with China",
        "about 700 km (± 2 km)",
        "maximum altitude of about 183 km (± 1 km)",
        "about 7 min 52 s",
        "in the East Sea / Sea of Japan",
        "outside Japan's exclusive economic zone (EEZ) (probability 99.8 %)",
        "Japan less than 0.1 %; South Korea less than 0.1 %",
        "(probability 94 %)",
        "12 s after launch",
        "the fall itself was not observed",
        "No report on damage can be given by this system.",
    ):
        assert fact in english
    for fact in (
        "오전 10시 17분 31초경",
        "단거리 탄도미사일",
        "약 700km(±2km)",
        "동해",
        "확률 99.8%",
    ):
        assert fact in korean
    for fact in ("10時17分31秒頃", "短距離弾道ミサイル", "約700km(±2km)", "日本海",
                 "我が国の排他的経済水域(EEZ)の外側"):  # fmt: skip
        assert fact in japanese


@pytest.mark.parametrize("mode", MODES)
def test_what_is_not_live_says_so_first(friday, mode):
    for statement in say(friday, mode).values():
        first = statement.text.split("\n")[0]
        words = ("not a", "아닙니다", "ありません")
        assert any(word in first for word in words) == (mode != "live")
        assert statement.title[0] in "SERE[【" if mode != "live" else statement.title
        assert statement.mode == mode
    assert ("simulated sensors" in say(friday, mode)["en"].text) == (mode == "simulation")


def test_between_sure_and_sure_no_verdict_is_given(friday):
    split = msgspec.structs.replace(friday, zones=zones(eez=0.3, sea=0.1, land=0.05))
    text = say(split)["en"].text
    assert "cannot be decided yet (probability of inside 45 %)" in text
    assert "Japan 15 %" in text
    inside = msgspec.structs.replace(friday, zones=zones(eez=0.9, sea=0.08, land=0.0))
    assert (
        "inside Japan's exclusive economic zone (EEZ) (probability 98 %)" in say(inside)["en"].text
    )


def test_claim_sets_are_joined_by_the_larger_probability(friday):
    both = tuple(
        ZoneProbability(zone="JPN-EEZ", kind="eez", probability=p, claims=claims)
        for claims, p in (("JPN", 0.6), ("KOR", 0.0))
    )
    text = say(msgspec.structs.replace(friday, zones=both))["en"].text
    assert "cannot be decided yet (probability of inside 60 %)" in text


def test_a_verdict_by_computed_medians_says_so(friday):
    by_median = (ZoneProbability(zone="KOR-EEZ", kind="eez", probability=0.99, claims="median"),)
    told = say(msgspec.structs.replace(friday, zones=by_median))
    assert "express no view on any claim" in told["en"].text
    assert "express no view" not in say(friday)["en"].text


def test_a_fall_on_land_is_said_first(friday):
    ashore = (ZoneProbability(zone="PRK-land", kind="land", probability=0.97),)
    text = say(msgspec.structs.replace(friday, zones=ashore))["en"].text
    assert "most probably lies in North Korea's land territory (probability 97 %)" in text


def test_a_doubtful_class_is_not_asserted(friday):
    doubtful = msgspec.structs.replace(friday, family_probability=0.6)
    assert "but this is not certain (probability 60 %)" in say(doubtful)["en"].text
    unknown = msgspec.structs.replace(friday, family="unknown", family_probability=0.9)
    for statement in say(unknown).values():
        for short_range in ("short-range", "단거리", "短距離"):
            assert short_range not in statement.title + statement.text
    assert "one object, possibly a ballistic missile, was launched" in say(unknown)["en"].text


def test_a_lost_flight_claims_no_fall(friday):
    lost = msgspec.structs.replace(
        friday, fall_time=None, range_km=None, apogee_km=None, fall_latitude_deg=None,
        fall_longitude_deg=None, zones=(), fall_place="", flight_time_s=None,
    )  # fmt: skip
    text = say(lost)["en"].text
    assert "Where and when it falls, how far it flies and how high are not known." in text
    assert "have fallen" not in text
    assert "outside" not in text


def test_before_the_fall_time_nothing_is_said_to_have_fallen(friday):
    early = {
        told.language: told.text
        for told in statements(friday, mode="live", time=instant_after(LAUNCH, 300))
    }
    assert "If it continues as measured, it is expected to fly about 700 km" in early["en"]
    assert "have fallen" not in early["en"]
    assert "not observed" not in early["en"]
    assert "낙하할 것으로 예상됩니다" in early["ko"]
    assert "落下するものと予想されます" in early["ja"]


def test_a_withdrawn_launch_says_only_that(friday):
    for statement in say(msgspec.structs.replace(friday, cancelled=True)).values():
        assert len(statement.text.split("\n\n")) == 2
        assert "700" not in statement.text


def test_no_statement_claims_that_there_was_no_damage(friday):
    for mode in MODES:
        text = say(friday, mode)["en"].text
        assert text.count("damage") == 1
        assert "no damage" not in text


def test_every_placeholder_is_filled(friday):
    for summary in (friday, msgspec.structs.replace(friday, probability=0.93, place="")):
        for statement in say(summary).values():
            assert "{" not in statement.text
            assert "  " not in statement.text


@given(
    data=st.fixed_dictionaries(
        {
            "latitude_deg": st.floats(-89, 89),
            "longitude_deg": st.floats(-180, 180),
            "fall_latitude_deg": st.none() | st.floats(-89, 89),
            "fall_longitude_deg": st.none() | st.floats(-180, 180),
            "range_km": st.none() | st.floats(0, 2e4),
            "range_km_sigma": st.none() | st.floats(0, 1e4),
            "apogee_km": st.none() | st.floats(0, 1e4),
            "flight_time_s": st.none() | st.floats(-10, 1e4),
            "family": st.text(max_size=8) | st.sampled_from(["glide", "intercontinental"]),
            "family_probability": st.floats(0, 1),
            "place": st.text(max_size=12) | st.sampled_from(["PRK:x:near-", "-", "SEA:", "KOR"]),
            "launch_time_sigma_s": st.floats(0, 1e4),
            "cancelled": st.booleans(),
        }
    ),
    mode=st.sampled_from(MODES),
    late=st.floats(-100, 5000),
)
@settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_summary_can_be_stated(friday, data, mode, late):
    summary = msgspec.structs.replace(friday, **data)
    told = statements(summary, mode=mode, time=instant_after(LAUNCH, late))
    assert [statement.language for statement in told] == ["en", "ko", "ja"]
    assert all(statement.text and statement.title for statement in told)


def judged(finding, probability):
    citation = Citation(
        resolution="S/RES/2270 (2016)",
        paragraphs=(2,),
        force=("reaffirms",),
        probability=probability,
    )
    return ResolutionAssessment(
        launch_id="L1", time=LAUNCH, mode="simulation", state="PRK", from_state=1.0,
        probability=probability, at_most=min(1.0, probability + 0.02), finding=finding,
        citations=(citation,),
    )  # fmt: skip


@pytest.mark.parametrize("finding", ["would-contravene", "open", "not-covered"])
def test_resolutions_are_cited_and_nothing_is_called_a_violation(friday, finding):
    told = say(msgspec.structs.replace(friday, resolutions=judged(finding, 0.5)))
    for statement in told.values():
        assert ("2270" in statement.text) == (finding == "would-contravene")
        assert not any(word in statement.text for word in ("violat", "위반", "違反"))
    assert ("is not determined (probability between 50 % and 52 %)" in told["en"].text) == (
        finding == "open"
    )


def test_where_no_resolution_applies_none_is_mentioned(friday):
    assert all("resolution" not in one.text for one in say(friday).values())


def test_an_announced_area_is_named_where_it_is_likely_to_be_hit(friday):
    said = AnnouncedFall(
        launch_id="L1", track_id="T1", time=LAUNCH, mode="simulation", reference="HYDROPAC 900/25",
        kind="rocket", areas=("A",), probability=0.97,
    )  # fmt: skip
    for statement in say(msgspec.structs.replace(friday, announced=(said,))).values():
        assert "HYDROPAC 900/25" in statement.text
    doubtful = msgspec.structs.replace(said, probability=0.3)
    for statement in say(msgspec.structs.replace(friday, announced=(doubtful,))).values():
        assert "HYDROPAC" not in statement.text


def test_who_was_exposed_is_counted_once_all_is_down(friday):
    def one(kind, name):
        return Endangered(
            kind=kind, identity=name, name="", probability=0.9, latitude_deg=40.0,
            longitude_deg=134.0, reported=LAUNCH, age_s=1.0, distance_m=-100.0,
        )  # fmt: skip

    there = (one("vessel", "431000123"), one("vessel", "431000124"), one("aircraft", "71be12"))
    known = msgspec.structs.replace(friday, exposed=there, is_exposure_final=True)
    told = say(known)
    assert "report where they are, 2 and 1 may have been inside" in told["en"].text
    assert "선박 2척과 항공기 1대" in told["ko"].text
    assert "船舶2隻と航空機1機" in told["ja"].text
    # Before that, and without any traffic, nothing is said of it.
    early = say(msgspec.structs.replace(friday, exposed=there))["en"].text
    assert "may have been inside" not in early
    assert "may have been inside" not in say(friday)["en"].text


def test_a_verdict_is_told_with_its_age_and_with_what_it_reversed(friday):
    called = (verdict("inside", claims="treaty"), verdict("outside", "too-close-to-call"))
    told = say(msgspec.structs.replace(friday, verdicts=called))
    assert "It has been called outside since 10:19:51 KST/JST (01:19:51 UTC)." in told["en"].text
    assert "Before that it had been called too close to call." in told["en"].text
    assert "‘바깥쪽’ 판정을 유지" in told["ko"].text
    assert "「外側」と判定しています" in told["ja"].text
    for call in ("inside", "outside", "too-close-to-call", "open"):
        assert say(msgspec.structs.replace(friday, verdicts=(verdict(call),)))["ja"].text


def test_without_a_verdict_none_is_told(friday):
    assert "called" not in say(friday)["en"].text
