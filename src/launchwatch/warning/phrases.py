"""The sentences of a statement, in three languages side by side.

`launchwatch.warning.statement` fills them in; a test keeps their fields alike.
"""

from launchwatch.warning import names

PHRASES: dict[str, names.Words] = {
    "title": {
        "en": "Launch of {kind}{origin}, {day}",
        "ko": "{origin}{kind} 발사({day})",
        "ja": "{origin}{kind}の発射について({day})",
    },
    "title-cancelled": {
        "en": "Withdrawn: launch{origin}, {day}",
        "ko": "철회: {origin}발사 발표({day})",
        "ja": "取消:{origin}発射に関する発表について({day})",
    },
    "from": {"en": " from {owner}", "ko": "{owner}의 ", "ja": "{owner}による"},
    "kind-unknown": {
        "en": "possible ballistic missile",
        "ko": "탄도미사일로 추정되는 발사체",
        "ja": "弾道ミサイルの可能性があるもの",
    },
    "thing": {
        "en": "one object believed to be {kind}",
        "ko": "{kind}로 추정되는 물체 1발",
        "ja": "{kind}とみられるもの1発",
    },
    "thing-unknown": {
        "en": "one object, possibly a ballistic missile,",
        "ko": "탄도미사일일 가능성이 있는 물체 1발",
        "ja": "弾道ミサイルの可能性があるもの1発",
    },
    "place-unknown": {
        "en": "a place not yet named",
        "ko": "명칭이 확인되지 않은 장소",
        "ja": "名称不詳の場所",
    },
    "cancelled": {
        "en": "The launch announced earlier is withdrawn. What was detected is no longer held to "
        "be a launch.",
        "ko": "앞서 발표한 발사 정보를 철회합니다. 탐지된 것은 발사가 아닌 것으로 판단됩니다.",
        "ja": "先に発表した発射の情報を取り消します。探知されたものは"
        "発射ではなかったと判断されます。",
    },
    "launch": {
        "en": "On {day}, at {time}, {thing} was launched {course} from "
        "{place} ({position}, {spread}).",
        "ko": "{day} {time} {place}({position}, {spread})에서 {thing}이 "
        "{course}으로 발사되었습니다.",
        "ja": "{day}{time}、{place}({position}、{spread})から、{thing}が、"
        "{course}に向けて発射されました。",
    },
    "launch-only": {
        "en": "On {day}, at {time}, {thing} was launched from {place} ({position}, {spread}).",
        "ko": "{day} {time} {place}({position}, {spread})에서 {thing}이 발사되었습니다.",
        "ja": "{day}{time}、{place}({position}、{spread})から、{thing}が発射されました。",
    },
    "flight": {
        "en": "It flew {range}{apogee}, and is estimated to have fallen at {time}{flight}, "
        "{place}near {position}.",
        "ko": "비행거리는 {range}{apogee}{flight}이며, {time} {place}{position} 부근에 낙하한 "
        "것으로 추정됩니다.",
        "ja": "{apogee}{range}{flight}飛翔し、{time}、{place}{position}付近に落下したものと"
        "推定されます。",
    },
    "flight-ahead": {
        "en": "If it continues as measured, it is expected to fly {range}{apogee}, and to fall "
        "at {time}{flight}, {place}near {position}.",
        "ko": "측정된 비행이 계속되면 비행거리는 {range}{apogee}{flight}이며, {time} "
        "{place}{position} 부근에 낙하할 것으로 예상됩니다.",
        "ja": "これまでの測定どおり飛翔を続けた場合、{apogee}{range}{flight}飛翔し、{time}、"
        "{place}{position}付近に落下するものと予想されます。",
    },
    "flight-lost": {
        "en": "It was lost from sight before it can have fallen, and what became of it is not "
        "known. Had it flown on as measured, it would have flown {range}{apogee}, and fallen at "
        "{time}{flight}, {place}near {position}; that was not observed.",
        "ko": "낙하 전에 추적이 끊겨 이후의 경과는 확인되지 않았습니다. 측정된 대로 계속 "
        "비행했다면 비행거리는 {range}{apogee}{flight}이며, {time} {place}{position} 부근에 "
        "낙하했을 것이나 이는 관측되지 않았습니다.",
        "ja": "落下前に追尾が途絶え、その後の経過は確認できていません。測定どおり飛翔を続けたと"
        "すれば、{apogee}{range}{flight}飛翔し、{time}、{place}{position}付近に落下したはずですが、"
        "観測はされていません。",
    },
    "range-open": {
        "en": "Its heading is known to {heading}, its range is not: between {low} and {high} "
        "(95 %).",
        "ko": "방향은 {heading} 이내로 파악되었으나 비행거리는 아직 알 수 없으며, {low}에서 {high} "
        "사이입니다(95 %).",
        "ja": "方位は{heading}以内で判明していますが、飛翔距離はまだ分からず、{low}から{high}の間"
        "です(95 %)。",
    },
    "apogee": {
        "en": ", reaching a maximum altitude of {apogee}",
        "ko": ", 최고 고도는 {apogee}",
        "ja": "最高高度{apogee}で、",
    },
    "flight-time": {
        "en": ", after a flight of about {duration}",
        "ko": ", 비행시간은 약 {duration}",
        "ja": "、約{duration}間",
    },
    "in-place": {"en": "in {place}, ", "ko": "{place}의 ", "ja": "{place}の"},
    "fall-unknown": {
        "en": "Where and when it falls, how far it flies and how high are not known.",
        "ko": "낙하 장소와 시각, 비행거리와 최고 고도는 확인되지 않았습니다.",
        "ja": "落下の場所及び時刻、飛翔距離並びに最高高度は確認できていません。",
    },
    "outside": {
        "en": "The place of fall is estimated to lie outside {zone} (probability {p}).",
        "ko": "낙하 지점은 {zone} 밖인 것으로 추정됩니다(확률 {p}).",
        "ja": "落下地点は{zone}の外側であると推定されます(確率{p})。",
    },
    "inside": {
        "en": "The place of fall is estimated to lie inside {zone} (probability {p}).",
        "ko": "낙하 지점은 {zone} 안쪽인 것으로 추정됩니다(확률 {p}).",
        "ja": "落下地点は{zone}の内側であると推定されます(確率{p})。",
    },
    "undecided": {
        "en": "Whether the place of fall lies inside or outside {zone} cannot be decided yet "
        "(probability of inside {p}).",
        "ko": "낙하 지점이 {zone} 안쪽인지 바깥쪽인지는 아직 판단할 수 없습니다(안쪽일 확률 {p}).",
        "ja": "落下地点が{zone}の内側か外側かは、現時点では判断できません(内側である確率{p})。",
    },
    "called": {
        "en": "It has been called {call} since {time}.",
        "ko": "{time}부터 {call} 판정을 유지하고 있습니다.",
        "ja": "{time}から{call}と判定しています。",
    },
    "called-before": {
        "en": "Before that it had been called {call}.",
        "ko": "그 전의 판정은 {call}이었습니다.",
        "ja": "それまでの判定は{call}でした。",
    },
    "call-inside": {"en": "inside", "ko": "‘안쪽’", "ja": "「内側」"},
    "call-outside": {"en": "outside", "ko": "‘바깥쪽’", "ja": "「外側」"},
    "call-too-close-to-call": {
        "en": "too close to call",
        "ko": "‘경계선에 가까워 판단 불가’",
        "ja": "「境界に近く判定不能」",
    },
    "call-open": {"en": "open", "ko": "‘미정’", "ja": "「未定」"},
    "ashore-lead": {
        "en": "The place of fall most probably lies in {zone} (probability {p}).",
        "ko": "낙하 지점은 {zone}일 가능성이 가장 높습니다(확률 {p}).",
        "ja": "落下地点は{zone}である可能性が最も高いとみられます(確率{p})。",
    },
    "ashore": {
        "en": "Probability of a fall on land or in the territorial sea: {each}.",
        "ko": "영토 또는 영해에 낙하할 확률은 {each}입니다.",
        "ja": "領土又は領海に落下する確率は{each}です。",
    },
    "median": {
        "en": "The limits used here are medians computed between coasts and express no view on "
        "any claim.",
        "ko": "여기서 사용한 수역 경계는 해안선 사이에서 계산한 중간선이며 어떠한 주장에 대한 "
        "입장도 나타내지 않습니다.",
        "ja": "ここで用いた水域の境界は海岸線から計算した中間線であり、いかなる主張についての"
        "立場も示すものではありません。",
    },
    "family": {
        "en": "Judged from its motion alone, the object is held to have been {family} "
        "(probability {p}).",
        "ko": "비행 특성만으로 분석한 결과, 이 발사체는 {family}로 판단됩니다(확률 {p}).",
        "ja": "飛翔の特徴のみから分析した結果、{family}であったと判断されます(確率{p})。",
    },
    "family-doubtful": {
        "en": "Judged from its motion alone, the object was probably {family}, but this is not "
        "certain (probability {p}).",
        "ko": "비행 특성만으로 분석한 결과 {family}일 가능성이 있으나 확실하지 않습니다(확률 {p}).",
        "ja": "飛翔の特徴のみから分析した結果、{family}であった可能性がありますが、確実では"
        "ありません(確率{p})。",
    },
    "family-unknown": {
        "en": "Its class cannot be determined from its motion.",
        "ko": "비행 특성만으로는 종류를 판단할 수 없습니다.",
        "ja": "飛翔の特徴からは、種類を判断できません。",
    },
    "announced": {
        "en": "The place and time of fall lie in an area that {reference} announced as dangerous "
        "for {what} (probability {p}).",
        "ko": "낙하 지점과 시각은 {reference}에서 {what}(으)로 위험하다고 공지한 구역 안에 "
        "있습니다(확률 {p}).",
        "ja": "落下地点及び時刻は、{reference}により{what}のため危険と告示された区域内に"
        "あります(確率{p})。",
    },
    "announced-rocket": {
        "en": "a rocket launch",
        "ko": "로켓 발사",
        "ja": "ロケットの打上げ",
    },
    "announced-missile": {
        "en": "missile firing",
        "ko": "미사일 발사",
        "ja": "ミサイルの発射",
    },
    "announced-space-debris": {
        "en": "falling space debris",
        "ko": "우주 잔해 낙하",
        "ja": "宇宙物体の落下",
    },
    "announced-hazardous-operations": {
        "en": "hazardous operations",
        "ko": "위험 작업",
        "ja": "危険な作業",
    },
    "announced-other": {
        "en": "other reasons",
        "ko": "기타 사유",
        "ja": "その他の理由",
    },
    "resolutions-would-contravene": {
        "en": "Launches that use ballistic missile technology by {state} are prohibited by United "
        "Nations Security Council resolutions {numbers}; that this was one is held to be {p} "
        "probable, from its motion and the place of launch.",
        "ko": "{state}의 탄도미사일 기술을 이용한 발사는 유엔 안전보장이사회 결의({numbers})에 "
        "의해 금지되어 있으며, 비행 특성과 발사 장소로 보아 이번 발사가 이에 해당할 확률은 "
        "{p}입니다.",
        "ja": "{state}による弾道ミサイル技術を使用した発射は、国際連合安全保障理事会決議"
        "({numbers})により禁止されており、飛翔の特徴と発射場所から、今回の発射がこれに当たる"
        "確率は{p}とみられます。",
    },
    "resolutions-open": {
        "en": "Whether this was a launch that uses ballistic missile technology, which United "
        "Nations Security Council resolutions prohibit to {state}, is not determined "
        "(probability between {low} and {high}).",
        "ko": "이번 발사가 유엔 안전보장이사회 결의가 {state}에 금지한 탄도미사일 기술을 이용한 "
        "발사인지는 확인되지 않았습니다(확률 {low}~{high}).",
        "ja": "今回の発射が、国際連合安全保障理事会決議が{state}に禁じている弾道ミサイル技術を"
        "使用した発射に当たるかどうかは、判明していません(確率{low}から{high})。",
    },
    "resolutions-not-covered": {
        "en": "From its motion it was not a launch that uses ballistic missile technology; United "
        "Nations Security Council resolutions prohibit only such launches to {state}.",
        "ko": "비행 특성으로 보아 탄도미사일 기술을 이용한 발사가 아닌 것으로 판단됩니다. 유엔 "
        "안전보장이사회 결의가 {state}에 금지한 것은 그러한 발사입니다.",
        "ja": "飛翔の特徴から、弾道ミサイル技術を使用した発射ではなかったと判断されます。国際連合"
        "安全保障理事会決議が{state}に禁じているのは、そのような発射です。",
    },
    "launch-doubtful": {
        "en": "That it was a launch is not certain (probability {p}).",
        "ko": "발사 여부는 확실하지 않습니다(발사일 확률 {p}).",
        "ja": "発射であったかどうかは確実ではありません(発射である確率{p})。",
    },
    "detected": {
        "en": "It was first detected at {time}, {after} after launch.",
        "ko": "최초 탐지 시각은 {time}이며, 발사 {after} 후입니다.",
        "ja": "最初に探知したのは{time}、発射の{after}後です。",
    },
    "first-area": {
        "en": "A first area of fall was given {after} after that.",
        "ko": "그로부터 {after} 후에 첫 낙하 예상 구역이 산출되었습니다.",
        "ja": "その{after}後に、最初の落下予想区域を算出しました。",
    },
    "last-plot": {
        "en": "The last measurement came {before} before the estimated time of fall; the fall "
        "itself was not observed.",
        "ko": "마지막 측정은 추정 낙하 시각 {before} 전이며, 낙하 자체는 관측되지 않았습니다.",
        "ja": "最後の測定は推定落下時刻の{before}前であり、落下そのものは観測されていません。",
    },
    "simulated": {
        "en": "All measurements come from simulated sensors.",
        "ko": "모든 측정값은 모의 센서에서 나온 것입니다.",
        "ja": "測定値はすべて模擬センサーによるものです。",
    },
    "estimates": {
        "en": 'All figures are estimates; "±" covers 95 %.',
        "ko": "모든 수치는 추정치이며 ±는 95% 범위를 나타냅니다.",
        "ja": "数値はすべて推定値であり、±は95%の範囲を示します。",
    },
    "exposed": {
        "en": "Of the ships and aircraft that report where they are, {ships} and {aircraft} may "
        "have been inside the 95 % fall area.",
        "ko": "위치를 알리는 선박 {ships}척과 항공기 {aircraft}대가 95% 낙하 구역 안에 있었을 수 "
        "있습니다.",
        "ja": "位置を通報している船舶{ships}隻と航空機{aircraft}機が95%落下区域内にいた可能性が"
        "あります。",
    },
    "damage": {
        "en": "No report on damage can be given by this system.",
        "ko": "이 시스템은 피해 여부를 알 수 없으므로 피해에 관하여 발표하지 않습니다.",
        "ja": "本システムでは被害の有無を確認できないため、被害に関する発表は行いません。",
    },
}
