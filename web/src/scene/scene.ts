// The scene as it stands: tables and trails, after each frame that was applied.
//
// A scene is never changed in place as far as anybody outside can tell: each frame gives a new
// object that shares the tables it did not touch, so who draws sees by identity what is new.

import {
  TABLES,
  TRAILS,
  type Clock,
  type Counts,
  type Frame,
  type Head,
  type Point,
  type Rows,
  type TrailName,
} from './format';

export type Tables = { readonly [T in keyof Rows]: ReadonlyMap<string, Rows[T]> };
export type Trails = { readonly [T in TrailName]: ReadonlyMap<string, readonly Point[]> };

export interface Scene {
  readonly watch: string;
  readonly sequence: number;
  readonly clock: Clock;
  readonly head: Head;
  readonly counts: Counts | null;
  readonly tables: Tables;
  readonly trails: Trails;
}

const noTables = () => Object.fromEntries(TABLES.map((name) => [name, new Map()])) as unknown as Tables;
const noTrails = () => Object.fromEntries(TRAILS.map((name) => [name, new Map()])) as unknown as Trails;

/** Apply one frame; null where it does not follow on what there is, so that all must be asked. */
export function apply(before: Scene | null, frame: Frame): Scene | null {
  const anew = frame.full || before === null || before.watch !== frame.watch;
  if (anew && !(frame.full || frame.sequence === 1)) return null;
  if (!anew && frame.sequence !== before.sequence + 1) return null;
  return merge(anew ? null : before, frame);
}

/** Trails that go with a table's row, where they are not called as the table is. */
const TRAILS_OF: Readonly<Record<string, readonly TrailName[]>> = { launches: ['launches', 'families'] };

/** Change a scene as a frame says, whatever its number; null where nothing says whose it is. */
export function merge(before: Scene | null, frame: Frame): Scene | null {
  if (before?.watch !== frame.watch || frame.full) before = null;
  const head = frame.head ?? before?.head;
  if (!head) return null;
  const tables: Record<string, ReadonlyMap<string, unknown>> = {
    ...(before ? before.tables : noTables()),
  };
  const trails: Record<string, ReadonlyMap<string, readonly Point[]>> = {
    ...(before ? before.trails : noTrails()),
  };
  for (const [name, rows] of Object.entries(frame.put ?? {})) {
    const table = new Map(tables[name]);
    for (const [key, row] of Object.entries(rows ?? {})) table.set(key, row);
    tables[name] = table;
  }
  for (const [name, keys] of Object.entries(frame.gone ?? {})) {
    const table = new Map(tables[name]);
    for (const key of keys ?? []) table.delete(key);
    tables[name] = table;
    for (const one of TRAILS_OF[name] ?? [name]) {
      if (!trails[one]) continue;
      const trail = new Map(trails[one]);
      for (const key of keys ?? []) trail.delete(key);
      trails[one] = trail;
    }
  }
  for (const [name, grown] of Object.entries(frame.trails ?? {})) {
    const table = new Map(trails[name]);
    for (const [key, { keep, points }] of Object.entries(grown ?? {})) {
      const old = table.get(key) ?? [];
      table.set(key, keep === 0 ? points : [...old.slice(0, keep), ...points]);
    }
    trails[name] = table;
  }
  return {
    watch: frame.watch,
    sequence: frame.sequence,
    clock: frame.clock,
    head,
    counts: frame.counts ?? before?.counts ?? null,
    tables: tables as unknown as Tables,
    trails: trails as unknown as Trails,
  };
}

/** The launch to look at first: the chosen one while it is there, else the watch's own choice. */
export function launchOf(scene: Scene, chosen: string | null): string | null {
  const { launches } = scene.tables;
  if (chosen !== null && launches.has(chosen)) return chosen;
  for (const [name, row] of launches) if (row.is_main) return name;
  return launches.keys().next().value ?? null;
}

/** The falls of a launch, the one to look at first before the others. */
export function fallsOf(scene: Scene, launch: string | null): [string, Rows['falls']][] {
  return [...scene.tables.falls]
    .filter(([, row]) => row.launch_id === launch)
    .sort(([, a], [, b]) => Number(b.is_main) - Number(a.is_main));
}
