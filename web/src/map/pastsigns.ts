// Launches of the record on the map: from where to where, each place with how surely it is known.

import { faint, type Colours } from '../look/colours';
import { kept } from '../panels/record';
import { opened, tab } from '../state';
import type { Projector } from './camera';
import type { Labels } from './labels';
import { ringOf } from './shapes';
import type { Hit } from './signs';

/** Draw the launches that the filters let through, while the record is looked at. */
export function pastLaunches(context: CanvasRenderingContext2D, eye: Projector, colours: Colours, labels: Labels, hits: Hit[]): void {
  if (tab.get() !== 'history') return;
  const open = opened.get();
  // Many launches have one site: its ring is drawn once, and once more for the one looked at.
  const drawn = new Set<string>();
  const all = [...kept.get()].sort((a, b) => Number(a.id === open) - Number(b.id === open));
  for (const one of all) {
    const isOpen = one.id === open;
    const strength = isOpen ? 1 : 0.5;
    if (one.from && one.to) between(context, eye, one.from, one.to, faint(colours.track, isOpen ? 0.95 : 0.28), isOpen);
    for (const [place, km, colour] of [
      [one.from, one.from_km, colours.launch],
      [one.to, one.to_km, colours.fall],
    ] as const) {
      if (!place) continue;
      const key = `${place.join()} ${km}`;
      if (drawn.has(key) && !isOpen) continue;
      drawn.add(key);
      const at = eye.project(place[0], place[1], 0);
      if (!at.seen) continue;
      circle(context, eye, place, (km ?? 0) * 1_000, faint(colour, 0.8 * strength), isOpen ? faint(colour, 0.16) : '');
      context.fillStyle = faint(colour, isOpen ? 1 : 0.75);
      context.beginPath();
      context.arc(at.x, at.y, isOpen ? 3.4 : 2, 0, 7);
      context.fill();
      hits.push({ x: at.x, y: at.y, table: 'record', name: one.id });
      if (isOpen && place === one.from) {
        labels.add({ ...at, text: `${one.date} · ${one.site}`, rank: 99, colour, size: 12, weight: 650, gap: 10, isNeeded: true });
      }
      if (isOpen && place === one.to) labels.add({ ...at, text: `± ${km} km`, rank: 98, colour, size: 11.5, weight: 600, gap: 10 });
    }
  }
}

function circle(context: CanvasRenderingContext2D, eye: Projector, place: readonly [number, number], radius: number, stroke: string, fill: string): void {
  context.beginPath();
  for (const [x, y] of ringOf([place[0], place[1]], { semi_major_m: radius, semi_minor_m: radius, azimuth_deg: 0 }, 32)) {
    const at = eye.project(x, y, 0);
    if (at.seen) context.lineTo(at.x, at.y);
  }
  context.closePath();
  if (fill) {
    context.fillStyle = fill;
    context.fill();
  }
  context.strokeStyle = stroke;
  context.lineWidth = 1;
  context.stroke();
}

/** The shortest way over the ground: how it flew is not on record. */
function between(context: CanvasRenderingContext2D, eye: Projector, from: readonly [number, number], to: readonly [number, number], colour: string, isOpen: boolean): void {
  const east = from[0] + (((to[0] - from[0] + 540) % 360) - 180);
  context.beginPath();
  let isDown = false;
  for (let i = 0; i <= 24; i += 1) {
    const share = i / 24;
    const at = eye.project(from[0] + (east - from[0]) * share, from[1] + (to[1] - from[1]) * share, 0);
    if (at.seen && isDown) context.lineTo(at.x, at.y);
    else context.moveTo(at.x, at.y);
    isDown = at.seen;
  }
  context.strokeStyle = colour;
  context.lineWidth = isOpen ? 1.8 : 1;
  context.setLineDash([4, 4]);
  context.stroke();
  context.setLineDash([]);
}
