// What the charts show. All numbers are the scene's; here they only get places on paper.

import { faint } from '../look/colours';
import { FONT } from '../map/labels';
import type { Point, TrailName } from '../scene/format';
import type { Scene } from '../scene/scene';
import { fallsOf } from '../scene/scene';
import { clockText, nameOf } from '../words/words';
import type { Draw, Sheet } from './chart';
import { linear, logarithmic, polyline, powers, rules, steps, stroke, ticks, timeTicks } from './axes';

function column(scene: Scene, trail: TrailName, name: string): (point: Point) => number | null {
  const at = scene.head.columns[trail].indexOf(name);
  return (point) => point[at] ?? null;
}

/** The tracks of a launch that are known well enough to be drawn, the longest first. */
function trailsOf({ scene, launch }: Sheet): { name: string; points: readonly Point[] }[] {
  const made: { name: string; points: readonly Point[] }[] = [];
  for (const [name, row] of scene.tables.tracks) {
    if (row.launch_id !== launch || !row.is_known) continue;
    made.push({ name, points: scene.trails.tracks.get(name) ?? [] });
  }
  return made.sort((a, b) => b.points.length - a.points.length);
}

/** From the launch until the main fall, or until now: the same for all charts over time. */
export function spanOf(scene: Scene, launch: string): [number, number] {
  const row = scene.tables.launches.get(launch);
  const from = Math.min(row?.launch_time_ms ?? Infinity, row?.first_seen_ms ?? Infinity, scene.clock.time_ms);
  const fall = fallsOf(scene, launch)[0]?.[1];
  const to = Math.max(fall?.window_ms[1] ?? 0, Math.min(scene.clock.time_ms, (fall?.window_ms[1] ?? scene.clock.time_ms) + 30_000), from + 60_000);
  return [from, to];
}

function now(sheet: Sheet, x: number, top: number, bottom: number): void {
  const { context, ink } = sheet;
  context.strokeStyle = faint(ink.text, 0.55);
  context.lineWidth = 1;
  context.setLineDash([]);
  stroke(context, x, top, x, bottom);
}

function dot(sheet: Sheet, x: number, y: number, colour: string): void {
  const { context, ink } = sheet;
  context.beginPath();
  context.arc(x, y, 3.6, 0, 7);
  context.fillStyle = colour;
  context.fill();
  context.lineWidth = 1.5;
  context.strokeStyle = ink.surface;
  context.stroke();
}

export const profile: Draw = (sheet) => {
  const { context, width, height, scene, ink, launch } = sheet;
  const [range, up, sigma, time] = [
    column(scene, 'tracks', 'range_km'),
    column(scene, 'tracks', 'height_m'),
    column(scene, 'tracks', 'height_sigma_m'),
    column(scene, 'tracks', 'time_ms'),
  ];
  const lines = trailsOf(sheet).map(({ points }) =>
    points.flatMap((point) => {
      const [x, y] = [range(point), up(point)];
      return x === null || y === null ? [] : [[x, y / 1000, (sigma(point) ?? 0) / 1000, time(point) ?? 0] as const];
    }),
  );
  const falls = fallsOf(scene, launch);
  const ahead = falls.flatMap(([, row]) =>
    row.body === 'booster' || row.has_fallen
      ? []
      : [row.path.flatMap(([, , h, t, r]) => (r === null || t < row.epoch_ms ? [] : [[r, Math.max(h, 0) / 1000, 0, t] as const]))],
  );
  const all = [...lines, ...ahead].flat();
  if (all.length < 2) return null;
  const ends = falls.flatMap(([, row]) => row.range_95_km ?? []);
  const far = Math.max(...all.map((one) => one[0]), ...ends, 50) * 1.04;
  const high = Math.max(...all.map((one) => one[1]), 20) * 1.12;
  const frame = { left: 38, top: 8, right: width - 12, bottom: height - 22 };
  const x = linear(0, far, frame.left, frame.right);
  const y = linear(0, high, frame.bottom, frame.top);
  rules(
    context,
    frame,
    ink,
    { scale: x, at: ticks(0, far, width / 90), text: String },
    { scale: y, at: ticks(0, high, height / 34), text: String },
  );
  for (const [, row] of falls) {
    if (!row.range_95_km) continue;
    // 95 % of falls lie between these two ranges.
    const [from, to] = row.range_95_km.map((one) => x(Math.max(one, 0))) as [number, number];
    context.fillStyle = faint(ink.fall, 0.22);
    context.fillRect(from, frame.bottom - 5, Math.max(to - from, 2), 5);
    context.strokeStyle = ink.fall;
    context.lineWidth = 1.6;
    stroke(context, from, frame.bottom - 5, from, frame.bottom + 1);
    stroke(context, Math.max(to, from + 2), frame.bottom - 5, Math.max(to, from + 2), frame.bottom + 1);
  }
  for (const line of lines) {
    context.beginPath();
    for (const [r, h, s] of line) context.lineTo(x(r), y(h + 2 * s));
    for (const [r, h, s] of [...line].reverse()) context.lineTo(x(r), y(Math.max(h - 2 * s, 0)));
    context.fillStyle = faint(ink.track, 0.16);
    context.save();
    context.beginPath();
    context.rect(frame.left, frame.top, frame.right - frame.left, frame.bottom - frame.top);
    context.clip();
    context.beginPath();
    for (const [r, h, s] of line) context.lineTo(x(r), y(h + 2 * s));
    for (const [r, h, s] of [...line].reverse()) context.lineTo(x(r), y(Math.max(h - 2 * s, 0)));
    context.fill();
    context.restore();
    polyline(context, line.map(([r, h]) => [x(r), y(h)]), ink.track, 2);
  }
  for (const line of ahead) polyline(context, line.map(([r, h]) => [x(r), y(h)]), faint(ink.track, 0.85), 1.5, [5, 4]);
  for (const event of scene.tables.events.values()) {
    if (event.launch_id !== launch || event.range_km === null || event.kind === 're-entry') continue;
    const [ex, ey] = [x(event.range_km), y(event.place[2] / 1000)];
    context.fillStyle = ink.surface;
    context.strokeStyle = faint(ink.track, 0.9);
    context.lineWidth = 1.2;
    context.beginPath();
    context.arc(ex, ey, 2.6, 0, 7);
    context.fill();
    context.stroke();
    context.font = `450 10px ${FONT}`;
    context.fillStyle = ink['text-soft'];
    context.textBaseline = 'bottom';
    const wide = width - ex < 70;
    context.textAlign = wide ? 'right' : 'left';
    context.fillText(nameOf(scene, 'event', event.kind, sheet.language), ex + (wide ? -6 : 6), ey - 3);
  }
  for (const [name, row] of scene.tables.tracks) {
    if (row.launch_id !== launch || row.status === 'dropped' || row.range_km === null || !row.is_known) continue;
    void name;
    dot(sheet, x(row.range_km), y(row.place[2] / 1000), ink.track);
  }
  const told = sheet.pointed;
  const nearest = (pick: (one: readonly [number, number, number, number]) => number) => {
    let best: (typeof all)[number] | null = null;
    for (const one of all) if (!best || pick(one) < pick(best)) best = one;
    return best;
  };
  if (told !== null) {
    const best = nearest((one) => Math.abs(one[3] - told));
    if (best && Math.abs(best[3] - told) < 5_000) {
      now(sheet, x(best[0]), frame.top, frame.bottom);
      dot(sheet, x(best[0]), y(best[1]), ink.text);
    }
  }
  return (px) => {
    if (px < frame.left - 4) return null;
    const at = x.back(px);
    return nearest((one) => Math.abs(one[0] - at))?.[3] ?? null;
  };
};

interface OverTime {
  x: ReturnType<typeof linear>;
  frame: { left: number; top: number; right: number; bottom: number };
}

function overTime(sheet: Sheet, left: number, bottom: number): OverTime {
  const { width, height, scene, launch } = sheet;
  const frame = { left, top: 8, right: width - 12, bottom: height - bottom };
  const [from, to] = spanOf(scene, launch);
  return { x: linear(from, to, frame.left, frame.right), frame };
}

function timesOf(sheet: Sheet, { x, frame }: OverTime) {
  const { scene, launch } = sheet;
  const [from, to] = spanOf(scene, launch);
  const at = timeTicks(from, to, (frame.right - frame.left) / 44);
  const isWhole = at.every((ms) => ms % 60_000 === 0);
  return { scale: x, at, text: (ms: number) => (isWhole ? clockText(ms).slice(0, 5) : clockText(ms).slice(3, 8)) };
}

function finish(sheet: Sheet, { x, frame }: OverTime): (px: number) => number | null {
  const at = Math.min(Math.max(x(sheet.scene.clock.time_ms), frame.left), frame.right);
  now(sheet, at, frame.top, frame.bottom);
  if (sheet.pointed !== null) {
    const px = x(sheet.pointed);
    if (px >= frame.left && px <= frame.right) {
      sheet.context.setLineDash([2, 3]);
      sheet.context.strokeStyle = sheet.ink.text;
      stroke(sheet.context, px, frame.top, px, frame.bottom);
      sheet.context.setLineDash([]);
    }
  }
  return (px) => (px >= frame.left - 4 && px <= frame.right + 4 ? x.back(px) : null);
}

const areaNumber = (value: number) =>
  value >= 1e6 ? `${value / 1e6} M` : value >= 1e3 ? `${value / 1e3} k` : String(value);

export const size: Draw = (sheet) => {
  const { context, scene, ink, launch } = sheet;
  const [time, area] = [column(scene, 'falls', 'time_ms'), column(scene, 'falls', 'area_km2')];
  const falls = fallsOf(scene, launch).map(([name, row]) => ({
    row,
    points: (scene.trails.falls.get(name) ?? []).flatMap((point) => {
      const [t, a] = [time(point), area(point)];
      return t === null || a === null || a <= 0 ? [] : [[t, a] as const];
    }),
  }));
  const values = falls.flatMap(({ points }) => points.map((one) => one[1]));
  if (values.length === 0) return null;
  const made = overTime(sheet, 44, 22);
  const { x, frame } = made;
  const [low, high] = [10 ** Math.floor(Math.log10(Math.min(...values))), 10 ** Math.ceil(Math.log10(Math.max(...values) * 1.01))];
  const y = logarithmic(low, high, frame.bottom, frame.top);
  rules(context, frame, ink, timesOf(sheet, made), { scale: y, at: powers(low, high), text: areaNumber });
  for (const { row, points } of falls) {
    const until = row.has_fallen ? (points.at(-1)?.[0] ?? 0) : scene.clock.time_ms;
    const drawn = steps(points.map(([t, a]) => [x(t), y(a)] as const), x(until));
    if (row.is_main) {
      context.beginPath();
      for (const [px, py] of drawn) context.lineTo(px, py);
      context.lineTo(drawn.at(-1)![0], frame.bottom);
      context.lineTo(drawn[0]![0], frame.bottom);
      context.fillStyle = faint(ink.fall, 0.12);
      context.fill();
    }
    polyline(context, drawn, faint(ink.fall, row.is_main ? 1 : 0.5), row.is_main ? 1.8 : 1.2, row.is_main ? [] : [3, 3]);
    const last = drawn.at(-1);
    if (last && row.is_main) dot(sheet, last[0], last[1], ink.fall);
  }
  return finish(sheet, made);
};

export const speeds: Draw = (sheet) => {
  const { context, scene, ink } = sheet;
  const [time, ground, whole] = [
    column(scene, 'tracks', 'time_ms'),
    column(scene, 'tracks', 'ground_speed_mps'),
    column(scene, 'tracks', 'speed_mps'),
  ];
  const lines = trailsOf(sheet);
  const high = Math.max(...lines.flatMap(({ points }) => points.map((one) => whole(one) ?? 0)), 100) / 1000;
  if (lines.every(({ points }) => points.length < 2)) return null;
  const made = overTime(sheet, 30, 22);
  const { x, frame } = made;
  const y = linear(0, high * 1.1, frame.bottom, frame.top);
  rules(context, frame, ink, timesOf(sheet, made), { scale: y, at: ticks(0, high * 1.1, 3), text: String });
  const [fromMs] = spanOf(scene, sheet.launch);
  for (const { points } of lines) {
    const place = (read: typeof ground) =>
      points.flatMap((one) => {
        const [t, v] = [time(one), read(one)];
        return t === null || v === null || t < fromMs ? [] : [[x(t), y(v / 1000)] as const];
      });
    polyline(context, place(whole), ink.track, 1.8);
    polyline(context, place(ground), faint(ink.track, 0.65), 1.1, [2, 3]);
  }
  return finish(sheet, made);
};

/** Shares over time, one above the other, each with its name where it is widest. */
function stacked(
  sheet: Sheet,
  points: readonly Point[],
  names: readonly (readonly [string, (point: Point) => number | null, string])[],
  time: (point: Point) => number | null,
  kind: string,
): ReturnType<Draw> {
  const { context, scene, ink } = sheet;
  if (points.length < 2) return null;
  const made = overTime(sheet, 30, 22);
  const { x, frame } = made;
  const y = linear(0, 1, frame.bottom, frame.top);
  const rows = points.flatMap((point) => {
    const at = time(point);
    if (at === null) return [];
    const shares = names.map(([, read]) => read(point) ?? 0);
    const rest = Math.max(1 - shares.reduce((sum, one) => sum + one, 0), 0);
    return [{ x: Math.max(x(at), frame.left), shares: [...shares, rest] }];
  });
  const floor = rows.map(() => 0);
  const written: (() => void)[] = [];
  for (const [i, [code, , colour]] of names.entries()) {
    const top = rows.map((row, j) => floor[j]! + row.shares[i]!);
    context.beginPath();
    rows.forEach((row, j) => context.lineTo(row.x, y(top[j]!)));
    for (let j = rows.length - 1; j >= 0; j -= 1) context.lineTo(rows[j]!.x, y(floor[j]!));
    context.closePath();
    context.fillStyle = colour;
    context.fill();
    // Written where the share stays wide for long enough to hold its name.
    let best = { length: 0, x: 0, y: 0 };
    for (let j = 0, from = 0; j <= rows.length; j += 1) {
      if (j < rows.length && rows[j]!.shares[i]! > 0.5) continue;
      if (j - 1 > from) {
        const length = rows[j - 1]!.x - rows[from]!.x;
        const middle = (from + j - 1) >> 1;
        if (length > best.length) best = { length, x: (rows[from]!.x + rows[j - 1]!.x) / 2, y: y((top[middle]! + floor[middle]!) / 2) };
      }
      from = j + 1;
    }
    const text = nameOf(scene, kind, code, sheet.language);
    written.push(() => {
      context.font = `600 10.5px ${FONT}`;
      if (context.measureText(text).width + 8 > best.length) return;
      context.textAlign = 'center';
      context.textBaseline = 'middle';
      context.lineWidth = 3;
      context.strokeStyle = ink.halo;
      context.strokeText(text, best.x, best.y);
      context.fillStyle = ink.text;
      context.fillText(text, best.x, best.y);
    });
    top.forEach((value, j) => (floor[j] = value));
  }
  rules(context, frame, ink, timesOf(sheet, made), { scale: y, at: [0, 0.5, 1], text: (one) => `${one * 100}` });
  for (const write of written) write();
  return finish(sheet, made);
}

export const phases: Draw = (sheet) => {
  const { scene, ink } = sheet;
  const main = trailsOf(sheet)[0];
  const strengths = { boost: 0.85, coast: 0.3, reentry: 0.6, manoeuvre: 0.45, cruise: 0.15 };
  return stacked(
    sheet,
    main?.points ?? [],
    Object.entries(strengths).map(([code, strength]) => [code, column(scene, 'tracks', code), faint(ink.track, strength)] as const),
    column(scene, 'tracks', 'time_ms'),
    'phase',
  );
};

export const families: Draw = (sheet) => {
  const { scene, ink, launch } = sheet;
  const points = scene.trails.families.get(launch) ?? [];
  const codes = scene.head.columns.families.slice(1);
  // The likeliest now at the bottom and strongest; what was never likely is not worth a band.
  const last = points.at(-1);
  const worth = codes
    .map((code) => ({ code, read: column(scene, 'families', code) }))
    .filter(({ read }) => points.some((point) => (read(point) ?? 0) > 0.04))
    .sort((a, b) => (last ? (b.read(last) ?? 0) - (a.read(last) ?? 0) : 0));
  return stacked(
    sheet,
    points,
    worth.map(({ code, read }, i) => [code, read, faint(ink.ship, [0.75, 0.5, 0.35, 0.25, 0.18][i] ?? 0.12)] as const),
    column(scene, 'families', 'time_ms'),
    'family',
  );
};
