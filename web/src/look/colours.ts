// The look's colours, read from the style sheet, so that both renderers and the page agree.

import { look } from '../state';

const NAMES = [
  'sea',
  'land',
  'coast',
  'border',
  'graticule',
  'province',
  'zone',
  'zone-fill',
  'claim',
  'track',
  'fall',
  'launch',
  'sensor',
  'ship',
  'aircraft',
  'announced',
  'danger',
  'text',
  'text-soft',
  'surface',
  'halo',
] as const;

export type Colour = (typeof NAMES)[number];
export type Colours = Readonly<Record<Colour, string>>;

let held: { of: string; colours: Colours } | null = null;

export function colours(): Colours {
  const of = look.get();
  if (held?.of === of) return held.colours;
  const style = getComputedStyle(document.documentElement);
  const read = Object.fromEntries(
    NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  ) as Record<Colour, string>;
  held = { of, colours: read };
  return read;
}

/** A colour as 0..255 with alpha, for the GPU. */
export function rgba(hex: string, alpha = 1): [number, number, number, number] {
  const whole = Number.parseInt(hex.slice(1, 7), 16);
  return [(whole >> 16) & 255, (whole >> 8) & 255, whole & 255, Math.round(alpha * 255)];
}

/** A colour with alpha, for canvas. */
export function faint(hex: string, alpha: number): string {
  const [r, g, b] = rgba(hex);
  return `rgb(${r} ${g} ${b} / ${alpha})`;
}
