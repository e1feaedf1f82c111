// What of a scene lies where: the same places and lines for both renderers.

import type { Ellipse, FallRow, LonLat, Point, TrackRow } from '../scene/format';
import type { Scene } from '../scene/scene';

/** A point in the air: longitude, latitude, height in metres. */
export type Air = readonly [number, number, number];

export interface Flight {
  name: string;
  launch: string | null;
  row: TrackRow;
  /** Whether it belongs to the launch that is looked at. */
  isChosen: boolean;
  past: Air[];
  future: Air[];
  fall: FallRow | null;
}

const DEGREE = 111_195;

/** Points of an ellipse around a place: drawing only, on the sphere. */
export function ringOf(
  place: readonly [number, number, ...number[]],
  ellipse: Ellipse,
  points = 48,
): LonLat[] {
  const turn = (ellipse.azimuth_deg * Math.PI) / 180;
  const narrow = Math.max(Math.cos((place[1] * Math.PI) / 180), 0.02);
  return Array.from({ length: points + 1 }, (_, i) => {
    const angle = (i / points) * 2 * Math.PI;
    const along = ellipse.semi_major_m * Math.cos(angle);
    const across = ellipse.semi_minor_m * Math.sin(angle);
    const north = along * Math.cos(turn) - across * Math.sin(turn);
    const east = along * Math.sin(turn) + across * Math.cos(turn);
    return [place[0] + east / DEGREE / narrow, place[1] + north / DEGREE] as const;
  });
}

export interface Columns {
  time: number;
  longitude: number;
  latitude: number;
  height: number;
}

export function columnsOf(scene: Scene): Columns {
  const names = scene.head.columns.tracks;
  return {
    time: names.indexOf('time_ms'),
    longitude: names.indexOf('longitude_deg'),
    latitude: names.indexOf('latitude_deg'),
    height: names.indexOf('height_m'),
  };
}

/** Trails do not change but at their ends: what was made of one is kept with it. */
const airOf = new WeakMap<readonly Point[], Air[]>();

function trail(scene: Scene, name: string): Air[] {
  const points = scene.trails.tracks.get(name);
  if (!points) return [];
  const before = airOf.get(points);
  if (before) return before;
  const at = columnsOf(scene);
  const made: Air[] = [];
  for (const point of points) {
    const [longitude, latitude, height] = [
      point[at.longitude],
      point[at.latitude],
      point[at.height],
    ];
    if (longitude != null && latitude != null && height != null) {
      made.push([longitude, latitude, Math.max(height, 0)]);
    }
  }
  airOf.set(points, made);
  return made;
}

/** All flights of a scene, the chosen launch's last, so that they lie on top. */
export function flightsOf(scene: Scene, launch: string | null): Flight[] {
  const falls = new Map<string, FallRow>();
  for (const row of scene.tables.falls.values()) {
    const before = falls.get(row.track_id);
    if (!before || row.is_main) falls.set(row.track_id, row);
  }
  const flights: Flight[] = [];
  for (const [name, row] of scene.tables.tracks) {
    const isOver = row.status === 'dropped';
    if (isOver && row.launch_id === null) continue;
    const past = row.is_known ? trail(scene, name) : [];
    const fall = falls.get(name) ?? null;
    const future: Air[] = [];
    if (fall && !fall.has_fallen && fall.body !== 'booster') {
      const now = scene.clock.time_ms;
      for (const [longitude, latitude, height, time] of fall.path) {
        if (time >= Math.min(now, row.epoch_ms)) {
          future.push([longitude, latitude, Math.max(height, 0)]);
        }
      }
      if (future.length > 0 && !isOver && past.length > 0) future.unshift(row.place);
    }
    flights.push({
      name,
      launch: row.launch_id,
      row,
      isChosen: row.launch_id !== null && row.launch_id === launch,
      past: past.length > 0 && !isOver ? [...past, row.place] : past,
      future,
      fall,
    });
  }
  return flights.sort((a, b) => Number(a.isChosen) - Number(b.isChosen));
}

/** Points along a line in the air that are at most `step` degrees apart; for dashes on a globe. */
export function length(a: Air, b: Air): number {
  const narrow = Math.cos(((a[1] + b[1]) * Math.PI) / 360);
  return Math.hypot((b[0] - a[0]) * narrow * DEGREE, (b[1] - a[1]) * DEGREE, b[2] - a[2]);
}

/** Cut a line in the air into dashes of a length in metres, and leave every second out. */
export function dashes(line: readonly Air[], dash: number): [Air, Air][] {
  const made: [Air, Air][] = [];
  let gone = 0;
  for (let i = 1; i < line.length; i += 1) {
    const a = line[i - 1]!;
    const b = line[i]!;
    const whole = length(a, b);
    if (whole === 0 || made.length > 4_000) continue;
    for (let from = 0; from < whole; ) {
      const turn = Math.floor((gone + from) / dash + 1e-9);
      const to = Math.min(whole, (turn + 1) * dash - gone);
      if (turn % 2 === 0) made.push([between(a, b, from / whole), between(a, b, to / whole)]);
      from = Math.max(to, from + dash * 1e-3);
    }
    gone += whole;
  }
  return made;
}

function between(a: Air, b: Air, share: number): Air {
  return [
    a[0] + (b[0] - a[0]) * share,
    a[1] + (b[1] - a[1]) * share,
    a[2] + (b[2] - a[2]) * share,
  ];
}
