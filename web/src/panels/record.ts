// The launch record as the watch serves it: every launch that is on record, with where it fell.

import { cell, type Cell } from '../cells';
import { visit } from '../player';
import { askJson, isSaved, tell } from '../scene/source';

export interface Recorded {
  id: string;
  date: string;
  site: string;
  family: string;
  zones: readonly string[];
  /** Longitude and latitude of launch and fall, where they are known, with how surely: km. */
  from: readonly [number, number] | null;
  from_km: number | null;
  to: readonly [number, number] | null;
  to_km: number | null;
  text: string;
  mode: string;
  /** Enough was said of it to fly it again; else why not. */
  flies: boolean;
  why_not: string;
}

export interface Filters {
  year: string;
  site: string;
  family: string;
  zone: string;
}

/** How far the flight of a past launch is that was asked for. */
export interface Flight {
  id: string;
  state: 'none' | 'working' | 'ready' | 'refused';
  reason: string;
  history: string;
  comparison?: { rows: readonly { subject: string; seen: string; reported: string; said_by: string; truth: string }[] };
}

/** Null until asked for. */
export const records = cell<readonly Recorded[] | null>(null);
export const filters = cell<Filters>({ year: '', site: '', family: '', zone: '' });
export const flight = cell<Flight | null>(null);

/** What the filters let through, oldest first. */
export const kept: Cell<readonly Recorded[]> = cell<readonly Recorded[]>([]);
const sift = () => kept.set((records.get() ?? []).filter((one) => KEYS.every((key) => filters.get()[key] === '' || valuesOf(one, key).includes(filters.get()[key]))));
records.watch(sift);
filters.watch(sift);

export const KEYS = ['year', 'site', 'family', 'zone'] as const;

export function valuesOf(one: Recorded, key: keyof Filters): readonly string[] {
  if (key === 'year') return [one.date.slice(0, 4)];
  if (key === 'zone') return one.zones;
  return [one[key]].filter(Boolean);
}

let isAsked = false;

/** Ask for the record, once; a watch that serves none has an empty one. */
export async function recorded(): Promise<void> {
  if (isAsked) return;
  isAsked = true;
  try {
    const said = await askJson<{ launches: Recorded[] }>('/api/record');
    records.set(said.launches);
  } catch {
    records.set([]);
  }
}

export const canFly = (one: Recorded): boolean => one.flies && !isSaved;

/** Milliseconds between two askings how far a flight is. */
const PATIENCE = 1_500;

/** Have a launch flown again, and show it once it is; what hinders stands in `flight`. */
export async function fly(id: string): Promise<void> {
  const place = `/api/record/${encodeURIComponent(id)}/flight`;
  const none = { id, history: '' } as const;
  flight.set({ ...none, state: 'working', reason: '' });
  try {
    let now = (await tell(place, {})) as Flight;
    while (now.state === 'working') {
      if (flight.get()?.id !== id) return;
      flight.set(now);
      await new Promise((done) => setTimeout(done, PATIENCE));
      now = await askJson<Flight>(place);
    }
    if (flight.get()?.id !== id) return;
    flight.set(now);
    if (now.state === 'ready') await visit(id, now.history);
  } catch (error) {
    flight.set({ ...none, state: 'refused', reason: error instanceof Error ? error.message : String(error) });
  }
}
