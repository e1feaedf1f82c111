"""What the page shows of a watch, live and as it was known then."""

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect


def clock(page):
    """Give the stream time that stands in the band, in seconds of the day."""
    text = page.locator(".band time b").inner_text()
    hours, minutes, seconds = text.removesuffix("Z").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


def colours(page):
    """Count the colours on the map, of every canvas that it is drawn on."""
    return page.evaluate(
        """() => Math.max(...[...document.querySelectorAll('.view canvas')].map((canvas) => {
            const copy = new OffscreenCanvas(160, 100), pen = copy.getContext('2d');
            pen.drawImage(canvas, 0, 0, 160, 100);
            const { data } = pen.getImageData(0, 0, 160, 100);
            const seen = new Set();
            for (let i = 0; i < data.length; i += 4) seen.add(data.slice(i, i + 4).join());
            return seen.size;
        }))"""
    )


def test_it_draws_the_flight_with_words_for_what_is_believed(stage, open_page):
    page = open_page(stage.url)
    expect(page.locator(".band strong")).to_have_text("SIMULATION")
    expect(page.locator(".headline h2")).to_contain_text("launched")
    expect(page.locator(".countdown .doubt")).to_contain_text("±")
    expect(page.locator(".verdicts li").first).to_be_visible()
    assert colours(page) > 50  # land, coast, zones and edges between them: not an empty sheet
    assert page.complaints == []


def test_it_follows_the_watch_as_plots_come_in(stage, open_page):
    page = open_page(stage.url)
    before = clock(page)
    stage.until(140)
    page.wait_for_function("before => window.launchwatch.frames > before", arg=1)
    expect(page.locator(".link")).to_have_text("Link up")
    page.wait_for_function(
        "before => document.querySelector('.band time b').textContent !== before",
        arg=f"{before // 3600:02}:{before // 60 % 60:02}:{before % 60:02}Z",
    )
    assert clock(page) > before


def test_scrubbing_back_shows_what_was_known_then(stage, open_page):
    stage.until(160)
    page = open_page(stage.url)
    page.wait_for_selector(".countdown")
    slider = page.locator(".timeline input[type=range]")
    first, last = (int(slider.get_attribute(name)) for name in ("min", "max"))
    # Ten seconds after the first sensor spoke nothing had been launched yet.
    slider.evaluate(
        "(one, to) => { one.value = to; one.dispatchEvent(new Event('input', {bubbles: true})) }",
        first + 10_000,
    )
    expect(page.locator(".then")).to_contain_text("As it was known at")
    expect(page.locator(".headline h2")).to_have_text("No launch is believed.")
    page.keyboard.press("l")
    expect(page.locator(".headline h2")).to_contain_text("launched")
    expect(page.locator(".then")).to_have_count(0)
    assert last - first > 100_000


def test_playing_back_goes_on_from_there(stage, open_page):
    stage.until(160)
    page = open_page(stage.url)
    live = page.locator(".band time b").inner_text()
    slider = page.locator(".timeline input[type=range]")
    middle = (int(slider.get_attribute("min")) + int(slider.get_attribute("max"))) // 2
    slider.evaluate(
        "(one, to) => { one.value = to; one.dispatchEvent(new Event('input', {bubbles: true})) }",
        middle,
    )
    page.wait_for_function(
        "live => document.querySelector('.band time b').textContent !== live", arg=live
    )
    page.locator(".rate select").select_option("10")
    before = clock(page)
    page.locator(".controls .play").click()
    page.wait_for_function(
        "before => document.querySelector('.band time b').textContent !== before",
        arg=page.locator(".band time b").inner_text(),
    )
    assert clock(page) >= before


def test_everything_has_a_key(stage, open_page):
    page = open_page(stage.url)
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).not_to_be_visible()
    page.keyboard.press("3")
    expect(page.locator("#tab-sensors")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("c")
    expect(page.locator("html")).to_have_attribute("data-look", "light")
    page.keyboard.press("i")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.locator("#tab-sensors")).to_have_text("센서")


def test_it_stands_without_webgl(stage, open_page):
    page = open_page(f"{stage.url}?view=plain")
    assert page.locator(".view").get_attribute("data-renderer") == "plain"
    assert colours(page) > 50  # as above


def test_it_comes_back_after_the_watch_was_started_anew(stage, open_page):
    page = open_page(stage.url)
    stage.end()
    expect(page.locator(".link")).to_have_text("The watch has ended")
    stage.rise()
    expect(page.locator(".link")).to_have_text("Link up", timeout=15_000)
    expect(page.locator(".headline h2")).to_contain_text("launched")


def test_a_link_that_is_silent_is_called_lost(stage, open_page):
    page = open_page(stage.url)
    with stage.silence():
        expect(page.locator("p.lost")).to_be_visible(timeout=15_000)
    expect(page.locator("p.lost")).to_have_count(0, timeout=15_000)
    expect(page.locator(".link")).to_have_text("Link up")


def test_the_3d_view_draws_and_nothing_is_asked_of_anybody_else(stage, open_page):
    page = open_page(f"{stage.url}?view=rich")
    page.wait_for_selector(".view[data-ready=rich]", timeout=30_000)
    assert page.locator(".view canvas").count() >= 2
    page.keyboard.press("+")
    for tab in "1234":
        page.keyboard.press(tab)
    here = (stage.url, "data:", f"blob:{stage.url}")
    assert [one for one in page.asked if not one.startswith(here)] == []
    assert page.complaints == []
