// Layers that stand still: zones by claim set and provinces, asked of the watch once.

import type { Feature, FeatureCollection, MultiLineString, MultiPolygon, Polygon } from 'geojson';
import { cell } from '../cells';
import { askJson } from '../scene/source';
import type { Camera } from './camera';

export interface ZoneFeature {
  zone: string;
  kind: string;
  claims: string;
  area: Feature<Polygon | MultiPolygon>;
  edge: MultiLineString;
  /** Where its name is written: the middle of its largest part. */
  name: readonly [number, number];
  size: number;
}

export interface ProvinceFeature {
  country: string;
  name: string;
  local: string;
  area: Feature<Polygon | MultiPolygon>;
  edge: MultiLineString;
  at: readonly [number, number];
  size: number;
}

export interface Listed {
  path: string;
  kind: 'zones' | 'provinces' | 'own';
  claims: string;
  level: string | number;
  tolerance_deg: number;
  bytes: number;
}

export const zones = cell<ReadonlyMap<string, readonly ZoneFeature[]>>(new Map());
export const provinces = cell<readonly ProvinceFeature[]>([]);

let listed: Promise<Listed[]> | null = null;
const asked = new Set<string>();

/** Levels from coarse to fine, and the zooms from which they are worth loading. */
const FROM = [0, 3.4, 6, 9.5];

function wanted(all: Listed[], kind: Listed['kind'], claims: string, zoom: number): Listed | null {
  const levels = all
    .filter((one) => one.kind === kind && (kind !== 'zones' || one.claims === claims))
    .sort((a, b) => b.tolerance_deg - a.tolerance_deg);
  const rank = FROM.findLastIndex((from) => zoom >= from);
  return levels[Math.min(Math.max(rank, 0), levels.length - 1)] ?? null;
}

/** The box that the claim sets differ in: west, south, east, north. Beyond, all see alike. */
const BOX = [112, 20, 180, 52] as const;
const WORLD = 'world';

const joined = new WeakMap<ReadonlyMap<string, readonly ZoneFeature[]>, Map<string, readonly ZoneFeature[]>>();

/** All zones of one claim set: its own, the world's beyond, and those that the user gave. */
export function zonesBy(claims: string): readonly ZoneFeature[] {
  const all = zones.get();
  const held = joined.get(all) ?? new Map<string, readonly ZoneFeature[]>();
  joined.set(all, held);
  const before = held.get(claims);
  if (before) return before;
  const made = [claims, WORLD, ''].flatMap((one) => all.get(one) ?? []);
  held.set(claims, made);
  return made;
}

/** Whether a camera may see beyond that box; the longer side counts, as maps are turned. */
function isBeyond(camera: Camera, width: number, height: number): boolean {
  // A sliver at the rim is not worth it: the watch works some seconds on what lies beyond.
  const half = (0.7 * (360 * Math.max(width, height))) / (512 * 2 ** camera.zoom) / 2;
  const narrow = half * Math.cos((camera.latitude * Math.PI) / 180);
  const { longitude, latitude } = camera;
  return longitude - half < BOX[0] || longitude + half > BOX[2] || latitude - narrow < BOX[1] || latitude + narrow > BOX[3];
}

/** Load what a view needs, once each; what cannot be had is left out, the map goes on. */
export async function load(claims: readonly string[], camera: Camera, width: number, height: number, withProvinces: boolean) {
  const { zoom } = camera;
  try {
    listed ??= askJson<{ layers: Listed[] }>('/api/layers').then((said) => said.layers);
    const all = await listed;
    await Promise.all([
      ...claims.map((one) => zonesOf(wanted(all, 'zones', one, zoom))),
      zonesOf(wanted(all, 'own', '', zoom)),
      isBeyond(camera, width, height) ? zonesOf(wanted(all, 'zones', WORLD, zoom)) : null,
      withProvinces ? provincesOf(wanted(all, 'provinces', '', zoom)) : null,
    ]);
  } catch {
    listed = null;
  }
}

const tolerance = new Map<string, number>();

async function zonesOf(layer: Listed | null): Promise<void> {
  if (!layer || asked.has(layer.path)) return;
  asked.add(layer.path);
  type Properties = { zone: string; kind: string; claims?: string };
  const made = await collection<Properties>(layer.path);
  if ((tolerance.get(layer.claims) ?? Infinity) < layer.tolerance_deg) return;
  tolerance.set(layer.claims, layer.tolerance_deg);
  const next = new Map(zones.get());
  next.set(
    layer.claims,
    made.features.map((area) => ({
      zone: area.properties.zone,
      kind: area.properties.kind,
      claims: layer.claims,
      area,
      edge: edgeOf(area.geometry, layer.claims !== ''),
      ...middleOf(area.geometry),
    })),
  );
  zones.set(next);
}

let provinceTolerance = Infinity;

async function provincesOf(layer: Listed | null): Promise<void> {
  if (!layer || asked.has(layer.path)) return;
  asked.add(layer.path);
  type Properties = { country: string; name: string; local: string };
  const made = await collection<Properties>(layer.path);
  if (provinceTolerance < layer.tolerance_deg) return;
  provinceTolerance = layer.tolerance_deg;
  provinces.set(
    made.features.map((area) => {
      const { name, size } = middleOf(area.geometry);
      return { ...area.properties, area, edge: edgeOf(area.geometry), at: name, size };
    }),
  );
}

async function collection<P>(path: string) {
  return askJson<FeatureCollection<Polygon | MultiPolygon, P>>(path);
}

function ringsOf(shape: Polygon | MultiPolygon): number[][][] {
  return shape.type === 'Polygon' ? shape.coordinates : shape.coordinates.flat();
}

/** An area's edge without seams, where it was only cut: at 180 degrees, and at the box's sides. */
export function edgeOf(shape: Polygon | MultiPolygon, isBoxed = false): MultiLineString {
  const near = (a: number, b: number) => Math.abs(a - b) < 2e-3;
  const within = ([x = 0, y = 0]: number[]) => x > BOX[0] - 0.01 && y > BOX[1] - 0.01 && y < BOX[3] + 0.01;
  const onSeam = (a: number[], b: number[]) => {
    const [[ax = 0, ay = 0], [bx = 0, by = 0]] = [a, b];
    if (Math.abs(ax) > 179.9999 && Math.abs(bx) > 179.9999) return true;
    if (!isBoxed || !within(a) || !within(b)) return false;
    return (near(ax, BOX[0]) && near(bx, BOX[0])) || [BOX[1], BOX[3]].some((side) => near(ay, side) && near(by, side));
  };
  const lines: number[][][] = [];
  for (const ring of ringsOf(shape)) {
    let line: number[][] = [];
    for (const point of ring) {
      const last = line.at(-1);
      if (last && onSeam(last, point)) {
        if (line.length > 1) lines.push(line);
        line = [];
      }
      line.push(point);
    }
    if (line.length > 1) lines.push(line);
  }
  return { type: 'MultiLineString', coordinates: lines };
}

function middleOf(shape: Polygon | MultiPolygon): { name: readonly [number, number]; size: number } {
  const outers = shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates;
  let best: { name: readonly [number, number]; size: number } = { name: [0, 0], size: 0 };
  for (const rings of outers) {
    const ring = rings[0] ?? [];
    let twice = 0;
    for (let i = 1; i < ring.length; i += 1) {
      twice += ring[i - 1]![0]! * ring[i]![1]! - ring[i]![0]! * ring[i - 1]![1]!;
    }
    const size = Math.abs(twice) / 2;
    if (size > best.size) best = { name: inside(rings), size };
  }
  return best;
}

/** A point well inside: the middle of the widest stretch on one of a few parallels. */
function inside(rings: number[][][]): readonly [number, number] {
  const heights = (rings[0] ?? []).map((point) => point[1]!);
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  let best: readonly [number, number] = [0, 0];
  let widest = -1;
  for (let step = 1; step < 12; step += 1) {
    const y = low + ((high - low) * step) / 12;
    const cuts: number[] = [];
    for (const ring of rings) {
      for (let i = 1; i < ring.length; i += 1) {
        const [a, b] = [ring[i - 1]!, ring[i]!];
        if (a[1]! > y !== b[1]! > y) {
          cuts.push(a[0]! + ((y - a[1]!) / (b[1]! - a[1]!)) * (b[0]! - a[0]!));
        }
      }
    }
    cuts.sort((p, q) => p - q);
    for (let i = 1; i < cuts.length; i += 2) {
      const width = cuts[i]! - cuts[i - 1]!;
      // A little worth is given to lying in the middle from south to north.
      const worth = width * (1 - 0.5 * Math.abs(step / 6 - 1));
      if (worth > widest) {
        widest = worth;
        best = [(cuts[i]! + cuts[i - 1]!) / 2, y];
      }
    }
  }
  return best;
}
