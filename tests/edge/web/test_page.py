"""Files of the page: compressed by the build, served so, or as they are to who takes no gzip."""

import gzip

import pytest

from launchwatch.edge.web import page


def test_a_packed_file_is_given_as_it_was() -> None:
    one = page.asset_of("assets/a.js", gzip.compress(b"let a = 1"), is_packed=True)
    assert one.content == b"let a = 1"
    assert one.kind.startswith("text/javascript")


def test_what_is_not_packed_is_given_as_it_lies() -> None:
    assert page.asset_of("assets/a.woff2", b"wOF2").content == b"wOF2"


@pytest.mark.skipif(not page.is_built(), reason="the map's page is not built")
def test_the_build_packs_scripts_styles_and_coasts() -> None:
    names = {name: one.is_packed for name, one in page.assets().items()}
    assert all(names[each] for each in names if each.endswith((".js", ".mjs", ".css", ".json")))
    assert not any(name.endswith(page.PACKED) for name in names)
