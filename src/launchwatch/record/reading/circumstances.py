"""Find damage, and what a text sets a launch beside: sanctions, talks, exercises, resolutions."""

import re
from typing import NamedTuple

from launchwatch.record.reading.text import Sentence


class Circumstance(NamedTuple):
    """Damage, or a thing beside the launch."""

    kind: str
    value: str
    start: int
    end: int


_DAMAGE = re.compile(
    r"\bno (?:immediate )?(?:reports? of )?(?:any )?(?:damage|injur\w+|casualties)\b|"
    r"\b(?:none|nothing)\b[^.;]{0,50}\bcaused damage\b|"
    r"被害[^。]{0,20}(?:確認されて(?:いない|おりません|いません)|ない|なし|ありません|"
    r"情報は(?:入って)?(?:い)?ない)|"
    r"피해[^.]{0,12}(?:없|확인되지)",
    re.IGNORECASE,
)
_SOME_DAMAGE = re.compile(
    r"\b(?:damaged|injured|killed|wounded) \w+|被害が(?:出|あっ|発生)|피해가 (?:발생|났)",
    re.IGNORECASE,
)
_BESIDE = (
    ("sanctions", r"\bsanction\w*|制裁|제재"),
    ("talks", r"\b(?:talks|summits?|negotiation\w*|APEC)\b|会談|交渉|首脳|회담|협상"),
    ("exercise",
        (r"\b(?:military exercises?|drills?|joint exercises?|war games|exercise [A-Z]\w+)|演習|"
        r"합동훈련|연합훈련|군사훈련")),
    ("resolution", r"\b(?:security council|resolutions?)\b|安保理|安全保障理事会|決議|안보리|결의"),
    ("protest", r"\b(?:protest\w*|condemn\w*|denounc\w*)\b|抗議|非難|규탄|항의"),
)  # fmt: skip
_CONTEXT = tuple((name, re.compile(words, re.IGNORECASE)) for name, words in _BESIDE)


def circumstances(sentence: Sentence) -> list[Circumstance]:
    """Give the circumstances of a sentence; each kind of context once."""
    text = sentence.text
    found = [
        Circumstance("damage", "none", one.start(), one.end()) for one in _DAMAGE.finditer(text)
    ]
    if not found:
        found = [
            Circumstance("damage", "stated", one.start(), one.end())
            for one in _SOME_DAMAGE.finditer(text)
        ]
    for name, pattern in _CONTEXT:
        one = pattern.search(text)
        if one:
            found.append(Circumstance("context", name, one.start(), one.end()))
    return found
