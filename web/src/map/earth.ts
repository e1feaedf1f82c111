// The Earth beneath: Natural Earth's coasts and borders at three scales, loaded when needed.

import { geoMercator, geoPath, type GeoPath } from 'd3-geo';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import type { Feature, Geometry, MultiLineString, MultiPolygon, Polygon } from 'geojson';
import coarse from 'world-atlas/countries-110m.json?url';
import middling from 'world-atlas/countries-50m.json?url';
import fine from 'world-atlas/countries-10m.json?url';
import { embedded } from '../scene/source';

export type Scale = 110 | 50 | 10;

export interface Earth {
  scale: Scale;
  land: Feature<MultiPolygon | Polygon>;
  coast: MultiLineString;
  borders: MultiLineString;
}

const FILES: Record<Scale, string> = { 110: coarse, 50: middling, 10: fine };
const asked = new Map<Scale, Promise<Earth>>();

type World = Topology<{ countries: GeometryCollection; land: GeometryCollection }>;

/** Give the Earth at one scale; fetched once, from beside this page. */
export function earth(scale: Scale): Promise<Earth> {
  const before = asked.get(scale);
  if (before) return before;
  const coming = load(scale);
  asked.set(scale, coming);
  coming.catch(() => asked.delete(scale));
  return coming;
}

async function load(scale: Scale): Promise<Earth> {
  const within = embedded('world');
  let world: World;
  if (within) {
    // A saved page carries one scale of the Earth, and has nowhere to fetch another from.
    world = within as World;
  } else {
    const answer = await fetch(FILES[scale]);
    if (!answer.ok) throw new Error(`the coast at 1:${scale} m is not there (${answer.status})`);
    world = (await answer.json()) as World;
  }
  const land = feature(world, world.objects.land);
  for (const shape of 'features' in land ? land.features : [land]) rightly(shape.geometry);
  return {
    scale,
    land: ('features' in land ? land.features[0] : land) as Earth['land'],
    coast: mesh(world, world.objects.countries as never, (a, b) => a === b),
    borders: mesh(world, world.objects.countries as never, (a, b) => a !== b),
  };
}

/** Turn small rings that rounding has turned over: d3 takes such an island for all but itself. */
function rightly(shape: Geometry): void {
  const polygons = shape.type === 'MultiPolygon' ? shape.coordinates : shape.type === 'Polygon' ? [shape.coordinates] : [];
  for (const [outer] of polygons) {
    if (!outer) continue;
    const longitudes = outer.map((point) => point[0]!);
    if (Math.max(...longitudes) - Math.min(...longitudes) > 90) continue;
    let twice = 0;
    for (let i = 1; i < outer.length; i += 1) {
      twice += outer[i - 1]![0]! * outer[i]![1]! - outer[i]![0]! * outer[i - 1]![1]!;
    }
    if (twice > 0) outer.reverse();
  }
}

/** The scale that looks sharp at a zoom. */
export function scaleFor(zoom: number): Scale {
  return zoom < 2.2 ? 110 : zoom < 4.8 ? 50 : 10;
}

/** One polygon or line of the flat map, with the box it lies in: Mercator, 0 to 1. */
export interface Sheet {
  path: Path2D;
  box: readonly [number, number, number, number];
}

export interface Sheets {
  land: Sheet[];
  coast: Sheet[];
  borders: Sheet[];
}

/** Turn shapes on the sphere into paths on the flat map, cut at 180° where they cross it. */
export function sheets(earth: Earth): Sheets {
  return {
    land: polygons(earth.land).map((one) => sheet(one)),
    coast: grouped(earth.coast).map((one) => sheet(one)),
    borders: grouped(earth.borders).map((one) => sheet(one)),
  };
}

const unit = geoMercator()
  .translate([0.5, 0.5])
  .scale(1 / (2 * Math.PI))
  .precision(0);
const bounds: GeoPath = geoPath(unit);

export function sheet(shape: Parameters<GeoPath>[0]): Sheet {
  const path = new Path2D();
  geoPath(unit, path as unknown as CanvasRenderingContext2D)(shape);
  const [[west, north], [east, south]] = bounds.bounds(shape);
  return { path, box: [west, north, east, south] };
}

function polygons(land: Feature<MultiPolygon | Polygon>): Polygon[] {
  const shape = land.geometry;
  if (shape.type === 'Polygon') return [shape];
  return shape.coordinates.map((coordinates) => ({ type: 'Polygon', coordinates }));
}

/** Lines in bundles of about a hundred, so that what is far off need not be drawn. */
function grouped(lines: MultiLineString): MultiLineString[] {
  const groups = new Map<string, MultiLineString>();
  for (const line of lines.coordinates) {
    const [x = 0, y = 0] = line[0] ?? [];
    const key = `${Math.floor(x / 30)} ${Math.floor(y / 30)}`;
    const group = groups.get(key) ?? { type: 'MultiLineString', coordinates: [] };
    group.coordinates.push(line);
    groups.set(key, group);
  }
  return [...groups.values()];
}
