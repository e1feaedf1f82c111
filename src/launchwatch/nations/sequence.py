"""The order of one partner's lines: each number once, none left out.

Theory of operation. A sender numbers its lines from 1, and keeps them; a stream is named by the
instant at which it began, so that a sender that lost its disk begins a new one that nobody
mistakes for the old. The receiver takes only the line behind its last: the envelope says
which number its first line follows, for after a crash a sender leaves some out. What is ahead is
a *gap*: it is refused and asked for again (`launchwatch.edge.nations.inlet`), so that order needs
no memory. What was had already is a *duplicate* where the sender sealed it anew, as it does
when it goes back to what was asked for; it is a *replay* where it was signed no later than
what has been taken, which only somebody in the middle does.
"""

from launchwatch.nations.envelope import Opened, Refusal
from launchwatch.timescale import Instant


class Sequence:
    """How far one partner's stream has come.

    Attributes:
        stream: the one that is followed; 0 before the first.
        last: number of the last line that was taken.
        signed: when the newest envelope that was taken was signed.
    """

    def __init__(self, stream: Instant | None = None, last: int = 0) -> None:
        self.stream, self.last = stream or Instant(0), last
        self.signed = Instant(0)

    def take(self, opened: Opened) -> None:
        """Go on by an envelope's lines, all of which are new.

        Raises:
            Refusal: ``gap``, ``duplicate`` or ``replay``; nothing has changed then.
        """
        claims = opened.claims
        if claims.stream < self.stream:
            raise Refusal("replay", "a stream that was ended must stay so, got an older one")
        last = self.last if claims.stream == self.stream else 0
        if claims.before > last:
            raise Refusal("gap", f"wanted what follows line {last}, got {claims.first}")
        if claims.first <= last:
            reason = "duplicate" if claims.signed > self.signed else "replay"
            raise Refusal(reason, f"wanted line {last + 1}, got {claims.first} again")
        self.stream, self.last, self.signed = claims.stream, claims.last, claims.signed
