// The past as it was known then: frames that were sent, played back to any moment.
//
// The watch keeps its frames in segments, each beginning with a full one. Going to a moment is
// finding its segment and applying frames up to it; going on from there applies a few more.

import { apply, type Scene } from './scene';
import type { Frame } from './format';

export interface Segment {
  number: number;
  from_ms: number;
  to_ms: number;
  bytes: number;
  is_open: boolean;
}

interface Held {
  lines: string[];
  /** Stream time of each line, read from its text: parsing a frame is left until it is needed. */
  times: Float64Array;
  /** States met on the way, by line, to begin from when going back. */
  stations: Map<number, Scene>;
}

/** Segments kept unpacked at once: some minutes of a raid each, a few megabytes of text. */
const HELD = 6;
/** Frames between stations: what must be applied anew, at most, when going back. */
const APART = 64;

export class Past {
  private segments: Segment[] = [];
  private watch = '';
  private readonly held = new Map<number, Promise<Held>>();
  private at: { segment: number; line: number; scene: Scene } | null = null;

  /** `ask` gives what a path of the watch, or of a saved page, holds; `place` is that of the list. */
  constructor(
    private readonly ask: (path: string) => Promise<string>,
    private readonly place: string,
  ) {}

  /** Ask which segments there are; the one that still grows is read anew when it is needed. */
  async look(): Promise<[number, number] | null> {
    const said = JSON.parse(await this.ask(this.place)) as { watch: string; segments: Segment[] };
    if (said.watch !== this.watch) {
      this.held.clear();
      this.at = null;
    }
    this.watch = said.watch;
    this.segments = said.segments;
    const open = this.segments.at(-1);
    if (open?.is_open) this.held.delete(open.number);
    return this.span;
  }

  end(): void {
    this.held.clear();
  }

  get span(): [number, number] | null {
    const first = this.segments[0];
    const last = this.segments.at(-1);
    return first && last ? [first.from_ms, last.to_ms] : null;
  }

  /** Give the scene as it was known at a moment; null where there is none. */
  async moment(time: number): Promise<Scene | null> {
    const segment = this.segmentAt(time);
    if (!segment) return null;
    const held = await this.hold(segment);
    return this.walk(segment.number, held, time);
  }

  private segmentAt(time: number): Segment | undefined {
    let found = this.segments[0];
    for (const one of this.segments) if (one.from_ms <= time) found = one;
    return found;
  }

  private hold(segment: Segment): Promise<Held> {
    const before = this.held.get(segment.number);
    if (before) {
      // Asked for again, it becomes the youngest.
      this.held.delete(segment.number);
      this.held.set(segment.number, before);
      return before;
    }
    const coming = this.load(segment);
    this.held.set(segment.number, coming);
    coming.catch(() => this.held.delete(segment.number));
    for (const old of this.held.keys()) {
      if (this.held.size <= HELD) break;
      this.held.delete(old);
    }
    return coming;
  }

  private async load(segment: Segment): Promise<Held> {
    const text = await this.ask(`${this.place}/${segment.number}`);
    const lines = text.split('\n').filter((line) => line !== '');
    const times = Float64Array.from(lines, (line) => {
      const found = /"time_ms":(\d+)/.exec(line.slice(line.indexOf('"clock":')));
      return Number(found?.[1] ?? 0);
    });
    return { lines, times, stations: new Map() };
  }

  private walk(segment: number, held: Held, time: number): Scene | null {
    const { lines, times, stations } = held;
    let goal = 0;
    for (let low = 0, high = times.length - 1; low <= high; ) {
      const middle = (low + high) >> 1;
      if (times[middle]! <= time) {
        goal = middle;
        low = middle + 1;
      } else high = middle - 1;
    }
    let line = -1;
    let scene: Scene | null = null;
    const here = this.at;
    if (here && here.segment === segment && here.line <= goal) ({ line, scene } = here);
    for (const [station, state] of stations) {
      if (station <= goal && station > line) [line, scene] = [station, state];
    }
    for (line += 1; line <= goal; line += 1) {
      const next = apply(scene, JSON.parse(lines[line]!) as Frame);
      if (!next) break;
      scene = next;
      if (line % APART === 0) stations.set(line, scene);
    }
    if (scene) this.at = { segment, line: Math.min(line - 1, goal), scene };
    return scene;
  }
}
