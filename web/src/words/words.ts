// Words and numbers as people read them, in the language chosen.

import type { Words } from '../scene/format';
import type { Scene } from '../scene/scene';
import type { Language } from '../state';
import { DICTIONARY, type Key } from './dictionary';

const PLACE: Record<Language, 0 | 1 | 2> = { en: 0, ko: 1, ja: 2 };

export function phrase(
  key: Key,
  language: Language,
  parts: Readonly<Record<string, string | number>> = {},
): string {
  const text: string = DICTIONARY[key][PLACE[language]];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(parts[name] ?? whole));
}

/** Words for a code: as the scene names it, else as the page does, else the code itself. */
export function nameOf(scene: Scene, kind: string, code: string, language: Language): string {
  const said = scene.head.names[`${kind}.${code}`];
  if (said) return said[language];
  const own = `${kind}.${code}`;
  return own in DICTIONARY ? phrase(own as Key, language) : code;
}

/** A zone's name, short enough for the map: the state and what its zone is. */
export function zoneOnMap(scene: Scene, zone: string, kind: string, language: Language): string {
  const state = scene.head.names[`state.${zone.slice(0, 3)}`];
  if (!state || zone[3] !== '-') return nameOf(scene, 'zone', zone, language);
  return `${state[language]} · ${kind === 'eez' ? 'EEZ' : nameOf(scene, 'zonekind', kind, language)}`;
}

export function said(words: Words | null | undefined, language: Language): string {
  return words ? words[language] : '';
}

const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');

/** 01:04:22Z, with tenths where asked. */
export function clockText(ms: number, tenths = false): string {
  const at = new Date(ms);
  const clock = `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`;
  return `${clock}${tenths ? `.${Math.floor(at.getUTCMilliseconds() / 100)}` : ''}Z`;
}

/** Made once: making one takes longer than writing a hundred dates with it. */
const dates = new Map<Language, Intl.DateTimeFormat>();

export function dateText(ms: number, language: Language): string {
  let format = dates.get(language);
  if (!format) {
    const locale = { en: 'en-GB', ko: 'ko-KR', ja: 'ja-JP' }[language];
    format = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
    dates.set(language, format);
  }
  return format.format(ms);
}

/** 4:31, 1:02:10: for countdowns. */
export function countText(ms: number): string {
  const whole = Math.round(Math.abs(ms) / 1000);
  const [hours, minutes, seconds] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds)}` : `${minutes}:${pad(seconds)}`;
}

const UNITS: Record<Language, readonly [string, string, string, string]> = {
  en: [' s', ' min', ' h', ' d'],
  ko: ['초', '분', '시간', '일'],
  ja: ['秒', '分', '時間', '日'],
};

/** 3 s, 12 min: how old something is. */
export function ageText(ms: number, language: Language): string {
  const seconds = Math.max(ms, 0) / 1000;
  const [s, min, h, d] = UNITS[language];
  if (seconds < 10) return `${seconds.toFixed(seconds < 1 ? 1 : 0)}${s}`;
  if (seconds < 120) return `${Math.round(seconds)}${s}`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)}${min}`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)}${h}`;
  return `${Math.round(seconds / 86_400)}${d}`;
}

/** A length given in km, in the digits it deserves. */
export function lengthText(km: number, language: Language): string {
  const far = Math.abs(km);
  if (far < 1) return `${Math.round(far * 1000)} m`;
  return `${far < 100 ? far.toFixed(1) : countedText(Math.round(far), language)} km`;
}

export function countedText(value: number, language: Language): string {
  return new Intl.NumberFormat(language).format(value);
}
