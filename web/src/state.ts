// All that this page remembers, and the few things that can be done to it.

import { cell, kept, paced } from './cells';
import type { Camera } from './map/camera';
import type { Scene } from './scene/scene';

export type Look = 'dark' | 'light' | 'night';
export type Language = 'en' | 'ko' | 'ja';
export type Tab = 'judgement' | 'told' | 'sensors' | 'history';
export type Link = 'opening' | 'open' | 'lost' | 'saved';
/** A past launch, flown again: its name, and all that became known of it. */
export interface Visit {
  id: string;
  end: Scene;
}
export type Layer =
  | 'zones'
  | 'claims'
  | 'provinces'
  | 'coverage'
  | 'traffic'
  | 'announced'
  | 'labels';

export const LOOKS: readonly Look[] = ['dark', 'light', 'night'];
export const LANGUAGES: readonly Language[] = ['en', 'ko', 'ja'];
export const TABS: readonly Tab[] = ['judgement', 'told', 'sensors', 'history'];
export const LAYERS: readonly Layer[] = [
  'zones',
  'claims',
  'provinces',
  'coverage',
  'traffic',
  'announced',
  'labels',
];
export const SPEEDS = [0.25, 0.5, 1, 2, 5, 10, 25, 50, 100] as const;

const oneOf =
  <T>(all: readonly T[]) =>
  (value: unknown): value is T =>
    all.includes(value as T);

function preferredLanguage(): Language {
  const first = navigator.language.slice(0, 2);
  return oneOf(LANGUAGES)(first) ? first : 'en';
}

const asked = new URLSearchParams(location.search);

/** What the address asks for outranks what was chosen before: a wall screen has no keyboard. */
function choice<T extends string>(name: string, first: T, all: readonly T[]) {
  const wanted = asked.get(name);
  if (oneOf(all)(wanted)) return cell<T>(wanted);
  return kept<T>(name, first, oneOf(all));
}

export const look = choice<Look>('look', 'dark', LOOKS);
export const language = choice<Language>('lang', preferredLanguage(), LANGUAGES);
/** `auto` takes the rich view where a GPU draws it; a processor that plays one is too slow. */
export const renderer = choice<'auto' | 'rich' | 'plain'>('view', 'auto', ['auto', 'rich', 'plain']);
export const tab = cell<Tab>((asked.get('tab') as Tab | null) ?? 'judgement');
export const layers = cell<ReadonlySet<Layer>>(
  new Set<Layer>(['zones', 'provinces', 'traffic', 'announced', 'labels']),
);
export const isHelpOpen = cell(false);
export const isLayersOpen = cell(false);

/** What is drawn: the newest scene, or one as it was known then. */
export const shown = cell<Scene | null>(null);
/** The same for words and tables: nobody reads quicker, and the map has the time. */
export const read = paced(shown, 120);
/** The newest scene heard of. */
export const newest = cell<Scene | null>(null);
/** The moment that is looked at, stream time in ms; null follows the watch. */
export const moment = cell<number | null>(null);
/** A moment asked for that is still being fetched. */
export const isFetching = cell(false);
export const isPlaying = cell(true);
export const speed = cell<number>(1);
export const span = cell<readonly [number, number] | null>(null);
export const link = cell<Link>('opening');
/** When the newest frame came, by this page's own clock, for the age of the link. */
export const heardAt = cell(0);

/** The launch of the record that is shown instead of the watch, flown again; null: the watch. */
export const visited = cell<Visit | null>(null);
/** The launch of the record that is looked at in the list and on the map. */
export const opened = cell<string | null>(asked.get('past'));

export const chosen = cell<string | null>(null);
export const camera = cell<Camera>({
  shape: asked.get('shape') === 'globe' ? 'globe' : 'flat',
  longitude: 132,
  latitude: 38,
  zoom: 3.6,
  bearing: 0,
  tilt: Number(asked.get('tilt') ?? 42),
});
/** The place under the pointer, on the map or on a chart, as stream time: shown in step. */
export const pointed = cell<number | null>(null);

export function toggle(layer: Layer): void {
  const next = new Set(layers.get());
  if (!next.delete(layer)) next.add(layer);
  layers.set(next);
}
