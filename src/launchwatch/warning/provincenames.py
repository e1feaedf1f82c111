"""Provinces in each language: Japan's prefectures in Korean, Korea's provinces in Japanese.

In its own country's language a province bears its local name, in English the one without macrons;
what has no entry here is named in English. By ISO 3166-2 code.

Source of the names: the usual renderings by the countries' own government pages in the other
language (Korean: 국립국어원's transcription of Japanese place names; Japanese: the kanji of the
Korean names).
"""

from launchwatch.messages.overflight import Province
from launchwatch.messages.warning import Language

_JAPAN = (
    "홋카이도", "아오모리현", "이와테현", "미야기현", "아키타현", "야마가타현", "후쿠시마현",
    "이바라키현", "도치기현", "군마현", "사이타마현", "지바현", "도쿄도", "가나가와현",
    "니가타현", "도야마현", "이시카와현", "후쿠이현", "야마나시현", "나가노현", "기후현",
    "시즈오카현", "아이치현", "미에현", "시가현", "교토부", "오사카부", "효고현", "나라현",
    "와카야마현", "돗토리현", "시마네현", "오카야마현", "히로시마현", "야마구치현", "도쿠시마현",
    "가가와현", "에히메현", "고치현", "후쿠오카현", "사가현", "나가사키현", "구마모토현",
    "오이타현", "미야자키현", "가고시마현", "오키나와현",
)  # fmt: skip
"""JP-01 to JP-47, in order."""

KOREAN = {f"JP-{number:02}": name for number, name in enumerate(_JAPAN, start=1)}

JAPANESE = {
    "KR-11": "ソウル特別市", "KR-26": "釜山広域市", "KR-27": "大邱広域市", "KR-28": "仁川広域市",
    "KR-29": "光州広域市", "KR-30": "大田広域市", "KR-31": "蔚山広域市", "KR-41": "京畿道",
    "KR-42": "江原特別自治道", "KR-43": "忠清北道", "KR-44": "忠清南道", "KR-45": "全北特別自治道",
    "KR-46": "全羅南道", "KR-47": "慶尚北道", "KR-48": "慶尚南道", "KR-49": "済州特別自治道",
    "KR-50": "世宗特別自治市",
}  # fmt: skip

_OWN: dict[str, Language] = {"JPN": "ja", "KOR": "ko", "PRK": "ko"}


def province(named: Province, language: Language) -> str:
    """Give a province's name in a language."""
    if _OWN.get(named.country) == language and named.local:
        return named.local
    if language == "ko":
        return KOREAN.get(named.iso, named.name)
    if language == "ja":
        return JAPANESE.get(named.iso, named.name)
    return named.name
