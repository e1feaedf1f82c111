"""Mark what a past live watch said as a replay of it, to the last document.

Repeating a live watch gives its very answers, alerts of CAP status Actual among them. Copies
of those must not lie about in a folder where they could be taken for news: a replay's
documents are written anew, as tests, and its texts say first what they are. What was no live
watch says so already, and is left as it is.
"""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from msgspec.structs import replace

from launchwatch.messages.delivery import Draft, Release
from launchwatch.messages.report import LaunchSummary, Summary
from launchwatch.messages.warning import Alert, Statement, Warning  # noqa: A004 - the field's word
from launchwatch.messages.wire import Message
from launchwatch.warning import wording
from launchwatch.warning.issuing import Issuer
from launchwatch.warning.settings import Settings

_Message = TypeVar("_Message", bound=Message)


class AsReplay:
    """Marks messages, in the order in which the engine gave them.

    Args:
        settings: of the watch, for the documents.
    """

    def __init__(self, settings: Settings) -> None:
        # Whatever a person then had to approve, a replay's documents leave for nowhere.
        self._issuer = Issuer(replace(settings, operators=()))

    def marked(self, messages: Iterable[Message]) -> Iterator[Message]:
        """Give messages marked; an alert follows the warning that it carries."""
        warning: Warning | None = None
        for message in messages:
            if message.mode != "live":
                yield message
            elif isinstance(message, Warning):
                warning = as_replay(message)
                yield warning
            elif isinstance(message, Alert):
                if warning is not None:
                    yield next(one for one in self._issuer.issue(warning) if isinstance(one, Alert))
            elif isinstance(message, Statement):
                yield _said_first(as_replay(message))
            else:
                yield as_replay(message)


def as_replay(message: _Message) -> _Message:
    """Give one message of a live watch in the mode of a replay; documents are `AsReplay`'s."""
    if message.mode != "live":
        return message
    marked: _Message = replace(message, mode="replay")
    if isinstance(marked, Draft):
        return replace(marked, document=_renamed(marked.document))
    if isinstance(marked, Release):
        corrects = tuple(_renamed(one) for one in marked.corrects)
        return replace(marked, document=_renamed(marked.document), corrects=corrects)
    if isinstance(marked, Summary):
        return replace(marked, launches=tuple(_summary_as_replay(one) for one in marked.launches))
    return marked


def _renamed(document: str) -> str:
    """Give the identifier that a document has as a replay's: the mode stands first in it."""
    return f"replay.{document.removeprefix('live.')}"


def _summary_as_replay(launch: LaunchSummary) -> LaunchSummary:
    """Mark the messages that a launch's summary repeats whole."""
    resolutions = launch.resolutions
    return replace(
        launch,
        resolutions=None if resolutions is None else as_replay(resolutions),
        announced=tuple(as_replay(said) for said in launch.announced),
        verdicts=tuple(as_replay(said) for said in launch.verdicts),
    )


def _said_first(statement: Statement) -> Statement:
    tag = wording.mode_tag("replay", statement.language)
    line = wording.mode_line("replay", statement.language)
    return replace(statement, title=tag + statement.title, text=f"{line}\n\n{statement.text}")
