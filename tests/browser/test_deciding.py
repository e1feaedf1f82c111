"""Approving with two keys and cancelling with one, in the page, as operators do it."""

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
expect = playwright.expect


def approve(page, name, seed):
    form = page.locator(".draft .deciding")
    form.get_by_label("Operator").fill(name)
    form.get_by_label("Key").fill(seed.hex())
    form.get_by_role("button", name="Approve and send").click()


def test_two_people_approve_and_one_takes_it_back(own_stage, open_page, seeds):
    page = open_page(f"{own_stage.url}?tab=told")
    draft = page.locator(".draft")
    expect(draft).to_contain_text("0 of 2 people have approved")
    # What will go out stands above the button, in the languages it goes out in.
    expect(draft.locator(".document h4")).not_to_be_empty()
    expect(draft.locator(".langs button")).to_have_count(3)

    approve(page, "Kim", seeds["Kim"])
    expect(draft).to_contain_text("1 of 2 people have approved")
    approve(page, "Kim", seeds["Kim"])
    expect(draft.locator("[role=status]")).to_contain_text("another person")
    approve(page, "Ito", seeds["Kim"])
    expect(draft.locator("[role=status]")).to_contain_text("Not accepted")
    approve(page, "Ito", seeds["Ito"])
    expect(draft).to_have_count(0)

    warning = page.locator(".warning.public")
    warning.locator("summary").click()
    warning.get_by_role("button", name="Cancel this warning").click()
    warning.get_by_label("Reason").fill("a rehearsal")
    warning.get_by_label("Operator").fill("Ito")
    warning.get_by_label("Key").fill(seeds["Ito"].hex())
    warning.get_by_role("button", name="Send the cancellation").click()
    expect(warning.locator(".action")).to_have_text("cancelled")
    expect(warning).to_have_class("warning public over")


def test_nobody_decides_in_the_past(stage, open_page):
    page = open_page(f"{stage.url}?tab=told")
    page.keyboard.press(",")
    expect(page.locator(".then")).to_be_visible()
    expect(page.get_by_role("button", name="Approve and send")).to_have_count(0)
