"""Find damage, the form of a trajectory, and what a text sets a launch beside: sanctions, talks."""

import re
from typing import NamedTuple

from launchwatch.record.reading.text import Sentence


class Circumstance(NamedTuple):
    """Damage, a thing beside the launch, or the form of its trajectory."""

    kind: str
    value: str | dict[str, str]
    start: int
    end: int
    doubt: str = ""


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
_FORMS = (
    ("irregular",
        (r"\birregular (?:flight )?(?:trajector(?:y|ies)|path|orbit)|\bpull(?:ed|s|ing)?[- ]?up\b|"
        r"変則(?:的な)?軌道|変則(?:的に|的な)?飛|プルアップ|변칙|풀업|불규칙한? ?(?:궤도|궤적)")),
    ("lofted",
        (r"\blofted\b|\b(?:high|steep)(?:er)? angle|\bnear[- ]vertical|\bsteep trajectory|"
        r"ロフテッド|高角度?(?:で|発射)|통상보다 높은 각도|고각")),
    ("depressed",
        (r"\bdepressed trajectory|\b(?:flat|low)(?:ter|er)? trajectory|ディプレスト|低い軌道|"
        r"저고도 (?:궤도|비행)")),
    ("normal",
        (r"\b(?:normal|standard|ordinary) (?:\w+ )?(?:trajectory|angle)|通常(?:の)?軌道|정상 ?각도|"
        r"정상 ?궤도")),
)  # fmt: skip
"""How it is said to have flown; "on a normal trajectory it could" tells of a flight not made."""
_SHAPES = tuple((name, re.compile(words, re.IGNORECASE)) for name, words in _FORMS)
_COULD = re.compile(
    r"\b(?:could|would|if|capable|able|may have|possib\w+|suspect\w*|estimat\w*)\b|とすれば|"
    r"であれば|可能性|能力|가능성|추정|발사하면",
    re.IGNORECASE,
)
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
    for name, pattern in _SHAPES:
        one = pattern.search(text)
        if one:
            may = _COULD.search(text) and name in ("irregular", "normal")
            doubt = "said as possible, or of a flight not made" if may else ""
            value = {"about": "trajectory", "form": name}
            found.append(Circumstance("context", value, one.start(), one.end(), doubt))
    return found
