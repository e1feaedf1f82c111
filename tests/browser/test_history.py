"""Launches of the record on the map and on a time axis, and flown again; what nations knew."""

import re

import pytest

from launchwatch.messages.launch import Ellipse
from launchwatch.messages.partner import PartnerLaunch
from launchwatch.timescale import SECOND, Instant

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect


def test_filters_choose_what_stands_in_list_and_axis(stage, open_page):
    page = open_page(f"{stage.url}?view=plain&tab=history")
    page.wait_for_selector(".records > li")
    everything = page.locator(".records > li").count()
    page.get_by_label("Year").select_option("2017")
    expect(page.locator(".records .when", has_not_text="2017")).to_have_count(0)
    some = page.locator(".records > li").count()
    assert 0 < some < everything
    expect(page.locator(".axis")).to_have_attribute("aria-valuemax", str(some))


def test_the_axis_is_walked_by_keys_and_opens_each_launch(stage, open_page):
    page = open_page(f"{stage.url}?view=plain&tab=history")
    axis = page.get_by_role("slider", name="Launches by date")
    axis.focus()
    page.keyboard.press("Home")
    expect(axis).to_have_attribute("aria-valuenow", "1")
    expect(page.locator(".recorded")).to_have_count(1)
    expect(axis).to_have_attribute("aria-valuetext", re.compile("^1984"))
    page.keyboard.press("ArrowRight")
    expect(axis).to_have_attribute("aria-valuenow", "2")
    page.keyboard.press("End")
    expect(axis).to_have_attribute("aria-valuetext", re.compile("^20[2-9]"))


def test_a_launch_of_the_record_is_flown_again_and_left_again(stage, open_page):
    page = open_page(f"{stage.url}?view=plain&tab=history")
    page.get_by_label("Year").select_option("2017")
    page.locator(".records button", has_text="2017-08-29").first.click()
    page.get_by_role("button", name="Reconstruct and show").click()
    expect(page.locator(".then")).to_contain_text("a simulation of what was reported")
    expect(page.locator(".band strong")).to_have_text("SIMULATION")
    expect(page.locator(".recorded .fly")).to_have_text("Shown now")
    page.get_by_role("button", name="Back to the watch").click()
    expect(page.locator(".then")).to_have_count(0)
    assert page.complaints == []


def test_it_shows_when_each_nation_knew(own_stage, flight, open_page):
    now = Instant(flight.start + 126 * SECOND)
    said = PartnerLaunch(
        partner="KOR", launch_id="L1", revision=1, time=now, received=now, mode="simulation",
        track_ids=("T1",), launch_time=flight.start, launch_time_sigma_s=3.0, latitude_deg=40.2,
        longitude_deg=125.2, probability=0.97, cancelled=False, reason="", source="KOR", line=1,
        position_ellipse_95=Ellipse(
            semi_major_m=9e3, semi_minor_m=5e3, azimuth_deg=40.0
        ),
    )  # fmt: skip
    own_stage.say(now, (said,))
    page = open_page(f"{own_stage.url}?view=plain&tab=told")
    knew = page.locator(".knowing")
    expect(knew).to_contain_text("When each nation knew")
    expect(knew.locator("tbody", has_text="KOR")).to_contain_text("97 %")
