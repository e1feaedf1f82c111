// Time: following the watch, going back to what was known then, and playing on from there.

import type { Frame } from './scene/format';
import { recall, type Recall } from './scene/recalling';
import { apply, type Scene } from './scene/scene';
import { isSaved, listen } from './scene/source';
import { chosen, heardAt, isFetching, isPlaying, link, moment, newest, shown, span, speed, SPEEDS, visited } from './state';

/** Made when the past is first asked for; that of a launch of the record stands before it. */
let recalled: Recall | null = null;
let visiting: Recall | null = null;
const past = (): Recall => visiting ?? (recalled ??= recall());

/** All that is known by now of what is looked at. */
export const latest = (): Scene | null => visited.get()?.end ?? newest.get();
const isOver = (): boolean => isSaved || visited.get() !== null || (newest.get()?.clock.is_over ?? false);

/** Milliseconds after which the watch is asked anew how far its past reaches. */
const LOOK = 3_000;
let looked = -Infinity;

function widen(scene: Scene): void {
  if (visited.get()) return;
  const from = scene.head.started_ms ?? scene.clock.time_ms;
  const before = span.get();
  const to = Math.max(scene.clock.time_ms, before?.[1] ?? 0);
  if (!before || before[0] !== from || before[1] !== to) span.set([from, to]);
}

function take(frame: Frame): boolean {
  heardAt.set(performance.now());
  const before = newest.get();
  const next = apply(before, frame);
  if (!next) return false;
  if (before && before.watch !== next.watch) {
    // Another run of the watch: what was looked at belongs to the one before.
    leave();
    moment.set(null);
    chosen.set(null);
    span.set(null);
  }
  newest.set(next);
  widen(next);
  if (moment.get() === null) shown.set(next);
  return true;
}

/** Begin: follow the watch, or open the saved page at its end. */
export function begin(): void {
  if (isSaved) {
    link.set('saved');
    void openSaved();
  } else {
    listen(
      take,
      () => {
        const now = newest.get();
        return now && { watch: now.watch, sequence: now.sequence };
      },
      (isOpen) => link.set(isOpen ? 'open' : newest.get() ? 'lost' : 'opening'),
    );
    window.setInterval(listenForSilence, 500);
  }
  requestAnimationFrame(tick);
}

function listenForSilence(): void {
  const scene = newest.get();
  if (!scene || link.get() !== 'open' || scene.clock.is_over) return;
  const silent = performance.now() - heardAt.get();
  if (silent > scene.head.heartbeat_s * 3_000) link.set('lost');
}

async function openSaved(): Promise<void> {
  const all = await past().look();
  looked = Infinity; // it grows no more
  if (!all) return;
  span.set(all);
  const end = await past().moment(all[1]);
  newest.set(end);
  shown.set(end);
  const started = end?.head.started_ms;
  if (started) span.set([started, all[1]]);
}

let wanted: number | null = null;
let isAsking = false;

/** Show the watch as it was known at a moment; the newest wish wins. */
export function go(time: number): void {
  const all = span.get();
  if (!all) return;
  const held = Math.min(Math.max(time, all[0]), all[1]);
  moment.set(held);
  wanted = held;
  if (!isAsking) void fetchWanted();
}

async function fetchWanted(): Promise<void> {
  isAsking = true;
  const waiting = window.setTimeout(() => isFetching.set(true), 150);
  try {
    while (wanted !== null) {
      const time = wanted;
      wanted = null;
      if (!visiting && performance.now() - looked > LOOK) {
        looked = performance.now();
        await past().look();
      }
      const scene = await past().moment(time);
      if (moment.get() === null) break;
      if (scene) shown.set(scene);
    }
  } catch {
    // The link's own state says that the watch cannot be reached; what was shown stays.
  } finally {
    clearTimeout(waiting);
    isFetching.set(false);
    isAsking = false;
  }
}

/** Show a launch of the record, flown again, from its beginning; its frames lie at a place. */
export async function visit(id: string, place: string): Promise<void> {
  const coming = recall(place);
  const all = await coming.look();
  const end = all && (await coming.moment(all[1]));
  if (!all || !end) throw new Error(`${place} holds nothing`);
  leave();
  visiting = coming;
  chosen.set(null);
  visited.set({ id, end });
  span.set([end.head.started_ms ?? all[0], all[1]]);
  isPlaying.set(true);
  shown.set(end);
  go(span.get()![0]);
}

/** Go back to the watch, where a launch of the record was looked at. */
function leave(): void {
  visiting?.end();
  visiting = null;
  if (!visited.get()) return;
  visited.set(null);
  chosen.set(null);
  span.set(null);
  const scene = newest.get();
  if (scene) widen(scene);
}

/** Follow the watch again. */
export function goLive(): void {
  leave();
  wanted = null;
  moment.set(null);
  isPlaying.set(true);
  shown.set(newest.get());
}

export function playOrPause(): void {
  const now = moment.get();
  const all = span.get();
  if (isPlaying.get()) {
    if (now === null) {
      // Pausing the live view holds it where it is; the watch goes on behind.
      const scene = newest.get();
      if (scene) moment.set(scene.clock.time_ms);
    }
    isPlaying.set(false);
    return;
  }
  if (now === null || (all && now >= all[1] - 1)) {
    if (isOver()) go(all?.[0] ?? 0);
    else return goLive();
  }
  isPlaying.set(true);
}

export function step(ms: number): void {
  const at = moment.get() ?? shown.get()?.clock.time_ms;
  if (at === undefined) return;
  isPlaying.set(false);
  go(at + ms);
}

export function faster(by: 1 | -1): void {
  const place = SPEEDS.indexOf(speed.get() as (typeof SPEEDS)[number]);
  speed.set(SPEEDS[Math.min(Math.max(place + by, 0), SPEEDS.length - 1)]!);
}

/** Go to the mark before or after the moment shown. */
export function toMark(by: 1 | -1): void {
  const scene = latest();
  const at = moment.get() ?? shown.get()?.clock.time_ms;
  if (!scene || at === undefined) return;
  const times = [...scene.tables.marks.values()]
    .filter((mark) => mark.weight >= 2)
    .map((mark) => mark.time_ms)
    .sort((a, b) => a - b);
  const found = by > 0 ? times.find((one) => one > at + 1) : times.findLast((one) => one < at - 1);
  if (found !== undefined) {
    isPlaying.set(false);
    go(found);
  }
}

let before = 0;

function tick(now: number): void {
  const passed = Math.min(now - before, 250);
  before = now;
  const at = moment.get();
  const all = span.get();
  if (at !== null && isPlaying.get() && all && !isFetching.get()) {
    const next = at + passed * speed.get();
    if (next >= all[1]) {
      if (isOver()) {
        go(all[1]);
        isPlaying.set(false);
      } else goLive();
    } else go(next);
  }
  requestAnimationFrame(tick);
}
