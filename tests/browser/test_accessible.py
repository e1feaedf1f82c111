"""How the page is for everybody: axe-core finds no violation, and nothing sticks out."""

import pytest

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page, axe):
    page.evaluate(axe)
    found = page.evaluate(
        "levels => axe.run(document, {runOnly: levels, resultTypes: ['violations']})", LEVELS
    )
    return [
        (one["id"], node["target"], node["failureSummary"])
        for one in found["violations"]
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("look", ["dark", "light", "night"])
def test_axe_finds_nothing_in_any_look(stage, open_page, axe, look):
    page = open_page(f"{stage.url}?look={look}&view=plain")
    for tab in "1234":
        page.keyboard.press(tab)
        assert violations(page, axe) == []


def test_axe_finds_nothing_in_help_and_layers(stage, open_page, axe):
    page = open_page(f"{stage.url}?view=plain")
    page.keyboard.press("y")
    page.wait_for_selector("fieldset.layers")
    assert violations(page, axe) == []
    page.keyboard.press("?")
    page.wait_for_selector("dialog[open]")
    assert violations(page, axe) == []


@pytest.mark.parametrize("width", [390, 1024, 1440])
def test_nothing_sticks_out_sideways(stage, open_page, width):
    page = open_page(f"{stage.url}?view=plain", width=width, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for name in (".band strong", ".view", ".timeline", ".panel"):
        box = page.locator(name).bounding_box()
        assert box["width"] > 0
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width + 0.5  # half a pixel of rounding


def test_no_word_is_missing_in_any_language(stage, open_page):
    page = open_page(f"{stage.url}?view=plain")
    for step in "1234i1234i1234":
        page.keyboard.press(step)
        text = page.locator("body").inner_text()
        assert "undefined" not in text
        assert "{" not in text  # a blank that nothing was filled in
