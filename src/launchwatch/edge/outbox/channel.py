"""One way out: by which means, to which address, in which form, for which warnings.

::

    [[channels]]
    name = "coast-guard"       # stands in the ledger
    mode = "live"              # must be the watch's own: a block copied into a drill is refused
    kind = "webhook"           # file, webhook, tcp or smtp
    address = "https://warn.example/cap"
    form = "cap"               # cap, cot, navarea, notam, text, geojson, kml or sapient
    takes = ["notice", "public"]

====== ========================== ==========================================================
kind   address                    receipt
====== ========================== ==========================================================
file   a folder                   the file lies there, whole, on disk
webhook http or https URL         status 2xx; what was answered, shortened
tcp    host:port                  none: the far side's system took the bytes
smtp   smtp://host:port/who@where the server's reply: it has taken the mail on
====== ========================== ==========================================================
"""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.packet import Mode

Kind = Literal["file", "webhook", "tcp", "smtp"]
Form = Literal["cap", "cot", "navarea", "notam", "text", "geojson", "kml", "sapient"]


class Channel(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where documents go.

    Attributes:
        takes: severities of warnings; corrections go wherever what they correct went.
        timeout_s: for one attempt. Four seconds, so that one that hangs can be tried again
            before a cancel is five seconds old.
    """

    name: str
    mode: Mode
    kind: Kind
    address: str
    form: Form = "cap"
    takes: tuple[Literal["notice", "public"], ...] = ("notice", "public")
    timeout_s: float = 4.0
