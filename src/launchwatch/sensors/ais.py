r"""Decode AIS: NMEA 0183 sentences to what ships say of themselves.

One packet is one sentence, perhaps after a tag block whose ``c`` says in Unix seconds when
the receiver heard it::

    \s:rx1,c:1731000000*12\!AIVDM,1,1,,A,15RTgt0PAso;90TKcjM8h6g208CQ,0*4A

A message of several sentences is put together from those with the same number and channel,
in any order, within `_PATIENCE`; what stays incomplete is forgotten. Sentences of other
kinds (``$GPGGA``) and comments (``#``) are passed over.

pyais reads the bits of a message; what it leaves to its callers is done here: the checksum
must be right, a payload must be of AIS's 64 characters and as long as its type says, and
every value that stands for "not available" becomes None, latitude 91° and longitude 181°
before all.

Source: ITU-R M.1371-5, annex 8 (messages and their lengths); IEC 61162-1 (sentences).
"""

from typing import Any, Literal, NamedTuple

from pyais.exceptions import AISBaseException
from pyais.messages import AISSentence

from launchwatch.errors import InputError
from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import Refused
from launchwatch.messages.traffic import VesselReport
from launchwatch.sensors.refusing import Refusal, refused
from launchwatch.sensors.showing import shown
from launchwatch.timescale import SECOND, Instant, instant_from_unix, utc_from_instant

KNOT = 1852.0 / 3600.0
"""Metres a second: the international nautical mile in an hour."""

_LONGEST_SENTENCE = 1024
"""Bytes. A sentence has 82, a tag block as many more; some receivers send longer ones."""

_PATIENCE = 30 * SECOND
"""The sentences of one message leave a receiver within a second; feeds delay them together."""

_MOST_UNFINISHED = 64
"""Messages that wait for their rest; the oldest is forgotten first."""

_MOST_NAMES = 50_000
"""Ships whose name and kind are remembered: half of all that there are with AIS."""

_SENTENCES = (b"!AIVDM", b"!AIVDO", b"!BSVDM", b"!BSVDO", b"!ABVDM", b"!ABVDO", b"!ANVDM")

# Bits without which a message cannot be what it says: of reports all but the state of the radio,
# which some receivers cut off; of others what comes before their free part.
_LEAST_BITS = {
    1: 149, 2: 149, 3: 149, 4: 149, 5: 420, 6: 72, 7: 72, 8: 40, 9: 149, 10: 72, 11: 149,
    12: 72, 13: 72, 14: 40, 15: 88, 16: 96, 17: 80, 18: 149, 19: 301, 20: 72, 21: 272,
    22: 168, 23: 160, 24: 160, 25: 40, 26: 60, 27: 96,
}  # fmt: skip

_MOVING = frozenset((1, 2, 3, 9, 18, 19, 27))
_PLACED = _MOVING | {4, 11, 21}
"""Types whose position is their sender's; 6, 8, 17, 22 and 23 speak of other places."""

_STATIONS = {4: "shore", 9: "aircraft", 11: "ship", 21: "aid"}

# ITU-R M.1371: the accuracy bit means better or worse than 10 m, for 95 % (Table 47, DGNSS or
# not). Halved for one sigma; and 100 m for type 27, which has a tenth of a minute only: ±93 m.
_SIGMA_ACCURATE_M = 5.0
_SIGMA_ELSE_M = 15.0
_SIGMA_LONG_RANGE_M = 100.0


class Said(NamedTuple):
    """One whole message: its type and sender, all of its fields, and when it was heard."""

    type: int
    mmsi: str
    fields: dict[str, Any]
    heard: Instant | None


class _Part(NamedTuple):
    sentence: AISSentence
    since: Instant


class Ais:
    """Puts messages together from the sentences of one feed, and reports from messages."""

    def __init__(self) -> None:
        self._unfinished: dict[tuple[int | None, str, int], dict[int, _Part]] = {}
        self._known: dict[str, tuple[str, int | None]] = {}

    def decode(self, packet: Packet) -> tuple[VesselReport | Refused, ...]:
        """Give what one sentence tells: a report, nothing yet, or the refusal of it.

        Never raises, whatever the bytes are.
        """
        try:
            said = self.take(packet.payload, packet.received)
            return () if said is None else self._reports(said, packet)
        except Refusal as refusal:
            return (refused(packet, refusal),)

    def take(self, line: bytes, now: Instant) -> Said | None:
        """Read one sentence; give the message that it completes, if it does.

        Args:
            line: as it came, without the line's end.
            now: when it came; messages that have waited too long for their rest are forgotten.

        Raises:
            Refusal: it cannot be read.
        """
        sentence, when, start = _sentence(line)
        if sentence is None:
            return None
        if sentence.frag_cnt > 1:
            whole = self._joined(sentence, now)
            if whole is None:
                return None
            sentence = whole
        return _said(sentence, when, start)

    def _joined(self, sentence: AISSentence, now: Instant) -> AISSentence | None:
        for key, parts in list(self._unfinished.items()):
            if now - next(iter(parts.values())).since > _PATIENCE:
                del self._unfinished[key]
        key = (sentence.seq_id, sentence.channel, sentence.frag_cnt)
        parts = self._unfinished.setdefault(key, {})
        if sentence.frag_num in parts:
            parts.clear()  # a new message under the old one's number
        parts[sentence.frag_num] = _Part(sentence, now)
        if len(parts) < sentence.frag_cnt:
            if len(self._unfinished) > _MOST_UNFINISHED:
                del self._unfinished[next(iter(self._unfinished))]
            return None
        del self._unfinished[key]
        whole = [parts[number].sentence for number in sorted(parts)]
        return AISSentence.assemble_from_iterable(whole)

    def _reports(self, said: Said, packet: Packet) -> tuple[VesselReport, ...]:
        fields = said.fields
        name, kind = self._known.get(said.mmsi, ("", None))
        name, kind = _text(fields, "shipname", "name") or name, fields.get("ship_type", kind)
        if (name, kind) != ("", None):
            self._known.pop(said.mmsi, None)  # the newest stand last
            self._known[said.mmsi] = (name, kind)
            if len(self._known) > _MOST_NAMES:
                del self._known[next(iter(self._known))]
        position = position_of(said)
        if position is None and said.type not in (5, 24):
            return ()
        course, speed = motion_of(said)
        return (
            VesselReport(
                mmsi=said.mmsi,
                time=_when(fields.get("second"), said.heard or packet.received),
                received=packet.received,
                mode=packet.mode,
                latitude_deg=None if position is None else position[0],
                longitude_deg=None if position is None else position[1],
                position_sigma_m=None if position is None else _sigma_m(said),
                course_deg=course,
                speed_mps=speed,
                name=name,
                kind=kind or None,
                station=_station(said),
                source=packet.source,
                line=packet.line,
            ),
        )


def position_of(said: Said) -> tuple[float, float] | None:
    """Give latitude and longitude in degrees; None where they are not available.

    pyais rounds to six decimals; the whole number that was sent lies within a third of its
    own unit of that, so that it is found again exactly.
    """
    if said.type not in _PLACED:
        return None
    latitude, longitude = said.fields["lat"], said.fields["lon"]
    unit = 600.0 if said.type == 27 else 600_000.0
    latitude, longitude = round(latitude * unit) / unit, round(longitude * unit) / unit
    if not (abs(latitude) <= 90.0 and abs(longitude) <= 180.0):
        return None
    return latitude, longitude


def motion_of(said: Said) -> tuple[float | None, float | None]:
    """Give course (degrees clockwise from true north) and speed (m/s), None where unknown."""
    if said.type not in _MOVING:
        return None, None
    course, speed = said.fields.get("course"), said.fields.get("speed")
    course = course if course is not None and 0.0 <= course < 360.0 else None
    # Not available is 102.3 knots of those in tenths, 1023 of aircraft and 63 of long range; the
    # value before it says "that or more".
    limit = {9: 1022.0, 27: 62.0}.get(said.type, 102.2)
    if speed is None or not 0.0 <= speed <= limit:
        return course, None
    return course, speed * KNOT


def record_of(said: Said) -> dict[str, Any]:
    """Give a whole message as plain values: what is common by our names, the rest by pyais's."""
    position, (course, speed) = position_of(said), motion_of(said)
    record: dict[str, Any] = {"type": said.type, "mmsi": said.mmsi}
    if said.heard is not None:
        record["received"] = utc_from_instant(said.heard)
    left_out = {"msg_type", "mmsi"}
    if said.type in _PLACED:
        record["latitude_deg"] = None if position is None else position[0]
        record["longitude_deg"] = None if position is None else position[1]
        left_out |= {"lat", "lon"}
    if said.type in _MOVING:
        record |= {"course_deg": course, "speed_mps": speed}
        left_out |= {"course", "speed"}
    for name, value in said.fields.items():
        if name not in left_out and not name.startswith("spare"):
            record[name] = value.hex() if isinstance(value, bytes) else value
    return record


def _sentence(line: bytes) -> tuple[AISSentence | None, Instant | None, int]:
    """Read a line as a sentence; None where it is another kind of line."""
    line = line.strip()
    if not line or line.startswith(b"#"):
        return None, None, 0
    if len(line) > _LONGEST_SENTENCE:
        raise Refusal(
            "malformed", f"a sentence has at most {_LONGEST_SENTENCE} bytes, got more",
            _LONGEST_SENTENCE,
        )  # fmt: skip
    when, start = None, 0
    if line.startswith(b"\\"):
        end = line.find(b"\\", 1)
        if end < 0:
            raise Refusal("malformed", "a tag block must end with a backslash, got none", 0)
        when, start = heard(line[1:end]), end + 1
    text = line[start:]
    if text[:1] == b"$" or (text[:1] == b"!" and text[:6] not in _SENTENCES):
        return None, None, 0
    star = text.find(b"*")
    if star < 0 or len(text) < star + 3:
        raise Refusal(
            "malformed", "a sentence must end in * and a checksum, got none", start + len(text)
        )
    # Some receivers add fields of their own behind the checksum: they are theirs.
    text = text[: star + 3]
    wanted = 0
    for byte in text[1:star]:
        wanted ^= byte
    if text[star + 1 :].upper() != b"%02X" % wanted:
        came = shown(text[star + 1 :].decode("latin-1"))
        raise Refusal(
            "malformed", f"the checksum must be {wanted:02X}, got {came}", start + star + 1
        )
    try:
        sentence = AISSentence(text)
    except AISBaseException as error:
        raise Refusal("malformed", f"not a sentence of AIS: {_words(error)}", start) from None
    at = start + text.find(sentence.payload)
    if not sentence.payload:
        raise Refusal("malformed", "a sentence of AIS must carry something, got none", start)
    for number, byte in enumerate(sentence.payload):
        if not (48 <= byte <= 87 or 96 <= byte <= 119):
            raise Refusal(
                "malformed",
                f"a payload is of characters 0..W and `..w, got {shown(chr(byte))}",
                at + number,
            )
    return sentence, when, at


def heard(block: bytes) -> Instant | None:
    """Give the receiver's time, Unix seconds or milliseconds, from a tag block; None without."""
    for field in block.partition(b"*")[0].split(b","):
        if field.startswith(b"c:") and field[2:].isdigit() and len(field) <= 15:
            since = int(field[2:])
            thousandths = since % 1000 if since >= 100_000_000_000 else 0  # else the year 5138
            since = since // 1000 if since >= 100_000_000_000 else since
            try:
                return instant_from_unix(since, thousandths * 1_000_000)
            except InputError:
                return None
    return None


def _said(sentence: AISSentence, heard: Instant | None, start: int) -> Said:
    kind = sentence.ais_id
    bits = 6 * len(sentence.payload) - sentence.fill_bits
    least = _LEAST_BITS.get(kind)
    if least is None:
        raise Refusal("malformed", f"a message's type must lie in 1..27, got {kind}", start)
    if bits < least:
        raise Refusal(
            "malformed",
            f"a message of type {kind} has at least {least} bits, got {bits}",
            start + len(sentence.payload),
        )
    try:
        message = sentence.decode()
        fields = message.asdict(enum_as_int=True)
    except (AISBaseException, ValueError, TypeError, KeyError, IndexError) as error:
        raise Refusal(
            "malformed", f"the message of type {kind} cannot be read: {_words(error)}", start
        ) from None
    return Said(kind, str(fields.get("mmsi", 0)).zfill(9), fields, heard)


def _when(second: Any, heard: Instant) -> Instant:
    """Date a position to the middle of the second that it names, the last one before it was heard.

    Receivers' clocks may be two seconds slow: what names a second just ahead was heard then.
    """
    if not isinstance(second, int) or not 0 <= second <= 59:
        return heard
    age = (float(utc_from_instant(heard)[17:-1]) - (second + 0.5)) % 60.0
    return heard if age > 57.0 else Instant(heard - round(age * SECOND))


def _sigma_m(said: Said) -> float:
    if said.type == 27:
        return _SIGMA_LONG_RANGE_M
    return _SIGMA_ACCURATE_M if said.fields.get("accuracy") else _SIGMA_ELSE_M


def _station(said: Said) -> Literal["ship", "aid", "shore", "aircraft", "beacon"]:
    # ITU-R M.585: how a number begins says what bears it.
    if said.mmsi.startswith(("970", "972", "974")):
        return "beacon"
    if said.mmsi.startswith("99"):
        return "aid"
    if said.mmsi.startswith("00"):
        return "shore"
    return _STATIONS.get(said.type, "ship")  # type: ignore[return-value]  # one of the literals


def _text(fields: dict[str, Any], *names: str) -> str:
    for name in names:
        found = fields.get(name)
        if isinstance(found, str) and found.strip(" @"):
            return found.strip(" @")
    return ""


def _words(error: Exception) -> str:
    text = str(error).replace("\n", " ")
    return text[:120] or type(error).__name__
