"""Conduct: whether a partner's word fits its own last word, and whether it is heard at all.

A partner whose track leaps farther than anything flies is refused that line. One that says
what cannot be, `MOST_OFFENCES` times within `WATCHED_S`, is in quarantine: what it says is
refused (``quarantine``) until it has said nothing wrong for `QUARANTINE_S`. It is told as
``astray``, with the reason. Its lines are judged meanwhile, so that it can come back.

Left out: a partner that lies with care, within what flies. Our own sensors, looking where it
says, speak against that one: see `launchwatch.tracking.partners`.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from launchwatch.messages.packet import Mode
from launchwatch.messages.partner import PartnerTrack
from launchwatch.messages.plot import Refused
from launchwatch.messages.sensor import Contributor, Partner, SensorStatus
from launchwatch.sensors.showing import shown
from launchwatch.timescale import SECOND, Instant

Floats = NDArray[np.float64]

HARDEST = 300.0
"""Metres a second squared: three times what few vehicles exceed at burnout, and above a steep
re-entry's braking. What a partner's own filter jumps when it finds its mistake is in its sigmas."""

SIGMAS = 6.0
"""Of both words together that a track may be off beyond that."""

MOST_OFFENCES = 5
WATCHED_S = 60.0
QUARANTINE_S = 60.0
"""Five absurd lines in a minute are no accident of one track; a minute without any is a
partner whose fault was mended. Both are judgements."""

_REMEMBERED_S = 30.0
_MOST_TRACKS = 10_000


@dataclass(slots=True)
class _Partner:
    """One partner's last words by track, and its offences within `WATCHED_S`, oldest first."""

    words: dict[str, PartnerTrack] = field(default_factory=dict)
    offences: deque[tuple[Instant, str]] = field(
        default_factory=lambda: deque(maxlen=MOST_OFFENCES)
    )
    since: Instant | None = None
    news: list[SensorStatus] = field(default_factory=list)


class Conduct:
    """How the partners of one watch behave."""

    def __init__(self, contributors: Mapping[str, Contributor]) -> None:
        self._partners = {
            name: _Partner() for name, one in contributors.items() if isinstance(one, Partner)
        }

    def judge(self, line: PartnerTrack) -> PartnerTrack | Refused:
        """Give a partner's track back if it can be used, else why not."""
        partner = self._partners[line.sensor]
        before = partner.words.get(line.partner_track)
        if before is not None and not _follows(before, line):
            # The next word is held against this one, so that a track may begin anew elsewhere.
            partner.words[line.partner_track] = line
            seconds = abs(line.time - before.time) / SECOND
            wrong = _refused(
                line, "absurd", "a track must go on from where it was, got track "
                f"{shown(line.partner_track)} leaping within {seconds:.1f} s from sensor "
                f"{shown(line.sensor)}",
            )  # fmt: skip
            self.note(wrong)
            return wrong
        if before is None or line.time > before.time:
            self._remember(partner, line)
        if partner.since is not None:
            return _refused(
                line, "quarantine", f"sensor {shown(line.sensor)} must say nothing absurd for "
                f"{QUARANTINE_S:g} s, got {partner.offences[-1][1]}",
            )  # fmt: skip
        return line

    def note(self, refused: Refused) -> None:
        """Hold a refused line against the partner that sent it."""
        partner = self._partners.get(refused.sensor or "")
        if partner is None or refused.reason not in ("absurd", "malformed"):
            return
        partner.offences.append((refused.time, refused.detail))
        first = partner.offences[0][0]
        many = len(partner.offences) == MOST_OFFENCES
        if partner.since is None and many and refused.time - first <= WATCHED_S * SECOND:
            partner.since = refused.time
            partner.news.append(
                SensorStatus(
                    sensor=refused.sensor or "",
                    time=refused.time,
                    mode=refused.mode,
                    status="astray",
                    since=first,
                    reason=_why(partner),
                )
            )

    def is_astray(self, partner: str) -> bool:
        """Say whether a partner is in quarantine."""
        found = self._partners.get(partner)
        return found is not None and found.since is not None

    def tick(self, time: Instant, mode: Mode) -> list[SensorStatus]:
        """Say which partners went into quarantine since the last tick, or came out of it."""
        said: list[SensorStatus] = []
        for name, partner in self._partners.items():
            said += partner.news
            partner.news.clear()
            if partner.since is None:
                continue
            if time - partner.offences[-1][0] > QUARANTINE_S * SECOND:
                partner.since = None
                partner.offences.clear()
                said.append(
                    SensorStatus(
                        sensor=name,
                        time=time,
                        mode=mode,
                        status="orderly",
                        since=time,
                        reason="nothing absurd any more",
                    )
                )
        return said

    def _remember(self, partner: _Partner, line: PartnerTrack) -> None:
        partner.words.pop(line.partner_track, None)
        partner.words[line.partner_track] = line
        while partner.words:
            oldest = next(iter(partner.words.values()))
            if (
                len(partner.words) <= _MOST_TRACKS
                and line.received - oldest.received <= _REMEMBERED_S * SECOND
            ):
                break
            del partner.words[oldest.partner_track]


def _follows(before: PartnerTrack, now: PartnerTrack) -> bool:
    """Say whether something could be as told before and as told now."""
    seconds = (now.time - before.time) / SECOND
    x, y = np.array(before.position_ecef_m), np.array(now.position_ecef_m)
    v, w = np.array(before.velocity_ecef_mps), np.array(now.velocity_ecef_mps)
    place, speed = (np.array(one) for one in zip(_doubts(before), _doubts(now), strict=True))
    time = abs(seconds)
    off_place = float(np.linalg.norm(y - x - seconds * 0.5 * (v + w)))
    off_speed = float(np.linalg.norm(w - v))
    may_place = SIGMAS * float(np.hypot(*place) + time * np.hypot(*speed))
    may_speed = SIGMAS * float(np.hypot(*speed))
    return (
        off_place <= 0.25 * HARDEST * time**2 + may_place
        and off_speed <= HARDEST * time + may_speed
    )


def _doubts(line: PartnerTrack) -> tuple[float, float]:
    """Give one sigma of place (m) and speed (m/s): the root of the trace."""
    c = line.covariance_ecef
    return float(np.sqrt(c[0] + c[6] + c[11])), float(np.sqrt(c[15] + c[18] + c[20]))


def _why(partner: _Partner) -> str:
    return f"{MOST_OFFENCES} absurd lines within a minute, the last: {partner.offences[-1][1]}"


def _refused(line: PartnerTrack, reason: str, detail: str) -> Refused:
    return Refused(
        source=line.source, line=line.line, time=line.received, mode=line.mode,
        reason=reason, detail=detail, sensor=line.sensor,
    )  # fmt: skip
