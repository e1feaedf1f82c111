"""Alerts as they are issued: each refers to the earlier ones of its warning.

What is kept of an alert is what a later one refers to, not the document.
"""

from msgspec.structs import replace

from launchwatch.messages.warning import Alert, Warning  # noqa: A004 - the field's word
from launchwatch.timescale import Instant, seconds_between
from launchwatch.warning.cap import alert
from launchwatch.warning.settings import Settings

_FORGET_S = 7200.0
"""A warning without a word for so long has ended: one that goes on is renewed every half
minute, and after as long the policy has forgotten its launch and cannot cancel it."""


class Issuer:
    """Writes warnings as alerts and remembers which there were."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._issued: dict[str, list[Alert]] = {}

    def issue(self, warning: Warning) -> Alert:
        """Give the alert for a warning."""
        earlier = self._issued.setdefault(warning.warning_id, [])
        document = alert(warning, previous=earlier, settings=self._settings)
        earlier.append(replace(document, xml=""))
        return document

    def forget(self, now: Instant) -> None:
        """Let go of warnings that ended long ago."""
        old = [
            name
            for name, issued in self._issued.items()
            if seconds_between(issued[-1].time, now) > _FORGET_S
        ]
        for name in old:
            del self._issued[name]
