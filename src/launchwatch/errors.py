"""Every error that launchwatch raises, as one tree.

::

    LaunchwatchError
    ├── SettingsError          the operator can fix it: names file, key, allowed values
    ├── InputError             from outside, and refused
    │   ├── MalformedPacket    does not follow its format
    │   └── UnknownSensor      names a sensor that is not listed
    ├── EstimationError        numbers that must not be used
    │   ├── NotConverged
    │   └── NotPositiveDefinite
    ├── JournalError           the record cannot be kept: keep watching, alarm loudly
    └── DeliveryError          broker, outbox, archive: retried at the edge
        ├── Refusal            the far side does not want it: not tried again
        └── Unsendable         must not leave: another mode, another key

In the stream a refusal is a message (`launchwatch.messages.plot.Refused`), counted
and archived; an exception never stops the watch for bad input.
"""


class LaunchwatchError(Exception):
    """The root: catch this to catch whatever launchwatch raises on purpose."""


class SettingsError(LaunchwatchError):
    """A setting, sensors file or command that cannot be used; the operator can fix it."""


class InputError(LaunchwatchError):
    """Something from outside that is refused; the text says what was wanted and what came."""


class MalformedPacket(InputError):
    """A packet that does not follow its format."""


class UnknownSensor(InputError):
    """A packet that names a sensor which the roster does not list."""


class EstimationError(LaunchwatchError):
    """A numerical result that must not be used."""


class NotConverged(EstimationError):
    """An iteration that did not settle within its bound."""


class NotPositiveDefinite(EstimationError):
    """A covariance that is not one."""


class JournalError(LaunchwatchError):
    """The journal cannot be written, or what it holds has been altered."""


class DeliveryError(LaunchwatchError):
    """Something could not be handed to the archive, a partner or an outbox."""


class Refusal(DeliveryError):
    """The far side understood, and does not want it: trying again is no use."""


class Unsendable(DeliveryError):
    """Something that must not leave here, ever: it is of another mode, or nobody knows its text."""
