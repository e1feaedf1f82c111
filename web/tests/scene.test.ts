import { expect, it } from 'vitest';
import type { Frame, Head, MarkRow } from '../src/scene/format';
import { between } from '../src/scene/between';
import { apply, merge } from '../src/scene/scene';

const clock = { time_ms: 0, heard_ms: null, arrived_ms: null, made_ms: 0, speed: null, is_over: false };
const words = { en: 'a', ko: 'a', ja: 'a' };
const mark: MarkRow = { time_ms: 1, kind: 'launch', weight: 3, launch_id: null, text: words };
const whole: Frame = {
  watch: 'w',
  sequence: 5,
  full: true,
  clock,
  head: { title: 't' } as Head,
  put: { marks: { one: mark } },
  trails: { launches: { one: { keep: 0, points: [[1, 0.5]] } } },
};

it('begins with a full frame only', () => {
  expect(apply(null, { ...whole, full: false })).toBeNull();
  expect(apply(null, whole)?.sequence).toBe(5);
});

it('takes the next frame, and no other', () => {
  const before = apply(null, whole);
  expect(apply(before, { watch: 'w', sequence: 7, clock })).toBeNull();
  expect(apply(before, { watch: 'w', sequence: 6, clock })?.sequence).toBe(6);
});

it('puts rows, removes them with their trails, and lets trails grow', () => {
  const before = apply(null, whole);
  const grown = apply(before, {
    watch: 'w', sequence: 6, clock, trails: { launches: { one: { keep: 1, points: [[2, 0.9]] } } },
  })!;
  expect(grown.trails.launches.get('one')).toEqual([[1, 0.5], [2, 0.9]]);
  expect(before!.trails.launches.get('one')).toHaveLength(1);
  const gone = apply(grown, { watch: 'w', sequence: 7, clock, gone: { launches: ['one'], marks: ['one'] } })!;
  expect(gone.tables.marks.size).toBe(0);
  expect(gone.trails.launches.size).toBe(0);
  expect(grown.tables.marks.size).toBe(1);
});

it('forgets everything when another watch begins', () => {
  const before = apply(null, whole);
  const after = apply(before, { ...whole, watch: 'x', sequence: 1, put: {} })!;
  expect(after.tables.marks.size).toBe(0);
});

it('is made from any other scene by what lies between them, forwards and back', () => {
  const first = apply(null, whole)!;
  const second = apply(first, {
    watch: 'w', sequence: 6, clock: { ...clock, time_ms: 9 },
    put: { marks: { two: { ...mark, time_ms: 2 } } }, gone: { marks: ['one'] },
    trails: { launches: { one: { keep: 1, points: [[2, 0.9]] } }, families: { one: { keep: 0, points: [[2, 1]] } } },
  })!;
  for (const [a, b] of [[first, second], [second, first], [null, second]] as const) {
    const made = merge(a, structuredClone(between(a, b)))!;
    expect([...made.tables.marks]).toEqual([...b.tables.marks]);
    expect(made.trails.launches).toEqual(b.trails.launches);
    expect(made.trails.families.get('one') ?? []).toEqual(b.trails.families.get('one') ?? []);
    expect(made.clock).toEqual(b.clock);
    expect(made.head).toEqual(b.head);
  }
});

it('sends nothing twice: equal rows and points that were read anew stay', () => {
  const [one, other] = [apply(null, whole)!, apply(null, structuredClone(whole))!];
  expect(between(one, other)).toMatchObject({ put: {}, gone: {}, trails: {}, full: false });
});
