"""Names of places, zones, classes and directions in English, Korean and Japanese.

Codes arrive in messages; here they become words. What has no entry is named by its own
code, so that a new zone or place never silences a warning.

The sea between Korea and Japan bears the name that each language's readers use: 동해 in
Korean, 日本海 in Japanese, both in English. Naming a zone takes no side in any dispute.

Source of the Korean and Japanese terms: the press notices of South Korea's Joint Chiefs
of Staff and Japan's Ministry of Defense on missile launches (탄도미사일, 배타적 경제수역;
弾道ミサイルの可能性があるもの, 我が国の排他的経済水域), and J-Alert's standing texts.
"""

from collections.abc import Mapping

from launchwatch.messages.warning import Language

Words = Mapping[Language, str]


def _words(en: str, ko: str, ja: str) -> Words:
    return {"en": en, "ko": ko, "ja": ja}


STATES: Mapping[str, Words] = {
    "PRK": _words("North Korea", "북한", "北朝鮮"),
    "KOR": _words("South Korea", "대한민국", "韓国"),
    "JPN": _words("Japan", "일본", "我が国"),
    "CHN": _words("China", "중국", "中国"),
    "RUS": _words("Russia", "러시아", "ロシア"),
    "TWN": _words("Taiwan", "대만", "台湾"),
    "MNG": _words("Mongolia", "몽골", "モンゴル"),
    "PHL": _words("the Philippines", "필리핀", "フィリピン"),
    "VNM": _words("Vietnam", "베트남", "ベトナム"),
    "USA": _words("the United States", "미국", "米国"),
}

POSSESSIVES: Mapping[str, str] = {
    "PHL": "the Philippines'",
    "USA": "the United States'",
}

SECTORS: Mapping[str, Words] = {
    "north": _words("the northern part", "북부", "北部"),
    "northeast": _words("the northeastern part", "북동부", "北東部"),
    "east": _words("the eastern part", "동부", "東部"),
    "southeast": _words("the southeastern part", "남동부", "南東部"),
    "south": _words("the southern part", "남부", "南部"),
    "southwest": _words("the southwestern part", "남서부", "南西部"),
    "west": _words("the western part", "서부", "西部"),
    "northwest": _words("the northwestern part", "북서부", "北西部"),
    "centre": _words("the central part", "중부", "中部"),
}

SEAS: Mapping[str, Words] = {
    "east-sea": _words("the East Sea / Sea of Japan", "동해", "日本海"),
    "yellow-sea": _words("the Yellow Sea", "서해", "黄海"),
    "east-china-sea": _words("the East China Sea", "동중국해", "東シナ海"),
    "south-china-sea": _words("the South China Sea", "남중국해", "南シナ海"),
    "philippine-sea": _words("the Philippine Sea", "필리핀해", "フィリピン海"),
    "bohai": _words("the Bohai Sea", "발해만", "渤海"),
    "seto-inland-sea": _words("the Seto Inland Sea", "세토 내해", "瀬戸内海"),
    "taiwan-strait": _words("the Taiwan Strait", "대만해협", "台湾海峡"),
    "sea-of-okhotsk": _words("the Sea of Okhotsk", "오호츠크해", "オホーツク海"),
    "korea-strait": _words("the Korea Strait", "대한해협", "対馬海峡"),
    "pacific": _words("the Pacific Ocean", "태평양", "太平洋"),
}

ZONE_KINDS: Mapping[str, Words] = {
    "land": _words("{of} land territory", "{of} 영토", "{of}領土"),
    "internal-waters": _words("{of} internal waters", "{of} 내수", "{of}内水"),
    "territorial-sea": _words("{of} territorial sea", "{of} 영해", "{of}領海"),
    "contiguous-zone": _words("{of} contiguous zone", "{of} 접속수역", "{of}接続水域"),
    "EEZ": _words(
        "{of} exclusive economic zone (EEZ)",
        "{of} 배타적 경제수역(EEZ)",
        "{of}排他的経済水域(EEZ)",
    ),
}

OPEN_ZONES: Mapping[str, Words] = {
    "high-seas": _words("the high seas", "공해", "公海"),
    "unknown": _words("waters and land not on the map", "지도에 없는 구역", "地図の範囲外"),
    "caspian-sea": _words("the Caspian Sea", "카스피해", "カスピ海"),
    "JPN-KOR-provisional-zone": _words(
        "the Japan-Korea provisional fisheries zone of 1998", "한일 중간수역", "日韓暫定水域"
    ),
}
"""Zones without an owner."""

NOWHERE = "-"
"""The code of a place that has no name here."""

FAMILIES: Mapping[str, Words] = {
    "close-range": _words(
        "close-range ballistic missile", "근거리 탄도미사일", "近距離弾道ミサイル"
    ),
    "short-range": _words(
        "short-range ballistic missile", "단거리 탄도미사일", "短距離弾道ミサイル"
    ),
    "medium-range": _words(
        "medium-range ballistic missile", "준중거리 탄도미사일", "準中距離弾道ミサイル"
    ),
    "intermediate-range": _words(
        "intermediate-range ballistic missile", "중거리 탄도미사일", "中距離弾道ミサイル"
    ),
    "intercontinental": _words(
        "intercontinental ballistic missile (ICBM)",
        "대륙간 탄도미사일(ICBM)",
        "大陸間弾道ミサイル(ICBM)",
    ),
    "quasi-ballistic": _words(
        "missile on a quasi-ballistic trajectory",
        "변칙 궤도 탄도미사일",
        "変則的な軌道で飛翔する弾道ミサイル",
    ),
    "glide": _words("hypersonic glide vehicle", "극초음속 활공체", "極超音速滑空体"),
    "cruise": _words("cruise missile", "순항미사일", "巡航ミサイル"),
    "space-launch": _words("space launch vehicle", "우주발사체", "衛星打ち上げ用ロケット"),
    "aircraft": _words("aircraft", "항공기", "航空機"),
    "unknown": _words("object of unknown class", "종류 미상의 발사체", "種類不明の飛翔体"),
}

DIRECTIONS: tuple[Words, ...] = (
    _words("northward", "북쪽", "北方向"),
    _words("northeastward", "북동쪽", "北東方向"),
    _words("eastward", "동쪽", "東方向"),
    _words("southeastward", "남동쪽", "南東方向"),
    _words("southward", "남쪽", "南方向"),
    _words("southwestward", "남서쪽", "南西方向"),
    _words("westward", "서쪽", "西方向"),
    _words("northwestward", "북서쪽", "北西方向"),
)
"""Eight courses, clockwise from north."""


def state(code: str, language: Language) -> str:
    """Name a state."""
    found = STATES.get(code)
    return found[language] if found else code


def of_state(code: str, language: Language) -> str:
    """Name a state as the owner of something."""
    name = state(code, language)
    if language == "en":
        return POSSESSIVES.get(code, f"{name}'s")
    return f"{name}의" if language == "ko" else f"{name}の"


def english_article(noun: str) -> str:
    """Put "a" or "an" before an English noun; the names here all follow their first letter."""
    return f"{'an' if noun[:1].lower() in 'aeiou' else 'a'} {noun}"


def korean_toward(word: str) -> str:
    """Give the particle for "to" that a Korean word takes, by its last syllable's ending."""
    letters = [letter for letter in word.split("(")[0] if "가" <= letter <= "힣"]
    ending = (ord(letters[-1]) - ord("가")) % 28 if letters else 0
    return "로" if ending in (0, 8) else "으로"  # no final consonant, or ㄹ


def direction(azimuth_deg: float, language: Language) -> str:
    """Name the nearest of eight courses; azimuth clockwise from true north."""
    return DIRECTIONS[round(azimuth_deg / 45.0) % 8][language]


def family(code: str, language: Language) -> str:
    """Name a class of vehicle."""
    found = FAMILIES.get(code)
    return found[language] if found else code


def zone(code: str, language: Language) -> str:
    """Name a zone, such as ``JPN-EEZ``; one that the user drew keeps its own name."""
    if code in OPEN_ZONES:
        return OPEN_ZONES[code][language]
    owner, _, kind = code.partition("-")
    pattern = ZONE_KINDS.get(kind)
    if pattern is None or len(owner) != 3 or not (owner.isascii() and owner.isupper()):
        return code
    return pattern[language].format(of=of_state(owner, language))


def place(code: str, language: Language) -> str:
    """Name a place from its code, such as ``PRK:northwest:near-CHN`` or ``SEA:east-sea``.

    A code that is not known is given back as it is, so that free text passes through;
    one that says that nothing is known becomes no words at all.
    """
    if code == NOWHERE:
        return ""
    owner, *parts = code.split(":")
    if owner == "SEA" and parts:
        sea = SEAS.get(parts[0])
        return sea[language] if sea else parts[0]
    if owner not in STATES:
        return code
    where = next((SECTORS[part][language] for part in parts if part in SECTORS), "")
    near = next((part[5:] for part in parts if part.startswith("near-")), "")
    named = state(owner, language)
    if language == "en":
        text = f"{where} of {named}" if where else named
        return f"{text}, near the border with {state(near, language)}" if near else text
    if language == "ko":
        text = f"{named} {where}" if where else named
        return f"{text} {state(near, language)} 접경 지역" if near else text
    text = f"{named}{where}"
    return f"{text}の{state(near, language)}との国境付近" if near else text
