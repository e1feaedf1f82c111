// The record on a time axis: one stroke a launch, those of a month above each other.

import { useEffect, useRef } from 'preact/hooks';
import { use } from '../cells';
import { FONT } from '../map/labels';
import { colours, faint } from '../look/colours';
import { look, opened, type Language } from '../state';
import { phrase } from '../words/words';
import { kept, records, type Recorded } from './record';

const EDGE = 8;
const MONTH = 365.25 / 12;

/** Days since 1970; a month without a day counts as its middle. */
function dayOf(one: Recorded): number {
  const [year = 0, month = 1, day = 15] = one.date.split('-').map(Number);
  return Date.UTC(year, month - 1, day) / 86_400_000;
}

/** Where on the axis each launch stands: x from 0 to 1, and which of its month it is. */
function placed(some: readonly Recorded[], from: number, to: number): { one: Recorded; x: number; rank: number }[] {
  const before = new Map<number, number>();
  return some.map((one) => {
    const day = dayOf(one);
    const month = Math.floor(day / MONTH);
    const rank = before.get(month) ?? 0;
    before.set(month, rank + 1);
    return { one, x: ((month + 0.5) * MONTH - from) / (to - from), rank };
  });
}

export function Axis({ language }: { language: Language }) {
  const some = use(kept);
  const open = use(opened);
  const colour = use(look);
  const box = useRef<HTMLCanvasElement>(null);
  const at = some.findIndex((one) => one.id === open);
  const days = (records.get() ?? []).map(dayOf);
  // Whole years, so that their names stand at their beginnings.
  const [from, to] = [yearStart(Math.min(...days)), yearStart(Math.max(...days)) + 366];
  useEffect(() => {
    const canvas = box.current!;
    const draw = () => drawAxis(canvas, placed(some, from, to), from, to, open);
    draw();
    const size = new ResizeObserver(draw);
    size.observe(canvas);
    return () => size.disconnect();
  }, [some, open, colour, from, to]);
  const choose = (place: number) => {
    const one = some[Math.min(Math.max(place, 0), some.length - 1)];
    if (one) opened.set(one.id);
  };
  const key = (event: KeyboardEvent) => {
    const turns: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at < 0 ? some.length - 1 : at - 1, Home: 0, End: some.length - 1, PageUp: at - 10, PageDown: at + 10 };
    const place = turns[event.key];
    if (place === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    choose(place);
  };
  const click = (event: MouseEvent) => {
    const around = box.current!.getBoundingClientRect();
    const x = (event.clientX - around.left - EDGE) / (around.width - 2 * EDGE);
    const y = around.bottom - 16 - event.clientY;
    let [best, away] = [-1, Infinity];
    placed(some, from, to).forEach((one, i) => {
      const far = Math.hypot((one.x - x) * around.width, y - one.rank * 4);
      if (far < away) [best, away] = [i, far];
    });
    if (best >= 0) choose(best);
  };
  const now = some[at];
  return (
    <div
      class="axis"
      role="slider"
      tabIndex={0}
      aria-label={phrase('history.axis', language)}
      aria-valuemin={1}
      aria-valuemax={Math.max(some.length, 1)}
      aria-valuenow={at + 1 || 1}
      aria-valuetext={now ? `${now.date} ${now.site}` : phrase('history.any', language)}
      onKeyDown={key}
      onClick={click}
    >
      <canvas ref={box} aria-hidden="true" />
    </div>
  );
}

const yearStart = (day: number): number => Date.UTC(new Date(day * 86_400_000).getUTCFullYear(), 0, 1) / 86_400_000;

function drawAxis(canvas: HTMLCanvasElement, all: ReturnType<typeof placed>, from: number, to: number, open: string | null): void {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  if (width === 0) return;
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const ink = colours();
  const x = (share: number) => EDGE + share * (width - 2 * EDGE);
  const floor = height - 16;
  context.fillStyle = faint(ink['text-soft'], 0.35);
  context.fillRect(EDGE, floor, width - 2 * EDGE, 1);
  context.font = `450 10px ${FONT}`;
  context.textBaseline = 'bottom';
  const years = Math.round((to - from) / 365.25);
  const step = [1, 2, 5, 10, 20].find((one) => (one / years) * width > 44) ?? 20;
  const first = new Date(from * 86_400_000).getUTCFullYear();
  for (let year = Math.ceil(first / step) * step; year < first + years; year += step) {
    const px = x((Date.UTC(year, 0, 1) / 86_400_000 - from) / (to - from));
    context.fillStyle = faint(ink['text-soft'], 0.35);
    context.fillRect(px, floor, 1, 4);
    context.fillStyle = ink['text-soft'];
    context.textAlign = px < 20 ? 'left' : 'center';
    if (px < width - 14) context.fillText(String(year), px, height);
  }
  // A month of many launches must fit as well.
  const most = Math.max(...all.map((one) => one.rank), 1) + 1;
  const tall = Math.min(4, (floor - 6) / most);
  for (const { one, x: share, rank } of all) {
    const isOpen = one.id === open;
    context.fillStyle = isOpen ? ink.fall : faint(ink.track, 0.85);
    const wide = isOpen ? 4 : 2.4;
    context.fillRect(x(share) - wide / 2, floor - (rank + 1) * tall, wide, Math.max(tall - 0.8, 1));
  }
}
