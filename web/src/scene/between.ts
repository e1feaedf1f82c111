// What must be changed to make one scene of another: for sending as little as possible.

import { TABLES, TRAILS, type Frame, type Point } from './format';
import type { Scene } from './scene';

/** Give the frame that turns `before` into `after`, whatever lies between them. */
export function between(before: Scene | null, after: Scene): Frame {
  if (!before || before.watch !== after.watch) before = null;
  const put: Record<string, Record<string, unknown>> = {};
  const gone: Record<string, string[]> = {};
  const trails: Record<string, Record<string, { keep: number; points: readonly Point[] }>> = {};
  for (const name of TABLES) {
    const [old, now] = [before?.tables[name], after.tables[name]];
    if (old === now) continue;
    for (const [key, row] of now) {
      if (!old || !same(old.get(key), row)) (put[name] ??= {})[key] = row;
    }
    for (const key of old?.keys() ?? []) if (!now.has(key)) (gone[name] ??= []).push(key);
  }
  for (const name of TRAILS) {
    const [old, now] = [before?.trails[name], after.trails[name]];
    if (old === now) continue;
    for (const [key, points] of now) {
      const was = old?.get(key) ?? [];
      if (was === points) continue;
      const keep = shared(was, points);
      if (keep < was.length || keep < points.length) (trails[name] ??= {})[key] = { keep, points: points.slice(keep) };
    }
    // What has no trail now gets an empty one.
    for (const key of old?.keys() ?? []) if (!now.has(key)) (trails[name] ??= {})[key] = { keep: 0, points: [] };
  }
  const { watch, sequence, clock, head, counts } = after;
  return {
    watch,
    sequence,
    clock,
    full: before === null,
    put,
    gone,
    trails,
    ...(before && same(before.head, head) ? {} : { head }),
    ...(before && same(before.counts, counts) ? {} : { counts }),
  } as Frame;
}

/** How many points two trails begin with alike. */
function shared(a: readonly Point[], b: readonly Point[]): number {
  const most = Math.min(a.length, b.length);
  let count = 0;
  while (count < most && (a[count] === b[count] || same(a[count], b[count]))) count += 1;
  return count;
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((one, i) => same(one, b[i]));
  }
  const [names, others] = [Object.keys(a), Object.keys(b)];
  return names.length === others.length && names.every((name) => same((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]));
}
