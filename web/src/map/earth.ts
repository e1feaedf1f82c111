// The Earth beneath: Natural Earth's coasts and borders at three scales, made ready when needed.

import type { GeoPermissibleObjects } from 'd3-geo';
import coarse from 'world-atlas/countries-110m.json?url';
import middling from 'world-atlas/countries-50m.json?url';
import fine from 'world-atlas/countries-10m.json?url';
import { embedded } from '../scene/source';
import { outline, outlinesOf, planeOf, sphereOf, type Outline, type Outlines, type Plane, type Sphere, type World } from './world';
import type { Form, Wanted } from './worldmaker';

export type Scale = 110 | 50 | 10;

/** The scale that looks sharp at a zoom. */
export function scaleFor(zoom: number): Scale {
  return zoom < 2.2 ? 110 : zoom < 4.8 ? 50 : 10;
}

/** One polygon or some lines of the flat map: its path is made when it is first to be seen. */
export interface Sheet {
  readonly path: Path2D;
  readonly box: readonly [number, number, number, number];
}

export interface Sheets {
  scale: Scale;
  land: Sheet[];
  coast: Sheet[];
  borders: Sheet[];
}

interface Forms {
  outlines: Outlines;
  sphere: Sphere;
  plane: Plane;
}

const FILES: Record<Scale, string> = { 110: coarse, 50: middling, 10: fine };
const asked = new Map<string, Promise<unknown>>();

/** Remember what a promise gives, but not that it failed. */
function once<T>(name: string, make: () => Promise<T>): Promise<T> {
  const before = asked.get(name);
  if (before) return before as Promise<T>;
  const coming = make();
  asked.set(name, coming);
  coming.catch(() => asked.delete(name));
  return coming;
}

/** The Earth for the flat map. */
export function sheets(scale: Scale): Promise<Sheets> {
  return once(`sheets ${scale}`, async () => {
    const { land, coast, borders } = await made(scale, 'outlines');
    return { scale, land: land.map(sheetOf), coast: coast.map(sheetOf), borders: borders.map(sheetOf) };
  });
}

/** The Earth for the globe. */
export const sphere = (scale: Scale): Promise<Sphere> => once(`sphere ${scale}`, () => made(scale, 'sphere'));

/** The Earth for MapLibre. */
export const plane = (scale: Scale): Promise<Plane> => once(`plane ${scale}`, () => made(scale, 'plane'));

async function made<F extends Form>(scale: Scale, form: F): Promise<Forms[F]> {
  const within = embedded('world');
  if (!within) return fromThread(new URL(FILES[scale], document.baseURI).href, form);
  // A saved page carries one scale of the Earth, and has neither threads nor anywhere to ask.
  const found = sphereOf(within as World);
  return (form === 'outlines' ? outlinesOf(found) : form === 'plane' ? planeOf(found) : found) as Forms[F];
}

let thread: Worker | null = null;
let last = 0;
const waiting = new Map<number, { done(made: never): void; failed(error: Error): void }>();

function fromThread<F extends Form>(address: string, form: F): Promise<Forms[F]> {
  if (!thread) {
    thread = new Worker(new URL('./worldmaker.ts', import.meta.url), { type: 'module' });
    thread.onmessage = ({ data }: MessageEvent<{ id: number; made: never; error?: string }>) => {
      const one = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.error === undefined) one?.done(data.made);
      else one?.failed(new Error(data.error));
    };
  }
  const working = thread;
  return new Promise((done, failed) => {
    last += 1;
    waiting.set(last, { done: done as (made: never) => void, failed });
    working.postMessage({ id: last, address, form } satisfies Wanted);
  });
}

/** Turn a shape on the sphere into a sheet of the flat map. */
export function sheet(shape: GeoPermissibleObjects): Sheet {
  return sheetOf(outline(shape, 'type' in shape && /Polygon|Feature/.test(shape.type)));
}

function sheetOf({ points, ends, isArea, box }: Outline): Sheet {
  let path: Path2D | null = null;
  return {
    box,
    get path() {
      if (path) return path;
      path = new Path2D();
      let at = 0;
      for (const end of ends) {
        for (let i = at; i < end; i += 1) {
          if (i === at) path.moveTo(points[2 * i]!, points[2 * i + 1]!);
          else path.lineTo(points[2 * i]!, points[2 * i + 1]!);
        }
        if (isArea) path.closePath();
        at = end;
      }
      return path;
    },
  };
}
