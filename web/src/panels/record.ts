// The launch record as the watch serves it: every launch that is on record, with where it fell.

import { cell } from '../cells';
import { askJson } from '../scene/source';

export interface Recorded {
  id: string;
  date: string;
  site: string;
  family: string;
  zones: readonly string[];
  /** Longitude and latitude of launch and fall, where they are known. */
  from: readonly [number, number] | null;
  to: readonly [number, number] | null;
  text: string;
}

export interface Filters {
  year: string;
  site: string;
  family: string;
  zone: string;
}

/** Null until asked for. */
export const records = cell<readonly Recorded[] | null>(null);
export const filters = cell<Filters>({ year: '', site: '', family: '', zone: '' });

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
