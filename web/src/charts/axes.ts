// Axes of a small chart on canvas: scales, ticks, and the frame they stand in.

import { FONT } from '../map/labels';
import { faint, type Colours } from '../look/colours';

export interface Scale {
  (value: number): number;
  back(pixel: number): number;
}

export interface Frame {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export function linear(from: number, to: number, a: number, b: number): Scale {
  const span = to - from || 1;
  const scale = ((value: number) => a + ((value - from) / span) * (b - a)) as Scale;
  scale.back = (pixel) => from + ((pixel - a) / (b - a || 1)) * span;
  return scale;
}

export function logarithmic(from: number, to: number, a: number, b: number): Scale {
  const inner = linear(Math.log10(from), Math.log10(to), a, b);
  const scale = ((value: number) => inner(Math.log10(Math.max(value, 1e-9)))) as Scale;
  scale.back = (pixel) => 10 ** inner.back(pixel);
  return scale;
}

/** Round numbers between two, about as many as asked for. */
export function ticks(from: number, to: number, about: number): number[] {
  const rough = (to - from) / Math.max(about, 1);
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * unit).find((one) => one >= rough)!;
  const made: number[] = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k += 1) {
    made.push(Number((k * step).toPrecision(12)));
  }
  return made;
}

/** Round times of day, in ms. */
export function timeTicks(from: number, to: number, about: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200];
  const rough = (to - from) / 1000 / Math.max(about, 1);
  const step = 1000 * (steps.find((one) => one >= rough) ?? 86_400);
  const made: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) made.push(at);
  return made;
}

export function powers(from: number, to: number): number[] {
  const made: number[] = [];
  for (let k = Math.ceil(Math.log10(from) - 1e-9); k <= Math.log10(to) + 1e-9; k += 1) {
    made.push(10 ** k);
  }
  return made.length > 5 ? made.filter((_, i) => (made.length - 1 - i) % 2 === 0) : made;
}

export function rules(
  context: CanvasRenderingContext2D,
  frame: Frame,
  ink: Colours,
  x: { scale: Scale; at: readonly number[]; text(value: number): string },
  y: { scale: Scale; at: readonly number[]; text(value: number): string },
): void {
  context.font = `450 10.5px ${FONT}`;
  context.fillStyle = ink['text-soft'];
  context.strokeStyle = faint(ink['text-soft'], 0.16);
  context.lineWidth = 1;
  context.setLineDash([]);
  context.textBaseline = 'top';
  context.textAlign = 'center';
  let free = -Infinity;
  for (const value of x.at) {
    const px = Math.round(x.scale(value)) + 0.5;
    if (px < frame.left - 1 || px > frame.right + 1) continue;
    stroke(context, px, frame.top, px, frame.bottom);
    const text = x.text(value);
    const wide = context.measureText(text).width;
    if (px - wide / 2 > free && px + wide / 2 <= frame.right + 14) {
      context.fillText(text, px, frame.bottom + 5);
      free = px + wide / 2 + 8;
    }
  }
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const value of y.at) {
    const py = Math.round(y.scale(value)) + 0.5;
    if (py < frame.top - 1 || py > frame.bottom + 1) continue;
    stroke(context, frame.left, py, frame.right, py);
    context.fillText(y.text(value), frame.left - 6, py);
  }
  context.strokeStyle = faint(ink['text-soft'], 0.4);
  stroke(context, frame.left, frame.bottom + 0.5, frame.right, frame.bottom + 0.5);
}

export function stroke(
  context: CanvasRenderingContext2D,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

export function polyline(
  context: CanvasRenderingContext2D,
  points: readonly (readonly [number, number])[],
  colour: string,
  width: number,
  dash: number[] = [],
): void {
  if (points.length < 2) return;
  context.beginPath();
  for (const [x, y] of points) context.lineTo(x, y);
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.lineJoin = 'round';
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

/** Steps rather than slopes: what was said held until it was said anew. */
export function steps(points: readonly (readonly [number, number])[], until: number): [number, number][] {
  const made: [number, number][] = [];
  for (const [i, [x, y]] of points.entries()) {
    if (i > 0) made.push([x, points[i - 1]![1]]);
    made.push([x, y]);
  }
  const last = points.at(-1);
  if (last && until > last[0]) made.push([until, last[1]]);
  return made;
}
