"""Find what a text says of a zone: that something fell inside it, or outside.

Words as they stand: "possible_inside" where it may fall there, "not_reached" where it is said
not to have come there, "split" where some of several did, "near" where it is called near. How
a zone is explained ("which reaches some 370 km from the coast") is no verdict.
"""

import re
from typing import NamedTuple

from launchwatch.record.reading.text import Language, Sentence


class Verdict(NamedTuple):
    """One verdict on one zone."""

    zone: str
    verdict: str
    doubt: str
    start: int
    end: int


_I = re.IGNORECASE
_EEZ_EN = re.compile(
    r"\bexclusive (?:maritime )?economic (?:maritime )?(?:zones?|waters)|"
    r"\beconomic (?:exclusi(?:on|ve) )?(?:zones?|waters)|\bEEZs?\b",
    _I,
)
_WHERE_EN = re.compile(
    r"\b(?P<out>outside(?: of)?|beyond|short of)\b|\b(?P<in>inside|within|in(?:to)?|on)\b"
    r"|\b(?P<near>(?:very )?(?:near|close) (?:to )?|edge of)\b",
    _I,
)  # fmt: skip
_NEAR_TOO = re.compile(r"\b(?:inside|within|in) or (?:very )?(?:near|close|just outside)", _I)
_NONE = re.compile(
    r"\b(?:none|nothing|never|neither|did not|didn't|no (?:missiles?|debris|parts?|"
    r"projectiles?))\b[^.;]{0,60}"
    r"\b(?:fell|land(?:ed|ing)?|enter(?:ed|ing)?|reach(?:ed)?|fall(?:ing)?|came|come)\b|"
    r"\bno (?:missiles?|debris|parts?)\b|"
    r"\b(?:before|without|instead of) (?:ever |even )?(?:reaching|entering|getting (?:in)?to)\b",
    _I,
)
_UNSAID = re.compile(r"\b(?:whether|if|unclear|not (?:yet )?(?:clear|known))\b[^.;:]*$", _I)
_MAY = re.compile(
    r"\b(?:may|might|could|possibly|likely to|can)\b(?! have (?:been )?(?:tested|launched|fired))",
    _I,
)
_PARTS = re.compile(
    r"(?<![:.\d])\b(?P<n>one|two|three|four|five|six|seven|eight|\d{1,2}|some)(?: of(?: the|"
    r" its| them|\b)|"
    r" from \w+|\b(?= (?:of|within|inside|outside|are|were|had|has|was|is|fell|landed|came|in )))",
    _I,
)
_ALL = re.compile(r"\ball (?:of |the )?(?:two|three|four|five|\d|them|missiles)", _I)
_FELL = re.compile(
    r"\b(?:fell|fall(?:en|ing)?|land(?:ed|ing|s)?|c[ao]m(?:e|ing) down|splash\w*|crash\w*|"
    r"fired|stop(?:ped)?|"
    r"impact\w*|enter(?:ed)?|reach(?:ed)?|plunged|in(?:side)?|outside|waters|hit|dropp?ed|ended)\b",
    _I,
)
_TERRITORY = re.compile(
    r"\b(?:none|nothing|no \w+|not|never)\b[^.;]{0,40}\b(?:fell|land(?:ed)?|fall)\b[^.;]{0,20}\b"
    r"(?:its|Japan(?:ese|'s)?|the country's) (?:territory|soil|land)\b(?! or)(?!ial)",
    _I,
)
_OWNERS = (
    ("JPN", re.compile(r"\bjapan|\btokyo|我が国|日本|わが国|일본", _I)),
    ("PHL", re.compile(r"\bphilippine|\bmanila|フィリピン|필리핀", _I)),
    ("KOR", re.compile(r"\bsouth korea|韓国|한국", _I)),
    ("RUS", re.compile(r"\brussia|ロシア|러시아", _I)),
    ("TWN", re.compile(r"\btaiwan|台湾|대만", _I)),
)

_EEZ_CJK = re.compile(
    r"(?:排他的経済水域|排他的経済区域|배타적\s?경제수역)(?:\s*\(\s*EEZ\s*\))?|EEZ"
)
_WHERE_CJK = re.compile(
    r"^\)?\s*(?:の|であ?る?)?\s*(?P<in>内|の?中|圏内|안|내(?!륙))?(?P<out>外|の?外|圏外|밖|"
    r"바깥|외)?"
)
_NOT_CJK = re.compile(
    r"(?:へ|に|への|には)?[^。]{0,14}(?:飛来|落下|"
    r"到達)[^。]{0,12}(?:確認されて(?:おりません|いない|いません)|ない|ません|なかった)|"
    r"[^.]{0,20}(?:도달하지|떨어지지|진입하지)"
)
_FELL_THERE_CJK = re.compile(
    r"(?:\s*\([^)]{0,16}\))?(?:にあたる|に当たる)?(?:の(?:日本海|海域|太平洋|海上)(?:側)?)?"
    r"(?:に|へ)[^。、]{0,24}(?:落下|落ち|着弾)|(?:에|로|으로)\s[^.,]{0,16}(?:낙하|떨어)"
)
_SOME_CJK = re.compile(r"(\d)[発발][はが은이][^。]*$")
_ONE_OF_CJK = re.compile(r"\d発[はが]|\d발[은이]|残り[はの]|나머지")
_MAY_CJK = re.compile(r"[^。]{0,40}(?:落下|落ち)[^。]{0,8}(?:可能性|おそれ|恐れ)|[^.]{0,30}가능성")


def verdicts(
    sentence: Sentence, language: Language, total: int | None, at_home: str
) -> list[Verdict]:
    """Give the verdicts of a sentence.

    Args:
        sentence: the plain sentence.
        language: of the text.
        total: how many were launched, by the text, where it says so.
        at_home: whose zone is meant where the sentence does not say ("我が国", or a zone
            that was named before).
    """
    if language == "en":
        return _english(sentence.text, total, at_home)
    return _cjk(sentence.text, total, at_home)


def _owner(text: str, at_home: str) -> str:
    """Give whose zone: the owner named last before it, else first after, else as before."""
    return next((code for code, pattern in _OWNERS if pattern.search(text)), at_home)


def _english(text: str, total: int | None, at_home: str) -> list[Verdict]:
    found = []
    begin = 0
    for zone in _EEZ_EN.finditer(text):
        before = text[begin : zone.start()]
        if begin and re.fullmatch(r"\s*\(\s*", before):
            begin = zone.end()
            continue  # "exclusive economic zone (EEZ)"
        offset, begin = begin, zone.end()
        places = [*_WHERE_EN.finditer(before)]
        none = _NONE.search(before)
        if not places and none is None:
            continue
        if not _FELL.search(before) or _UNSAID.search(before):
            continue
        verdict, start = _said(before, places, none, total)
        if verdict:
            code = _owner(before, "") or _owner(text, at_home) or "JPN"
            found.append(Verdict(f"{code}-EEZ", verdict, "", offset + start, zone.end()))
    if not found:
        none = _TERRITORY.search(text)
        if none:
            code = _owner(text, at_home) or "JPN"
            doubt = "of territory alone; says nothing of the economic zone"
            found.append(Verdict(f"{code}-land", "not_reached", doubt, none.start(), none.end()))
    return found


def _said(
    before: str,
    places: list[re.Match[str]],
    none: re.Match[str] | None,
    total: int | None,
) -> tuple[str, int]:
    if none is not None:
        fell = re.match(r"did(?: not|n't)\b.{0,60}\b(?:fall|land|come)\b", none[0], _I)
        return ("outside" if fell and places else "not_reached"), none.start()
    if _NEAR_TOO.search(before):
        return "split", places[-1].start()
    # "in waters Japan claims as": the last word that says where, "of" and names between.
    where = places[-1]
    strong = [one for one in places if one["out"] or one[0].lower() in ("inside", "within")]
    if strong and where.start() - strong[-1].end() < 60:
        where = strong[-1]
    if where["out"]:
        if re.search(r"\bnot\b[^.;,]{0,20}$", before[: where.start()]):
            return "inside", where.start()
        return "outside", where.start()
    if where["near"]:
        return "near", where.start()
    clause = re.split(r"[;:]", before[: where.start()])[-1]
    if re.search(r"\b(?:not|never)\b[^.;,]{0,30}$", clause):
        return "outside", where.start()
    if _MAY.search(clause):
        return "possible_inside", where.start()
    parts = [*_PARTS.finditer(re.split(r"[;:]", before[: where.end()])[-1])]
    if parts and not _ALL.search(clause) and (total is None or total > 1):
        return "split", parts[0].start()
    return "inside", where.start()


def _cjk(text: str, total: int | None, at_home: str) -> list[Verdict]:
    found = []
    for zone in _EEZ_CJK.finditer(text):
        after = text[zone.end() : zone.end() + 80]
        code = _owner(text[max(0, zone.start() - 12) : zone.start()], at_home) or "JPN"
        where = _WHERE_CJK.match(after)
        end = zone.end() + (where.end() if where else 0)
        if where and where["out"]:
            verdict = "outside"
        elif where and where["in"]:
            rest = after[where.end() :]
            some = _SOME_CJK.search(text[max(0, zone.start() - 24) : zone.start()])
            verdict = "inside"
            if _NOT_CJK.match(rest):
                verdict = "not_reached"
            elif _MAY_CJK.match(rest):
                verdict = "possible_inside"
            elif some and int(some[1]) < (total or 0):
                verdict = "split"
        elif _NOT_CJK.match(after):
            verdict = "not_reached"
        elif _FELL_THERE_CJK.match(after):
            verdict = "possible_inside" if _MAY_CJK.match(after) else "inside"
        else:
            continue
        found.append(Verdict(f"{code}-EEZ", verdict, "", zone.start(), end))
    said = {one.verdict for one in found}
    if said == {"inside", "outside"} and len({one.zone for one in found}) == 1:
        parts = [*_ONE_OF_CJK.finditer(text)]
        if len(parts) > 1:  # "うち1発はEEZ外に、また1発はEEZ内に落下"
            return [found[0]._replace(verdict="split", end=found[-1].end)]
    return found
