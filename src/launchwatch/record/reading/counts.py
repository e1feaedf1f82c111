"""Find how many were launched.

A number beside "missiles" counts; the partial numbers ("one of four", "three of them", "もう１発")
do not. Where no number is said, "a missile" and "the ICBM" say one.
"""

import re
from itertools import pairwise
from typing import NamedTuple

from launchwatch.record.reading.text import Language, Sentence
from launchwatch.record.reading.vehicles import TYPE_NAMES


class Count(NamedTuple):
    """How many, by one mention; None is "several"."""

    value: int | None
    qualifier: str
    is_article: bool
    start: int
    end: int
    is_part: bool = False


_WORDS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14,
    "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "a pair of": 2, "both": 2, "a dozen": 12, "a": 1, "an": 1, "the": 1, "another": 1,
}  # fmt: skip
_NUMERAL = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|"
    r"fifteen|sixteen|seventeen|eighteen|nineteen|twenty|a pair of|a dozen|both|\d{1,3})"
)
_FORE = (
    r"(?:(?!(?:and|or|of|from|that|which|the|on|in|by|was|is|site|defen[cs]e|test|"
    r"program\w*)\b)[A-Za-z][\w'/-]*,?\s+){0,6}"
)
_THING = r"(?:missile|projectile|rocket|icbm|slbm|srbm|irbm|mrbm|spacecraft|carrier)"
_MANY = re.compile(
    rf"(?P<q>\b(?:at least|more than|over|about|around|some|up to|as many as|an estimated)\s+)?"
    rf"(?<![-.,\d])(?<!\bor )(?<!\bto )\b(?P<n>{_NUMERAL}|several|multiple|a number of|a few|"
    rf"many)\s+{_FORE}{_THING}s\b",
    re.IGNORECASE,
)
_ONE = re.compile(
    rf"\b(?P<q>at least\s+)?(?P<n>a|an|one|the)\s+{_FORE}{_THING}\b(?![- ]?(?:defen|test\b|"
    rf"range|program|launche|tech|s\b))",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"\b(?P<n>[Aa]n?)\s+(?:[A-Z\d][\w-]*\s+){1,4}(?:\([^)]{0,30}\)\s+)?was (?:launched|"
    r"fired)|\blaunch(?:ed|es|ing)? (?P<m>an?|its|of(?: the| an?)?) (?:[\w-]+ ){0,3}(?:satellite|"
    r"weapon system|[Mm]issile [Ss]ystem)|\bput the [\w ]{0,30}satellite\b"
    r"|\b(?:tested|test-fired|fired|launched) (?:its |the )?(?:[A-Z][\w]+-?\d{1,2}[A-Z]?|"
    r"(?:Agni|Hwasong|Shaheen|Ghauri|Shahab|Prithvi|Topol|Bulava|Yars|Minuteman|"
    r"Trident)[\w-]*)\b"
)
_HEADLINE = re.compile(
    r"\b(?:fires?|fired|firing|launch(?:es|ed)?|test-fires?|test-fired|lobs|lobbed|this|its|"
    r"korea's|korean|iran's|china's|pyongyang's) "
    rf"{_FORE}(?P<n>{_THING})(?P<s>s)?\b(?! (?:test|launch|program|tech|defen))",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    rf"\b(?:counted|detected|tracked|confirmed|a total of|"
    rf"totall?ing)\s+(?P<n>{_NUMERAL})\b(?!\s*(?:km|kilo|mile|"
    rf"min|hour|a\.m|p\.m|[:.]))",
    re.IGNORECASE,
)
_PART = re.compile(
    r",? (?:\w+ )?(?:hit|struck|failed|fell|landed|crashed|exploded|reached|came down|splashed|"
    r"broke)\b"
)
"""Verbs that may be of some of those launched; whether they are, the total says."""
_LATER = re.compile(r"\b(?:later|then|also|afterwards?)\b[^.;]{0,30}$", re.IGNORECASE)
_JOINED = re.compile(
    r"^\s*(?:,?\s*(?:and(?: then)?|plus|as well as|along with|together with|followed by)|,)\s*$",
    re.IGNORECASE,
)
_LAUNCHING = re.compile(
    r"\b(?:fir(?:ed|ing)|launch\w*|test\w*|lobbed|shot|sent|went up|left|flew|fell|landed|land|"
    r"detected|c[ao]me down|came|tracked|counted|believed|splashed|missile|passed|flown|"
    r"crossed|vanished|put|orbit\w*|"
    r"salvo|barrage|volley|series|flight|flying|blast\w*|dropp\w+|plung\w+|impact\w*|"
    r"crash\w*|rose|reached)\b",
    re.IGNORECASE,
)
_CJK = re.compile(
    r"(?P<q>少なくとも|合計|計|合わせて|最低|모두|총|최소|적어도)?\s*"
    r"(?P<n>\d{1,3}|複数|数|[一二三四五六七八九十]|여러|수|한|두|세)\s*(?:発|발|"
    r"つ|기(?=의? ?(?:미사일|발사체)))(?!射|目|째|に分|"
    r"사(?!격)|의? ?중)(?P<e>以上|이상|씩)?"
)
_PARTIAL = re.compile(r"(?:うち|もう|このうち|残り|中の|중|나머지|다른)\s*$")
_HAN = {one: value for value, one in enumerate("一二三四五六七八九十", 1)} | {
    "한": 1,
    "두": 2,
    "세": 3,
}


_MORE = re.compile(r"\W*(?:さらに|続いて|追加で|이어|추가로|또)")


def is_more(sentence: Sentence, one: Count) -> bool:
    """Say whether a count comes on top of one before: "さらに...2発も発射した"."""
    after = sentence.text[one.end :]
    return _MORE.match(sentence.text) is not None and after.startswith(("も", "도", "を追加"))


def counts(sentence: Sentence, language: Language) -> list[Count]:
    """Give every count of a sentence, in order."""
    return _english(sentence.text) if language == "en" else _cjk(sentence.text)


def _english(text: str) -> list[Count]:
    if not _LAUNCHING.search(text):
        return []
    found = [_of(one) for one in _MANY.finditer(text) if not _is_name(text, one)]
    found += [_of(one) for one in _COUNTED.finditer(text)]
    singles = [_of(one) for one in _ONE.finditer(text)]
    found = [*_joined(text, singles, found)]
    if not found:
        # "fired short-range missiles": several, though "the missile" may stand beside.
        headline = next((one for one in _HEADLINE.finditer(text) if one["s"]), None)
        if headline and re.match(r"fir|launch|test-|lob", headline[0], re.IGNORECASE):
            found.append(Count(None, "several", True, headline.start("n"), headline.end()))
    if not found:
        named = _NAMED.search(text) or next(
            (one for one in _HEADLINE.finditer(text) if not one["s"]), None
        )
        if named:
            found.append(Count(1, "", True, named.start(), named.end()))
    return sorted(found, key=lambda one: one.start)


def _is_name(text: str, one: re.Match[str]) -> bool:
    """Say whether digits belong to a type's name: "Fateh 313 missiles", "Minuteman 3 missiles"."""
    before = re.search(r"\b([A-Z][a-z]+) $", text[: one.start("n")])
    return bool(
        before
        and one["n"].isdigit()
        and not one["q"]
        and (int(one["n"]) > 99 or TYPE_NAMES.fullmatch(before[1]))
    )


def _of(one: re.Match[str]) -> Count:
    word = one["n"].lower()
    value = int(word) if word.isdigit() else _WORDS.get(word)
    group = one.groupdict()
    words = (group.get("q") or "").strip().lower()
    qualifier = {"more than": "over", "some": "about", "around": "about", "an estimated": "about",
                 "as many as": "up to"}.get(words, words)  # fmt: skip
    if value is None:
        qualifier = "several"
    is_part = bool(_PART.match(one.string, one.end()) or _LATER.search(one.string[: one.start()]))
    return Count(value, qualifier, word in ("a", "an", "the"), one.start(), one.end(), is_part)


def _joined(text: str, singles: list[Count], many: list[Count]) -> list[Count]:
    """Add "a long-range missile and two short-range ones" up."""
    found, used = [], set()
    for one in many:
        beside = next(
            (single for single in singles if _JOINED.match(text[single.end : one.start])), None
        )
        if beside is not None and one.value is not None:
            used.add(beside.start)
            one = one._replace(value=one.value + 1, start=beside.start)
        found.append(one)
    for one, other in pairwise(singles):
        if one.value == other.value == 1 and _JOINED.match(text[one.end : other.start]):
            # "a long-range missile and an unidentified projectile"
            found.append(Count(2, "", one.is_article, one.start, other.end))
    inside = [(one.start, one.end) for one in found]
    return found + [
        one
        for one in singles
        if one.start not in used and not any(s <= one.start < e for s, e in inside)
    ]


def _cjk(text: str) -> list[Count]:
    found = []
    for one in _CJK.finditer(text):
        if _PARTIAL.search(text[: one.start()]):
            continue
        around = text[max(0, one.start() - 8) : one.end() + 8]
        if one["e"] == "씩" or (
            "つ" in one[0] and not re.search("飛翔体|ミサイル|ロケット", around)
        ):
            continue
        word = one["n"]
        value = int(word) if word.isdigit() else _HAN.get(word)
        lead = one["q"] or ""
        qualifier = (
            "at least" if lead in ("少なくとも", "最低", "최소", "적어도") or one["e"] else ""
        )
        if value is None:
            qualifier = "several"
        start = one.start("q") if lead else one.start("n")
        found.append(Count(value, qualifier, False, start, one.end()))
    return found
