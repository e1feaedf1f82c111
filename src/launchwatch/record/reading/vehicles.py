"""Find what was launched: its class, and the type by name."""

import re
from typing import NamedTuple

from launchwatch.record.reading.text import Language, Sentence


class Named(NamedTuple):
    """A class or a type by one mention."""

    value: str
    qualifier: str
    doubt: str
    start: int
    end: int


_CLASSES: tuple[tuple[str, str], ...] = (
    ("intercontinental",
        (r"intercontinental(?:[- ]range)?(?: ballistic)?|\bICBMs?\b|大陸間弾道(?:ミサイル|弾)?|"
        r"ICBM級?|대륙간\s?탄도")),
    ("submarine-launched", r"submarine[- ]launched|\bSLBMs?\b|潜水艦発射型?|잠수함발사|SLBM"),
    ("intermediate-range",
        r"intermediate[- ]range|\bIRBMs?\b|中長距離|중장거리|중거리 ?급?|mid/long-range"),
    ("medium-range", r"medium[- ]range|\bMRBMs?\b|準?中距離|준중거리"),
    ("short-range", r"short(?:er)?[- ]range|\bSRBMs?\b|短距離|단거리"),
    ("close-range", r"close[- ]range|近距離|근거리"),
    ("long-range", r"long[- ]range|長距離|장거리"),
    ("glide", r"hypersonic|極超音速|극초음속"),
    ("cruise", r"cruise missiles?|巡航ミサイル|순항미사일"),
    ("space-launch",
        r"satellites?|space launch|carrier rocket|\bSLV\b|衛星|위성|우주발사체|Long March"),
    ("ballistic", r"ballistic missiles?|弾道ミサイル|탄도미사일"),
)  # fmt: skip
_CLASS = re.compile(
    "|".join(f"(?P<c{n}>{pattern})" for n, (_, pattern) in enumerate(_CLASSES)), re.IGNORECASE
)
_TYPE = re.compile(
    r"\b(?:Hwasong|Hwasung|Pukguksong|Bukkeukseong|Taepodong|Agni|Shahab|Shaheen|Ghauri|Unha|"
    r"Prithvi|Dongfeng|Chollima|Malligyong|Qiam|Sejjil|Kheibar|Babur|Ababeel|"
    r"Nasr)-?\s?\d{1,2}[A-Z]{0,2}\b"
    r"|\b(?:KN|DF|RS|SS|RSM|JL|K)-\d{1,2}[A-Z]{0,2}\b(?:\s+(?:Topol(?:-M)?|Yars|Sarmat|"
    r"Bulava|Sineva))?"
    r"|\bLong March[- ]\d{1,2}[A-Z]?\b|\b(?:No|Ro)dong\b(?! Sinmun)|\bMusudan\b|"
    r"\bScud(?:-[A-Z]{1,2})?\b|\bGhased\b|"
    r"\bQased\b|\bAbdali\b|\bTopol\b|\bBulava\b|\bSineva\b|\bOreshnik\b|\bIskander\b|\bSimorgh\b"
    r"|(?:火星|北極星|テポドン|ノドン|スカッド|ムスダン|화성|북극성|스커드|노동\s?미사일|"
    r"무수단)(?:-?\d{1,2}[A-Z가-힣]?)?",
)
TYPE_NAMES = re.compile(
    r"Fateh|Emad|Ghadr|Minuteman|Trident|Agni|Prithvi|Hwasong|Pukguksong|Taepodong|Shahab|Shaheen|"
    r"Ghauri|Scud|Dongfeng|Unha|Chollima|Fattah|Khorramshahr|Sejjil|Abdali|Babur|Topol|Bulava|"
    r"Iskander|Pershing|Titan|Atlas|Delta|Falcon"
)
"""First words of names that a number may follow: "Minuteman 3"."""
_DENIED_EN = re.compile(
    r"\b(?:not|n't|ruled out|rather than|isn't|no longer|unlikely)\b[^.;,]{0,60}$", re.IGNORECASE
)
_DENIED_AFTER = re.compile(r"^[^.。]{0,12}(?:아닌|아니|ではな|でない)")
_MAYBE = re.compile(
    r"(?:suspected|possibl[ey]|presumed|apparent(?:ly)?|what (?:could|looks|appears)|"
    r"may have|believed to be|could be)"
    r"[^.;,]{0,60}$",
    re.IGNORECASE,
)
_MAYBE_AFTER = re.compile(r"^[^、。.]{0,16}(?:の可能性|とみられる|と推定|가능성|추정)")
_COMPARED = re.compile(
    r"(?:従来から|보유한|the \d{4} |similar to|like the|above the |than the |of November|"
    r"last \w+'s )[^。.]{0,30}$",
    re.IGNORECASE,
)


def classes(sentence: Sentence, language: Language) -> list[Named]:
    """Give the classes that a sentence names, in order."""
    found = []
    for one in _CLASS.finditer(sentence.text):
        number = int((one.lastgroup or "c0")[1:])
        found.append(_judged(_CLASSES[number][0], sentence.text, one, language))
    return found


def types(sentence: Sentence, language: Language) -> list[Named]:
    """Give the types that a sentence names, in order."""
    return [
        _judged(" ".join(one[0].split()), sentence.text, one, language)
        for one in _TYPE.finditer(sentence.text)
    ]


def _judged(value: str, text: str, one: re.Match[str], language: Language) -> Named:
    before, after = text[: one.start()], text[one.end() :]
    if (language == "en" and _DENIED_EN.search(before)) or _DENIED_AFTER.match(after):
        return Named(
            f"not {value}", "denied", "the text says that it was not", one.start(), one.end()
        )
    if _COMPARED.search(before):
        return Named(value, "compared", "named for comparison", one.start(), one.end())
    maybe = _MAYBE.search(before) or _MAYBE_AFTER.match(after)
    return Named(value, "possible" if maybe else "", "", one.start(), one.end())
