"""How many independent ways there are by which something was seen.

Two sensors of ours are two witnesses. A partner is one, however many sensors it has and
however often it speaks: all its words come by one way. Two partners that share a site, a
link, a clock or a host are one as well, and so are chains of such: what fails or lies at
the place that they share, fails or lies for all.

Ignored: that our own sensors may share such a place too; the roster does not say so.
"""

from collections.abc import Iterable, Mapping

from launchwatch.messages.sensor import Contributor, Partner


def independent(names: Iterable[str], contributors: Mapping[str, Contributor]) -> int:
    """Count the independent ways among those that have seen something.

    Args:
        names: of sensors and partners; those that the roster does not list count one each.
    """
    groups: list[set[tuple[str, str]]] = []
    for name in sorted(set(names)):
        path = _path(name, contributors.get(name))
        met = [group for group in groups if group & path]
        groups = [group for group in groups if not group & path]
        groups.append(path.union(*met))
    return len(groups)


def are_words_alone(names: Iterable[str], contributors: Mapping[str, Contributor]) -> bool:
    """Say whether nothing but partners' words stands behind something."""
    return all(isinstance(contributors.get(name), Partner) for name in names)


def _path(name: str, one: Contributor | None) -> set[tuple[str, str]]:
    own = {("id", name)}
    if not isinstance(one, Partner):
        return own
    places = (("site", one.site), ("link", one.link), ("clock", one.clock), ("host", one.host))
    return own | {(what, word) for what, word in places if word is not None}
