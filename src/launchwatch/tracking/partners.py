"""Partners' tracks beside ours: which of ours each one is, and what is said of that.

Theory of operation. Each partner's track goes with one track of ours at most, and each of
ours with one of each partner's at most. Which one is asked with every word: tracks of ours
whose state lies within the gate, both covariances counted, are candidates. A candidate is
taken when it is likelier than every other by `CLEAR`, on the average of the last words, and
kept until another is so much likelier than it, on the average too: it takes more than one word
to change. Until then the word waits, and is used for nothing.

A word that no track of ours could be starts one, if the partner itself sees the thing. One
that was ours and lies outside the gate for `CONFLICT_S` is in conflict: it is kept beside,
named, and may later begin a track of its own. Where our sensors cover the place and see
nothing, a track that rests on words alone is doubted, and does not become confirmed.

========= ============================================================================
joined    fused with a track of ours that our own sensors see
alone     a track of ours rests on this word, or on partners' words only
waiting   several of ours could be it, or the partner is not sure of it itself
conflict  it was one of ours and no longer agrees with it
doubted   our sensors look there and see nothing
echo      it rests on our own sensors alone: a fact that came back round
ended     the partner dropped it, or tells it no more
========= ============================================================================
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from launchwatch.messages.packet import Mode
from launchwatch.messages.partner import PartnerStanding, PartnerTrack, Standing
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking.telling import name_of
from launchwatch.tracking.track import REFUTED, Track

Key = tuple[str, str]
"""A partner's identifier, and its name of the track."""

CLEAR = 3.0
"""Ln likelihood by which one track of ours must be a better match than any other: 20 to 1."""

FORGETTING = 0.7
"""Share of the average of earlier words that is kept with each new one: some three words."""

CONFLICT_S = 5.0
"""Seconds outside the gate after which it is said: one bad word is ordinary."""

PART_S = 20.0
PART_FROM_WORDS_S = 3.0
"""Seconds after which it is taken for another thing, and may begin a track of its own; where
ours rests on partners' words alone, its own among them, there is less to hold on to."""

ENDED_S = 60.0
"""Seconds of silence after which a partner's track is taken to have ended, as ours are."""


class Candidate(NamedTuple):
    """A track of ours within the gate, and ln likelihood that the word is of it."""

    number: int
    log_likelihood: float


@dataclass(slots=True)
class Held:
    """One partner's track.

    Attributes:
        number: the track of ours that it goes with.
        better: by how much each other one is likelier than that, or, while there is none,
            how likely each is: averages of the last words, ln.
        apart: since when it has lain outside the gate of its own one.
        heard: the newest word's arrival.
        said: its standing as it was last told.
    """

    number: int | None = None
    better: dict[int, float] = field(default_factory=dict)
    apart: Instant | None = None
    heard: Instant | None = None
    said: PartnerStanding | None = None


class Partners:
    """All partners' tracks of one watch; the same words in the same order stand the same."""

    def __init__(self) -> None:
        self._held: dict[Key, Held] = {}
        self._fresh: list[PartnerStanding] = []

    def held(self, line: PartnerTrack) -> Held:
        """Give what is held of a word's track, and note that it was heard."""
        held = self._held.setdefault((line.sensor, line.partner_track), Held())
        held.heard = line.received
        return held

    def free(self, line: PartnerTrack, candidates: list[Candidate]) -> list[Candidate]:
        """Leave out tracks of ours that go with another track of the same partner."""
        taken = {
            one.number
            for (partner, name), one in self._held.items()
            if partner == line.sensor and name != line.partner_track
        }
        return [one for one in candidates if one.number not in taken]

    def forget_track(self, number: int) -> None:
        """Let go of a track of ours that was dropped."""
        for held in self._held.values():
            held.better.pop(number, None)
            if held.number == number:
                held.number, held.apart, held.better = None, None, {}

    def ended(self, now: Instant) -> list[Key]:
        """Give the partners' tracks that have been silent for long."""
        oldest = now - ENDED_S * SECOND
        return [k for k, one in self._held.items() if one.heard is not None and one.heard < oldest]

    def say(self, line: PartnerTrack, standing: Standing, number: int | None, why: str) -> None:
        """Note a word's standing, and with which track of ours."""
        key = (line.sensor, line.partner_track)
        track_id = None if number is None else name_of(number)
        self.say_of(key, line.received, line.mode, standing, track_id, why)

    def say_joined(self, line: PartnerTrack, track: Track) -> None:
        """Note that a word goes with a track of ours, and what that track rests on."""
        leaf, name = track.leaf, name_of(track.number)
        if not leaf.rests_on_words:
            self.say(line, "joined", track.number, f"it agrees with {name}")
        elif leaf.score <= REFUTED:
            self.say(line, "doubted", track.number, "our sensors look there and see nothing")
        else:
            self.say(line, "alone", track.number, f"{name} rests on partners' words alone")

    def say_apart(self, line: PartnerTrack) -> None:
        """Note that a word goes with none of ours now: it waits, or is in conflict."""
        held = self.held(line)
        if held.number is None:
            seen = line.status == "confirmed"
            why = "several tracks of ours could be it" if seen else f"it is {line.status} there"
            self.say(line, "waiting", None, why)
        elif held.apart is not None and line.received - held.apart >= CONFLICT_S * SECOND:
            why = f"it no longer agrees with {name_of(held.number)}"
            self.say(line, "conflict", held.number, why)

    def say_of(
        self, key: Key, now: Instant, mode: Mode, standing: Standing, track_id: str | None,
        reason: str,
    ) -> None:  # fmt: skip
        """Note a partner's track's standing if that is new; forget it if it ended."""
        held = self._held[key]
        said = held.said
        if standing == "ended":
            del self._held[key]
        if said is not None and (said.standing, said.track_id) == (standing, track_id):
            return
        held.said = PartnerStanding(
            partner=key[0], partner_track=key[1], time=now, mode=mode, standing=standing,
            track_id=track_id, since=now, reason=reason,
        )  # fmt: skip
        self._fresh.append(held.said)

    def told(self) -> list[PartnerStanding]:
        """Give the standings that are new since this was asked last."""
        fresh, self._fresh = self._fresh, []
        return fresh

    def numbers(self) -> Mapping[Key, int | None]:
        """Give which track of ours each partner's goes with; only to look at."""
        return {key: one.number for key, one in self._held.items()}


def chosen(
    held: Held, candidates: list[Candidate], now: Instant, part_s: float = PART_S
) -> int | None:
    """Give the track of ours that a word is of; None while that is open, or it is none.

    Keeps in ``held`` what is to be remembered.

    Args:
        part_s: see `PART_S`.
    """
    likely = {one.number: one.log_likelihood for one in candidates}
    if held.number in likely:
        held.apart = None
        own = likely[held.number]
        held.better = {
            number: FORGETTING * held.better.get(number, 0.0) + (1.0 - FORGETTING) * (one - own)
            for number, one in likely.items()
        }
        rival = max(held.better, key=lambda number: held.better[number])
        if held.better[rival] > CLEAR:
            held.number, held.better = rival, {}
        return held.number
    if held.number is not None:
        if held.apart is None:
            held.apart = now
        if now - held.apart < part_s * SECOND:
            return None
        held.number, held.apart, held.better = None, None, {}
    held.better = {
        number: FORGETTING * held.better.get(number, one) + (1.0 - FORGETTING) * one
        for number, one in likely.items()
    }
    ordered = sorted(held.better, key=lambda number: -held.better[number])
    if ordered and (len(ordered) == 1 or held.better[ordered[0]] - held.better[ordered[1]] > CLEAR):
        held.number, held.better = ordered[0], {}
    return held.number
